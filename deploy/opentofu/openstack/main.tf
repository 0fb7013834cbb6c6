# datalab on a machine of an OpenStack cloud: reached by SSH, HTTP and HTTPS, and by nothing else.
terraform {
  required_version = ">= 1.8"

  required_providers {
    openstack = {
      source  = "terraform-provider-openstack/openstack"
      version = ">= 1.54, < 4.0"
    }
  }
}

locals {
  # From where each port may be reached.
  ports = {
    22  = var.operators
    80  = ["0.0.0.0/0"]
    443 = ["0.0.0.0/0"]
  }
  openings = merge([
    for port, networks in local.ports : { for network in networks : "${port} ${network}" => { port = port, network = network } }
  ]...)
}

resource "openstack_networking_secgroup_v2" "lab" {
  name        = "datalab"
  description = "SSH, HTTP and HTTPS"
}

resource "openstack_networking_secgroup_rule_v2" "opening" {
  for_each = local.openings

  security_group_id = openstack_networking_secgroup_v2.lab.id
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = each.value.port
  port_range_max    = each.value.port
  remote_ip_prefix  = each.value.network
}

data "openstack_networking_network_v2" "lab" {
  name = var.network
}

data "openstack_images_image_v2" "debian" {
  name        = var.image
  most_recent = true
}

resource "openstack_networking_port_v2" "lab" {
  name               = "datalab"
  network_id         = data.openstack_networking_network_v2.lab.id
  security_group_ids = [openstack_networking_secgroup_v2.lab.id]
}

# The data outlive the machine: they are on a disk of their own.
resource "openstack_blockstorage_volume_v3" "data" {
  name = "datalab-data"
  size = var.disk_size

  lifecycle {
    prevent_destroy = true
  }
}

resource "openstack_compute_instance_v2" "lab" {
  name        = "datalab"
  image_id    = data.openstack_images_image_v2.debian.id
  flavor_name = var.flavor
  key_pair    = var.key_pair

  user_data = templatefile("${path.module}/../cloud-init.yaml", {
    name       = var.name
    repository = var.repository
    version    = var.release
    prefix     = var.prefix
    disk       = "/dev/vdb"
  })

  network {
    port = openstack_networking_port_v2.lab.id
  }
}

resource "openstack_compute_volume_attach_v2" "data" {
  instance_id = openstack_compute_instance_v2.lab.id
  volume_id   = openstack_blockstorage_volume_v3.data.id
}

resource "openstack_networking_floatingip_v2" "lab" {
  pool    = var.address_pool
  port_id = openstack_networking_port_v2.lab.id
}

output "address" {
  description = "What the DNS record of the lab's name must lead to."
  value       = openstack_networking_floatingip_v2.lab.address
}

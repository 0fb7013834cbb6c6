# datalab on a machine of Hetzner Cloud: reached by SSH, HTTP and HTTPS, and by nothing else.
# The token comes from the environment: HCLOUD_TOKEN.
terraform {
  required_version = ">= 1.8"

  required_providers {
    hcloud = {
      source  = "hetznercloud/hcloud"
      version = "~> 1.45"
    }
  }
}

locals {
  everywhere = ["0.0.0.0/0", "::/0"]

  # From where each port may be reached.
  ports = {
    22  = var.operators
    80  = local.everywhere
    443 = local.everywhere
  }
}

resource "hcloud_firewall" "lab" {
  name = "datalab"

  dynamic "rule" {
    for_each = local.ports

    content {
      direction  = "in"
      protocol   = "tcp"
      port       = rule.key
      source_ips = rule.value
    }
  }
}

# The data outlive the machine: they are on a disk of their own.
resource "hcloud_volume" "data" {
  name              = "datalab-data"
  size              = var.disk_size
  location          = var.location
  delete_protection = true

  lifecycle {
    prevent_destroy = true
  }
}

resource "hcloud_server" "lab" {
  name         = "datalab"
  image        = "debian-12"
  server_type  = var.server_type
  location     = var.location
  ssh_keys     = var.ssh_keys
  firewall_ids = [hcloud_firewall.lab.id]

  user_data = templatefile("${path.module}/../cloud-init.yaml", {
    name       = var.name
    repository = var.repository
    version    = var.release
    prefix     = var.prefix
    disk       = "/dev/disk/by-id/scsi-0HC_Volume_${hcloud_volume.data.id}"
  })
}

resource "hcloud_volume_attachment" "data" {
  server_id = hcloud_server.lab.id
  volume_id = hcloud_volume.data.id
}

output "addresses" {
  description = "What the DNS records of the lab's name must lead to."
  value       = [hcloud_server.lab.ipv4_address, hcloud_server.lab.ipv6_address]
}

module datalab-tests

go 1.24

require github.com/terraform-provider-openstack/terraform-provider-openstack v1.54.1

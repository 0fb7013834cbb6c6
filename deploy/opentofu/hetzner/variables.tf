variable "name" {
  description = "Name under which people reach the lab; its DNS record must lead to the address that is put out."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+([.][a-z0-9-]+)+$", var.name))
    error_message = "The name must be a host name such as lab.university.example."
  }
}

variable "repository" {
  description = "Address that datalab is cloned from."
  type        = string
}

variable "release" {
  description = "Tag or branch of it."
  type        = string
  default     = "main"
}

variable "prefix" {
  description = "First part of every refcode; it cannot be changed for what the lab has."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,12}$", var.prefix))
    error_message = "The prefix must be 2 to 12 small letters."
  }
}

variable "operators" {
  description = "Networks from which the machine may be reached by SSH."
  type        = list(string)
  default     = ["0.0.0.0/0", "::/0"]
}

variable "ssh_keys" {
  description = "Names of the SSH keys of whoever looks after the machine."
  type        = list(string)
}

variable "server_type" {
  description = "Size of the machine: at least 2 cores and 4 GB of memory."
  type        = string
  default     = "cpx31"
}

variable "location" {
  description = "Where it stands."
  type        = string
  default     = "fsn1"
}

variable "disk_size" {
  description = "Size of the disk for the lab's data, in GB."
  type        = number
  default     = 200
}

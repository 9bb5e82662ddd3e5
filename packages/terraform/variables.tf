variable "name" {
  description = "The name of the function and of its role."
  type        = string
}

variable "definition" {
  description = "The file with the definition, in JSON or YAML."
  type        = string
}

variable "bootstrap_zip" {
  description = "The prebuilt function, made by `cargo xtask dist`."
  type        = string
}

variable "substitutions" {
  description = "The values of $${Name} in the definition: names and ARNs of other resources."
  type        = map(string)
  default     = {}
}

variable "policy" {
  description = "The policy in JSON that the tasks need, as `asl policy` prints it."
  type        = string
  default     = null
}

variable "environment" {
  description = "Other variables of the function."
  type        = map(string)
  default     = {}
}

variable "architecture" {
  description = "The architecture of the zip: x86_64 or arm64."
  type        = string
  default     = "x86_64"
}

variable "memory_size" {
  description = "The memory of the function, in MB."
  type        = number
  default     = 128
}

variable "timeout" {
  description = "How long one execution may take, in seconds."
  type        = number
  default     = 29
}

output "function_arn" {
  description = "The ARN of the function, which takes the input of an execution as its event."
  value       = aws_lambda_function.this.arn
}

output "function_name" {
  description = "The name of the function."
  value       = aws_lambda_function.this.function_name
}

output "role_name" {
  description = "The role of the function, for further permissions."
  value       = aws_iam_role.this.name
}

# An Amazon States Language definition as a Lambda function. The definition is in a layer, so that one zip serves all workflows.

data "aws_partition" "current" {}

data "archive_file" "definition" {
  type        = "zip"
  output_path = "${path.root}/.terraform/asl-${var.name}.zip"

  source {
    filename = local.file
    content  = file(var.definition)
  }
}

locals {
  file = "workflow.asl${endswith(var.definition, ".json") ? ".json" : ".yaml"}"

  # A name that cannot be that of a variable is a member of ASL_SUBSTITUTIONS.
  variables = { for name, value in var.substitutions : "ASL_SUBSTITUTE_${name}" => value if can(regex("^\\w+$", name)) }
  others    = { for name, value in var.substitutions : name => value if !can(regex("^\\w+$", name)) }
}

resource "aws_lambda_layer_version" "definition" {
  layer_name       = "${var.name}-definition"
  filename         = data.archive_file.definition.output_path
  source_code_hash = data.archive_file.definition.output_base64sha256
}

resource "aws_lambda_function" "this" {
  function_name    = var.name
  role             = aws_iam_role.this.arn
  filename         = var.bootstrap_zip
  source_code_hash = filebase64sha256(var.bootstrap_zip)
  handler          = "bootstrap"
  runtime          = "provided.al2023"
  architectures    = [var.architecture]
  memory_size      = var.memory_size
  timeout          = var.timeout
  layers           = [aws_lambda_layer_version.definition.arn]

  environment {
    variables = merge(
      { ASL_DEFINITION = "/opt/${local.file}" },
      local.variables,
      length(local.others) == 0 ? {} : { ASL_SUBSTITUTIONS = jsonencode(local.others) },
      var.environment,
    )
  }
}

resource "aws_iam_role" "this" {
  name = var.name

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

# What the tasks do: `asl policy` prints it.
resource "aws_iam_role_policy" "tasks" {
  count = var.policy == null ? 0 : 1

  name   = "tasks"
  role   = aws_iam_role.this.id
  policy = var.policy
}

//! Values that stand in for those of a deployed template, so that a machine of the template can run on this computer.

use super::tree::Node;
use crate::Substitutions;

/// A resource of a template: what `Ref` and `GetAtt` of it return depends on its type.
#[derive(Debug, Clone)]
pub(super) struct DeclaredResource {
    id: String,
    kind: String,
    /// Its name, if the template has it as a literal. AWS generates one otherwise, which begins with the logical id.
    name: Option<String>,
}

/// A parameter of a template with its default.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    name: String,
    default: String,
}

/// The properties that name a resource.
const NAMES: [&str; 9] = [
    "FunctionName",
    "QueueName",
    "TopicName",
    "TableName",
    "BucketName",
    "StateMachineName",
    "ClusterName",
    "RoleName",
    "Name",
];

impl DeclaredResource {
    pub(super) fn read(id: &str, resource: &Node) -> Option<DeclaredResource> {
        let kind = resource.get("Type")?.as_str()?.to_owned();
        let properties = resource.get("Properties");
        let name = |property: &&str| properties?.get(property)?.as_str();
        let name = NAMES.iter().find_map(name).map(str::to_owned);
        Some(DeclaredResource { id: id.to_owned(), kind, name })
    }

    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// What `Ref` returns, and attributes with their values.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>
    fn values(&self, region: &str, account: &str) -> (String, Vec<(&'static str, String)>) {
        let name = self.name().to_owned();
        let arn =
            |service: &str, resource: &str| format!("arn:aws:{service}:{region}:{account}:{resource}{name}");
        match self.kind.as_str() {
            "AWS::Serverless::Function" | "AWS::Lambda::Function" => {
                let arn = arn("lambda", "function:");
                (name, vec![("Arn", arn)])
            }
            "AWS::SQS::Queue" => {
                let url = format!("https://sqs.{region}.amazonaws.com/{account}/{name}");
                let arn = arn("sqs", "");
                (url.clone(), vec![("Arn", arn), ("QueueName", name), ("QueueUrl", url)])
            }
            "AWS::SNS::Topic" => {
                let arn = arn("sns", "");
                (arn.clone(), vec![("TopicArn", arn), ("TopicName", name)])
            }
            "AWS::DynamoDB::Table" | "AWS::Serverless::SimpleTable" => {
                let arn = arn("dynamodb", "table/");
                (name, vec![("Arn", arn)])
            }
            "AWS::S3::Bucket" => {
                let name = name.to_lowercase();
                (name.clone(), vec![("Arn", format!("arn:aws:s3:::{name}"))])
            }
            "AWS::Serverless::StateMachine" | "AWS::StepFunctions::StateMachine" => {
                let arn = arn("states", "stateMachine:");
                (arn.clone(), vec![("Arn", arn), ("Name", name)])
            }
            "AWS::StepFunctions::Activity" => {
                let arn = arn("states", "activity:");
                (arn.clone(), vec![("Arn", arn), ("Name", name)])
            }
            "AWS::Events::EventBus" => {
                let arn = arn("events", "event-bus/");
                (name.clone(), vec![("Arn", arn), ("Name", name)])
            }
            "AWS::Events::Connection" => {
                let arn = format!("{}/00000000-0000-0000-0000-000000000000", arn("events", "connection/"));
                (name, vec![("Arn", arn)])
            }
            "AWS::ECS::Cluster" => {
                let arn = arn("ecs", "cluster/");
                (name, vec![("Arn", arn)])
            }
            "AWS::ECS::TaskDefinition" => {
                let arn = format!("{}:1", arn("ecs", "task-definition/"));
                (arn.clone(), vec![("TaskDefinitionArn", arn)])
            }
            "AWS::IAM::Role" => {
                let arn = format!("arn:aws:iam::{account}:role/{name}");
                (name, vec![("Arn", arn)])
            }
            _ => (name, Vec::new()),
        }
    }
}

impl Parameter {
    pub(super) fn read(name: &str, parameter: &Node, file: &str) -> Option<Parameter> {
        let default = super::intrinsic::text(parameter.get("Default")?, file)?;
        Some(Parameter { name: name.to_owned(), default: default.text().to_owned() })
    }
}

/// The values by the names of their placeholders: `Orders`, `Charge.Arn`.
pub(super) fn stand_ins(
    resources: &[DeclaredResource],
    parameters: &[Parameter],
    region: &str,
    account: &str,
) -> Substitutions {
    let mut values: Vec<(String, String)> =
        parameters.iter().map(|Parameter { name, default }| (name.clone(), default.clone())).collect();
    for resource in resources {
        let (referred, attributes) = resource.values(region, account);
        values.push((resource.id.clone(), referred));
        let named = |(attribute, value)| (format!("{}.{attribute}", resource.id), value);
        values.extend(attributes.into_iter().map(named));
    }
    values.into_iter().collect()
}

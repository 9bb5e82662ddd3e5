//! [`Rules`]: how an integration reads its parameters.

use crate::Names;

/// How an integration reads its parameters.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rules {
    pub(crate) names: Names,
    /// Whether each value must have the member's own type, as in optimised integrations. SDK integrations convert anything
    /// to text, and text to numbers.
    pub(crate) are_types_fixed: bool,
    /// Members whose text is JSON: they also take objects and arrays.
    pub(crate) documents: &'static [&'static str],
    /// Whether members of inner structures may be spelled as in the service's own API: `attempts`.
    pub(crate) takes_own_spelling: bool,
}

impl Rules {
    /// The rules for an operation, by its service's id: those of an SDK integration, or of an optimised one.
    pub(super) fn of(names: Names, service_id: &str, operation: &str) -> Rules {
        match names {
            Names::Sdk => Rules::default(),
            Names::Model => Rules::optimised(service_id, operation),
        }
    }

    pub(crate) fn optimised(service_id: &str, operation: &str) -> Rules {
        let documents: &[&str] = match (service_id, operation) {
            ("Bedrock Runtime", "InvokeModel") => &["body"],
            ("EventBridge", "PutEvents") => &["Detail"],
            ("Lambda", "Invoke") => &["Payload"],
            ("SFN", "StartExecution") => &["input"],
            ("SNS", "Publish") => &["Message"],
            ("SQS", "SendMessage") => &["MessageBody"],
            _ => &[],
        };
        // Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-parameters.html>, whose example passes
        // `"RetryStrategy": {"attempts": 5}` to AWS Batch. Observed: ECS takes inner members in PascalCase only.
        //
        // UNRECORDED: which optimised integrations take camelCase. Here only Batch does, and only in inner structures.
        let takes_own_spelling = service_id == "Batch";
        Rules { names: Names::Model, are_types_fixed: true, documents, takes_own_spelling }
    }
}

//! Whole states, as snippets.

use asl_model::{Format, QueryLanguage};

use super::item::{CompletionItem, Insertion, ItemKind};
use crate::cursor::Cursor;

/// A state: what it is called here, its type, what it is for, and its further fields as snippets of JSON.
struct StateSnippet {
    label: &'static str,
    kind: &'static str,
    about: &'static str,
    path: &'static [(&'static str, &'static str)],
    query: &'static [(&'static str, &'static str)],
}

const NEXT: (&str, &str) = ("Next", "\"$9\"");

/// A machine inside a state.
const INNER: &str =
    "{\"StartAt\": \"${4:Step}\", \"States\": {\"${4:Step}\": {\"Type\": \"Pass\", \"End\": true\\}\\}\\}";

const SNIPPETS: &[StateSnippet] = &[
    StateSnippet {
        label: "Task",
        kind: "Task",
        about: "A state that calls a service, a function or an activity.",
        path: &[("Resource", "\"$2\""), ("Parameters", "{$3\\}"), NEXT],
        query: &[("Resource", "\"$2\""), ("Arguments", "{$3\\}"), NEXT],
    },
    StateSnippet {
        label: "Task: Lambda function",
        kind: "Task",
        about: "A state that calls a Lambda function, with the retrier that AWS recommends.",
        path: &[
            ("Resource", "\"arn:aws:states:::lambda:invoke\""),
            ("Parameters", "{\"FunctionName\": \"$2\", \"Payload.\\$\": \"\\$\"\\}"),
            ("ResultSelector", "{\"payload.\\$\": \"\\$.Payload\"\\}"),
            ("Retry", RETRY),
            NEXT,
        ],
        query: &[
            ("Resource", "\"arn:aws:states:::lambda:invoke\""),
            ("Arguments", "{\"FunctionName\": \"$2\", \"Payload\": \"{% \\$states.input %\\}\"\\}"),
            ("Output", "\"{% \\$states.result.Payload %\\}\""),
            ("Retry", RETRY),
            NEXT,
        ],
    },
    StateSnippet {
        label: "Pass",
        kind: "Pass",
        about: "A state that only computes.",
        path: &[("Parameters", "{$2\\}"), NEXT],
        query: &[("Output", "\"{% $2 %\\}\""), NEXT],
    },
    StateSnippet {
        label: "Choice",
        kind: "Choice",
        about: "A state that selects the next one by conditions.",
        path: &[
            ("Choices", "[{\"Variable\": \"\\$.$2\", \"${3:IsPresent}\": ${4:true}, \"Next\": \"$5\"\\}]"),
            ("Default", "\"$9\""),
        ],
        query: &[("Choices", "[{\"Condition\": \"{% $2 %\\}\", \"Next\": \"$3\"\\}]"), ("Default", "\"$9\"")],
    },
    StateSnippet {
        label: "Wait",
        kind: "Wait",
        about: "A state that waits.",
        path: &[("Seconds", "${2:10}"), NEXT],
        query: &[("Seconds", "${2:10}"), NEXT],
    },
    StateSnippet {
        label: "Parallel",
        kind: "Parallel",
        about: "A state whose branches run concurrently.",
        path: &[("Branches", "[$3]"), NEXT],
        query: &[("Branches", "[$3]"), NEXT],
    },
    StateSnippet {
        label: "Map",
        kind: "Map",
        about: "A state that runs a machine for each item.",
        path: &[("ItemsPath", "\"\\$.$2\""), ("ItemProcessor", INNER), NEXT],
        query: &[("Items", "\"{% \\$states.input.$2 %\\}\""), ("ItemProcessor", INNER), NEXT],
    },
    StateSnippet {
        label: "Succeed",
        kind: "Succeed",
        about: "A state that ends the machine.",
        path: &[],
        query: &[],
    },
    StateSnippet {
        label: "Fail",
        kind: "Fail",
        about: "A state that fails the machine.",
        path: &[("Error", "\"$2\""), ("Cause", "\"$3\"")],
        query: &[("Error", "\"$2\""), ("Cause", "\"$3\"")],
    },
];

const RETRY: &str = "[{\"ErrorEquals\": [\"Lambda.ServiceException\", \"Lambda.AWSLambdaException\", \
     \"Lambda.SdkClientException\", \"Lambda.TooManyRequestsException\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 3, \
     \"BackoffRate\": 2, \"JitterStrategy\": \"FULL\"\\}]";

/// States to add to the object `States`.
pub(super) fn states(cursor: &Cursor) -> Vec<CompletionItem> {
    let items = SNIPPETS.iter().map(|snippet| {
        let name = unused(cursor, snippet.kind);
        let value = value(snippet, cursor);
        let insertion = Insertion::Key { name: NAME.to_owned(), value };
        let item = CompletionItem::new(format!("{} state", snippet.label), ItemKind::Snippet, insertion);
        (name, item.detail(snippet.about))
    });
    let items = items.map(|(name, item)| match item.insertion {
        Insertion::Key { value, .. } => {
            let written = match cursor.definition.format {
                Format::Json => format!("\"${{1:{name}}}\": {value}"),
                _ => format!("${{1:{name}}}:{value}"),
            };
            CompletionItem { insertion: Insertion::Written(written), ..item }
        }
        _ => item,
    });
    items.collect()
}

const NAME: &str = "Name";

/// A name that no state has.
fn unused(cursor: &Cursor, kind: &str) -> String {
    let is_taken = |name: &str| cursor.definition.outline.states.iter().any(|state| state.name == name);
    let numbered = (2..).map(|number| format!("{kind} {number}"));
    std::iter::once(kind.to_owned()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

fn value(snippet: &StateSnippet, cursor: &Cursor) -> String {
    let fields = match cursor.language() {
        QueryLanguage::JsonAta => snippet.query,
        QueryLanguage::JsonPath => snippet.path,
    };
    let own = format!("\"{}\"", snippet.kind);
    let fields = std::iter::once(("Type", own.as_str())).chain(fields.iter().copied());
    match cursor.definition.format {
        Format::Json => {
            let lines: Vec<String> = fields.map(|(name, value)| format!("  \"{name}\": {value}")).collect();
            format!("{{\n{}\n\\}}", lines.join(",\n"))
        }
        // JSON is YAML, too: only the outer level is written in blocks.
        _ => fields.map(|(name, value)| format!("\n  {name}: {}", unquoted(value))).collect(),
    }
}

/// A word of JSON without its quotes, if YAML needs none.
fn unquoted(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner
        .filter(|inner| !inner.contains(['"', '\\', ' ']) && !inner.is_empty() && !inner.starts_with('{'))
        .unwrap_or(value)
}

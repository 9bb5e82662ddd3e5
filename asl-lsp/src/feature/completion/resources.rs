//! Resources of tasks, and their parameters.

use asl_model::{INTEGRATIONS, QueryLanguage, Resource, ResourceKind};

use super::item::{CompletionItem, Insertion, ItemKind};
use crate::cursor::Cursor;
use crate::services;
use crate::syntax::NodeId;

const PREFIX: &str = "arn:aws:states:::";

/// The parameters of the task's resource, in an object inside its parameters.
pub(super) fn parameters(cursor: &Cursor, state: NodeId, inside: &[&str]) -> Vec<CompletionItem> {
    let Some(resource) = cursor.tree().text_of(state, "Resource").map(Resource::from) else {
        return Vec::new();
    };
    let ResourceKind::Service { service, action, .. } = resource.kind() else { return Vec::new() };
    let is_json = cursor.definition.format == asl_model::Format::Json;
    let mut all = services::parameters(service, action, inside);
    all.sort_by_key(|parameter| !parameter.is_required);
    let with_path = |name: &str| format!("{name}.$");
    let items = all.into_iter().filter(|parameter| {
        !cursor.has_member(&parameter.name) && !cursor.has_member(&with_path(&parameter.name))
    });
    let items = items.flat_map(|parameter| {
        let value = match (parameter.kind, is_json) {
            ("object", true) => "{$1\\}",
            ("object", false) => "\n  $1",
            ("array", true) => "[$1]",
            ("array", false) => "\n  - $1",
            ("string" | "timestamp" | "bytes", true) => "\"$1\"",
            _ => "$1",
        };
        let required = if parameter.is_required { ", required" } else { "" };
        let detail = format!("{}{required}", parameter.kind);
        let about = match parameter.choices.is_empty() {
            true => String::new(),
            false => format!("One of `{}`.", parameter.choices.join("`, `")),
        };
        let item = |name: String, value: &str| {
            let insertion = Insertion::Key { name: name.clone(), value: value.to_owned() };
            CompletionItem::new(name, ItemKind::Property, insertion)
                .detail(detail.clone())
                .about(about.clone())
        };
        let by_path = (cursor.language() == QueryLanguage::JsonPath)
            .then(|| item(with_path(&parameter.name), "\"\\$.$1\""));
        std::iter::once(item(parameter.name.clone(), value)).chain(by_path)
    });
    items.collect()
}

/// The values that a parameter may have.
pub(super) fn choices(cursor: &Cursor, state: NodeId, inside: &[&str]) -> Vec<CompletionItem> {
    if let (Some(resource), Some((name, around))) =
        (cursor.tree().text_of(state, "Resource").map(Resource::from), inside.split_last())
        && let ResourceKind::Service { service, action, .. } = resource.kind()
    {
        let parameter = services::parameters(service, action, around)
            .into_iter()
            .find(|parameter| parameter.name == *name);
        let choices = parameter.map(|parameter| parameter.choices).unwrap_or_default();
        let item =
            |choice: String| CompletionItem::new(choice.clone(), ItemKind::Enum, Insertion::Text(choice));
        return choices.into_iter().map(item).collect();
    }
    Vec::new()
}

/// Resources of tasks. Of the SDK integrations, first the services, then the actions of the one that is written.
pub(super) fn resources(cursor: &Cursor) -> Vec<CompletionItem> {
    let written = cursor.prefix.strip_prefix(PREFIX).unwrap_or_default();
    if let Some(sdk) = written.strip_prefix("aws-sdk:") {
        return sdk_resources(sdk);
    }
    let item = |rest: String, detail: &str| {
        let arn = format!("{PREFIX}{rest}");
        CompletionItem::new(arn.clone(), ItemKind::Value, Insertion::Text(arn)).detail(detail)
    };
    let mut items = Vec::new();
    for integration in INTEGRATIONS {
        for action in integration.actions {
            let name = format!("{}:{action}", integration.service);
            items.push(item(name.clone(), "waits for the response"));
            if integration.sync {
                items.push(item(format!("{name}.sync"), "waits until the job has ended"));
            }
            if integration.service == "states" {
                items.push(item(
                    format!("{name}.sync:2"),
                    "waits until the execution has ended; its output is JSON",
                ));
            }
            if integration.callback {
                items
                    .push(item(format!("{name}.waitForTaskToken"), "waits until the task token is returned"));
            }
        }
        if integration.actions.is_empty() {
            items.push(item(format!("{}:", integration.service), "an optimised integration"));
        }
    }
    items.push(item("aws-sdk:".to_owned(), "any action of any service"));
    items
}

fn sdk_resources(written: &str) -> Vec<CompletionItem> {
    let item = |rest: String, detail: &str| {
        let arn = format!("{PREFIX}aws-sdk:{rest}");
        CompletionItem::new(arn.clone(), ItemKind::Value, Insertion::Text(arn)).detail(detail)
    };
    match written.split_once(':') {
        Some((service, _)) => {
            let actions = services::actions(service).into_iter();
            actions.map(|action| item(format!("{service}:{action}"), service)).collect()
        }
        None => {
            services::names().into_iter().map(|service| item(format!("{service}:"), "a service")).collect()
        }
    }
}

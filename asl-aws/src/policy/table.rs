//! The IAM table: IAM's actions, and which of them each operation of a service needs.
//!
//! `cargo xtask iam-table` writes `iam-table.bin`, which is deflated text. It starts with a line for each prefix and all its
//! actions: `sqs AddPermission CreateQueue …`. After an empty line, each service has a line with its name and prefix:
//! `@sqs sqs`. A line for each operation follows, unless the operation needs only the action of its own name on every
//! resource. Its parts are separated by tabs: the name; the actions, separated by spaces; the resources, as templates of
//! [`resources`](super::resource::resources); the paths of parameters with roles that the operation passes.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::LazyLock;

use flate2::read::DeflateDecoder;

static TABLE: &[u8] = include_bytes!("../../iam-table.bin");

/// The parsed table. It is inflated for the first policy.
static INDEX: LazyLock<Index> = LazyLock::new(Index::read);

struct Index {
    /// The actions of each prefix.
    actions: HashMap<&'static str, HashSet<&'static str>>,
    /// The prefix of each service, and the lines of its operations.
    services: HashMap<&'static str, (&'static str, &'static str)>,
}

impl Index {
    fn read() -> Index {
        let mut text = String::new();
        // INVARIANT: the table is part of the program, and a test reads all of it.
        let _ = DeflateDecoder::new(TABLE).read_to_string(&mut text);
        let (prefixes, services) = String::leak(text).split_once("\n\n").unwrap_or_default();
        let prefix = |line: &'static str| {
            let (prefix, actions) = line.split_once(' ')?;
            Some((prefix, actions.split(' ').collect()))
        };
        let service = |block: &'static str| {
            let (head, operations) = block.split_once('\n').unwrap_or((block, ""));
            let (service, prefix) = head.split_once(' ')?;
            Some((service, (prefix, operations)))
        };
        Index {
            actions: prefixes.lines().filter_map(prefix).collect(),
            services: services.trim_start_matches('@').split("\n@").filter_map(service).collect(),
        }
    }
}

/// What an operation needs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OperationNeeds {
    /// `s3:PutBucketNotification`, separated by spaces.
    pub(super) actions: String,
    /// Templates of resources, separated by spaces.
    pub(super) on: &'static str,
    /// Paths of parameters with roles: `Target.RoleArn`.
    pub(super) roles: Vec<&'static str>,
}

/// What an operation of a service needs, named as in SDK integrations; `None` if the table has no IAM action for it.
pub(super) fn needs(service: &str, operation: &str) -> Option<OperationNeeds> {
    let (prefix, lines) = INDEX.services.get(service)?;
    let mut parts = lines
        .lines()
        .map(|line| line.split('\t'))
        .find_map(|mut parts| (parts.next() == Some(operation)).then_some(parts));
    let mut part = || parts.as_mut().and_then(Iterator::next).filter(|part| !part.is_empty());
    let actions = part().map_or_else(|| format!("{prefix}:{operation}"), str::to_owned);
    let on = part().unwrap_or("*");
    let roles = part().unwrap_or_default().split_whitespace().collect();
    actions.split_whitespace().all(exists).then_some(OperationNeeds { actions, on, roles })
}

/// Whether IAM has an action: `dynamodb:GetItem`.
pub(super) fn exists(action: &str) -> bool {
    let Some((prefix, name)) = action.split_once(':') else { return false };
    INDEX.actions.get(prefix).is_some_and(|actions| actions.contains(name))
}

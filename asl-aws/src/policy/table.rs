//! What IAM knows: its actions, and which of them each operation of a service needs.
//!
//! `iam-table.bin` is written by `cargo xtask iam-table`: deflated text. First a line for each prefix, `sqs AddPermission
//! CreateQueue …`: all its actions. Then, after an empty line, for each service a line `@sqs sqs` with its prefix and, where
//! it is not only the action of its own name on everything, a line for each operation, whose parts are divided by tabs: its
//! name; its actions, divided by spaces; its resources, in the form of [`resources`](super::resource::resources); the paths
//! of the parameters that are roles which it passes on.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::LazyLock;

use flate2::read::DeflateDecoder;

static TABLE: &[u8] = include_bytes!("../../iam-table.bin");

/// The text by its parts. Nothing is inflated before the first policy.
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
        // INVARIANT: the table is part of the program; a test reads all of it.
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
pub(super) struct Needs {
    /// `s3:PutBucketNotification`, divided by spaces.
    pub(super) actions: String,
    /// Templates of resources, divided by spaces.
    pub(super) on: &'static str,
    /// Paths of parameters that are roles: `Target.RoleArn`.
    pub(super) roles: Vec<&'static str>,
}

/// What an operation of a service needs, by the names of SDK integrations. `None`: IAM has no action for it, or none that
/// this table knows.
pub(super) fn needs(service: &str, operation: &str) -> Option<Needs> {
    let (prefix, lines) = INDEX.services.get(service)?;
    let mut parts = lines
        .lines()
        .map(|line| line.split('\t'))
        .find_map(|mut parts| (parts.next() == Some(operation)).then_some(parts));
    let mut part = || parts.as_mut().and_then(Iterator::next).filter(|part| !part.is_empty());
    let actions = part().map_or_else(|| format!("{prefix}:{operation}"), str::to_owned);
    let on = part().unwrap_or("*");
    let roles = part().unwrap_or_default().split_whitespace().collect();
    actions.split_whitespace().all(exists).then_some(Needs { actions, on, roles })
}

/// Whether IAM has an action: `dynamodb:GetItem`.
pub(super) fn exists(action: &str) -> bool {
    let Some((prefix, name)) = action.split_once(':') else { return false };
    INDEX.actions.get(prefix).is_some_and(|actions| actions.contains(name))
}

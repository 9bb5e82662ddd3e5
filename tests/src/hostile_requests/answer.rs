//! [`Answer`]: what the server has answered, compared with what it may.

use asl_value::Value;

use super::allowed::{Allowed, COMMON, ERRORS, PAGE, status_of};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Of HTTP.
    pub status: u16,
    /// All of it, or its beginning if it is a stream.
    pub body: Vec<u8>,
}

/// How an exchange has ended.
#[derive(Debug)]
pub enum Ended {
    /// With an answer.
    Answered(Answer),
    /// The connection was closed without one.
    Closed,
    /// Neither came in time.
    Late,
}

impl Ended {
    /// What is wrong with it.
    pub fn problem(&self, allowed: Allowed, contains: Option<&str>) -> Option<String> {
        match (self, allowed) {
            (Ended::Answered(answer), _) => answer.problem(allowed, contains),
            (Ended::Closed, Allowed::Any) => None,
            (Ended::Closed, _) => Some("the connection was closed".to_owned()),
            (Ended::Late, _) => Some("nothing was answered in time".to_owned()),
        }
    }
}

impl Answer {
    /// What is wrong with it.
    pub fn problem(&self, allowed: Allowed, contains: Option<&str>) -> Option<String> {
        let text = String::from_utf8_lossy(&self.body);
        let is_right = match allowed {
            Allowed::Any => (200..500).contains(&self.status),
            _ if self.status == 200 => true,
            Allowed::Success => false,
            Allowed::Operation(name) => self.is_one(COMMON) || self.is_of(name),
            Allowed::Page => self.is_one(COMMON) || self.is_one(PAGE),
        };
        let is_complete = contains.is_none_or(|part| text.contains(part));
        (!is_right || !is_complete).then(|| {
            let shown: String = text.chars().take(300).collect();
            format!("{allowed:?} was answered with {}: {shown}", self.status)
        })
    }

    /// The name of the error in the body.
    fn error(&self) -> String {
        let body = Value::parse_slice(&self.body).unwrap_or_default();
        let name = body.get("__type").and_then(Value::as_str).unwrap_or_default();
        name.rsplit('#').next().unwrap_or_default().to_owned()
    }

    fn is_one(&self, errors: &[(u16, &str)]) -> bool {
        errors.contains(&(self.status, self.error().as_str()))
    }

    fn is_of(&self, operation: &str) -> bool {
        let error = self.error();
        let documented = ERRORS.iter().find(|(name, _)| *name == operation).map(|(_, errors)| *errors);
        self.status == status_of(&error)
            && documented.unwrap_or_default().split(' ').any(|name| name == error)
    }
}

//! ARNs from a template and a task's parameters.

use asl_model::{Arn, MachineArn};
use asl_value::Value;

use super::options::PolicyOptions;

/// A resource in a statement.
#[derive(Debug, PartialEq)]
pub(super) struct Resource {
    pub(super) arn: String,
    /// The parameters that are computed at run time, so that the ARN is a pattern.
    pub(super) computed: Vec<String>,
}

/// A parameter of a task in its definition.
enum Found {
    Known(String),
    Computed,
    Absent,
}

/// The resources of a template: `dynamodb:table/{TableName}` is
/// `arn:aws:dynamodb:<region>:<account>:table/<the parameter>`, or the parameter itself if it is an ARN, an S3 URI or the
/// URL of a queue.
///
/// - `bedrock::…` has no account, `s3:::…` has neither region nor account, and `iam:-:…` has only an account. `*` is every
///   resource.
/// - `{A.B}` is a member, `{A[].B}` is a member of each item, and `{A/B}` is the first parameter that is present.
/// - `{A~B}` gives no resource if `B` is present.
/// - `{A=x}` is `x` if the parameter is absent; `{A?}` gives no resource in that case.
/// - `{A#machine}` is the name in the ARN of a state machine, and `{A#api}` is the id in a host name. `{A#path}` drops a
///   leading slash, `{A#revision}` is any revision unless the parameter names one, and `{A#secret}` has the suffix of ARNs
///   of secrets.
pub(super) fn resources(
    template: &str,
    parameters: Option<&Value>,
    options: &PolicyOptions,
) -> Vec<Resource> {
    let Some((before, rest)) = template.split_once('{') else {
        return vec![Resource { arn: base(template, options, None), computed: Vec::new() }];
    };
    let Some((hole, after)) = rest.split_once('}') else { return Vec::new() };
    let hole = Hole::of(hole);
    let mut list = Vec::new();
    for found in hole.look_up(parameters) {
        let mut resource = match found {
            Found::Known(value) => {
                let named = if hole.is_part() { None } else { named(&value, options) };
                let formed = || base(&format!("{before}{}", hole.formed(&value)), options, Some(&value));
                Resource { arn: named.unwrap_or_else(formed), computed: Vec::new() }
            }
            Found::Computed => {
                let computed = vec![hole.path.to_owned()];
                Resource { arn: base(&format!("{before}*"), options, None), computed }
            }
            Found::Absent => continue,
        };
        if fill(&mut resource, after, parameters) {
            list.push(resource);
        }
    }
    list.dedup();
    list
}

/// Adds the rest of a template. Returns `false` if a required parameter is absent.
fn fill(resource: &mut Resource, rest: &str, parameters: Option<&Value>) -> bool {
    let mut rest = rest;
    while let Some((before, (hole, after))) =
        rest.split_once('{').and_then(|(before, more)| Some((before, more.split_once('}')?)))
    {
        resource.arn.push_str(before);
        let hole = Hole::of(hole);
        match hole.look_up(parameters).into_iter().next() {
            Some(Found::Known(value)) => resource.arn.push_str(&hole.formed(&value)),
            Some(Found::Computed) => {
                resource.arn.push('*');
                resource.computed.push(hole.path.to_owned());
            }
            Some(Found::Absent) => return false,
            None => {}
        }
        rest = after;
    }
    resource.arn.push_str(rest);
    true
}

struct Hole<'t> {
    path: &'t str,
    form: Option<&'t str>,
    default: Option<&'t str>,
    /// A parameter whose presence rules out the resource.
    unless: Option<&'t str>,
    is_optional: bool,
}

impl Hole<'_> {
    fn of(text: &str) -> Hole<'_> {
        let (text, default) = match text.split_once('=') {
            Some((text, default)) => (text, Some(default)),
            None => (text, None),
        };
        let (text, form) = match text.split_once('#') {
            Some((text, form)) => (text, Some(form)),
            None => (text, None),
        };
        let (text, unless) = match text.split_once('~') {
            Some((text, unless)) => (text, Some(unless)),
            None => (text, None),
        };
        let path = text.strip_suffix('?');
        Hole { path: path.unwrap_or(text), form, default, unless, is_optional: path.is_some() }
    }

    fn look_up(&self, parameters: Option<&Value>) -> Vec<Found> {
        let mut found = Vec::new();
        if let Some(unless) = self.unless {
            walk(parameters, unless, &mut found);
            if matches!(found.as_slice(), [Found::Known(_)]) {
                return vec![Found::Absent];
            }
        }
        for path in self.path.split('/') {
            found.clear();
            walk(parameters, path, &mut found);
            if !matches!(found.as_slice(), [Found::Absent]) {
                break;
            }
        }
        let absent = || match self.default {
            Some(default) => Found::Known(default.to_owned()),
            None if self.is_optional => Found::Absent,
            None => Found::Computed,
        };
        found.into_iter().map(|found| if let Found::Absent = found { absent() } else { found }).collect()
    }

    /// Whether it is only a part of the parameter, even if that is an ARN.
    fn is_part(&self) -> bool {
        matches!(self.form, Some("machine" | "api"))
    }

    fn formed(&self, value: &str) -> String {
        match self.form {
            Some("machine") => MachineArn::parse(value).map_or(value, |machine| machine.name).to_owned(),
            Some("api") => {
                let host = value.trim_start_matches("https://");
                host.split('.').next().unwrap_or_default().to_owned()
            }
            Some("path") => value.trim_start_matches('/').to_owned(),
            // Secrets Manager adds six characters to the name.
            Some("secret") => format!("{value}-??????"),
            Some("revision") if !value.contains(':') => format!("{value}:*"),
            _ => value.to_owned(),
        }
    }
}

fn walk(value: Option<&Value>, path: &str, found: &mut Vec<Found>) {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let Some(object) = value.and_then(Value::as_object) else {
        // The whole value is the state's input or an expression.
        return found.push(Found::Computed);
    };
    let (key, is_list) = match name.strip_suffix("[]") {
        Some(key) => (key, true),
        None => (name, false),
    };
    match (object.get(key), rest) {
        (None, _) if object.contains_key(&format!("{key}.$")) => found.push(Found::Computed),
        (None, _) => found.push(Found::Absent),
        (Some(Value::Array(items)), Some(rest)) if is_list => {
            items.iter().for_each(|item| walk(Some(item), rest, found));
        }
        (inner, Some(rest)) => walk(inner, rest, found),
        (Some(Value::String(text)), None) if !is_expression(text) => {
            found.push(Found::Known(text.to_string()))
        }
        (Some(_), None) => found.push(Found::Computed),
    }
}

pub(super) fn is_expression(text: &str) -> bool {
    text.trim_start().starts_with("{%")
}

/// The ARN that a parameter is, or that it identifies.
fn named(value: &str, options: &PolicyOptions) -> Option<String> {
    if value.starts_with("arn:") || value == "*" {
        return Some(value.to_owned());
    }
    let arn = |service, region, account, resource| {
        Arn { partition: &options.partition, service, region, account, resource }.to_string()
    };
    if let Some(object) = value.strip_prefix("s3://") {
        return Some(arn("s3", "", "", object));
    }
    // `https://sqs.eu-west-1.amazonaws.com/123456789012/orders`
    let (host, path) = value.strip_prefix("https://").or(value.strip_prefix("http://"))?.split_once('/')?;
    let (account, queue) = path.split_once('/')?;
    if account.is_empty() || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let region = host.strip_prefix("sqs.").and_then(|host| host.split('.').next()).unwrap_or(&options.region);
    Some(arn("sqs", region, account, queue))
}

/// `service:rest` as ARN, in the region and account of `like` where that is one.
fn base(text: &str, options: &PolicyOptions, like: Option<&str>) -> String {
    let Some((service, rest)) = text.split_once(':') else { return text.to_owned() };
    let like = like.and_then(Arn::parse);
    let (region, account) =
        like.map_or((&*options.region, &*options.account), |like| (like.region, like.account));
    let (region, account, resource) = if let Some(resource) = rest.strip_prefix("::") {
        ("", "", resource)
    } else if let Some(resource) = rest.strip_prefix("-:") {
        ("", account, resource)
    } else if service == "iam" {
        ("", account, rest)
    } else if let Some(resource) = rest.strip_prefix(':') {
        (region, "", resource)
    } else {
        (region, account, rest)
    };
    Arn { partition: &options.partition, service, region, account, resource }.to_string()
}

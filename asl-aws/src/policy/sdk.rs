//! The permissions that SDK integrations need: those in the table, and those that depend on the parameters.

use asl_value::Value;

use super::resource::is_expression;
use super::table;
use crate::naming::upper_first;

/// Actions on resources, both separated by spaces.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Needs {
    pub(super) actions: String,
    pub(super) on: String,
}

/// What a task needs; `None` if no IAM action is known for it.
pub(super) fn needs(service: &str, action: &str, parameters: Option<&Value>) -> Option<Vec<Needs>> {
    let operation = upper_first(action);
    let known = table::needs(service, &operation)?;
    let mut actions = known.actions;
    let mut on = known.on.to_owned();
    if service == "dynamodb"
        && let Some(statement) = parameters.and_then(|parameters| parameters.get("Statement"))
        && let Some(statement) =
            statement.as_str().filter(|text| !is_expression(text)).and_then(Statement::read)
    {
        actions = format!("dynamodb:PartiQL{}", statement.verb);
        on = format!("dynamodb:table/{}", statement.table.unwrap_or("*"));
    }
    for (with, parameter, further) in WITH_PARAMETER {
        let is_given = |parameters: &Value| {
            parameters.get(parameter).is_some() || parameters.get(&format!("{parameter}.$")).is_some()
        };
        if actions.split_whitespace().any(|action| action == *with) && parameters.is_some_and(is_given) {
            actions = format!("{actions} {further}");
        }
    }
    let mut needs = vec![Needs { actions, on }];
    needs.extend(known.roles.iter().map(|path| passing(path)));
    if matches!(service, "rdsdata" | "redshiftdata") {
        // The service reads the secret with the caller's permissions.
        let on = "secretsmanager:secret:{SecretArn?#secret}".to_owned();
        needs.push(Needs { actions: "secretsmanager:GetSecretValue".to_owned(), on });
    }
    Some(needs)
}

/// The permission to pass the role in a parameter, if it is present.
fn passing(path: &str) -> Needs {
    Needs { actions: "iam:PassRole".to_owned(), on: format!("iam:role/{{{path}?}}") }
}

/// The permissions to pass roles that an operation of an optimised integration needs.
pub(super) fn roles(service: &str, action: &str) -> Vec<Needs> {
    let known = table::needs(service, &upper_first(action));
    known.into_iter().flat_map(|known| known.roles).map(passing).collect()
}

/// Actions that are needed in addition to another if a parameter is present.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>
static WITH_PARAMETER: &[(&str, &str, &str)] = &[
    ("s3:DeleteObject", "VersionId", "s3:DeleteObjectVersion"),
    ("s3:DeleteObjectTagging", "VersionId", "s3:DeleteObjectVersionTagging"),
    ("s3:GetObject", "VersionId", "s3:GetObjectVersion"),
    ("s3:GetObjectAcl", "VersionId", "s3:GetObjectVersionAcl"),
    ("s3:GetObjectAttributes", "VersionId", "s3:GetObjectVersionAttributes"),
    ("s3:GetObjectTagging", "VersionId", "s3:GetObjectVersionTagging"),
    ("s3:PutObject", "Acl", "s3:PutObjectAcl"),
    ("s3:PutObject", "Tagging", "s3:PutObjectTagging"),
    ("s3:PutObjectAcl", "VersionId", "s3:PutObjectVersionAcl"),
    ("s3:PutObjectTagging", "VersionId", "s3:PutObjectVersionTagging"),
];

/// What a PartiQL statement does, and to which table: `SELECT * FROM "orders"."by-day" WHERE …`.
///
/// Source: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html>
#[derive(Debug, PartialEq, Eq)]
struct Statement<'s> {
    /// `Select`
    verb: &'static str,
    table: Option<&'s str>,
}

impl Statement<'_> {
    fn read(text: &str) -> Option<Statement<'_>> {
        let mut words = text.split_whitespace();
        let first = words.next()?;
        let (verb, before) = [("Select", "FROM"), ("Insert", "INTO"), ("Update", ""), ("Delete", "FROM")]
            .into_iter()
            .find(|(verb, _)| first.eq_ignore_ascii_case(verb))?;
        if !before.is_empty() {
            words.find(|word| word.eq_ignore_ascii_case(before));
        }
        let name = words.next().unwrap_or_default();
        let table = match name.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => name.split(['.', '(', ';', '[']).next(),
        };
        let is_name = |name: &&str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
        };
        Some(Statement { verb, table: table.filter(is_name) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::{known_actions, known_services};
    use crate::policy::facts;

    /// Every action in a policy exists in IAM.
    #[test]
    fn every_action_exists() {
        let mut found = 0;
        let mut missing = Vec::new();
        for service in known_services() {
            for action in known_actions(service) {
                match needs(service, &action, None) {
                    None => missing.push(format!("{service}:{action}")),
                    Some(needs) => {
                        found += 1;
                        for need in needs {
                            let mut actions = need.actions.split_whitespace();
                            assert!(actions.all(table::exists), "{service}:{action} {need:?}");
                        }
                    }
                }
            }
        }
        println!("{found} operations have actions, {} do not: {missing:?}", missing.len());
        assert!(found > 18_500, "{found}");
        for actions in facts::all_actions() {
            for action in actions.split_whitespace() {
                assert!(table::exists(action), "{action}");
            }
        }
        for (with, _, further) in WITH_PARAMETER {
            assert!(table::exists(with) && table::exists(further), "{further}");
        }
        assert!(
            !table::exists("apigateway:GetRestApis") && !table::exists("location:") && !table::exists("x")
        );
    }

    #[track_caller]
    fn check(statement: &str, expect: Option<(&'static str, Option<&str>)>) {
        let expect = expect.map(|(verb, table)| Statement { verb, table });
        assert_eq!(Statement::read(statement), expect, "{statement}");
    }

    #[test]
    fn statements() {
        check("SELECT * FROM \"orders\" WHERE id = ?", Some(("Select", Some("orders"))));
        check("select a, b from orders.\"by-day\"", Some(("Select", Some("orders"))));
        check("SELECT * FROM \"a.b\".\"i\"", Some(("Select", Some("a.b"))));
        check("INSERT INTO \"orders\" VALUE {'id': ?}", Some(("Insert", Some("orders"))));
        check("UPDATE orders SET a = 1", Some(("Update", Some("orders"))));
        check("DELETE FROM orders;", Some(("Delete", Some("orders"))));
        check("SELECT * FROM ?", Some(("Select", None)));
        check("SELECT", Some(("Select", None)));
        check("EXISTS(SELECT 1)", None);
        check("", None);
    }
}

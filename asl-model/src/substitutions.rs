//! [`Substitutions`]: values for each `${Name}` of a definition.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use asl_value::{Pointer, Value};

use crate::{Code, Diagnostic, Format, Source};

/// `ASL_SUBSTITUTE_OrdersTable` has the value of `${OrdersTable}`.
const VARIABLE: &str = "ASL_SUBSTITUTE_";
/// Has values also for names that a variable cannot have: `{"Orders.Arn": "arn:…"}`.
const VARIABLES: &str = "ASL_SUBSTITUTIONS";
/// The values for `orders.asl.json` are in `orders.substitutions.json`.
const FILE: &str = ".substitutions";
const ENDS: [&str; 3] = ["json", "yaml", "yml"];

/// Values for each `${Name}` of a definition, like CloudFormation's `DefinitionSubstitutions`: they allow the same
/// definition to be used in all stages.
///
/// Values come from the caller, from the environment, and from a file next to the definition. The first source that has
/// a name wins.
///
/// ```
/// use asl_model::{Excerpt, Source, Substitutions};
/// let given = Substitutions::from_iter([("Table", "orders-test")]);
/// let environment = [("ASL_SUBSTITUTE_Table", "orders-prod"), ("ASL_SUBSTITUTE_Topic", "paid")];
/// let values = given.or(Substitutions::from_variables(environment).unwrap());
/// let file = Source::json(r#"{"Table": "${Table}", "Topic": "${Topic}"}"#);
/// let (excerpt, _) = Excerpt::of(file).substituted(&values);
/// assert_eq!(excerpt.source().text(), r#"{"Table": "orders-test", "Topic": "paid"}"#);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Substitutions {
    values: BTreeMap<String, Substitution>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Substitution {
    value: String,
    /// Whether the definition should have the name. An environment is shared by many definitions.
    expected: bool,
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Substitutions {
    /// Values for names that the definition should have: [`Excerpt::substituted`](crate::Excerpt::substituted) warns
    /// about names that do not occur. If a name is repeated, the first value counts.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        let mut substitutions = Substitutions::default();
        for (name, value) in values {
            substitutions.put(name.into(), value.into(), true);
        }
        substitutions
    }
}

impl Substitutions {
    fn put(&mut self, name: String, value: String, expected: bool) {
        self.values.entry(name).or_insert(Substitution { value, expected });
    }

    /// Adds the values of `defaults` for names that do not have a value yet.
    #[must_use]
    pub fn or(mut self, defaults: Substitutions) -> Substitutions {
        for (name, substitution) in defaults.values {
            self.values.entry(name).or_insert(substitution);
        }
        self
    }

    /// The value for a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|substitution| substitution.value.as_str())
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The names that the definition should have.
    pub(crate) fn expected(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter(|(_, found)| found.expected).map(|(name, _)| name.as_str())
    }

    /// Whether [`from_variables`](Substitutions::from_variables) reads the environment variable of this name.
    pub fn is_variable(name: &str) -> bool {
        name == VARIABLES || name.starts_with(VARIABLE)
    }

    /// Values from the environment: `ASL_SUBSTITUTE_OrdersTable=orders` has the value of `${OrdersTable}`, and
    /// `ASL_SUBSTITUTIONS={"Orders.Arn": "arn:…", "Wait": 5}` has several values, also for names that a variable cannot
    /// have. The former takes precedence. An empty text is a value, too. Other variables are ignored.
    ///
    /// # Errors
    /// [`Code::SUBSTITUTION`], if [`read`](Substitutions::read) does not accept `ASL_SUBSTITUTIONS`.
    pub fn from_variables<N: AsRef<str>, V: AsRef<str>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Substitutions, Box<Diagnostic>> {
        let (mut own, mut together) = (Substitutions::default(), Substitutions::default());
        for (name, value) in variables {
            let (name, value) = (name.as_ref(), value.as_ref());
            if let Some(name) = name.strip_prefix(VARIABLE) {
                own.put(name.to_owned(), value.to_owned(), false);
            } else if name == VARIABLES && !value.is_empty() {
                let problem = |problem: Box<Diagnostic>| refused(format!("{VARIABLES}: {}", problem.message));
                together = Substitutions::read(&Source::json(value)).map_err(problem)?;
                together.values.values_mut().for_each(|found| found.expected = false);
            }
        }
        Ok(own.or(together))
    }

    /// Values from a text: names with their values, or a file of parameters as CloudFormation or CodePipeline accepts
    /// it. Numbers and booleans become texts.
    ///
    /// ```json
    /// {"OrdersTable": "orders", "Wait": 5}
    /// ```
    /// ```json
    /// {"Parameters": {"OrdersTable": "orders", "Wait": "5"}}
    /// ```
    /// ```json
    /// [{"ParameterKey": "OrdersTable", "ParameterValue": "orders"}]
    /// ```
    ///
    /// # Errors
    /// [`Code::SUBSTITUTION`], if it is not one of these; [`Code::INVALID_JSON`] and others, if it is not JSON or YAML.
    pub fn read(text: &Source) -> Result<Substitutions, Box<Diagnostic>> {
        let mut report = crate::report::Report::default();
        let value = text.value(&mut report);
        let value = match (report.into_diagnostics().into_iter().find(Diagnostic::is_error), value) {
            (Some(problem), _) => return Err(Box::new(problem)),
            (None, value) => value.unwrap_or_default(),
        };
        let mut read = Substitutions::default();
        for (name, value) in members(&value)? {
            let text = match value {
                Value::String(text) => text.to_string(),
                Value::Number(_) | Value::Bool(_) => value.to_json(),
                other => {
                    let found = other.type_name();
                    return Err(refused(format!("expected a string for `{name}`, found {found}")));
                }
            };
            read.put(name.to_owned(), text, true);
        }
        Ok(read)
    }

    /// The names of the files that [`beside`](Substitutions::beside) reads.
    pub fn files(definition: &Path) -> impl Iterator<Item = PathBuf> {
        files(definition)
    }

    /// Values from the file next to a definition: `orders.substitutions.json` (or `.yaml`, `.yml`) for
    /// `orders.asl.json`. If the file does not exist, there are no values. `read` reads files.
    ///
    /// # Errors
    /// As [`read`](Substitutions::read), with the name of the file; or the file cannot be read.
    pub fn beside(
        definition: &Path,
        mut read: impl FnMut(&Path) -> io::Result<Vec<u8>>,
    ) -> Result<Substitutions, Box<Diagnostic>> {
        for path in files(definition) {
            let refused = |problem: &str| refused(format!("`{}`: {problem}", path.display()));
            match read(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(refused(&error.to_string())),
                Ok(bytes) => {
                    let text = Source::from_bytes(&bytes, Format::of(&path));
                    return text
                        .and_then(|text| Substitutions::read(&text))
                        .map_err(|problem| refused(&problem.message));
                }
            }
        }
        Ok(Substitutions::default())
    }
}

fn files(definition: &Path) -> impl Iterator<Item = PathBuf> {
    let name = definition.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let known = |name: &str, end: &str| name.strip_suffix(&format!(".{end}")).map(str::to_owned);
    let stem = ENDS.iter().find_map(|end| known(name, end)).unwrap_or_else(|| name.to_owned());
    let stem = stem.strip_suffix(".asl").unwrap_or(&stem).to_owned();
    ENDS.into_iter().map(move |end| definition.with_file_name(format!("{stem}{FILE}.{end}")))
}

/// The names and values, from any of the accepted forms.
fn members(value: &Value) -> Result<Vec<(&str, &Value)>, Box<Diagnostic>> {
    match value {
        Value::Object(members) => {
            let inner = match members.get("Parameters") {
                Some(Value::Object(inner)) if members.len() == 1 => inner,
                _ => members,
            };
            Ok(inner.iter().map(|(name, value)| (name.as_str(), value)).collect())
        }
        Value::Array(items) => {
            let member = |item| {
                let item: &Value = item;
                let (name, value) = (item.get("ParameterKey")?.as_str()?, item.get("ParameterValue")?);
                Some((name, value))
            };
            let expected =
                "expected items such as {\"ParameterKey\": \"Table\", \"ParameterValue\": \"orders\"}";
            items.iter().map(|item| member(item).ok_or_else(|| refused(expected.to_owned()))).collect()
        }
        other => {
            let found = other.type_name();
            Err(refused(format!("expected an object of names and their values, found {found}")))
        }
    }
}

fn refused(message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::SUBSTITUTION, message, Pointer::root()))
}

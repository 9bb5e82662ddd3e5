//! Payload templates: JSON in which members whose names end in `.$` are expressions.

use std::collections::HashSet;
use std::sync::Arc;

use asl_query::{Env, EvalError, Expr, Node, QueryField, Site, SyntaxError, Template};
use asl_value::{Pointer, Text, Value};

use crate::{Intrinsic, ParseError, Path, PathError, PathErrorKind, Root, java};

/// Compiles a template.
///
/// The value of `"x.$"` is a path or a call of an intrinsic function, whose value becomes the member `x`. Any other string is
/// a constant. Objects inside arrays are templates too.
pub(crate) fn compile(json: &Value, field: &QueryField<'_>) -> Result<Template, Vec<SyntaxError>> {
    let mut compiler = Compiler { field, place: Pointer::root(), errors: Vec::new() };
    let node = compiler.node(json);
    if compiler.errors.is_empty() { Ok(Template::new(node)) } else { Err(compiler.errors) }
}

struct Compiler<'a> {
    field: &'a QueryField<'a>,
    /// The compiler's place in the template.
    place: Pointer,
    errors: Vec<SyntaxError>,
}

impl Compiler<'_> {
    /// The recursion is bounded by the depth of documents.
    fn node(&mut self, json: &Value) -> Node {
        match json {
            Value::Array(items) => {
                let nodes = items.iter().enumerate().map(|(index, item)| {
                    self.place.push(asl_value::Segment::Index(index));
                    let node = self.node(item);
                    self.place.pop();
                    node
                });
                Node::Array(nodes.collect())
            }
            Value::Object(members) => {
                let mut names = HashSet::new();
                let mut nodes = Vec::with_capacity(members.len());
                for (key, member) in members {
                    self.place.push(asl_value::Segment::Key(key.clone()));
                    let (name, node) = match key.strip_suffix(".$") {
                        Some(name) => (Text::from(name), self.hole(key, member)),
                        None => (key.clone(), self.node(member)),
                    };
                    if !names.insert(name.clone()) {
                        self.collision(&name);
                    }
                    self.place.pop();
                    nodes.push((name, node));
                }
                Node::Object(nodes.into())
            }
            scalar => Node::Const(scalar.clone()),
        }
    }

    fn hole(&mut self, key: &Text, member: &Value) -> Node {
        let Value::String(text) = member else {
            let kind = member.type_name().to_uppercase();
            let message = format!(
                "The value for the field '{key}' must be a STRING that contains a JSONPath but was an {kind}"
            );
            let help = format!("drop the `.$` of `{key}` if the value is meant literally");
            self.report(SyntaxError::new(self.field.pointer.clone(), message).help(help));
            return Node::Const(Value::Null);
        };
        match of_member(text, key) {
            Ok(expression) => Node::Hole(match self.field.site {
                Site::Assign => Arc::new(Rebased { subject: |env| env.result, expression }),
                Site::Catch => Arc::new(Rebased { subject: |env| env.error, expression }),
                _ => expression,
            }),
            Err(error) => {
                let message = format!(
                    "The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call"
                );
                self.report(error.in_field(self.field.pointer.clone(), message));
                Node::Const(Value::Null)
            }
        }
    }

    /// UNRECORDED: AWS's text for a template with both `x` and `x.$`.
    fn collision(&mut self, name: &str) {
        let message = format!("The fields '{name}' and '{name}.$' must not both be present");
        let help = format!("both would give the member `{name}`");
        self.report(SyntaxError::new(self.field.pointer.clone(), message).help(help));
    }

    /// AWS names only the field; the error here has the place of the member, too.
    fn report(&mut self, error: SyntaxError) {
        let place = self.field.pointer.segments().iter().chain(self.place.segments());
        self.errors.push(error.inner(place.cloned().collect()));
    }
}

/// A path or a call of an intrinsic function; `field` is its name in messages.
pub(crate) fn expression(text: &str, field: &Text) -> Result<Arc<dyn Expr>, ParseError> {
    compile_text(text, field, false)
}

/// An expression in a template.
fn of_member(text: &str, field: &Text) -> Result<Arc<dyn Expr>, ParseError> {
    compile_text(text, field, true)
}

fn compile_text(text: &str, field: &Text, is_member: bool) -> Result<Arc<dyn Expr>, ParseError> {
    if text.starts_with('$') {
        return Ok(Arc::new(PathField { path: Path::parse(text)?, field: field.clone(), is_member }));
    }
    Ok(Arc::new(Intrinsic::parse(text)?))
}

/// A path as the value of a field.
#[derive(Debug)]
struct PathField {
    path: Path,
    field: Text,
    /// Whether it is in a template.
    is_member: bool,
}

impl Expr for PathField {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        if env.input.is_null() && *self.path.root() == Root::Input {
            return Err(EvalError::runtime("Unable to apply Path transformation to null or empty input."));
        }
        match self.path.read(env) {
            Ok(value) => Ok(value.into_owned()),
            // Observed for an index beyond the end of an array. UNRECORDED: a negative index, which Jayway handles in the
            // same way.
            Err(error)
                if self.is_member
                    && self.path.is_definite()
                    && error.kind() == PathErrorKind::OutOfBounds =>
            {
                Ok(Value::Null)
            }
            Err(error) => Err(unread(&self.path, &error, &self.field, env)),
        }
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        self.path.variables(report);
    }
}

/// An expression whose `$` is not the state's input but, in `Assign`, the result or, in a catcher's, the error output.
#[derive(Debug)]
struct Rebased {
    subject: for<'e> fn(&Env<'e>) -> Option<&'e Value>,
    expression: Arc<dyn Expr>,
}

impl Expr for Rebased {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        self.expression.eval(&env.with_input((self.subject)(env).unwrap_or(env.input)))
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        self.expression.variables(report);
    }
}

/// The error of a path in a template, in `ErrorPath` or in `CausePath` that has no value.
#[cold]
pub(crate) fn unread(path: &Path, error: &PathError, field: &str, env: &Env<'_>) -> EvalError {
    if !error.is_not_found() {
        // UNRECORDED: AWS's text for a path in a template that does not apply to its document, such as an index into a string.
        return invalid_path(path, error);
    }
    let input = java::shown_json(path.document(env).unwrap_or(env.input));
    EvalError::runtime(format!(
        "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
    ))
}

/// The error of a path in `InputPath`, `OutputPath`, `TimeoutSecondsPath` or `HeartbeatSecondsPath` that has no value.
#[cold]
pub(crate) fn invalid_path(path: &Path, error: &PathError) -> EvalError {
    EvalError::runtime(format!("Invalid path '{path}' : {error}"))
}

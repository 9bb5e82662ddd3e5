//! [`Path`]: a JSONPath in the dialect of Jayway JsonPath 2.0.0, which is what AWS evaluates.

mod criterion;
mod decimal;
mod effort;
mod filter;
mod parse;
mod pattern;
mod step;
mod subscript;
mod walk;

use std::borrow::Cow;
use std::fmt;

use asl_query::{Env, StateWork};
use asl_value::{Document, Text, Value};

use crate::{ParseError, PathError};

pub(crate) use effort::TEXT_BYTES;

use effort::Effort;

pub(crate) use step::Step;

/// The most steps that a path may have, so that evaluation can recurse over them.
///
/// UNRECORDED: AWS's limit on the steps of a path.
pub(crate) const MAX_STEPS: usize = 256;

/// A compiled path: `$.order.lines[0].sku`, `$$.Execution.Id`, `$total`.
///
/// [`select`](Path::select) reads a document; [`read`](Path::read) reads what the root refers to in a state. To
/// write to a place, use a [`ReferencePath`](crate::ReferencePath).
///
/// A *definite* path (names, single indices, `[(@.length-1)]`) has one value or fails; it borrows the value and allocates
/// nothing. Any other path (`*`, `..`, slices, lists of indices, filters) always gives an array, even of no item or one.
///
/// The dialect is Jayway's, not RFC 9535: filters are written `[?(…)]`, a name extends to the next `.`, `[` or space, and
/// functions such as `length()` are plain names. A read takes at most [`StateWork::MOST_STEPS`]: a step is a value that it visits, a
/// criterion of a filter, or a few bytes of a text that a criterion compares. In a state, all reads share these steps.
///
/// ```
/// use asl_paths::Path;
/// use asl_value::json;
/// let order = json!({"id": 7, "lines": [{"sku": "a", "n": 2}, {"sku": "b", "n": 9}]});
/// let select = |path: &str| Path::parse(path).unwrap().select(&order).map(|value| value.to_string());
/// assert_eq!(select("$.lines[0].sku").unwrap(), r#""a""#);
/// assert_eq!(select("$.lines[?(@.n > 5)].sku").unwrap(), r#"["b"]"#);
/// assert_eq!(select("$.lines[5]").unwrap_err().message(), "Index out of bounds when evaluating path $['lines'][5]");
/// ```
///
/// Spec: <https://states-language.net/#path>
#[derive(Debug, Clone)]
pub struct Path {
    text: Text,
    root: Root,
    steps: Box<[Step]>,
    shape: Shape,
}

/// The root of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// `$`: what the state (or the filter field) works on.
    Input,
    /// `$$`: the context object.
    Context,
    /// `$name`: a workflow variable.
    Variable(Text),
}

/// What a path gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One value of the document.
    Value,
    /// One object, made of the members that the last step names: `$['a','b']`.
    Members,
    /// A list.
    List,
}

impl Path {
    /// Parses a path as ASL writes it: `$…`, `$$…` or `$name…`.
    ///
    /// # Errors
    /// The text is not a path; the error has Jayway's message, what was expected, and where.
    pub fn parse(text: &str) -> Result<Path, ParseError> {
        parse::rooted(text)
    }

    /// Parses any path that Jayway accepts: the root is always the document, and `a.b` means `$.a.b`.
    ///
    /// # Errors
    /// As [`parse`](Path::parse).
    pub fn parse_jayway(text: &str) -> Result<Path, ParseError> {
        let steps = parse::document_path(text)?.steps;
        Ok(Path::new(text.into(), Root::Input, steps))
    }

    pub(crate) fn new(text: Text, root: Root, steps: Vec<Step>) -> Path {
        let shape = match steps.iter().all(Step::is_definite) {
            false => Shape::List,
            true if steps.iter().any(|step| matches!(step, Step::Names(_))) => Shape::Members,
            true => Shape::Value,
        };
        Path { text, root, steps: steps.into(), shape }
    }

    /// Whether the path leads to one value. Otherwise it gives an array.
    pub fn is_definite(&self) -> bool {
        self.shape != Shape::List
    }

    /// The root of the path.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Reports the variable that the path starts from, if any.
    pub(crate) fn variables(&self, report: &mut dyn FnMut(&Text)) {
        if let Root::Variable(name) = &self.root {
            report(name);
        }
    }

    /// Whether the path is just `$`.
    pub fn is_input(&self) -> bool {
        self.root == Root::Input && self.steps.is_empty()
    }

    /// The text of the path.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Follows the steps from the root of a document, whatever the path's own root is. A value found in a `&Value` is
    /// borrowed; a document of serde_json is converted first.
    ///
    /// # Errors
    /// The document has no such value, or a step does not apply to its value.
    pub fn select<'v>(&self, document: impl Document<'v>) -> Result<Cow<'v, Value>, PathError> {
        match document.document() {
            Cow::Borrowed(document) => self.find(document),
            Cow::Owned(document) => Ok(Cow::Owned(self.find(&document)?.into_owned())),
        }
    }

    /// [`select`](Path::select) for a value.
    pub(crate) fn find<'v>(&self, document: &'v Value) -> Result<Cow<'v, Value>, PathError> {
        self.find_within(document, Effort::new(&StateWork::new()))
    }

    /// [`find`](Path::find), as a part of other work.
    fn find_within<'v>(&self, document: &'v Value, effort: Effort<'_>) -> Result<Cow<'v, Value>, PathError> {
        if self.shape == Shape::Value
            && let Some(found) = self.steps.iter().try_fold(document, |value, step| step.child(value))
        {
            return Ok(Cow::Borrowed(found));
        }
        self.walk(document, effort)
    }

    /// Evaluates an indefinite path, or finds out why a definite one fails.
    #[cold]
    fn walk<'v>(&self, document: &'v Value, effort: Effort<'_>) -> Result<Cow<'v, Value>, PathError> {
        let mut found = walk::select(&self.steps, document, effort)?;
        match self.shape {
            Shape::List => Ok(Cow::Owned(Value::Array(found.into()))),
            Shape::Value | Shape::Members => match found.pop() {
                Some(value) => Ok(Cow::Owned(value)),
                None => {
                    Err(PathError::not_found(format!("No results for path: {}", walk::printed(&self.steps))))
                }
            },
        }
    }

    /// The value of the root; `None` for a variable without a value.
    pub(crate) fn document<'e>(&self, env: &Env<'e>) -> Option<&'e Value> {
        match &self.root {
            Root::Input => Some(env.input),
            Root::Context => Some(env.context.get()),
            Root::Variable(name) => env.scope.get(name),
        }
    }

    /// Follows the steps from what the root refers to in `env`: the input, the context object or a variable.
    ///
    /// # Errors
    /// As [`select`](Path::select); a variable without a value is not found.
    pub fn read<'e>(&self, env: &Env<'e>) -> Result<Cow<'e, Value>, PathError> {
        match self.document(env) {
            Some(document) => self.find_within(document, Effort::of(env, &StateWork::new())),
            None => Err(self.unassigned()),
        }
    }

    /// UNRECORDED: AWS's text for an unassigned variable in a JSONPath state.
    #[cold]
    fn unassigned(&self) -> PathError {
        PathError::not_found(format!("The variable of {self} has no value"))
    }
}

/// The text of the path.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Path {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Path, ParseError> {
        Path::parse(text)
    }
}

//! [`Path`]: a JSONPath in the dialect of Jayway JsonPath 2.0.0, which is what AWS evaluates.

mod criterion;
mod decimal;
mod filter;
mod parse;
mod step;
mod subscript;
mod walk;

use std::borrow::Cow;
use std::fmt;

use asl_query::Env;
use asl_value::{Document, Text, Value};

use crate::{ParseError, PathError};

pub(crate) use step::Step;

/// A path of at most this many steps is accepted, so that evaluation may recurse over them.
///
/// UNRECORDED: how many steps AWS lets a path have.
pub(crate) const MAX_STEPS: usize = 256;

/// A compiled path: `$.order.lines[0].sku`, `$$.Execution.Id`, `$total`.
///
/// A *definite* path (names, single indices, `[(@.length-1)]`) has one value or fails; it borrows and allocates
/// nothing. Any other (`*`, `..`, slices, index lists, filters) always gives an array, be it of none or one.
///
/// The dialect is not RFC 9535: filters are `[?(…)]`, a name runs to the next `.`, `[` or space whatever is in it, and
/// functions such as `length()` are plain names.
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
#[derive(Debug, Clone)]
pub struct Path {
    text: Text,
    root: Root,
    steps: Box<[Step]>,
    shape: Shape,
}

/// What a path starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// `$`: what the state (or the filter field) works on.
    Input,
    /// `$$`: the context object.
    Context,
    /// `$name`: a workflow variable.
    Variable(Text),
}

/// What comes out of a path.
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
    /// What was expected, and where.
    pub fn parse(text: &str) -> Result<Path, ParseError> {
        parse::rooted(text)
    }

    /// Parses everything Jayway takes: the root is always the document, and `a.b` means `$.a.b`.
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

    /// Whether the path leads to one value; otherwise it gives an array.
    pub fn is_definite(&self) -> bool {
        self.shape != Shape::List
    }

    /// What it starts from.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Names the variable that it starts from.
    pub(crate) fn variables(&self, tell: &mut dyn FnMut(&Text)) {
        if let Root::Variable(name) = &self.root {
            tell(name);
        }
    }

    /// Whether the path is just `$`.
    pub fn is_input(&self) -> bool {
        self.root == Root::Input && self.steps.is_empty()
    }

    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Follows the steps from the root of a document, whatever the path's own root is. What is found in a `&Value` is
    /// borrowed; a document of serde_json is converted first.
    ///
    /// # Errors
    /// Nothing is there, or the document is not of that shape.
    pub fn select<'v>(&self, document: impl Document<'v>) -> Result<Cow<'v, Value>, PathError> {
        match document.document() {
            Cow::Borrowed(document) => self.find(document),
            Cow::Owned(document) => Ok(Cow::Owned(self.find(&document)?.into_owned())),
        }
    }

    /// [`select`](Path::select) in a value.
    pub(crate) fn find<'v>(&self, document: &'v Value) -> Result<Cow<'v, Value>, PathError> {
        if self.shape == Shape::Value
            && let Some(found) = self.steps.iter().try_fold(document, |value, step| step.child(value))
        {
            return Ok(Cow::Borrowed(found));
        }
        self.walk(document)
    }

    /// Everything but the happy end of a definite path.
    #[cold]
    fn walk<'v>(&self, document: &'v Value) -> Result<Cow<'v, Value>, PathError> {
        let mut found = walk::select(&self.steps, document)?;
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

    /// The document the path speaks of. `None`: the variable has no value.
    pub(crate) fn document<'e>(&self, env: &Env<'e>) -> Option<&'e Value> {
        match &self.root {
            Root::Input => Some(env.input),
            Root::Context => Some(env.context.get()),
            Root::Variable(name) => env.scope.get(name),
        }
    }

    /// The value of the path where a state stands.
    ///
    /// # Errors
    /// As [`select`](Path::select); a variable without a value is not found.
    pub fn read<'e>(&self, env: &Env<'e>) -> Result<Cow<'e, Value>, PathError> {
        match self.document(env) {
            Some(document) => self.find(document),
            None => Err(self.unassigned()),
        }
    }

    /// UNRECORDED: AWS's text for a variable nobody assigned, in JSONPath states.
    #[cold]
    fn unassigned(&self) -> PathError {
        PathError::not_found(format!("The variable of {self} has no value"))
    }
}

/// As it was written.
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

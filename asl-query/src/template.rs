//! [`Template`]: JSON with expressions in it.

use std::sync::Arc;

use asl_value::{Object, Text, Value};

use crate::{Env, EvalError, EvalErrorKind, Expr};

/// JSON with an expression in some of its places, the *holes*: `Parameters`, `Arguments`, `Assign`, `Output`.
///
/// Both query languages evaluate templates in the same way; they differ in how they find the holes of a field (`"k.$"` or
/// `"{% … %}"`). A language builds a [`Node`], and [`Template::new`] folds subtrees without a hole into constants, whose
/// evaluation copies a pointer.
///
/// ```
/// use std::sync::Arc;
/// use asl_query::{Env, EvalError, Expr, FixedHost, Node, Scope, Template};
/// use asl_value::{json, Value};
///
/// #[derive(Debug)]
/// struct Input;
/// impl Expr for Input {
///     fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
///         Ok(env.input.clone())
///     }
/// }
///
/// let order = Node::Object(Box::new([
///     ("order".into(), Node::Hole(Arc::new(Input))),
///     ("source".into(), Node::Const(json!("web"))),
/// ]));
/// let (input, scope) = (json!({"id": 7}), Scope::default());
/// let value = Template::new(order).eval(&Env::new(&input, &scope, &FixedHost)).unwrap();
/// assert_eq!(value, json!({"order": {"id": 7}, "source": "web"}));
/// ```
#[derive(Debug, Clone)]
pub struct Template(Node);

/// A part of a [`Template`].
#[derive(Debug, Clone)]
pub enum Node {
    /// A value without a hole.
    Const(Value),
    /// An expression.
    Hole(Arc<dyn Expr>),
    /// An array with a hole somewhere in it.
    Array(Box<[Node]>),
    /// An object with a hole somewhere in it; the names are distinct.
    Object(Box<[(Text, Node)]>),
}

impl Template {
    /// Makes a template. Subtrees without a hole become constants.
    pub fn new(node: Node) -> Template {
        Template(fold(node))
    }

    /// The value, if the template has no hole.
    pub fn as_const(&self) -> Option<&Value> {
        if let Node::Const(value) = &self.0 { Some(value) } else { None }
    }

    /// The top-level names of a template that is an object: the variables that an `Assign` sets.
    pub fn names(&self) -> Vec<&Text> {
        match &self.0 {
            Node::Object(members) => members.iter().map(|(name, _)| name).collect(),
            Node::Const(Value::Object(object)) => object.keys().collect(),
            _ => Vec::new(),
        }
    }

    /// Reports the variables that its expressions may read, as [`Expr::variables`].
    pub fn variables(&self, report: &mut dyn FnMut(&Text)) {
        variables(&self.0, report);
    }

    /// Evaluates the expressions in the order of the template and puts their values in place.
    ///
    /// # Errors
    /// The first expression that fails. `States.DataLimitExceeded` if the result nests too deep, or as soon as the values
    /// of its expressions take more memory than [`Host::memory_bytes`](crate::Host::memory_bytes).
    pub fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        let value = match &self.0 {
            Node::Const(value) => value.clone(),
            // The expression bounds the size of its value itself.
            Node::Hole(expr) => expr.eval(env)?,
            node => fill(node, env, &mut env.host.memory_bytes())?,
        };
        value.check_depth()?;
        Ok(value)
    }
}

fn variables(node: &Node, report: &mut dyn FnMut(&Text)) {
    match node {
        Node::Const(_) => {}
        Node::Hole(expr) => expr.variables(report),
        Node::Array(items) => items.iter().for_each(|item| variables(item, report)),
        Node::Object(members) => members.iter().for_each(|(_, member)| variables(member, report)),
    }
}

/// The recursion is bounded: a template is a parsed document with at most [`MAX_DEPTH`](asl_value::MAX_DEPTH) levels.
fn fill(node: &Node, env: &Env<'_>, left: &mut Option<u64>) -> Result<Value, EvalError> {
    Ok(match node {
        Node::Const(value) => value.clone(),
        Node::Hole(expr) => {
            let value = expr.eval(env)?;
            if let Some(left) = left {
                *left = left.checked_sub(value.memory_bytes()).ok_or_else(|| too_large(env))?;
            }
            value
        }
        Node::Array(items) => {
            let mut filled = Vec::with_capacity(items.len());
            for item in items {
                filled.push(fill(item, env, left)?);
            }
            Value::Array(filled.into())
        }
        Node::Object(members) => {
            let mut filled = Vec::with_capacity(members.len());
            for (name, member) in members {
                filled.push((name.clone(), fill(member, env, left)?));
            }
            Value::Object(Object::from_distinct(filled))
        }
    })
}

#[cold]
fn too_large(env: &Env<'_>) -> EvalError {
    let message = format!(
        "A template takes more than {} bytes of memory before it is complete.",
        env.host.memory_bytes().unwrap_or(u64::MAX)
    );
    EvalError::new(EvalErrorKind::DataLimitExceeded, message)
}

/// Turns subtrees of constants into one constant.
fn fold(node: Node) -> Node {
    match node {
        Node::Array(items) => {
            let items: Vec<Node> = items.into_vec().into_iter().map(fold).collect();
            match items.iter().map(constant).collect::<Option<Vec<Value>>>() {
                Some(values) => Node::Const(Value::Array(values.into())),
                None => Node::Array(items.into()),
            }
        }
        Node::Object(members) => {
            let members: Vec<(Text, Node)> =
                members.into_vec().into_iter().map(|(name, member)| (name, fold(member))).collect();
            let values = members.iter().map(|(name, member)| Some((name.clone(), constant(member)?)));
            match values.collect::<Option<Vec<_>>>() {
                Some(values) => Node::Const(Value::Object(Object::from_distinct(values))),
                None => Node::Object(members.into()),
            }
        }
        other => other,
    }
}

fn constant(node: &Node) -> Option<Value> {
    if let Node::Const(value) = node { Some(value.clone()) } else { None }
}

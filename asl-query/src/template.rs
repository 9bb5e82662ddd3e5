//! [`Template`]: JSON with holes.

use std::sync::Arc;

use asl_value::{Object, Text, Value};

use crate::{Env, EvalError, EvalErrorKind, Expr};

/// JSON with an expression in some of its places. Subtrees without one are constants, so they cost a pointer bump.
///
/// Both query languages have it; only how the holes are found differs (`"k.$"` or `"{% … %}"`).
#[derive(Debug, Clone)]
pub struct Template(Node);

/// A part of a [`Template`].
#[derive(Debug, Clone)]
pub enum Node {
    /// A value without holes.
    Const(Value),
    /// An expression.
    Hole(Arc<dyn Expr>),
    /// An array with a hole somewhere in it.
    Array(Box<[Node]>),
    /// An object with a hole somewhere in it; the names are distinct.
    Object(Box<[(Text, Node)]>),
}

impl Template {
    /// A template; subtrees without a hole become constants.
    pub fn new(node: Node) -> Template {
        Template(fold(node))
    }

    /// The value, if there is no hole anywhere.
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

    /// Names the variables that its expressions may read, as [`Expr::variables`].
    pub fn variables(&self, tell: &mut dyn FnMut(&Text)) {
        variables(&self.0, tell);
    }

    /// Fills the holes.
    ///
    /// # Errors
    /// The first expression that fails, in the order of the template; a result that nests too deep, or takes more memory than
    /// [`Host::memory_bytes`](crate::Host::memory_bytes), found while it is built.
    pub fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        let value = match &self.0 {
            Node::Const(value) => value.clone(),
            // Its size is for whoever evaluates it to bound.
            Node::Hole(expr) => expr.eval(env)?,
            node => fill(node, env, &mut env.host.memory_bytes())?,
        };
        value.check_depth()?;
        Ok(value)
    }
}

fn variables(node: &Node, tell: &mut dyn FnMut(&Text)) {
    match node {
        Node::Const(_) => {}
        Node::Hole(expr) => expr.variables(tell),
        Node::Array(items) => items.iter().for_each(|item| variables(item, tell)),
        Node::Object(members) => members.iter().for_each(|(_, member)| variables(member, tell)),
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

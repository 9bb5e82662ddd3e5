//! Templates: JSON in which strings `{% … %}` are expressions, at any depth. Names of members are never expressions.

use asl_query::{Expected, Node, QueryField, SyntaxError, Template};
use asl_value::{Pointer, Segment, Text, Value};

use crate::checked::{compile as expression, inside};

pub(crate) fn compile(json: &Value, field: &QueryField<'_>) -> Result<Template, Vec<SyntaxError>> {
    let mut compiler = Compiler { field, pointer: field.pointer.clone(), errors: Vec::new() };
    let node = compiler.node(json);
    if compiler.errors.is_empty() { Ok(Template::new(node)) } else { Err(compiler.errors) }
}

struct Compiler<'a> {
    field: &'a QueryField<'a>,
    pointer: Pointer,
    errors: Vec<SyntaxError>,
}

impl Compiler<'_> {
    /// The recursion is bounded by the depth of documents.
    fn node(&mut self, json: &Value) -> Node {
        match json {
            Value::String(text) => match inside(text) {
                Some(program) => self.hole(program),
                None => Node::Const(json.clone()),
            },
            Value::Array(items) => {
                let items = items.iter().enumerate();
                Node::Array(items.map(|(index, item)| self.below(Segment::Index(index), item)).collect())
            }
            Value::Object(members) => {
                let members = members.iter();
                let below =
                    |(name, json): (&Text, _)| (name.clone(), self.below(Segment::Key(name.clone()), json));
                Node::Object(members.map(below).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Node::Const(json.clone()),
        }
    }

    fn below(&mut self, segment: Segment, json: &Value) -> Node {
        self.pointer.push(segment);
        let node = self.node(json);
        self.pointer.pop();
        node
    }

    fn hole(&mut self, program: (usize, &str)) -> Node {
        let expected = match (self.field.name, self.pointer.segments().last()) {
            ("Credentials", Some(Segment::Key(name))) if **name == *"RoleArn" => Expected::String,
            _ => self.field.expected,
        };
        let field = self.field.with_pointer(&self.pointer).expecting(expected);
        match expression(program, &field) {
            Ok(expr) => Node::Hole(expr),
            Err(errors) => {
                self.errors.extend(errors);
                Node::Const(Value::Null)
            }
        }
    }
}

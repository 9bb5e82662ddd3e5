//! The gate: refuses JSONata that a state cannot have.
//!
//! AWS has JSONata 2.0.6, and its expressions have no input document: they read only `$states` and variables.

use std::collections::BTreeSet;

use asl_query::Site;
use jlens_core::ast::{FallbackOp, Node, NodeKind, Span, Stage};
use jlens_core::reads::Reads;
use jlens_core::stack;

use crate::ParseError;

/// What an expression mentions.
#[derive(Default)]
pub(crate) struct Mentions<'n> {
    /// Every `$name` that occurs, including those that the expression binds.
    pub(crate) names: BTreeSet<&'n str>,
    /// The errors, each message once.
    refused: Vec<ParseError>,
}

/// Visits every node.
///
/// # Errors
/// Everything that is refused.
pub(crate) fn pass(root: &Node) -> Result<Mentions<'_>, Vec<ParseError>> {
    let mut mentions = Mentions::default();
    mentions.visit(root, false);
    match mentions.refused.is_empty() {
        true => Ok(mentions),
        false => Err(mentions.refused),
    }
}

impl<'n> Mentions<'n> {
    fn refuse(&mut self, error: ParseError) {
        if !self.refused.iter().any(|known| known.message() == error.message()) {
            self.refused.push(error);
        }
    }

    /// `inside`: whether a path, filter, group, sort or transform around the node gives it a context.
    fn visit(&mut self, node: &'n Node, inside: bool) {
        stack::grow(|| self.visit_node(node, inside));
    }

    fn visit_node(&mut self, node: &'n Node, inside: bool) {
        match &node.kind {
            NodeKind::Variable { name } => self.variable(name, node.span, inside),
            NodeKind::Name { name, .. } if !inside => self.refuse(without_root(name, node.span)),
            NodeKind::Wildcard if !inside => self.refuse(without_root("*", node.span)),
            NodeKind::Descendant if !inside => self.refuse(without_root("**", node.span)),
            NodeKind::Fallback { op, lhs, .. } => self.fallback(*op, lhs),
            NodeKind::Bind { lhs, .. } => {
                if let NodeKind::Variable { name } = &lhs.kind {
                    self.bound(name, node.span);
                }
            }
            NodeKind::Lambda(lambda) => lambda.params.iter().for_each(|name| self.bound(name, node.span)),
            _ => {}
        }
        match &node.kind {
            NodeKind::Path { steps, .. } => {
                for (place, step) in steps.iter().enumerate() {
                    self.visit(step, inside || place > 0);
                }
            }
            NodeKind::Function { procedure, args } | NodeKind::Partial { procedure, args } => {
                // `not(x)` without its `$` is an error at run time, with a message of JSONata's own.
                if !is_bare_name(procedure) {
                    self.visit(procedure, inside);
                }
                args.iter().for_each(|argument| self.visit(argument, inside));
            }
            NodeKind::Transform(transform) => {
                let parts = [Some(&transform.pattern), Some(&transform.update), transform.delete.as_ref()];
                parts.into_iter().flatten().for_each(|part| self.visit(part, true));
            }
            NodeKind::Sort { terms } => terms.iter().for_each(|term| self.visit(&term.expr, true)),
            NodeKind::Lambda(lambda) => self.visit(&lambda.body, inside),
            NodeKind::Binary { lhs, rhs, .. }
            | NodeKind::Fallback { lhs, rhs, .. }
            | NodeKind::Bind { lhs, rhs }
            | NodeKind::Apply { lhs, rhs } => {
                self.visit(lhs, inside);
                self.visit(rhs, inside);
            }
            NodeKind::Negate { expr } => self.visit(expr, inside),
            NodeKind::Array { items } => items.iter().for_each(|item| self.visit(item, inside)),
            NodeKind::Object { pairs } => self.pairs(pairs, inside),
            NodeKind::Condition { condition, then, otherwise } => {
                let parts = [Some(condition), Some(then), otherwise.as_ref()];
                parts.into_iter().flatten().for_each(|part| self.visit(part, inside));
            }
            NodeKind::Block { exprs, .. } => exprs.iter().for_each(|part| self.visit(part, inside)),
            _ => {}
        }
        for stage in node.attrs.stages.iter().chain(&node.attrs.predicate) {
            if let Stage::Filter { expr, .. } = stage {
                self.visit(expr, true);
            }
        }
        if let Some(group) = &node.attrs.group {
            self.pairs(&group.pairs, true);
        }
    }

    fn pairs(&mut self, pairs: &'n [(Node, Node)], inside: bool) {
        for (name, value) in pairs {
            self.visit(name, inside);
            self.visit(value, inside);
        }
    }

    fn variable(&mut self, name: &'n str, span: Span, inside: bool) {
        match name {
            "" if inside => {}
            "" | "$" => self.refuse(without_root(&format!("${name}"), span)),
            _ => {
                self.names.insert(name);
            }
        }
    }

    /// A transform would call an expression's own `$clone` instead of copying the document that it changes.
    fn bound(&mut self, name: &str, span: Span) {
        if name == "clone" {
            self.refuse(ParseError::unavailable("The function $clone cannot be replaced", bytes(span)));
        }
    }

    /// `??` and `?:` are new in JSONata 2.1; 2.0.6 reports the second character as a misplaced operator.
    fn fallback(&mut self, op: FallbackOp, lhs: &Node) {
        let (token, help) = match op {
            FallbackOp::Default => (":", "this is JSONata 2.0.6: write `a ? a : b`"),
            FallbackOp::Coalesce => ("?", "this is JSONata 2.0.6: write `$exists(a) ? a : b`"),
        };
        let end = lhs.span.end;
        let message = format!("The symbol \"{token}\" cannot be used as a unary operator");
        self.refuse(ParseError::malformed("S0211", message, end..end).with_help(help));
    }
}

fn is_bare_name(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Name { .. } => true,
        NodeKind::Path { steps, .. } => {
            matches!(steps.as_slice(), [Node { kind: NodeKind::Name { .. }, .. }])
        }
        _ => false,
    }
}

/// UNRECORDED: AWS's text for `$`, `*` and `**` without a document; those for names and `$$` are recorded.
fn without_root(name: &str, span: Span) -> ParseError {
    let place = if name == "$$" { "" } else { " at the top level" };
    let message = format!("Reference to '{name}'{place} is not supported.");
    ParseError::unavailable(message, bytes(span))
        .with_help("an expression has no input document: use $states.input or a variable")
}

fn bytes(span: Span) -> std::ops::Range<usize> {
    span.start..span.end
}

/// Refuses fields that `$states` does not have in the expression's place.
///
/// # Errors
/// UNRECORDED: AWS's text for `$states.result` and `$states.errorOutput` where they do not exist.
pub(crate) fn at(reads: &Reads, site: Site) -> Result<(), ParseError> {
    let Some(fields) = reads.binding("states").and_then(|states| states.fields()) else { return Ok(()) };
    let places = [
        (
            "result",
            matches!(site, Site::Output | Site::Assign),
            "`Output` and `Assign` of Task, Parallel and Map have it",
        ),
        ("errorOutput", matches!(site, Site::Catch), "`Output` and `Assign` of a catcher have it"),
    ];
    match places.iter().find(|(field, is_there, _)| !is_there && fields.contains_key(*field)) {
        Some((field, _, help)) => {
            let message = format!("Field '$states.{field}' does not exist.");
            Err(ParseError::unavailable(message, 0..0).with_help(help))
        }
        None => Ok(()),
    }
}

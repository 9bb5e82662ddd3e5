//! A template as values that know their places, with the short forms of YAML (`!Ref x`) expanded.

use std::collections::HashMap;

use asl_value::{MAX_DEPTH, Pointer, Value};

use crate::source::event::{At, Event, Step};
use crate::{Code, Diagnostic, Span};

/// The number of values that aliases may add: a line of them can expand to a gigabyte.
#[cfg(feature = "yaml")]
const MOST_ALIASED: usize = 100_000;

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) content: NodeContent,
    /// Levels of nesting, and the number of values.
    depth: usize,
    count: usize,
}

#[derive(Debug, Clone)]
pub(super) enum NodeContent {
    Scalar(Value),
    Array(Vec<Node>),
    Object(Vec<Member>),
}

#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    /// The place of the name.
    pub(super) key: Span,
    pub(super) value: Node,
}

impl Node {
    fn new(span: Span, content: NodeContent) -> Node {
        let inner: Vec<&Node> = match &content {
            NodeContent::Scalar(_) => Vec::new(),
            NodeContent::Array(items) => items.iter().collect(),
            NodeContent::Object(members) => members.iter().map(|member| &member.value).collect(),
        };
        let depth = 1 + inner.iter().map(|node| node.depth).max().unwrap_or_default();
        let count = 1 + inner.iter().map(|node| node.count).sum::<usize>();
        Node { span, content, depth, count }
    }

    pub(super) fn members(&self) -> &[Member] {
        match &self.content {
            NodeContent::Object(members) => members,
            _ => &[],
        }
    }

    pub(super) fn items(&self) -> &[Node] {
        match &self.content {
            NodeContent::Array(items) => items,
            _ => &[],
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.members().iter().rev().find(|member| member.name == name).map(|member| &member.value)
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match &self.content {
            NodeContent::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }
}

/// A container that has begun.
struct OpenNode {
    span: Span,
    content: NodeContent,
    key: Option<(MemberName, Span)>,
    anchor: usize,
    /// The function whose argument the value is.
    function: Option<String>,
}

enum MemberName {
    Key(String),
    #[cfg(feature = "yaml")]
    Merge,
}

/// Builds the tree of a document from its events and their YAML tags.
pub(super) fn build<'t>(
    steps: impl Iterator<Item = (Step<'t>, Option<String>)>,
) -> Result<Option<Node>, Box<Diagnostic>> {
    let mut open: Vec<OpenNode> = Vec::new();
    let mut anchors: HashMap<usize, Node> = HashMap::new();
    #[cfg(feature = "yaml")]
    let mut aliased = 0;
    for (step, tag) in steps {
        let At { event, span, anchor } = step?;
        let function = tag.map(|tag| if tag == "Ref" { tag } else { format!("Fn::{tag}") });
        let (node, anchor, function) = match event {
            Event::Key(name) => {
                if let Some(around) = open.last_mut() {
                    around.key = Some((MemberName::Key(name.into_owned()), span));
                }
                continue;
            }
            #[cfg(feature = "yaml")]
            Event::Merge => {
                if let Some(around) = open.last_mut() {
                    around.key = Some((MemberName::Merge, span));
                }
                continue;
            }
            Event::Object => {
                open.push(OpenNode {
                    span,
                    content: NodeContent::Object(Vec::new()),
                    key: None,
                    anchor,
                    function,
                });
                continue;
            }
            Event::Array => {
                open.push(OpenNode {
                    span,
                    content: NodeContent::Array(Vec::new()),
                    key: None,
                    anchor,
                    function,
                });
                continue;
            }
            Event::Scalar(value) => (Node::new(span, NodeContent::Scalar(value)), anchor, function),
            Event::End => match open.pop() {
                Some(ended) => {
                    let span = ended.span.start..span.end.max(ended.span.start);
                    (Node::new(span, ended.content), ended.anchor, ended.function)
                }
                None => continue,
            },
            #[cfg(feature = "yaml")]
            Event::Alias(number) => {
                let Some(node) = anchors.get(&number) else { continue };
                aliased += node.count;
                if aliased > MOST_ALIASED {
                    return Err(refused(
                        Code::LIMIT,
                        format!("aliases stand for more than {MOST_ALIASED} values"),
                    ));
                }
                (node.clone(), anchor, function)
            }
        };
        let node = match function {
            Some(name) => {
                let (span, key) = (node.span.clone(), node.span.clone());
                Node::new(span, NodeContent::Object(vec![Member { name, key, value: node }]))
            }
            None => node,
        };
        if node.depth + open.len() > MAX_DEPTH as usize {
            return Err(refused(Code::TOO_DEEP, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        if anchor != 0 {
            anchors.insert(anchor, node.clone());
        }
        match open.last_mut() {
            None => return Ok(Some(node)),
            Some(around) => put(around, node),
        }
    }
    Ok(None)
}

fn refused(code: Code, message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, message, Pointer::root()))
}

fn put(around: &mut OpenNode, node: Node) {
    match (&mut around.content, around.key.take()) {
        (NodeContent::Array(items), _) => items.push(node),
        (NodeContent::Object(members), Some((MemberName::Key(name), key))) => {
            members.push(Member { name, key, value: node });
        }
        #[cfg(feature = "yaml")]
        (NodeContent::Object(members), Some((MemberName::Merge, _))) => {
            let merged = match node.content {
                NodeContent::Object(merged) => merged,
                NodeContent::Array(list) => {
                    list.into_iter().flat_map(|node| node.members().to_vec()).collect()
                }
                NodeContent::Scalar(_) => Vec::new(),
            };
            // Members that are written next to it take precedence, because the last one of a name counts.
            members.splice(0..0, merged.into_iter().rev());
        }
        _ => {}
    }
}

//! [`Tree`]: the syntax tree.

use std::ops::Range;

use asl_value::{Array, Object, Pointer, Segment, Text, Value};

use super::Scalar;

/// A node of a [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(usize);

/// What a text says, as far as it can be read, and where.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// Whether something was skipped, guessed or missing.
    pub(crate) is_broken: bool,
}

#[derive(Debug, Clone)]
struct Node {
    span: Range<usize>,
    parent: Option<NodeId>,
    content: Content,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Object(Vec<Member>),
    Array(Vec<NodeId>),
    Text(Scalar),
    /// A number, a boolean or null.
    Literal(Value),
    /// Something that is not a value: an unfinished word, an alias.
    Word(Scalar),
}

/// A member of an object.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) key: Scalar,
    /// The key with its quotes.
    pub(crate) key_span: Range<usize>,
    pub(crate) has_colon: bool,
    pub(crate) value: Option<NodeId>,
}

/// How many levels a tree has at most; deeper values are skipped.
pub(crate) const DEEPEST: usize = 200;

impl Tree {
    pub(crate) fn add(&mut self, span: Range<usize>, parent: Option<NodeId>, content: Content) -> NodeId {
        self.nodes.push(Node { span, parent, content });
        NodeId(self.nodes.len() - 1)
    }

    /// The value of the whole text.
    pub(crate) fn root(&self) -> Option<NodeId> {
        (!self.nodes.is_empty()).then_some(NodeId(0))
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId)
    }

    pub(crate) fn span(&self, id: NodeId) -> Range<usize> {
        self.nodes.get(id.0).map(|node| node.span.clone()).unwrap_or_default()
    }

    pub(crate) fn end_at(&mut self, id: NodeId, end: usize) {
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.span.end = end.max(node.span.start);
        }
    }

    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.nodes.get(id.0)?.parent
    }

    pub(crate) fn content(&self, id: NodeId) -> Option<&Content> {
        self.nodes.get(id.0).map(|node| &node.content)
    }

    pub(crate) fn members(&self, id: NodeId) -> &[Member] {
        match self.content(id) {
            Some(Content::Object(members)) => members,
            _ => &[],
        }
    }

    pub(crate) fn members_mut(&mut self, id: NodeId) -> Option<&mut Vec<Member>> {
        match self.nodes.get_mut(id.0).map(|node| &mut node.content) {
            Some(Content::Object(members)) => Some(members),
            _ => None,
        }
    }

    pub(crate) fn items(&self, id: NodeId) -> &[NodeId] {
        match self.content(id) {
            Some(Content::Array(items)) => items,
            _ => &[],
        }
    }

    pub(crate) fn items_mut(&mut self, id: NodeId) -> Option<&mut Vec<NodeId>> {
        match self.nodes.get_mut(id.0).map(|node| &mut node.content) {
            Some(Content::Array(items)) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn is_object(&self, id: NodeId) -> bool {
        matches!(self.content(id), Some(Content::Object(_)))
    }

    /// The last member with this key, which is the one that counts.
    pub(crate) fn member(&self, id: NodeId, name: &str) -> Option<&Member> {
        self.members(id).iter().rev().find(|member| member.key.value == name)
    }

    pub(crate) fn get(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.member(id, name)?.value
    }

    pub(crate) fn scalar(&self, id: NodeId) -> Option<&Scalar> {
        match self.content(id)? {
            Content::Text(scalar) => Some(scalar),
            _ => None,
        }
    }

    pub(super) fn scalar_mut(&mut self, id: NodeId) -> Option<&mut Scalar> {
        match self.nodes.get_mut(id.0).map(|node| &mut node.content) {
            Some(Content::Text(scalar)) => Some(scalar),
            _ => None,
        }
    }

    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        self.scalar(id).map(|scalar| scalar.value.as_str())
    }

    pub(crate) fn text_of(&self, id: NodeId, name: &str) -> Option<&str> {
        self.text(self.get(id, name)?)
    }

    /// The member of the parent whose value a node is.
    pub(crate) fn member_of(&self, id: NodeId) -> Option<&Member> {
        self.members(self.parent(id)?).iter().find(|member| member.value == Some(id))
    }

    /// The way from one node to another inside it.
    pub(crate) fn path(&self, from: NodeId, to: NodeId) -> Option<Vec<Segment>> {
        let mut path = Vec::new();
        let mut at = to;
        while at != from {
            let parent = self.parent(at)?;
            path.push(match self.member_of(at) {
                Some(member) => Segment::Key(Text::from(member.key.value.as_str())),
                None => Segment::Index(self.items(parent).iter().position(|item| *item == at)?),
            });
            at = parent;
        }
        path.reverse();
        Some(path)
    }

    /// The node at a place below another.
    pub(crate) fn at(&self, from: NodeId, path: &[Segment]) -> Option<NodeId> {
        path.iter().try_fold(from, |at, segment| match segment {
            Segment::Key(name) => self.get(at, name),
            Segment::Index(index) => self.items(at).get(*index).copied(),
        })
    }

    /// Where a diagnostic about a place goes: the value, the key of an object, or what is nearest to a place that does not
    /// exist.
    pub(crate) fn place(&self, from: NodeId, pointer: &Pointer, field: Option<&str>) -> Range<usize> {
        let mut at = from;
        let mut whole = true;
        for segment in pointer.segments() {
            match self.at(at, std::slice::from_ref(segment)) {
                Some(next) => at = next,
                None => {
                    whole = false;
                    break;
                }
            }
        }
        let named = field.filter(|_| whole).and_then(|field| self.member(at, field));
        if let Some(member) = named {
            return member.key_span.clone();
        }
        match (self.content(at), self.member_of(at)) {
            (Some(Content::Object(_) | Content::Array(_)), Some(member)) => member.key_span.clone(),
            (Some(Content::Object(_) | Content::Array(_)), None) => {
                let start = self.span(at).start;
                start..start + 1
            }
            _ => self.span(at),
        }
    }

    /// The value of a node. Words and missing values are left out.
    pub(crate) fn value(&self, id: NodeId) -> Option<Value> {
        Some(match self.content(id)? {
            Content::Text(scalar) => Value::from(scalar.value.as_str()),
            Content::Literal(value) => value.clone(),
            Content::Word(_) => return None,
            Content::Array(items) => {
                Value::Array(items.iter().filter_map(|item| self.value(*item)).collect::<Array>())
            }
            Content::Object(members) => {
                let mut object = Object::new();
                for member in members {
                    if let Some(value) = member.value.and_then(|value| self.value(value)) {
                        object.insert(member.key.value.as_str(), value);
                    }
                }
                Value::Object(object)
            }
        })
    }

    /// The innermost node whose span contains an offset, ends included.
    pub(crate) fn node_at(&self, offset: usize) -> Option<NodeId> {
        let mut at = self.root()?;
        loop {
            let inner = match self.content(at)? {
                Content::Object(members) => {
                    members.iter().filter_map(|member| member.value).find(|id| self.touches(*id, offset))
                }
                Content::Array(items) => items.iter().copied().find(|id| self.touches(*id, offset)),
                _ => None,
            };
            match inner {
                Some(inner) => at = inner,
                None => return Some(at),
            }
        }
    }

    fn touches(&self, id: NodeId, offset: usize) -> bool {
        let span = self.span(id);
        span.start <= offset && offset <= span.end
    }
}

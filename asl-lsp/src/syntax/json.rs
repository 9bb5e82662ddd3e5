//! JSON, and the flow collections of YAML, as far as they can be read.
//!
//! The parser never fails. It reads the text once, relying on brackets. If these do not match, it reads the text again and
//! also relies on indentation: a key that stands no further right than the object around it ends this object.

use std::ops::Range;

use asl_value::Value;

use super::scalar::{Quoting, Scalar, double_quoted, single_quoted};
use super::tree::{Content, DEEPEST, Member, NodeId, Tree};

/// The tree of the JSON in a part of a text. Its spans are those of the text.
pub(crate) fn parse(text: &str, range: Range<usize>) -> Tree {
    let mut tree = Tree::default();
    FlowParser::new(text, range.clone(), Dialect::Json, false).read(&mut tree, None);
    if tree.is_broken {
        tree = Tree::default();
        FlowParser::new(text, range, Dialect::Json, true).read(&mut tree, None);
        tree.is_broken = true;
    }
    tree
}

/// Adds the YAML flow collection at the beginning of a part of a text. Returns its node and where it ends.
pub(super) fn flow(
    text: &str,
    range: Range<usize>,
    tree: &mut Tree,
    parent: Option<NodeId>,
) -> (Option<NodeId>, usize) {
    let mut parser = FlowParser::new(text, range, Dialect::YamlFlow, false);
    let node = parser.read(tree, parent);
    (node, parser.at)
}

#[derive(Clone, Copy, PartialEq)]
enum Dialect {
    Json,
    YamlFlow,
}

struct FlowParser<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    dialect: Dialect,
    /// Whether brackets that do not match are corrected by indentation.
    by_indentation: bool,
    open: Vec<OpenBracket>,
    /// How many brackets were opened beyond the deepest level.
    skipped: usize,
    /// Where the line of the next token begins, and its indentation.
    line: usize,
    indent: usize,
}

struct OpenBracket {
    node: NodeId,
    is_object: bool,
    /// The indentation of the line where it was opened, and where that line begins.
    indent: usize,
    line: usize,
    /// Whether the last member or item has been followed by a comma.
    after_comma: bool,
}

enum Token {
    Open(bool),
    Close(bool),
    Colon,
    Comma,
    Text(Scalar),
    Word(Scalar),
}

impl<'t> FlowParser<'t> {
    fn new(text: &'t str, range: Range<usize>, dialect: Dialect, by_indentation: bool) -> FlowParser<'t> {
        let (at, end) = (range.start, range.end);
        FlowParser {
            text,
            at,
            end,
            dialect,
            by_indentation,
            open: Vec::new(),
            skipped: 0,
            line: at,
            indent: 0,
        }
    }

    /// Reads the first value and what belongs to it.
    fn read(&mut self, tree: &mut Tree, parent: Option<NodeId>) -> Option<NodeId> {
        let mut root = None;
        while let Some((token, span)) = self.token() {
            if self.by_indentation {
                self.dedent(tree, &token, &span);
            }
            match token {
                Token::Open(_) | Token::Text(_) | Token::Word(_)
                    if self.open.is_empty() && root.is_some() =>
                {
                    // In YAML, the rest of the line is not part of the collection.
                    tree.is_broken = true;
                    if self.dialect == Dialect::YamlFlow {
                        break;
                    }
                }
                Token::Open(is_object) => {
                    let node = self.opened(tree, is_object, span, parent);
                    root = root.or(node);
                }
                Token::Close(is_object) => self.closed(tree, is_object, span.end),
                Token::Colon => self.colon(tree),
                Token::Comma => match self.open.last_mut() {
                    Some(open) => {
                        tree.is_broken |= open.after_comma;
                        open.after_comma = true;
                    }
                    None => tree.is_broken = true,
                },
                Token::Text(scalar) => {
                    tree.is_broken |= scalar.unterminated;
                    let node = self.scalar(tree, scalar, span, true, parent);
                    root = root.or(node);
                }
                Token::Word(scalar) => {
                    let node = self.scalar(tree, scalar, span, false, parent);
                    root = root.or(node);
                }
            }
            if self.dialect == Dialect::YamlFlow && root.is_some() && self.open.is_empty() {
                break;
            }
        }
        tree.is_broken |= !self.open.is_empty() || root.is_none();
        while let Some(open) = self.open.pop() {
            tree.end_at(open.node, self.end);
        }
        root
    }

    fn opened(
        &mut self,
        tree: &mut Tree,
        is_object: bool,
        span: Range<usize>,
        parent: Option<NodeId>,
    ) -> Option<NodeId> {
        if self.open.len() >= DEEPEST {
            self.skipped += 1;
            tree.is_broken = true;
            return None;
        }
        let content = if is_object { Content::Object(Vec::new()) } else { Content::Array(Vec::new()) };
        let node = self.attach(tree, span.clone(), content, parent)?;
        let (indent, line) = (self.indent, self.line);
        self.open.push(OpenBracket { node, is_object, indent, line, after_comma: false });
        Some(node)
    }

    fn closed(&mut self, tree: &mut Tree, is_object: bool, end: usize) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let indent = self.indent;
        let fits = |open: &OpenBracket| open.is_object == is_object;
        let aligned = self.by_indentation && self.is_first(end - 1);
        let by_indent =
            self.open.iter().rposition(|open| fits(open) && open.indent == indent).filter(|_| aligned);
        let Some(index) = by_indent.or_else(|| self.open.iter().rposition(fits)) else {
            tree.is_broken = true;
            return;
        };
        tree.is_broken |=
            index + 1 != self.open.len() || self.open.last().is_some_and(|open| open.after_comma);
        for open in self.open.drain(index..).rev() {
            tree.end_at(open.node, end);
        }
    }

    fn colon(&mut self, tree: &mut Tree) {
        let object = self.open.last().filter(|open| open.is_object);
        let last = object.and_then(|open| tree.members_mut(open.node)?.last_mut());
        match last.filter(|member| !member.has_colon) {
            Some(member) => member.has_colon = true,
            None => tree.is_broken = true,
        }
    }

    /// Ends the containers that the indentation of a key says have ended.
    fn dedent(&mut self, tree: &mut Tree, token: &Token, span: &Range<usize>) {
        let is_key = matches!(token, Token::Text(_)) && self.peek_colon(span.end);
        if !is_key || !self.is_first(span.start) {
            return;
        }
        let (indent, line) = (self.indent, self.line);
        // The outermost object is never ended by a key.
        while self.open.len() > 1
            && let Some(open) = self.open.last()
            && open.line != line
            && indent <= open.indent
        {
            tree.end_at(open.node, line);
            self.open.pop();
        }
    }

    fn scalar(
        &mut self,
        tree: &mut Tree,
        scalar: Scalar,
        span: Range<usize>,
        quoted: bool,
        parent: Option<NodeId>,
    ) -> Option<NodeId> {
        let is_next_key = quoted && self.peek_colon(span.end);
        if let Some(open) = self.open.last_mut().filter(|open| open.is_object) {
            let members = tree.members_mut(open.node)?;
            let expects_value = members
                .last()
                .is_some_and(|member| member.has_colon && member.value.is_none() && !open.after_comma);
            if !expects_value || is_next_key {
                let was_first = members.is_empty();
                let has_colon_before =
                    members.last().is_none_or(|member| member.has_colon && member.value.is_some());
                let plain = !quoted && self.dialect == Dialect::Json;
                members.push(Member { key: scalar, key_span: span, has_colon: false, value: None });
                tree.is_broken |= plain || !(was_first || open.after_comma) || !has_colon_before;
                open.after_comma = false;
                return None;
            }
        }
        let content = match quoted {
            true => Content::Text(scalar),
            false => self.word(tree, scalar),
        };
        self.attach(tree, span, content, parent)
    }

    fn word(&self, tree: &mut Tree, scalar: Scalar) -> Content {
        let literal = match scalar.value.as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            number => number.parse().ok().map(Value::Number),
        };
        match (literal, self.dialect) {
            (Some(value), _) => Content::Literal(value),
            (None, Dialect::YamlFlow) => Content::Text(scalar),
            (None, Dialect::Json) => {
                tree.is_broken = true;
                Content::Word(scalar)
            }
        }
    }

    /// Adds a node where the next value belongs.
    fn attach(
        &mut self,
        tree: &mut Tree,
        span: Range<usize>,
        content: Content,
        parent: Option<NodeId>,
    ) -> Option<NodeId> {
        let Some(open) = self.open.last_mut() else { return Some(tree.add(span, parent, content)) };
        let around = open.node;
        let node = tree.add(span.clone(), Some(around), content);
        match open.is_object {
            false => {
                let items = tree.items_mut(around)?;
                let separated = items.is_empty() || open.after_comma;
                items.push(node);
                tree.is_broken |= !separated;
            }
            true => {
                let members = tree.members_mut(around)?;
                let waiting = members
                    .last_mut()
                    .filter(|member| member.has_colon && member.value.is_none() && !open.after_comma);
                match waiting {
                    Some(member) => member.value = Some(node),
                    None => {
                        // A value without a key.
                        let key = Scalar::new(Quoting::Plain, span.start..span.start);
                        members.push(Member {
                            key,
                            key_span: span.start..span.start,
                            has_colon: true,
                            value: Some(node),
                        });
                        tree.is_broken = true;
                    }
                }
            }
        }
        open.after_comma = false;
        Some(node)
    }

    fn token(&mut self) -> Option<(Token, Range<usize>)> {
        self.skip();
        while self.dialect == Dialect::YamlFlow && self.rest().starts_with(['!', '&']) {
            self.property();
        }
        let start = self.at;
        let first = self.rest().chars().next()?;
        let token = match first {
            '{' | '[' => self.mark(Token::Open(first == '{')),
            '}' | ']' => self.mark(Token::Close(first == '}')),
            ':' if self.dialect == Dialect::Json || self.is_separator(start) => self.mark(Token::Colon),
            ',' => self.mark(Token::Comma),
            '"' => {
                let (scalar, end) = double_quoted(self.text, start, self.end, self.dialect == Dialect::Json);
                self.at = end;
                Token::Text(scalar)
            }
            '\'' if self.dialect == Dialect::YamlFlow => {
                let (scalar, end) = single_quoted(self.text, start, self.end);
                self.at = end;
                Token::Text(scalar)
            }
            _ => Token::Word(self.bare(start)),
        };
        Some((token, start..self.at))
    }

    /// Passes over a tag or an anchor of YAML.
    fn property(&mut self) {
        let rest = self.rest();
        let length = match rest.strip_prefix("!<") {
            Some(tag) => tag.find('>').map_or(rest.len(), |end| end + 3),
            None => rest.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(rest.len()),
        };
        self.at += length;
        self.skip();
    }

    fn mark(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn bare(&mut self, start: usize) -> Scalar {
        let rest = self.rest();
        let ends = |(offset, c): &(usize, char)| match self.dialect {
            Dialect::Json => c.is_whitespace() || matches!(c, ',' | ':' | '{' | '}' | '[' | ']' | '"'),
            Dialect::YamlFlow => {
                matches!(c, ',' | '{' | '}' | '[' | ']' | '\n')
                    || *c == ':' && self.is_separator(start + offset)
                    || *c == '#' && rest.get(..*offset).is_some_and(|before| before.ends_with([' ', '\t']))
            }
        };
        let length = rest.char_indices().find(ends).map_or(rest.len(), |(offset, _)| offset);
        let word = rest.get(..length).unwrap_or_default().trim_end();
        let length = word.len().max(rest.chars().next().map_or(1, char::len_utf8));
        self.at = start + length;
        Scalar::plain(self.text, start..start + length)
    }

    /// Whether a colon of YAML separates a key from its value.
    fn is_separator(&self, at: usize) -> bool {
        let next = self.text.get(at + 1..self.end).and_then(|rest| rest.chars().next());
        next.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '{' | '}' | '[' | ']' | '"'))
            || self.text.get(..at).is_some_and(|before| before.ends_with(['"', '\'']))
    }

    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let space = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{feff}']).len();
            self.at += space;
            if let Some(newline) = rest.get(..space).and_then(|space| space.rfind('\n')) {
                self.line = self.at - space + newline + 1;
                self.indent = self.at - self.line;
            }
            let rest = self.rest();
            let is_comment = self.dialect == Dialect::YamlFlow && rest.starts_with('#');
            if !is_comment {
                return;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn peek_colon(&self, at: usize) -> bool {
        self.text.get(at..self.end).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with(':'))
    }

    /// Whether a token is the first one of its line.
    fn is_first(&self, offset: usize) -> bool {
        self.line + self.indent == offset
    }
}

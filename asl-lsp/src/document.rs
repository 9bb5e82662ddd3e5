//! [`Document`]: an open file, and the definitions in it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use asl_model::{CloudFormationTemplate, Format, Source};
use asl_test::TestFile;
use serde_json::Value;

use crate::buffer::Buffer;
use crate::diagnostics::placed::PlacedDiagnostic;
use crate::outline::Outline;
use crate::syntax::{self, Content, NodeId, Quoting, Tree};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Definition,
    Template,
    Tests,
    Other,
}

/// An open file.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) uri: String,
    /// Where it is, if it is on this computer.
    pub(crate) path: Option<PathBuf>,
    pub(crate) version: i64,
    pub(crate) format: Format,
    /// Whether the client said that it is a definition.
    is_named_asl: bool,
    pub(crate) buffer: Buffer,
    reading: Arc<Reading>,
    /// Its problems, once they are computed. They also depend on its companion files.
    pub(crate) diagnostics: Arc<OnceLock<Vec<PlacedDiagnostic>>>,
}

/// What the text says. It is read when it is asked for, which completions do not do, and once for all clones of a document.
#[derive(Debug, Default)]
struct Reading {
    tree: OnceLock<Arc<Tree>>,
    kind: OnceLock<FileKind>,
    definitions: OnceLock<Vec<Definition>>,
}

/// A definition in a file, as far as it can be read.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    /// The tree of the file, or of a text in it.
    pub(crate) tree: Arc<Tree>,
    pub(crate) root: NodeId,
    pub(crate) format: Format,
    pub(crate) outline: Outline,
    /// The logical id of the state machine, in a template.
    pub(crate) machine: Option<String>,
}

impl Document {
    pub(crate) fn open(uri: &str, language: &str, version: i64, buffer: Buffer) -> Document {
        let path = crate::uri::to_path(uri);
        let is_yaml =
            language.contains("yaml") || matches!(path.as_deref().map(Format::of), Some(Format::Yaml));
        Document {
            uri: uri.to_owned(),
            path,
            version,
            format: if is_yaml { Format::Yaml } else { Format::Json },
            is_named_asl: language.contains("asl"),
            buffer,
            reading: Arc::default(),
            diagnostics: Arc::default(),
        }
    }

    /// Applies changes of the text: an array of `TextDocumentContentChangeEvent`.
    pub(crate) fn change(&mut self, version: i64, changes: &[Value]) {
        for change in changes {
            self.buffer.change(change);
        }
        self.version = version;
        self.reading = Arc::default();
        self.diagnostics = Arc::default();
    }

    fn tree(&self) -> &Arc<Tree> {
        self.reading.tree.get_or_init(|| Arc::new(syntax::parse(self.buffer.text(), self.format)))
    }

    /// The tree of the whole text, and its root.
    pub(crate) fn whole(&self) -> Option<(&Tree, NodeId)> {
        let tree = self.tree();
        Some((tree, tree.root()?))
    }

    /// What the file is. Its name often says it.
    pub(crate) fn kind(&self) -> FileKind {
        *self.reading.kind.get_or_init(|| self.classify())
    }

    /// The definitions in the file, as far as they can be read.
    pub(crate) fn definitions(&self) -> &[Definition] {
        let read = || definitions(self.buffer.text(), self.tree(), self.kind(), self.format);
        self.reading.definitions.get_or_init(read)
    }

    fn classify(&self) -> FileKind {
        let path = self.path.as_deref().unwrap_or(Path::new(&self.uri));
        let has = |name: &str| {
            let tree = self.tree();
            tree.root().is_some_and(|root| tree.member(root, name).is_some())
        };
        if TestFile::is_named(path) {
            FileKind::Tests
        } else if self.is_named_asl || Source::definition_name(path).is_some() {
            FileKind::Definition
        } else if has("Resources") && CloudFormationTemplate::is_likely(self.buffer.text(), false) {
            FileKind::Template
        } else if has("States") && (has("StartAt") || has("QueryLanguage")) {
            FileKind::Definition
        } else {
            FileKind::Other
        }
    }

    /// Whether the tree says exactly what the strict parser reads, so that edits by it change nothing else.
    pub(crate) fn is_exact(&self) -> bool {
        let text = self.buffer.text();
        let source = Source::new(text.strip_prefix('\u{feff}').unwrap_or(text), self.format);
        let tree = self.tree();
        let read = tree.root().and_then(|root| tree.value(root));
        read.is_some()
            && source.document().0 == read
            && self.definitions().iter().all(|found| !found.tree.is_broken)
    }

    /// The definitions of another text of this file.
    pub(crate) fn definitions_of(&self, text: &str) -> Vec<Definition> {
        definitions(text, &Arc::new(syntax::parse(text, self.format)), self.kind(), self.format)
    }

    /// The definition that contains an offset.
    pub(crate) fn definition_at(&self, offset: usize) -> Option<&Definition> {
        definition_at(self.definitions(), offset)
    }
}

/// The innermost definition that contains an offset.
pub(crate) fn definition_at(definitions: &[Definition], offset: usize) -> Option<&Definition> {
    let within = definitions.iter().filter(|definition| {
        let span = definition.tree.span(definition.root);
        span.start <= offset && offset <= span.end
    });
    within.min_by_key(|definition| definition.tree.span(definition.root).len())
}

fn definitions(text: &str, tree: &Arc<Tree>, kind: FileKind, format: Format) -> Vec<Definition> {
    let Some(root) = tree.root() else { return Vec::new() };
    match kind {
        // A test file has no states, but fields.
        FileKind::Definition | FileKind::Tests => vec![Definition::of(tree, root, format, None)],
        FileKind::Template => in_template(text, tree, root, format),
        FileKind::Other => Vec::new(),
    }
}

impl Definition {
    fn of(tree: &Arc<Tree>, root: NodeId, format: Format, machine: Option<String>) -> Definition {
        Definition { tree: Arc::clone(tree), root, format, outline: Outline::of(tree, root), machine }
    }
}

/// The definitions of a template: `Definition`, and JSON in `DefinitionString`.
fn in_template(text: &str, tree: &Arc<Tree>, root: NodeId, format: Format) -> Vec<Definition> {
    let mut found = Vec::new();
    let Some(resources) = tree.get(root, "Resources") else { return found };
    for resource in tree.members(resources) {
        let properties = resource.value.and_then(|value| {
            let is_machine = tree.text_of(value, "Type")?.ends_with("::StateMachine");
            tree.get(value, "Properties").filter(|_| is_machine)
        });
        let Some(properties) = properties else { continue };
        let name = Some(resource.key.value.clone());
        if let Some(definition) = tree.get(properties, "Definition") {
            found.push(Definition::of(tree, definition, format, name.clone()));
        }
        if let Some(text_node) =
            tree.get(properties, "DefinitionString").and_then(|node| sub_text(tree, node))
        {
            found.extend(embedded(text, tree, text_node, name));
        }
    }
    found
}

/// The text of `DefinitionString`, which may be the argument of `Fn::Sub`.
fn sub_text(tree: &Tree, node: NodeId) -> Option<NodeId> {
    match tree.content(node)? {
        Content::Text(_) => Some(node),
        Content::Object(_) => sub_text(tree, tree.get(node, "Fn::Sub")?),
        Content::Array(items) => sub_text(tree, *items.first()?),
        _ => None,
    }
}

/// JSON that is written in a text as it is, in a block of YAML. Spaces do not matter in JSON, so its indentation in the file
/// can stay. In quotes, an edit could end the text.
fn embedded(text: &str, tree: &Tree, node: NodeId, machine: Option<String>) -> Option<Definition> {
    let scalar =
        tree.scalar(node).filter(|scalar| matches!(scalar.quoting, Quoting::Block | Quoting::Plain))?;
    let written = text.get(scalar.inner.clone())?;
    if !written.trim_start().starts_with('{') {
        return None;
    }
    let inner = Arc::new(syntax::json::parse(text, scalar.inner.clone()));
    let root = inner.root()?;
    Some(Definition::of(&inner, root, Format::Json, machine))
}

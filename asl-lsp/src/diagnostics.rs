//! The problems of a document: those that `asl validate` reports, and in half-typed text those of what can be read.

mod beside;
pub(crate) mod placed;
mod related;

use std::ops::Range;

use asl_model::{
    CloudFormationTemplate, Code, Diagnostic, Excerpt, ExecutionType, ExpressPatterns, Source, Substitutions,
    TemplateDefinition, TemplateMachine, validate_express,
};
use asl_value::Pointer;
use serde_json::{Value, json};

use crate::buffer::Buffer;
use crate::document::{Definition, Document, FileKind};
use crate::services;
use placed::PlacedDiagnostic;

/// The problems of a document. They are computed once for a text and its companion files.
pub(crate) fn of(document: &Document) -> &[PlacedDiagnostic] {
    document.diagnostics.get_or_init(|| found(document))
}

fn found(document: &Document) -> Vec<PlacedDiagnostic> {
    match document.kind() {
        FileKind::Other => Vec::new(),
        FileKind::Tests => of_tests(document),
        FileKind::Definition => of_definition(document),
        FileKind::Template => of_template(document),
    }
}

/// The text as a source, and the length of its byte order mark.
fn source(document: &Document) -> (Source, usize) {
    let text = document.buffer.text();
    let stripped = text.strip_prefix('\u{feff}').unwrap_or(text);
    (Source::new(stripped, document.format), text.len() - stripped.len())
}

fn of_definition(document: &Document) -> Vec<PlacedDiagnostic> {
    let (source, mark) = source(document);
    let (excerpt, found, machine_type) = beside::deployed(document.path.as_deref(), source);
    let diagnostics = checked(&excerpt, found, machine_type);
    let mut placed = placed(&excerpt, diagnostics, mark, document);
    if is_unreadable(&placed) {
        placed.extend(
            document
                .definitions()
                .first()
                .map(|definition| of_readable_part(definition, document))
                .unwrap_or_default(),
        );
    }
    related::add(&mut placed, document);
    placed
}

fn of_template(document: &Document) -> Vec<PlacedDiagnostic> {
    let (source, mark) = source(document);
    let mut found = Vec::new();
    match CloudFormationTemplate::read(&source) {
        Err(problem) => {
            found.extend(placed(&Excerpt::of(source), vec![*problem], mark, document));
            for definition in document.definitions().iter() {
                found.extend(of_readable_part(definition, document));
            }
        }
        Ok(template) => {
            for machine in template.iter().flat_map(|template| &template.machines) {
                found.extend(of_machine(document, machine, mark));
            }
        }
    }
    related::add(&mut found, document);
    found
}

fn of_machine(document: &Document, machine: &TemplateMachine, mark: usize) -> Vec<PlacedDiagnostic> {
    let machine_type = machine.execution_type.unwrap_or(ExecutionType::Standard);
    match &machine.definition {
        TemplateDefinition::Inline(excerpt) => {
            let (excerpt, found) = machine.deployed(excerpt.clone(), &Substitutions::default());
            let mut placed = placed(&excerpt, checked(&excerpt, found, machine_type), mark, document);
            if is_unreadable(&placed) {
                let own = document
                    .definitions()
                    .iter()
                    .find(|definition| definition.machine.as_deref() == Some(&machine.name));
                placed
                    .extend(own.map(|definition| of_readable_part(definition, document)).unwrap_or_default());
            }
            placed
        }
        // Its own document shows the problems of the file; here only that it cannot be read.
        TemplateDefinition::File(name) => {
            let folder = document.path.as_deref().and_then(|path| path.parent());
            let problem =
                folder.and_then(|folder| beside::read(&folder.join(name), folder).err()).map(|error| {
                    let message = format!("cannot read the definition `{name}`: {error}");
                    Diagnostic::error(Code::INVALID_JSON, message, Pointer::root())
                });
            let range = machine.span.start + mark..machine.span.end + mark;
            let placed =
                |diagnostic| PlacedDiagnostic { range: range.clone(), diagnostic, related: Vec::new() };
            problem.map(placed).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The problems of a definition, as `asl validate` finds them.
fn checked(excerpt: &Excerpt, mut found: Vec<Diagnostic>, machine_type: ExecutionType) -> Vec<Diagnostic> {
    let machine = match asl_engine::load(excerpt.source()) {
        Ok(loaded) => {
            found.extend(loaded.diagnostics);
            Some(loaded.machine)
        }
        Err(error) => {
            let (machine, problems) = error.into_parts();
            found.extend(problems);
            machine
        }
    };
    if let Some(machine) = &machine {
        if machine_type == ExecutionType::Express {
            found.extend(validate_express(machine, ExpressPatterns::Aws));
        }
        found.extend(services::problems(machine));
    }
    found.retain(|problem| !excerpt.excuses(problem));
    found
}

fn placed(
    excerpt: &Excerpt,
    found: Vec<Diagnostic>,
    mark: usize,
    document: &Document,
) -> Vec<PlacedDiagnostic> {
    let spans = excerpt.find_all(&found);
    let end = document.buffer.text().len();
    let places = found.into_iter().zip(spans).map(|(diagnostic, span)| {
        let span = span.unwrap_or(0..0);
        let range = (span.start + mark).min(end)..(span.end + mark).min(end);
        PlacedDiagnostic { range: visible(document.buffer.text(), range), diagnostic, related: Vec::new() }
    });
    places.collect()
}

/// Makes an empty range at the end of a text visible: it covers the last character.
fn visible(text: &str, range: Range<usize>) -> Range<usize> {
    if range.start < range.end || range.start < text.trim_end().len() {
        return range;
    }
    let written = text.trim_end();
    let last = written.chars().next_back().map_or(0, char::len_utf8);
    written.len() - last..written.len()
}

fn is_unreadable(found: &[PlacedDiagnostic]) -> bool {
    found.iter().any(|placed| placed.diagnostic.code == Code::INVALID_JSON)
}

/// The problems of what can be read of a definition that is not JSON or YAML yet.
fn of_readable_part(definition: &Definition, document: &Document) -> Vec<PlacedDiagnostic> {
    let tree = &definition.tree;
    let Some(value) = tree
        .value(definition.root)
        .filter(|value| value.as_object().is_some_and(|object| !object.is_empty()))
    else {
        return Vec::new();
    };
    let excerpt = Excerpt::of(Source::json(value.to_json()));
    let found = checked(&excerpt, Vec::new(), ExecutionType::Standard);
    let places = found.into_iter().map(|diagnostic| {
        let place = diagnostic.inner.as_ref().unwrap_or(&diagnostic.location);
        let field = diagnostic.field.as_deref();
        let mut range = tree.place(definition.root, place, field);
        let node = tree.at(definition.root, place.segments());
        if let (Some(scalar), Some(part)) = (node.and_then(|node| tree.scalar(node)), &diagnostic.range)
            && part.start < part.end
        {
            range = scalar.written_range(part.clone());
        }
        PlacedDiagnostic { range: visible(document.buffer.text(), range), diagnostic, related: Vec::new() }
    });
    places.collect()
}

/// Whether a file that is named like one of tests is of `asl test`, and not of another tool.
fn is_ours(document: &Document) -> bool {
    document.definitions().iter().any(|found| {
        let schema = found.tree.text_of(found.root, "$schema");
        ["cases", "machine"].iter().any(|name| found.tree.member(found.root, name).is_some())
            || schema.is_some_and(|schema| schema.contains("asl-test.schema.json"))
    })
}

fn of_tests(document: &Document) -> Vec<PlacedDiagnostic> {
    if !is_ours(document) {
        return Vec::new();
    }
    let (source, mark) = source(document);
    let problems = asl_test::TestFile::problems(&source);
    let places = problems.into_iter().map(|problem| {
        let line = problem.place.line.saturating_sub(1);
        let written = document.buffer.line(line);
        let column = written
            .char_indices()
            .nth(problem.place.column.saturating_sub(1))
            .map_or(written.len(), |(at, _)| at);
        let line_start = document.buffer.offset(&json!({"line": line, "character": 0})).unwrap_or_default();
        let start = line_start + column + if line == 0 { mark } else { 0 };
        let word = written.get(column..).unwrap_or_default();
        let length = word.find(|c: char| c.is_whitespace() || matches!(c, ':' | ',')).unwrap_or(word.len());
        let diagnostic = Diagnostic::error(Code::UNKNOWN_FIELD, problem.message, Pointer::root());
        PlacedDiagnostic { range: start..start + length.max(1), diagnostic, related: Vec::new() }
    });
    places.collect()
}

/// A problem in the form of the protocol.
pub(crate) fn to_json(placed: &PlacedDiagnostic, document: &Document, in_tests: bool) -> Value {
    let buffer: &Buffer = &document.buffer;
    let found = &placed.diagnostic;
    // Jackson's places repeat the beginning of the text.
    let message = found.message.split("\n at ").next().unwrap_or_default();
    let message = message.split(" (start marker at [Source: ").next().unwrap_or_default();
    let message = message.split(" (for Object starting at [Source: ").next().unwrap_or_default();
    let message = message.split(" (for Array starting at [Source: ").next().unwrap_or_default();
    let message = match &found.help {
        Some(help) => format!("{message}\n{help}"),
        None => message.to_owned(),
    };
    let mut shown = json!({
        "range": buffer.range(&placed.range),
        "severity": if found.is_error() { 1 } else { 2 },
        "source": "asl",
        "message": message,
    });
    let Some(members) = shown.as_object_mut() else { return shown };
    if !in_tests {
        members.insert("code".to_owned(), json!(found.code.id()));
    }
    if found.code == Code::UNREACHABLE {
        // `Unnecessary`: editors show it faded.
        members.insert("tags".to_owned(), json!([1]));
    }
    if !placed.related.is_empty() {
        let related = placed.related.iter().map(|(range, message)| {
            json!({"location": {"uri": document.uri, "range": buffer.range(range)}, "message": message})
        });
        members.insert("relatedInformation".to_owned(), related.collect());
    }
    shown
}

//! Renaming states and variables.

use asl_jsonata::StateExpression;
use serde_json::{Value, json};

use super::actions::workspace_edits;
use crate::companions::{self, DefinedName};
use crate::document::{Definition, Document};
use crate::edit::{DocumentEdit, state_name};
use crate::expression::{self, VariableUse, WrittenExpression, jsonata};
use crate::reference::functions;
use crate::request_error::RequestError;
use crate::syntax::Content;
use crate::target::{self, Target};
use crate::variables::Variables;

/// The longest name, in characters.
const LONGEST: usize = 80;

/// The name that can be changed at an offset: its range, or null.
pub(crate) fn prepare(document: &Document, offset: usize) -> Value {
    match target::at(document, offset) {
        Some((_, Target::State { name, .. } | Target::Variable { name, .. }, range)) => {
            json!({"range": document.buffer.range(&range), "placeholder": name})
        }
        None => Value::Null,
    }
}

/// The edits that give a state or a variable a new name, in the document and in its companion files: a `WorkspaceEdit`. `open` are
/// the files that the client has open.
pub(crate) fn rename(
    document: &Document,
    offset: usize,
    name: &str,
    open: &[&Document],
) -> Result<Value, RequestError> {
    let refuse = |reason: String| Err(RequestError::failed(reason));
    let Some((definition, target, _)) = target::at(document, offset) else {
        return refuse("there is no state and no variable here".to_owned());
    };
    if !document.is_exact() {
        return refuse(
            "the text has errors, or forms of YAML such as aliases that renaming does not know".to_owned(),
        );
    }
    let checked = match &target {
        Target::State { machine, name: old } => check_state(definition, *machine, old, name),
        Target::Variable { owner, name: old } => check_variable(definition, *owner, old, name),
    };
    if let Err(reason) = checked {
        return refuse(reason);
    }
    let occurrences = target::occurrences(definition, &target);
    let text = document.buffer.text();
    if let Target::Variable { name: old, .. } = &target
        && let Some(other) = occurrences.iter().find(|found| text.get(found.span.clone()) != Some(old))
    {
        let line = document.buffer.line_of(other.span.start) + 1;
        return refuse(format!("line {line} writes `{old}` with escapes, which renaming does not know"));
    }
    let is_state = matches!(target, Target::State { .. });
    let edits = occurrences.into_iter().map(|found| match is_state {
        true => state_name(document, &found.span, name),
        false => DocumentEdit { range: found.span, text: name.to_owned() },
    });
    let edits: Vec<DocumentEdit> = edits.collect();
    let named = match &target {
        Target::State { name, .. } => Some(DefinedName::State(name)),
        // Tests see the variables of the machine itself.
        Target::Variable { owner, name } => (*owner == 0).then_some(DefinedName::Variable(name)),
    };
    let beside = match named {
        Some(named) => companions::renamed(document, definition, named, name, open)?,
        None => Vec::new(),
    };
    let mut all = vec![(document, edits.as_slice())];
    all.extend(beside.iter().map(|(file, edits)| (file, edits.as_slice())));
    Ok(workspace_edits(&all))
}

fn check_state(definition: &Definition, machine: usize, old: &str, name: &str) -> Result<(), String> {
    let length = name.chars().count();
    if name.is_empty() || length > LONGEST {
        return Err(format!("a state has a name of 1 to {LONGEST} characters; this one has {length}"));
    }
    if definition.outline.state(machine, old).is_none() {
        return Err(format!("there is no state `{old}`"));
    }
    // State names are unique within the whole definition.
    if name != old && definition.outline.states.iter().any(|state| state.name == name) {
        return Err(format!("there is a state `{name}` already"));
    }
    Ok(())
}

fn check_variable(definition: &Definition, owner: usize, old: &str, name: &str) -> Result<(), String> {
    let mut letters = name.chars();
    let starts = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if !starts || !letters.all(VariableUse::is_part) || name.chars().count() > LONGEST {
        return Err(format!(
            "`{name}` is not the name of a variable: letters, digits and `_`, at most {LONGEST}"
        ));
    }
    if name == "states" || functions::named(name).is_some() {
        return Err(format!("`${name}` has a meaning in JSONata already"));
    }
    let variables = Variables::of(definition);
    let outline = &definition.outline;
    let overlaps = |machine: usize| {
        outline.enclosing(machine).contains(&owner) || outline.enclosing(owner).contains(&machine)
    };
    if name != old && variables.assignments.iter().any(|found| found.name == name && overlaps(found.machine))
    {
        return Err(format!("there is a variable `{name}` already"));
    }
    for (state, node, written) in expression::all(definition) {
        let machine = outline.states.get(state).map_or(0, |state| state.machine);
        let (Some(Content::Text(scalar)), WrittenExpression::Jsonata(range)) =
            (definition.tree.content(node), written)
        else {
            continue;
        };
        let text = scalar.value.get(range).unwrap_or_default();
        let locals = jsonata::locals(text, &jsonata::tokens(text));
        let reads = |variable: &str| {
            StateExpression::parse(text)
                .is_ok_and(|parsed| parsed.variables().any(|found| found.as_str() == variable))
        };
        let is_in_scope = variables.owner(definition, machine, old) == Some(owner);
        if is_in_scope && reads(old) && (locals.contains(&old) || locals.contains(&name)) {
            return Err(format!("an expression binds the same name itself: `{}`", text.trim()));
        }
    }
    Ok(())
}

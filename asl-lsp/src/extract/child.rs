//! A region as a state machine of its own, which a task starts and waits for.
//!
//! Executions that succeed have the same output, and their tasks the same arguments, if the input is an object or an array. It
//! is another execution: with a name of its own, an error that the task reports as `States.TaskFailed`, and an input of text that
//! `StartExecution` would read as JSON. The title of the action says so.

use asl_model::{Format, QueryLanguage, Source};
use asl_value::{Value, json as asl};

use super::extraction::{CreatedFile, Extraction, Refused};
use super::layout::{Piece, Place, Style, document as written};
use super::members::{members, place};
use super::parallel::{next, replaced};
use super::region::Region;
use super::scope;
use crate::document::FileKind;

pub(super) fn extracted(region: &Region<'_>) -> Result<Extraction, Refused> {
    scope::check_inner(region)?;
    scope::check_isolated(region)?;
    let document = region.document;
    let path = document.path.as_deref().filter(|_| document.kind() == FileKind::Definition);
    let path = path.ok_or("only the definition of a file of its own can be divided into two files")?;
    let name = slug(region.entry);
    let stem = Source::definition_name(path).ok_or("the file is not named like a definition")?;
    let end = if document.format == Format::Json { "json" } else { "yaml" };
    let file = format!("{stem}-{name}.asl.{end}");
    if path.with_file_name(&file).exists() {
        return Err(format!("there is a file `{file}` already"));
    }
    let (arguments, input, output) = match region.language() {
        QueryLanguage::JsonPath => ("Parameters", ("Input.$", "$"), ("OutputPath", "$.Output")),
        QueryLanguage::JsonAta => {
            ("Arguments", ("Input", "{% $states.input %}"), ("Output", "{% $states.result.Output %}"))
        }
    };
    let mut machine = Vec::new();
    if region.language() == QueryLanguage::JsonAta {
        machine.push(("QueryLanguage", Piece::Value(Value::from("JSONata"))));
    }
    machine.push(("StartAt", Piece::Value(Value::from(region.entry))));
    machine.push(("States", Piece::Members(members(region)?)));
    let around = place(region);
    let style = if around.style == Style::Block { Style::Block } else { Style::Lines };
    let created = CreatedFile { name: file, text: written(&machine, Place { style, indent: 0, ..around }) };
    let arn = format!("${{{}Arn}}", name.split('-').map(capitalised).collect::<String>());
    let state = vec![
        ("Type", Piece::Value(Value::from("Task"))),
        ("Resource", Piece::Value(Value::from("arn:aws:states:::states:startExecution.sync:2"))),
        (arguments, Piece::Value(asl!({"StateMachineArn": arn, (input.0): (input.1)}))),
        (output.0, Piece::Value(Value::from(output.1))),
        next(region),
    ];
    Ok(Extraction { created: Some(created), ..replaced(region, &region.new_name("execution"), state) })
}

/// `check-order` of `Check order`.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    if name.is_empty() { "part".to_owned() } else { name }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

//! Checks definitions: `cargo run -p asl-model --example check -- FILE…`. Without a file, it checks one of its own.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use asl_model::{Source, StateKind, parse};

const DEFINITION: &str = r#"{
  "StartAt": "Charge",
  "States": {
    "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Nxt": "Done"},
    "Done": {"Type": "Succeed"}
  }
}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    for file in &files {
        let source = Source::json(std::fs::read_to_string(file)?);
        // Prints all problems, each with its line.
        let machine = parse(&source).valid(&source)?;
        println!("{file}: {} states", machine.states.len());
    }
    if !files.is_empty() {
        return Ok(());
    }

    let source = Source::json(DEFINITION);
    let error = parse(&source).valid(&source).err().ok_or("`Nxt` is not a field")?;
    println!("{error}\n");

    let source = Source::json(DEFINITION.replace("Nxt", "Next"));
    let machine = parse(&source).valid(&source)?;
    for state in &machine.states {
        match &state.kind {
            StateKind::Task(task) => println!("{} calls {}", state.name, task.resource.as_str()),
            other => println!("{} is a {}", state.name, other.type_name()),
        }
    }
    Ok(())
}

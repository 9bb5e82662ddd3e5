//! Evaluates a path and a payload template on a document:
//! `cargo run -p asl-paths --example select -- '$.lines[?(@.n > 5)].sku' '{"lines": [{"sku": "b", "n": 9}]}'`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use asl_paths::{JsonPath, Path, ReferencePath};
use asl_query::{Env, FixedHost, Language, QueryField, Scope, Site};
use asl_value::{Pointer, Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "$.lines[?(@.n > 5)].sku".to_owned());
    let document = match arguments.next() {
        Some(text) => Value::parse(&text)?,
        None => json!({"id": 7, "lines": [{"sku": "a", "n": 2}, {"sku": "b", "n": 9}]}),
    };
    println!("{}", Path::parse(&path)?.select(&document)?);

    // A payload template, as in `Parameters`.
    let state = Pointer::root().key("States").key("Price");
    let field = QueryField::new(&state, "Parameters", Site::Arguments);
    let template = json!({"all.$": "$", "note.$": "States.Format('order {}', States.JsonToString($))"});
    let template = JsonPath.template(&template, &field).map_err(|mut errors| errors.swap_remove(0))?;
    let scope = Scope::default();
    println!("{}", template.eval(&Env::new(&document, &scope, &FixedHost))?);

    // `ResultPath`: where a result goes.
    println!("{}", ReferencePath::parse("$.total")?.put(document, json!(11))?);
    Ok(())
}

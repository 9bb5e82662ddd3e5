//! Large definitions with a problem in every state.

use crate::support::{asl, file};

/// A definition on one line, each of whose states has two problems.
fn definition(states: usize) -> String {
    let states: Vec<String> =
        (0..states).map(|index| format!(r#""S{index}":{{"Type":"Pass","Next":"Q{index}","F":1}}"#)).collect();
    format!(r#"{{"StartAt":"S0","States":{{{}}}}}"#, states.join(","))
}

#[test]
fn a_long_line_is_shown_around_its_problem() {
    let path = file("large-line.asl.json", definition(500));
    let ran = asl(&["validate", &path], "");
    // The column is that of the whole line, of which a part is shown.
    let column = definition(500).find(r#""F":1},"S61""#).unwrap() + 1;
    let place = format!("{path}:1:{column}\n");
    let (_, shown) = ran.stderr.split_once(&place).unwrap_or_else(|| panic!("no {place} in {}", ran.stderr));
    let lines: Vec<&str> = shown.lines().take(3).collect();
    let under = lines[2].find("^^^").unwrap_or_else(|| panic!("{lines:?}"));
    assert_eq!(lines[1].get(under..under + 3), Some("\"F\""), "{lines:?}");
    assert!(lines[1].len() < 200 && lines[1].contains("..."), "{lines:?}");
    let ran = asl(&["validate", &path, "--format", "json"], "");
    let found =
        ran.json()["diagnostics"].as_array().unwrap().iter().any(|found| {
            found["line"].as_i64() == Some(1) && found["column"].as_i64() == Some(column as i64)
        });
    assert!(found, "column {column}");
}

#[test]
fn people_are_shown_some_and_told_of_the_rest() {
    let path = file("large-many.asl.json", definition(500));
    let ran = asl(&["validate", &path], "");
    assert_eq!(ran.stderr.matches("\nerror[").count() + 1, 100, "{}", ran.stderr);
    let (_, rest) = ran.stderr.rsplit_once("… and ").unwrap();
    let rest: usize = rest.trim_end().strip_suffix(" more").unwrap().parse().unwrap();
    let ran = asl(&["validate", &path, "--format", "json"], "");
    assert_eq!(ran.json()["diagnostics"].as_array().unwrap().len(), 100 + rest);
}

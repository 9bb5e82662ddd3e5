//! Every bound of the engine and of the server, with its setting and what happens beyond it.
//!
//! The numbers are read from the code. Each field of `Limits` and `Quotas`, and each constant whose name begins like that of a
//! bound, must be in [`rows`], and everything in there must exist.

mod number;
mod rows;

use std::collections::BTreeSet;

use super::table::{cell, heading, source};
use crate::Result;
use crate::source::Source;
use number::{Number, initialiser, number};
use rows::{CONSTANTS, EXECUTION, NOT_LISTED, Row, SERVER, Unit};

const INTRODUCTION: &str = "What one execution, one definition and one server may take, and what happens beyond it. A field of \
    `Limits` or `Quotas` can be set by programs that embed [asl-engine](../../asl-engine/README.md) or \
    [asl-local](../../asl-local/README.md); an option is one of `asl`; without a setting, the number is fixed. Limits of AWS are \
    marked. [Limits](../limits.md) has what is not a number.";

const LIMITS: &str = "asl-engine/src/limits.rs";
const QUOTAS: &str = "asl-local/src/quotas.rs";

/// The crates whose constants are looked through.
const CRATES: [&str; 8] = [
    "asl-engine",
    "asl-jsonata",
    "asl-local",
    "asl-model",
    "asl-parquet",
    "asl-paths",
    "asl-query",
    "asl-value",
];

/// How the name of a constant begins that bounds something.
const BEGINNINGS: [&str; 5] = ["DEEPEST", "LARGEST", "LONGEST", "MAX", "MOST"];

pub(super) fn page(sources: &[Source]) -> Result<String> {
    check(sources)?;
    let mut page = heading("Limits", INTRODUCTION);
    page.push_str(
        "## Of an execution\n\n| what | STANDARD | EXPRESS | setting | beyond it |\n|---|---|---|---|---|\n",
    );
    let limits = source(sources, LIMITS)?;
    let (standard, express) = (after(limits, "fn standard()")?, after(limits, "fn express()")?);
    let express = express.split("fn ").next().unwrap_or_default();
    for Row { name, what, unit, setting, beyond } in EXECUTION {
        let text = initialiser(standard, name).ok_or_else(|| format!("{LIMITS}: no {name}"))?;
        let of_express = initialiser(express, name);
        let show = |text: &str| Ok::<_, Box<dyn std::error::Error>>(shown(&number(text, limits)?, *unit));
        let standard = show(text)?;
        let express = of_express.map_or_else(|| Ok(standard.clone()), show)?;
        page.push_str(&line(&[what, &standard, &express, &set_by("Limits", name, setting), beyond]));
    }
    page.push_str("\n## Of the server\n\n| what | default | setting | beyond it |\n|---|---|---|---|\n");
    let quotas = source(sources, QUOTAS)?;
    for Row { name, what, unit, setting, beyond } in SERVER {
        let text = after(quotas, "impl Default").ok().and_then(|rest| initialiser(rest, name));
        let default = shown(&number(text.ok_or_else(|| format!("{QUOTAS}: no {name}"))?, quotas)?, *unit);
        page.push_str(&line(&[what, &default, &set_by("Quotas", name, setting), beyond]));
    }
    for (title, rows) in CONSTANTS {
        page.push_str(&format!("\n## {title}\n\n| what | limit | beyond it |\n|---|---|---|\n"));
        for (path, Row { name, what, unit, beyond, .. }) in *rows {
            let text = source(sources, path)?;
            let value = constant(text, name).ok_or_else(|| format!("{path}: no constant {name}"))?;
            page.push_str(&line(&[what, &shown(&number(value, text)?, *unit), beyond]));
        }
    }
    Ok(page)
}

fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn set_by(structure: &str, field: &str, option: &str) -> String {
    let field = format!("`{structure}::{field}`");
    if option.is_empty() { field } else { format!("{option}, {field}") }
}

fn after<'s>(text: &'s str, mark: &str) -> Result<&'s str> {
    text.split_once(mark).map(|(_, rest)| rest).ok_or_else(|| format!("no `{mark}`").into())
}

/// The expression of a constant.
fn constant<'s>(text: &'s str, name: &str) -> Option<&'s str> {
    let (_, rest) = text.split_once(&format!("const {name}: "))?;
    let (_, value) = rest.split_once(" = ")?;
    value.split_once(';').map(|(value, _)| value)
}

fn shown(number: &Number, unit: Unit) -> String {
    match (number, unit) {
        (Number::None, _) => "any number".to_owned(),
        (Number::Millis(millis), _) => time(*millis),
        (Number::Plain(count), Unit::Bytes) => bytes(*count),
        (Number::Plain(seconds), Unit::Seconds) => time(seconds * 1000),
        (Number::Plain(count), Unit::Count) => grouped(*count),
    }
}

fn bytes(count: u128) -> String {
    for (size, unit) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1_000_000_000, "GB"), (1 << 10, "KiB")] {
        if count >= size && count.is_multiple_of(size) {
            return format!("{} {unit}", count / size);
        }
    }
    format!("{} bytes", grouped(count))
}

fn time(millis: u128) -> String {
    for (size, unit) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")] {
        if millis >= size && millis.is_multiple_of(size) {
            return format!("{} {unit}", grouped(millis / size));
        }
    }
    format!("{} ms", grouped(millis))
}

/// `10,000`
fn grouped(count: u128) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Each bound of the code is listed, and nothing else.
fn check(sources: &[Source]) -> Result<()> {
    for (path, structure, rows) in [(LIMITS, "Limits", EXECUTION), (QUOTAS, "Quotas", SERVER)] {
        let fields = fields(source(sources, path)?, structure)?;
        let listed: BTreeSet<&str> = rows.iter().map(|row| row.name).collect();
        if let Some(name) = fields.symmetric_difference(&listed).next() {
            return Err(
                format!("{structure}::{name} is in {path} or in the table of limits, not in both").into()
            );
        }
    }
    let is_looked_through = |source: &&Source| {
        source.is_rust()
            && !source.is_test()
            && !source.path.contains("/simulation")
            && CRATES.iter().any(|name| source.path.starts_with(&format!("{name}/src/")))
    };
    let found: BTreeSet<(&str, &str)> = sources
        .iter()
        .filter(is_looked_through)
        .flat_map(|source| constants(&source.text).map(|name| (source.path.as_str(), name)))
        .collect();
    let listed = CONSTANTS.iter().flat_map(|(_, rows)| rows.iter().map(|(path, row)| (*path, row.name)));
    let listed: Vec<_> = listed.chain(NOT_LISTED.iter().map(|(path, name, _)| (*path, *name))).collect();
    if let Some((path, name)) = found.iter().find(|known| !listed.contains(known)) {
        return Err(format!(
            "{path}: {name} is not in the table of limits, xtask/src/docs/reference/limits/rows.rs"
        )
        .into());
    }
    let of_another_name =
        |(path, name): &(&str, &str)| source(sources, path).is_ok_and(|text| constant(text, name).is_some());
    match listed.iter().find(|known| !found.contains(known) && !of_another_name(known)) {
        Some((path, name)) => Err(format!("{path} has no {name}, which the table of limits lists").into()),
        None => Ok(()),
    }
}

/// The names of the public fields of a structure.
fn fields<'s>(text: &'s str, structure: &str) -> Result<BTreeSet<&'s str>> {
    let (body, _) = after(text, &format!("pub struct {structure} {{"))?.split_once("\n}").ok_or("no end")?;
    let names = body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
    Ok(names.map(|(name, _)| name).collect())
}

/// The names of constants that bound something.
fn constants(text: &str) -> impl Iterator<Item = &str> {
    let names = text.lines().filter_map(|line| {
        let (before, rest) = line.split_once("const ")?;
        let (name, _) = rest.split_once(": ")?;
        let before = before.trim();
        (before.is_empty() || before.starts_with("pub")).then_some(name)
    });
    names.filter(|name| BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(
            ["1", "1,000", "12,345,678"],
            [1, 1000, 12_345_678].map(grouped).each_ref().map(String::as_str)
        );
        assert_eq!(bytes(256 << 20), "256 MiB");
        assert_eq!(bytes(10_000_000_000), "10 GB");
        assert_eq!(bytes(6_990_256), "6,990,256 bytes");
        assert_eq!(
            [time(300_000), time(1000), time(10), time(365 * 86_400_000)],
            ["5 min", "1 s", "10 ms", "365 d"]
        );
    }

    #[test]
    fn a_bound_that_is_not_listed_is_an_error() {
        let real = Source::read_all().unwrap();
        assert!(check(&real).is_ok(), "{:?}", check(&real));
        let with = |path: &str, from: &str, to: &str| {
            let changed = real.iter().map(|source| {
                let text = match source.path == path {
                    true => source.text.replacen(from, to, 1),
                    false => source.text.clone(),
                };
                Source { path: source.path.clone(), text }
            });
            check(&changed.collect::<Vec<_>>()).unwrap_err().to_string()
        };
        let field = "    pub ended_bytes: usize,";
        let added = with(QUOTAS, field, &format!("{field}\n    pub new_bytes: usize,"));
        assert!(added.contains("Quotas::new_bytes"), "{added}");
        assert!(with(QUOTAS, field, "").contains("Quotas::ended_bytes"));
        let added = with(
            "asl-local/src/store.rs",
            "const MOST_CACHED",
            "const MOST_NEW: usize = 1;\nconst MOST_CACHED",
        );
        assert!(added.contains("MOST_NEW is not in the table"), "{added}");
        let gone = with("asl-local/src/token.rs", "const MOST_ENDED:", "const ENDED:");
        assert!(gone.contains("has no MOST_ENDED"), "{gone}");
    }
}

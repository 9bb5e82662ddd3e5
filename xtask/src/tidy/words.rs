//! Words that must not occur in certain files.

use super::Finding;
use crate::source::{Source, is_comment};

/// The files that may read the time: the engine's clock, and the places where programs supply one.
const CLOCKS: &[&str] = &[
    "asl-engine/src/clock.rs",
    "asl-aws/src/clock.rs",
    "asl-durable/src/emulator.rs",
    "asl-lambda/src/deadline.rs",
    "asl-local/src/clock.rs",
    "asl-cli/src/command/bench/gauge.rs",
    "asl-cli/src/command/run/progress.rs",
    "asl-cli/src/command/test/round.rs",
    "asl-cli/src/debug_target/clock.rs",
    "asl-debug/src/live/clock.rs",
    "asl-otel/src/clock.rs",
];

/// The one file of the engine that knows the query languages by name.
const LANGUAGES: &str = "asl-engine/src/languages.rs";

struct Rule {
    applies: fn(&Source) -> bool,
    /// Whether a line breaks it.
    breaks: fn(&str) -> bool,
    message: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        applies: |source| is_engine(source) && source.is_rust() && !source.is_test(),
        breaks: |line| !is_comment(line) && spawns(line),
        message: "the engine never spawns: a branch is a future that its parent owns",
    },
    Rule {
        applies: |source| is_library(source) && !CLOCKS.contains(&source.path.as_str()),
        breaks: |line| !is_comment(line) && NOW.iter().any(|now| line.contains(now)),
        message: "only the engine's clock reads the time, ask it",
    },
    Rule {
        applies: |source| is_engine(source) && source.path != LANGUAGES && !source.is_test(),
        breaks: names_jsonata,
        message: "only languages.rs knows the query languages by name",
    },
    Rule {
        applies: |source| !source.path.ends_with("Cargo.lock"),
        breaks: names_this_machine,
        message: "an absolute path of one machine",
    },
    Rule {
        applies: Source::is_rust,
        breaks: |line| UNFINISHED.iter().any(|word| line.contains(word)),
        message: "unfinished",
    },
    Rule {
        applies: |source| source.is_page() && !source.is_test(),
        breaks: |line| MARKUP.iter().any(|way| line.contains(way)),
        message: "the page makes no markup and no code from text: texts come from strangers",
    },
    Rule {
        applies: |source| source.is_page() && !source.is_test(),
        breaks: names_another_host,
        message: "the page asks no other host",
    },
];

/// In two parts, because this file is checked too.
const UNFINISHED: &[&str] = &[
    concat!("to", "do!("),
    concat!("unimp", "lemented!("),
    concat!("#[ig", "nore"),
    concat!("// TO", "DO"),
    concat!("// FIX", "ME"),
    concat!("// X", "XX"),
    concat!("db", "g!("),
];

/// What makes markup or code from a text.
const MARKUP: &[&str] = &[
    "innerHTML",
    "InnerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "createContextualFragment",
    "document.write",
    "DOMParser",
    "srcdoc",
    "eval(",
    "new Function",
    "javascript:",
];

const NOW: &[&str] = &[
    concat!("System", "Time::now"),
    concat!("Inst", "ant::now"),
    concat!("Time", "stamp::now"),
    concat!("Zon", "ed::now"),
];

const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for rule in RULES.iter().filter(|rule| (rule.applies)(source)) {
            let lines = source.lines().filter(|(_, line)| (rule.breaks)(line));
            findings.extend(lines.map(|(number, _)| Finding::at(source, number, rule.message)));
        }
    }
    findings
}

fn is_engine(source: &Source) -> bool {
    source.path.starts_with("asl-engine/src/")
}

/// A source file of a crate in the root. Tests, examples and xtask are exempt.
fn is_library(source: &Source) -> bool {
    source.path.starts_with("asl-") && source.path.contains("/src/") && source.is_rust() && !source.is_test()
}

/// `spawn(`, `tokio::spawn(`, `spawn_local(`, `spawn_blocking(`.
fn spawns(line: &str) -> bool {
    line.match_indices("spawn").any(|(start, word)| {
        let rest = line.get(start + word.len()..).unwrap_or_default();
        rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').starts_with('(')
    })
}

/// Whether a line names it other than as a cargo feature: `feature = "jsonata"`, or in backquotes where the crate documents
/// its features.
fn names_jsonata(line: &str) -> bool {
    let feature = line.replace(r#"feature = "jsonata""#, "");
    let rest = if line.starts_with("//!") { feature.replace("`jsonata`", "") } else { feature };
    rest.to_ascii_lowercase().contains("jsonata")
}

/// Whether a line has the address of a host other than in a comment or as the name of a namespace.
fn names_another_host(line: &str) -> bool {
    let line = line.replace("http://www.w3.org/", "");
    let is_comment = is_comment(&line) || line.trim_start().starts_with('*');
    !is_comment && (line.contains("http://") || line.contains("https://"))
}

/// Whether a line has an absolute path, rather than part of a URL or of a relative path.
fn names_this_machine(line: &str) -> bool {
    MACHINE_PATHS.iter().any(|path| {
        line.match_indices(path).any(|(start, _)| {
            let before = line.get(..start).and_then(|before| before.chars().next_back());
            before
                .is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '}' | '$' | '~' | '*'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checking `line` in the file `path` finds something or nothing.
    #[track_caller]
    fn check(path: &str, line: &str, found: bool) {
        let source = Source { path: path.to_owned(), text: format!("\n{line}\n") };
        let findings = super::check(&[source]);
        assert_eq!(
            findings.iter().map(|finding| finding.line).collect::<Vec<_>>(),
            vec![Some(2); usize::from(found)]
        );
    }

    #[test]
    fn the_engine_never_spawns() {
        check("asl-engine/src/run.rs", "tokio::spawn(work);", true);
        check("asl-engine/src/run.rs", "let handle = set.spawn_local(work);", true);
        check("asl-engine/src/run.rs", "// It does not spawn(anything).", false);
        check("asl-engine/src/run.rs", "let spawned = 1; f(spawned);", false);
        check("asl-engine/src/run/tests.rs", "tokio::spawn(work);", false);
        check("asl-local/src/run.rs", "tokio::spawn(work);", false);
    }

    #[test]
    fn only_the_clock_reads_the_time() {
        for now in NOW {
            check("asl-paths/src/a.rs", &format!("let now = {now}();"), true);
            check("asl-engine/src/clock.rs", &format!("let now = {now}();"), false);
            check("asl-paths/src/a.rs", &format!("/// Like `{now}`."), false);
            check("asl-paths/tests/it/main.rs", &format!("let now = {now}();"), false);
            check("xtask/src/ci.rs", &format!("let now = {now}();"), false);
        }
    }

    #[test]
    fn the_page_makes_no_markup_from_text() {
        check("asl-x/ui/src/a.tsx", "<p dangerouslySetInnerHTML={{ __html: text }} />", true);
        check("asl-x/ui/src/a.ts", "element.innerHTML = text;", true);
        check("asl-x/ui/src/a.ts", "element.textContent = text;", false);
        check("asl-x/ui/src/a.test.ts", "element.innerHTML = text;", false);
    }

    #[test]
    fn the_page_asks_no_other_host() {
        check("asl-x/ui/src/a.ts", "fetch(\"https://example.com/\")", true);
        check("asl-x/ui/src/a.css", "@import url(http://example.com/a.css);", true);
        check("asl-x/ui/src/a.ts", "// See https://example.com/.", false);
        check("asl-x/ui/src/a.ts", " * See https://example.com/.", false);
        check("asl-x/ui/src/a.ts", "\"http://www.w3.org/2000/svg\"", false);
        check("docs/a.md", "https://example.com/", false);
    }

    #[test]
    fn the_engine_names_query_languages_in_one_place() {
        check("asl-engine/src/run.rs", "// JSONata does this.", true);
        check("asl-engine/src/run.rs", "use asl_jsonata::Jsonata;", true);
        check("asl-engine/src/languages.rs", "use asl_jsonata::Jsonata;", false);
        check("asl-engine/src/lib.rs", "#[cfg(feature = \"jsonata\")]", false);
        check("asl-engine/src/lib.rs", "#[cfg(feature = \"jsonata\")] mod jsonata;", true);
        check("asl-engine/src/lib.rs", "//! - `jsonata` (default): the other language.", false);
        check("asl-model/src/state.rs", "Jsonata,", false);
    }

    #[test]
    fn no_paths_of_one_machine() {
        for path in MACHINE_PATHS {
            check("README.md", &format!("see {path}x"), true);
            check("README.md", &format!("{path}x"), true);
            check("a.toml", &format!("path = \"{path}x\""), true);
            check("a.rs", &format!("file://{path}x"), true);
            check("a.rs", &format!("https://example.com{path}x"), false);
            check("a.rs", &format!("..{path}x"), false);
            check("a.rs", &format!("${{HOME}}{path}x"), false);
        }
    }

    #[test]
    fn nothing_unfinished() {
        for word in UNFINISHED {
            check("asl-paths/src/a.rs", &format!("    {word} later"), true);
            check("docs/a.md", &format!("{word} later"), false);
        }
    }
}

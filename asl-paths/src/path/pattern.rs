//! [`Pattern`]: the regular expression of `=~`.

use asl_value::Text;

/// A regular expression that must match the whole text.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    source: Text,
    /// How many parts it is made of, repetitions written out.
    #[cfg(feature = "regex")]
    parts: u64,
    #[cfg(feature = "regex")]
    compiled: Compiled,
}

/// A definition can have tens of thousands of patterns, each of which can stand for a thousand times its length.
#[cfg(feature = "regex")]
#[derive(Debug, Clone)]
enum Compiled {
    Kept(regex_lite::Regex),
    /// Most of it are repetitions: it is compiled for each text, in memory that is free again. Whether it ignores case.
    ForEachText(bool),
}

/// The most parts of a pattern.
///
/// DEVIATION: Java compiles longer ones. A definition of 1 MiB would take gigabytes.
#[cfg(feature = "regex")]
const MOST_PARTS: u64 = 2_000;

/// Why a text is no pattern.
#[derive(Debug)]
pub(super) struct NoPattern {
    /// Java's message, as far as it is known.
    pub(super) message: String,
    pub(super) help: String,
}

impl NoPattern {
    fn new(message: impl Into<String>, help: impl Into<String>) -> NoPattern {
        NoPattern { message: message.into(), help: help.into() }
    }
}

impl Pattern {
    /// `text` is `/…/` or `/…/i`.
    #[cfg(feature = "regex")]
    pub(super) fn new(text: &str) -> Result<Pattern, NoPattern> {
        let (source, ignore_case) = match text.strip_suffix('i') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let Some(source) = source.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) else {
            let message = "java.lang.StringIndexOutOfBoundsException: begin 1, end 0, length 1";
            return Err(NoPattern::new(message, "expected a second `/`"));
        };
        let parts = parts(source);
        if parts > MOST_PARTS + source.len() as u64 {
            let message = "java.util.regex.PatternSyntaxException: the pattern is too long";
            let help = format!("`{source}` has more than {MOST_PARTS} parts, repetitions written out");
            return Err(NoPattern::new(message, help));
        }
        let regex = compile(source, ignore_case).map_err(|error| {
            let message = format!("java.util.regex.PatternSyntaxException: {error}");
            NoPattern::new(message, format!("`{source}` is not a regular expression: {error}"))
        })?;
        let compiled = match parts > 2 * source.len() as u64 + 64 {
            true => Compiled::ForEachText(ignore_case),
            false => Compiled::Kept(regex),
        };
        Ok(Pattern { source: source.into(), parts, compiled })
    }

    #[cfg(not(feature = "regex"))]
    pub(super) fn new(_: &str) -> Result<Pattern, NoPattern> {
        Err(NoPattern::new(
            "patterns are not supported",
            "`=~` needs the feature `regex` of the crate asl-paths",
        ))
    }

    /// The text between its slashes.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// How many parts a character is compared with.
    #[cfg(feature = "regex")]
    pub(super) fn parts(&self) -> u64 {
        self.parts
    }

    #[cfg(not(feature = "regex"))]
    pub(super) fn parts(&self) -> u64 {
        1
    }

    #[cfg(feature = "regex")]
    pub(super) fn is_match(&self, text: &str) -> bool {
        match &self.compiled {
            Compiled::Kept(regex) => regex.is_match(text),
            // INVARIANT: it has been compiled before.
            Compiled::ForEachText(ignore_case) => {
                compile(&self.source, *ignore_case).is_ok_and(|regex| regex.is_match(text))
            }
        }
    }

    #[cfg(not(feature = "regex"))]
    pub(super) fn is_match(&self, _: &str) -> bool {
        false
    }
}

#[cfg(feature = "regex")]
fn compile(source: &str, ignore_case: bool) -> Result<regex_lite::Regex, regex_lite::Error> {
    let whole = format!(r"\A(?:{source})\z");
    regex_lite::RegexBuilder::new(&whole).case_insensitive(ignore_case).build()
}

/// How many parts a regular expression has that a character may be compared with: `(ab{3}){2}` has eleven.
///
/// It is an estimate, which is too high for classes that contain braces or parentheses.
#[cfg(feature = "regex")]
fn parts(source: &str) -> u64 {
    // The sums of the open groups, and the part that a repetition would repeat.
    let (mut sums, mut last) = (vec![0_u64], 0_u64);
    let mut rest = source.chars();
    while let Some(char) = rest.next() {
        let part = match char {
            '(' => {
                sums.push(0);
                continue;
            }
            ')' => sums.pop().unwrap_or_default().saturating_add(1),
            '{' => {
                let counts: String = rest.by_ref().take_while(|char| *char != '}').collect();
                let most = counts.split(',').filter_map(|count| count.trim().parse::<u64>().ok()).max();
                last.saturating_mul(most.unwrap_or(1).saturating_sub(1))
            }
            '\\' => {
                rest.next();
                1
            }
            _ => 1,
        };
        last = if matches!(char, '{' | '*' | '+' | '?' | '|') { last.saturating_add(part) } else { part };
        match sums.last_mut() {
            Some(sum) => *sum = sum.saturating_add(part),
            None => sums.push(part),
        }
    }
    sums.into_iter().fold(1, u64::saturating_add)
}

#[cfg(all(test, feature = "regex"))]
mod tests {
    use super::*;

    #[test]
    fn repetitions_count_as_if_they_were_written_out() {
        for (source, expected) in [
            ("a", 2),
            (".*.*.*=", 8),
            ("ab{3}", 5),
            ("(ab{3}){2}", 11),
            ("(a?){5000}b", 15_002),
            ("((a{100}){100}){100}", 1_010_101),
            ("(){1000}", 1_001),
            ("a{2,7}", 8),
            ("a{2,}", 3),
            (r"\d{4}-\d{2}-\d{2}", 11),
            ("(((", 1),
        ] {
            assert_eq!(parts(source), expected, "{source}");
        }
    }

    #[test]
    fn long_patterns_are_not_kept_and_too_long_ones_refused() {
        for (text, is_pattern, is_kept) in [
            ("/a.*b/", true, true),
            ("/[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/", true, true),
            ("/a{999}/i", true, false),
            ("/(a?){5000}b/", false, false),
            ("/((a{100}){100}){100}/", false, false),
        ] {
            let pattern = Pattern::new(text);
            assert_eq!(pattern.is_ok(), is_pattern, "{text}");
            if let Ok(pattern) = pattern {
                assert_eq!(
                    matches!(pattern.compiled, Compiled::Kept(_)),
                    is_kept,
                    "{text} {}",
                    pattern.parts
                );
            }
        }
        let long = Pattern::new("/a{999}/i").expect("a pattern");
        assert!(long.is_match(&"A".repeat(999)) && !long.is_match(&"A".repeat(998)));
    }
}

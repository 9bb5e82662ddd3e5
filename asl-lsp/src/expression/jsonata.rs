//! The words of JSONata.

use std::ops::Range;

use super::variable_use::VariableUse;

/// A word of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonataToken {
    pub(crate) kind: JsonataWord,
    pub(crate) range: Range<usize>,
}

/// The kinds of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonataWord {
    /// `$name`, `$` and `$$`
    Variable,
    /// `name`, also in backquotes
    Name,
    /// A text, a number, a regular expression
    Literal,
    /// `:=`, `(`, `+`
    Sign,
}

/// The words of an expression, without spaces and comments. Unfinished words end with the text.
pub(crate) fn tokens(text: &str) -> Vec<JsonataToken> {
    let mut tokens: Vec<JsonataToken> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        let after_value = tokens.last().is_some_and(|token| {
            token.kind != JsonataWord::Sign || matches!(text.get(token.range.clone()), Some(")" | "]" | "}"))
        });
        let (kind, length) = match first {
            c if c.is_whitespace() => (None, c.len_utf8()),
            '/' if rest.starts_with("/*") => (None, rest.find("*/").map_or(rest.len(), |end| end + 2)),
            '/' if !after_value => (Some(JsonataWord::Literal), regular_expression(rest)),
            '"' | '\'' => (Some(JsonataWord::Literal), quoted(rest, first)),
            '`' => (
                Some(JsonataWord::Name),
                rest.get(1..).and_then(|rest| rest.find('`')).map_or(rest.len(), |end| end + 2),
            ),
            '$' => (Some(JsonataWord::Variable), variable(rest)),
            c if c.is_ascii_digit() => {
                (Some(JsonataWord::Literal), rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()))
            }
            c if VariableUse::is_part(c) => (Some(JsonataWord::Name), VariableUse::name_length(rest)),
            _ => {
                let double =
                    [":=", "~>", "!=", "<=", ">=", "..", "**"].iter().any(|sign| rest.starts_with(sign));
                (Some(JsonataWord::Sign), if double { 2 } else { first.len_utf8() })
            }
        };
        if let Some(kind) = kind {
            tokens.push(JsonataToken { kind, range: at..at + length });
        }
        at += length.max(1);
    }
    tokens
}

fn variable(rest: &str) -> usize {
    if rest.starts_with("$$") {
        return 2;
    }
    1 + VariableUse::name_length(rest.get(1..).unwrap_or_default())
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return offset + 1,
            _ => {}
        }
    }
    rest.len()
}

fn regular_expression(rest: &str) -> usize {
    let mut escaped = false;
    let mut depth = 0_usize;
    for (offset, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => {
                let flags = rest.get(offset + 1..).unwrap_or_default();
                return offset + 1 + flags.find(|c| !matches!(c, 'i' | 'm')).unwrap_or(flags.len());
            }
            _ => {}
        }
    }
    rest.len()
}

/// The variables that an expression reads and does not bind itself. Calls of functions are not included.
pub(crate) fn variables(text: &str, start: usize) -> Vec<VariableUse> {
    let tokens = tokens(text);
    let written = |token: &JsonataToken| text.get(token.range.clone()).unwrap_or_default();
    let locals = locals(text, &tokens);
    let uses = tokens.iter().enumerate().filter_map(|(index, token)| {
        let name = written(token).strip_prefix('$').filter(|_| token.kind == JsonataWord::Variable)?;
        let is_called = tokens.get(index + 1).is_some_and(|next| written(next) == "(");
        let is_own = name.is_empty() || name == "$" || name == "states" || locals.contains(&name);
        (!is_called && !is_own).then(|| VariableUse {
            name: name.to_owned(),
            range: start + token.range.start + 1..start + token.range.end,
        })
    });
    uses.collect()
}

/// The names that an expression binds: by `:=`, as parameters, by `@` and `#`.
pub(crate) fn locals<'t>(text: &'t str, tokens: &[JsonataToken]) -> Vec<&'t str> {
    let written =
        |index: usize| tokens.get(index).and_then(|token| text.get(token.range.clone())).unwrap_or_default();
    let mut names = Vec::new();
    let mut in_parameters = false;
    for index in 0..tokens.len() {
        let word = written(index);
        let before = index.checked_sub(1).map(written).unwrap_or_default();
        match word {
            "(" if matches!(before, "function" | "λ") => in_parameters = true,
            ")" => in_parameters = false,
            _ => {}
        }
        let Some(name) = word.strip_prefix('$').filter(|name| !name.is_empty()) else { continue };
        if in_parameters || written(index + 1) == ":=" || matches!(before, "@" | "#") {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let found: Vec<String> = variables(text, 0).into_iter().map(|found| found.name).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn finds_variables() {
        check("$total + $states.input.price", &["total"]);
        check("'$total' & \"$a\" /* $b */ & `$c`", &[]);
        check("$sum($prices)", &["prices"]);
        check("($x := 5; $x + $y)", &["y"]);
        check("$map($list, function($v, $i) { $v * $rate })", &["list", "rate"]);
        check("$contains($text, /\\$a(\\/b)/i) and $flag", &["text", "flag"]);
        check("$a / $b / $c", &["a", "b", "c"]);
        check("$list[$ > 1]", &["list"]);
        check("$states.input.order@$o.{'id': $o.id, 'x': $z}", &["z"]);
        check("$tot", &["tot"]);
        check("'unfinished $a", &[]);
        check("/unfinished $a", &[]);
    }
}

//! Variables in JSONPath and in calls of intrinsic functions.

use super::variable_use::VariableUse;

/// The variables that a path or a call reads: `$total` in `States.Format('{}', $total)`.
pub(crate) fn variables(text: &str, start: usize) -> Vec<VariableUse> {
    let mut uses = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    let mut before = ' ';
    for (offset, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => quoted = !quoted,
            // A variable is the root of a path: at the beginning, or of an argument.
            '$' if !quoted && (before.is_whitespace() || matches!(before, '(' | ',')) => {
                let name = text.get(offset + 1..).unwrap_or_default();
                let length = VariableUse::name_length(name);
                if let Some(name) = name.get(..length).filter(|name| !name.is_empty()) {
                    let at = start + offset + 1;
                    uses.push(VariableUse { name: name.to_owned(), range: at..at + length });
                }
            }
            _ => {}
        }
        before = c;
    }
    uses
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
        check("$total", &["total"]);
        check("$total.a[0]", &["total"]);
        check("$.total", &[]);
        check("$$.Execution.Id", &[]);
        check("States.Format('{} $a', $b, States.MathAdd($c, 1))", &["b", "c"]);
        check("States.Array('it\\'s $x', $y)", &["y"]);
        check("", &[]);
    }
}

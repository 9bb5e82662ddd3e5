//! Numbers as constants of Rust state them.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::constant;
use crate::Result;

/// A value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Number {
    Plain(u128),
    /// A `Duration`.
    Millis(u128),
    /// `None`: unlimited.
    None,
}

/// The expression of a field in the first structure of a text: of `bytes` in `Limits { bytes: 1 << 20, .. }`.
pub(super) fn initialiser<'s>(text: &'s str, field: &str) -> Option<&'s str> {
    let mark = format!("{field}: ");
    let (start, _) = text.match_indices(&mark).find(|(start, _)| {
        let before = text.get(..*start).unwrap_or_default();
        before.ends_with([' ', '\n'])
    })?;
    let rest = text.get(start + mark.len()..)?;
    let mut depth = 0_i32;
    let end = rest.find(|letter: char| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0 && (letter == ',' || letter == '}')
    });
    rest.get(..end?)
}

/// The value of an expression, which may name constants of the same file.
pub(super) fn number(expression: &str, file: &str) -> Result<Number> {
    let tokens: TokenStream = expression.parse().map_err(|error| format!("{expression}: {error}"))?;
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    value(&tokens, file).ok_or_else(|| format!("`{expression}` is not a number that this reads").into())
}

fn value(tokens: &[TokenTree], file: &str) -> Option<Number> {
    let names: Vec<String> = tokens.iter().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let argument = || inside(tokens.last()?);
    match names.as_slice() {
        ["None"] => Some(Number::None),
        ["Some", _] => value(&argument()?, file),
        ["Duration", ":", ":", "from_secs", _] => Some(Number::Millis(plain(&argument()?, file)? * 1000)),
        ["Duration", ":", ":", "from_millis", _] => Some(Number::Millis(plain(&argument()?, file)?)),
        _ => plain(tokens, file).map(Number::Plain),
    }
}

fn inside(token: &TokenTree) -> Option<Vec<TokenTree>> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            Some(group.stream().into_iter().collect())
        }
        _ => None,
    }
}

/// Shifts bind less than sums, sums less than products.
fn plain(tokens: &[TokenTree], file: &str) -> Option<u128> {
    let last = |operator: char| {
        tokens
            .iter()
            .rposition(|token| matches!(token, TokenTree::Punct(found) if found.as_char() == operator))
    };
    let sides = |place: usize, length: usize| {
        Some((plain(tokens.get(..place)?, file)?, plain(tokens.get(place + length..)?, file)?))
    };
    if let Some(place) = last('<') {
        let (left, right) = sides(place.checked_sub(1)?, 2)?;
        return left.checked_shl(right.try_into().ok()?);
    }
    if let Some(place) = last('-') {
        let (left, right) = sides(place, 1)?;
        return left.checked_sub(right);
    }
    if let Some(place) = last('*') {
        let (left, right) = sides(place, 1)?;
        return left.checked_mul(right);
    }
    match tokens {
        [TokenTree::Literal(literal)] => literal.to_string().replace('_', "").parse().ok(),
        [TokenTree::Ident(name)] => {
            let expression = constant(file, &name.to_string())?;
            match number(expression, file).ok()? {
                Number::Plain(value) => Some(value),
                Number::Millis(_) | Number::None => None,
            }
        }
        [token] => plain(&inside(token)?, file),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_calculated() {
        let file = "const A: usize = 1_000;\npub const B: u64 = A * 8;";
        for (expression, expected) in [
            ("10_000", Some(Number::Plain(10_000))),
            ("4 << 20", Some(Number::Plain(4 << 20))),
            ("16 * 1024 * 1024", Some(Number::Plain(16 << 20))),
            ("Duration::from_secs((1 << 31) - 1)", Some(Number::Millis(2_147_483_647_000))),
            ("Some(Duration::from_secs(365 * 86_400))", Some(Number::Millis(31_536_000_000))),
            ("Duration::from_millis(10)", Some(Number::Millis(10))),
            ("Some(B)", Some(Number::Plain(8000))),
            ("None", Some(Number::None)),
            ("C", None),
            ("f(1)", None),
        ] {
            assert_eq!(number(expression, file).ok(), expected, "{expression}");
        }
    }

    #[test]
    fn fields_are_found() {
        let text = "X { most_bytes: 1, bytes: Some(f(1, 2)), time: Y::f(3 * 4), last: 5 }";
        let found = ["bytes", "most_bytes", "time", "last", "other"].map(|field| initialiser(text, field));
        assert_eq!(found, [Some("Some(f(1, 2))"), Some("1"), Some("Y::f(3 * 4)"), Some("5 "), None]);
    }
}

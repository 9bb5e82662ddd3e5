//! How much room text takes, without the font that will show it: widths of Helvetica, rounded up.

/// The height of a line, in pixels.
pub(crate) const LINE: f64 = 16.0;

/// The width of a text at 13 pixels.
pub(crate) fn width(text: &str) -> f64 {
    text.chars().map(char_width).sum::<f64>() * 13.0
}

/// In parts of the font's size.
fn char_width(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 0.28,
        'f' | 't' | 'r' | 'I' | '!' | '(' | ')' | '[' | ']' | '{' | '}' | '.' | ',' | ':' | ';' | '/'
        | '\\' | ' ' => 0.36,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        'A'..='Z' | '&' | '<' | '>' | '=' | '+' | '~' => 0.72,
        '\u{20}'..='\u{7e}' => 0.58,
        // Letters with marks, Greek, Cyrillic, Hebrew, Arabic.
        '\u{80}'..='\u{10ff}' => 0.75,
        // East Asian text and emoji are as wide as they are high.
        _ => 1.1,
    }
}

/// Breaks a text into lines no wider than `most` pixels, at spaces and where a word of camel case, `-` or `_` ends if it
/// can. More than `most_lines` end with `…`. A line break in the text stays one.
pub(crate) fn lines(text: &str, most: f64, most_lines: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for part in text.split('\n') {
        wrap(part.trim(), most, &mut lines);
    }
    if lines.len() > most_lines {
        lines.truncate(most_lines);
        if let Some(last) = lines.last_mut() {
            while width(last) + width("…") > most && last.pop().is_some() {}
            last.push('…');
        }
    }
    lines
}

fn wrap(text: &str, most: f64, lines: &mut Vec<String>) {
    let mut rest = text;
    loop {
        let mut used = 0.0;
        let fits = rest.char_indices().find(|(_, c)| {
            used += char_width(*c) * 13.0;
            used > most
        });
        let Some((limit, _)) = fits else {
            lines.push(rest.to_owned());
            return;
        };
        let at = break_before(rest, limit);
        let (line, next) = rest.split_at(at);
        lines.push(line.trim_end().to_owned());
        rest = next.trim_start();
        if rest.is_empty() {
            return;
        }
    }
}

/// Where to break a text whose line ends before the byte `limit` at the latest.
fn break_before(text: &str, limit: usize) -> usize {
    let first = text.chars().next().map_or(1, char::len_utf8);
    let mut best = None;
    let mut before = ' ';
    for (at, c) in text.char_indices().take_while(|(at, _)| *at <= limit) {
        let is_break = before.is_whitespace()
            || matches!(before, '-' | '_' | ',' | ':' | '/')
            || (before.is_lowercase() && c.is_uppercase());
        // A word or two alone on a line look lost.
        if is_break && at * 3 > limit {
            best = Some(at);
        }
        before = c;
    }
    best.unwrap_or(limit).max(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_lines() {
        for (text, expected) in [
            ("Greet", vec!["Greet"]),
            ("Charge the customer's card", vec!["Charge the", "customer's card"]),
            ("ValidateIncomingOrderLines", vec!["ValidateIncoming", "OrderLines"]),
            ("first\nsecond", vec!["first", "second"]),
            ("", vec![""]),
        ] {
            assert_eq!(lines(text, 120.0, 3), expected, "{text}");
        }
    }

    #[test]
    fn lines_are_no_wider_than_asked_for() {
        for text in ["x".repeat(200), "データを検証する処理".repeat(8), "👩‍💻 ".repeat(30), "a b ".repeat(50)]
        {
            let lines = lines(&text, 150.0, 3);
            assert!(lines.len() <= 3, "{text}");
            assert!(lines.iter().all(|line| width(line) <= 151.0), "{lines:?}");
            assert!(lines.last().unwrap().ends_with('…'), "{lines:?}");
        }
    }

    #[test]
    fn narrow_room_ends() {
        assert_eq!(lines("abc", 1.0, 9), ["a", "b", "c"]);
    }
}

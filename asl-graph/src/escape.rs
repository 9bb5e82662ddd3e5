//! Escapes untrusted text for each output format.

/// For text and attributes of XML. Characters that XML does not allow become `\u{fffd}`.
pub(crate) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// For a quoted text of Mermaid: all punctuation that could be syntax becomes a character reference such as `#60;`.
pub(crate) fn mermaid(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'a'..='z'
            | 'A'..='Z'
            | '0'..='9'
            | ' '
            | '.'
            | ','
            | ':'
            | '-'
            | '_'
            | '$'
            | '='
            | '/'
            | '('
            | ')' => {
                escaped.push(c);
            }
            '\n' => escaped.push_str("<br/>"),
            '\0'..='\u{1f}' => escaped.push(' '),
            c if c.is_ascii() => escaped.push_str(&format!("#{};", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

/// For a quoted text of Graphviz.
pub(crate) fn dot(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\0'..='\u{1f}' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_are_inert() {
        let text = "</text><script>alert('1')</script>\"&\u{1}";
        assert_eq!(
            xml(text),
            "&lt;/text&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;\u{fffd}"
        );
        assert_eq!(mermaid("a\"]; click\n#<b>"), "a#34;#93;#59; click<br/>#35;#60;b#62;");
        assert_eq!(dot("a\"\\\n"), "a\\\"\\\\\\n");
    }
}

//! [`Glob`]: the patterns of `StringMatches`.

/// A pattern in which `*` matches any text, also an empty one; `\*` is an asterisk and `\\` a backslash.
///
/// Matching takes time linear in the length of the text.
#[derive(Debug, Clone)]
pub(crate) struct Glob {
    /// The literal parts between the asterisks.
    parts: Box<[Box<str>]>,
}

impl Glob {
    /// Every text is a pattern. UNRECORDED: a backslash before any other character is a plain backslash.
    pub(crate) fn new(pattern: &str) -> Glob {
        let mut parts = Vec::new();
        let mut part = String::new();
        let mut chars = pattern.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '\\' => part.push(chars.next_if(|next| matches!(next, '*' | '\\')).unwrap_or('\\')),
                '*' => parts.push(std::mem::take(&mut part).into_boxed_str()),
                char => part.push(char),
            }
        }
        parts.push(part.into());
        Glob { parts: parts.into() }
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        match &*self.parts {
            [] => false,
            [whole] => **whole == *text,
            [first, middle @ .., last] => {
                let inner = text.strip_prefix(&**first).and_then(|text| text.strip_suffix(&**last));
                let Some(mut rest) = inner else { return false };
                // Matching each part as far left as possible leaves the most text for the parts after it.
                middle.iter().all(|part| match rest.split_once(&**part) {
                    Some((_, after)) => {
                        rest = after;
                        true
                    }
                    None => false,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expect: bool) {
        assert_eq!(Glob::new(pattern).matches(text), expect, "{pattern} {text}");
    }

    #[test]
    fn only_the_asterisk_is_special() {
        check("log-*.txt", "log-a.txt", true);
        check("log-*.txt", "log-.txt", true);
        check("log-*.txt", "log-.tx", false);
        check("*", "", true);
        check("", "", true);
        check("", "a", false);
        check("a*a", "a", false);
        check("a*b*c", "a-b-b-c", true);
        check("a*b*c", "a-c-b", false);
        check("*ab*ab*", "ab", false);
        check("?", "a", false);
        check("[ab]", "a", false);
        check(r"\*", "*", true);
        check(r"\*", "a", false);
        check(r"a\\*", r"a\b", true);
        check(r"\n", r"\n", true);
        check("é*", "é€", true);
        check(r"\", r"\", true);
    }
}

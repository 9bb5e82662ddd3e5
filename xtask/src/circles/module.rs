//! What one file of a crate declares, imports and mentions, read from its tokens.

use std::collections::HashSet;
use std::iter::Peekable;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree, token_stream};

use crate::Result;

/// A file of a crate without its tests.
#[derive(Default)]
pub(super) struct Module {
    pub(super) imports: Vec<Import>,
    /// Names of functions, types, traits, constants and macros.
    pub(super) items: HashSet<String>,
    /// Modules that are built for tests only.
    pub(super) tests: HashSet<String>,
    /// Paths of two or more names, outside of imports.
    pub(super) paths: Vec<Vec<String>>,
}

/// One name that a `use` brings in.
pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// `None` for `*`.
    pub(super) name: Option<String>,
    /// Whether others see it: `pub use`, `pub(crate) use`.
    pub(super) is_public: bool,
}

impl Module {
    pub(super) fn read(text: &str) -> Result<Module> {
        let tokens: TokenStream = text.parse().map_err(|_| "does not split into tokens of Rust")?;
        let mut module = Module::default();
        module.scan(tokens, Level::default());
        Ok(module)
    }

    fn scan(&mut self, tokens: TokenStream, level: Level) {
        let mut tokens = Tokens::of(tokens);
        let mut is_public = false;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => match tokens.attribute() {
                    Some(attribute) if attribute == "cfg (test)" => {
                        self.tests.extend(tokens.skip_item());
                    }
                    _ => {}
                },
                // The name of a lifetime.
                TokenTree::Punct(punct) if punct.as_char() == '\'' => drop(tokens.next()),
                TokenTree::Ident(word) => match word.to_string().as_str() {
                    // `pub`, `pub(super)`: what stands between it and the item is skipped.
                    "pub" => {
                        tokens.skip_group(Delimiter::Parenthesis);
                        is_public = true;
                        continue;
                    }
                    "use" if !tokens.is_punct('<') => {
                        let mut import = Vec::new();
                        tree(&mut tokens, &mut import, &mut |path, name| {
                            let path = level.as_in_file(path);
                            self.imports.push(Import { path, name, is_public });
                        });
                    }
                    "mod" => {
                        tokens.next();
                        if let Some(body) = tokens.skip_group(Delimiter::Brace) {
                            self.scan(body, level.module());
                        }
                    }
                    "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" => {
                        self.items.extend(tokens.name().filter(|_| level.is_top()));
                    }
                    "macro_rules" if tokens.is_punct('!') => {
                        tokens.next();
                        self.items.extend(tokens.name());
                    }
                    name => {
                        let path = tokens.rest_of_path(name.to_owned());
                        if path.len() > 1 {
                            self.paths.push(level.as_in_file(path));
                        }
                    }
                },
                TokenTree::Group(group) => self.scan(group.stream(), level.block()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            is_public = false;
        }
    }
}

/// How deeply tokens are nested in the file.
#[derive(Clone, Copy, Default)]
struct Level {
    blocks: usize,
    modules: usize,
}

impl Level {
    fn block(self) -> Level {
        Level { blocks: self.blocks + 1, ..self }
    }

    fn module(self) -> Level {
        Level { modules: self.modules + 1, ..self.block() }
    }

    fn is_top(self) -> bool {
        self.blocks == 0
    }

    /// Rewrites a path relative to the file: in `mod inner { … }`, `super` is the file.
    fn as_in_file(self, mut path: Vec<String>) -> Vec<String> {
        for _ in 0..self.modules {
            if path.first().is_some_and(|first| first == "super") {
                path.remove(0);
            }
        }
        if self.modules > 0 && path.first().is_some_and(|first| first != "super" && first != "crate") {
            path.insert(0, "self".to_owned());
        }
        path
    }
}

/// The tokens of one group, and one that was put back.
struct Tokens(Peekable<token_stream::IntoIter>, Option<TokenTree>);

impl Iterator for Tokens {
    type Item = TokenTree;

    fn next(&mut self) -> Option<TokenTree> {
        self.1.take().or_else(|| self.0.next())
    }
}

impl Tokens {
    fn of(stream: TokenStream) -> Tokens {
        Tokens(stream.into_iter().peekable(), None)
    }

    fn peek(&mut self) -> Option<&TokenTree> {
        if self.1.is_some() { self.1.as_ref() } else { self.0.peek() }
    }

    fn is_punct(&mut self, char: char) -> bool {
        matches!(self.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == char)
    }

    /// Takes a name, if one is next.
    fn name(&mut self) -> Option<String> {
        let Some(TokenTree::Ident(name)) = self.peek() else { return None };
        let name = name.to_string();
        self.next();
        Some(name)
    }

    /// Takes a group of this kind, if one is next.
    fn skip_group(&mut self, delimiter: Delimiter) -> Option<TokenStream> {
        let Some(TokenTree::Group(group)) = self.peek() else { return None };
        let stream = (group.delimiter() == delimiter).then(|| group.stream())?;
        self.next();
        Some(stream)
    }

    /// The text within `#[…]` or `#![…]`, of which `#` has been read.
    fn attribute(&mut self) -> Option<String> {
        if self.is_punct('!') {
            self.next();
        }
        self.skip_group(Delimiter::Bracket).map(|stream| stream.to_string())
    }

    /// Skips the item that an attribute belongs to; gives its name if it is a module.
    fn skip_item(&mut self) -> Option<String> {
        let mut module = None;
        let mut ends_with_brace = true;
        while let Some(token) = self.next() {
            match token {
                TokenTree::Ident(word) if word == "mod" => module = self.name(),
                TokenTree::Ident(word) if word == "use" || word == "let" => ends_with_brace = false,
                TokenTree::Punct(punct) if punct.as_char() == ';' => break,
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && ends_with_brace => break,
                _ => {}
            }
        }
        module
    }

    /// Takes `::` if a name, `*` or `{` may follow.
    fn separator(&mut self) -> bool {
        let Some(TokenTree::Punct(first)) = self.peek() else { return false };
        if first.as_char() != ':' || first.spacing() != Spacing::Joint {
            return false;
        }
        let first = self.next();
        if self.is_punct(':') {
            self.next();
            return true;
        }
        self.1 = first;
        false
    }

    /// The names of a path that begins with `first`.
    fn rest_of_path(&mut self, first: String) -> Vec<String> {
        let mut path = vec![first];
        while self.separator() {
            let Some(name) = self.name() else { break };
            path.push(name);
        }
        path
    }
}

/// Reads the tree of a `use`, whose beginning is `prefix`, and hands over each path and the name it is imported as.
fn tree(tokens: &mut Tokens, prefix: &mut Vec<String>, import: &mut impl FnMut(Vec<String>, Option<String>)) {
    let start = prefix.len();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(name) => prefix.push(name.to_string()),
            TokenTree::Group(group) => {
                let mut inner = Tokens::of(group.stream());
                while inner.peek().is_some() {
                    tree(&mut inner, prefix, import);
                }
                prefix.truncate(start);
                tokens.next();
                return;
            }
            TokenTree::Punct(punct) if punct.as_char() == '*' => {
                import(prefix.clone(), None);
                prefix.truncate(start);
                tokens.next();
                return;
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' || punct.as_char() == ';' => break,
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    if prefix.len() == start {
        return;
    }
    // `path as name`, `module::{self, …}`.
    let renamed = prefix.iter().skip(start).position(|word| word == "as").map(|at| start + at);
    let name = prefix.last().cloned();
    let mut path: Vec<String> = prefix.iter().take(renamed.unwrap_or(prefix.len())).cloned().collect();
    let mut name = name.unwrap_or_default();
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
        if renamed.is_none() {
            name = path.last().cloned().unwrap_or_default();
        }
    }
    import(path, Some(name));
    prefix.truncate(start);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_imports(text: &str, expect: &[(&str, &str)]) {
        let module = Module::read(text).unwrap();
        let imports = module.imports.iter();
        let found: Vec<_> = imports
            .map(|import| (import.path.join("::"), import.name.clone().unwrap_or_else(|| "*".to_owned())))
            .collect();
        let found: Vec<_> = found.iter().map(|(path, name)| (path.as_str(), name.as_str())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn trees_of_imports() {
        check_imports("use crate::a::B;", &[("crate::a::B", "B")]);
        check_imports("pub(crate) use super::a as b;", &[("super::a", "b")]);
        check_imports(
            "use a::{self, b::C, d::{E as F, G}};",
            &[("a", "a"), ("a::b::C", "C"), ("a::d::E", "F"), ("a::d::G", "G")],
        );
        check_imports("use crate::a::*; use b::C;", &[("crate::a", "*"), ("b::C", "C")]);
        check_imports("mod a { use super::B; use super::super::C; }", &[("self::B", "B"), ("super::C", "C")]);
    }

    #[test]
    fn tests_do_not_count() {
        let module = Module::read(
            "#[cfg(test)] mod tests; #[cfg(test)] use a::{B}; #[cfg(test)] fn f() { a::b() } fn g() { c::d() }",
        );
        let module = module.unwrap();
        assert!(module.tests.contains("tests"));
        assert!(module.imports.is_empty());
        assert_eq!(module.paths, [["c", "d"]]);
    }

    #[test]
    fn paths_and_items() {
        let module = Module::read(
            "/// See [`x::Y`].\nfn f(a: b::C<d::E>) -> &'static str { g!(h::i(), \"j::k\") } const L: u8 = 1;",
        );
        let module = module.unwrap();
        assert_eq!(module.paths, [["b", "C"], ["d", "E"], ["h", "i"]]);
        assert_eq!(module.items, HashSet::from(["f".to_owned(), "L".to_owned()]));
    }
}

//! Function signatures such as `<s-nn?:s>`. Ported from jsonata-js `src/signature.js` (MIT).
//!
//! A signature lists one symbol per parameter:
//!
//! | Symbol | Type |
//! |---|---|
//! | `s` `n` `b` `l` `o` | string, number, boolean, null, object |
//! | `a` | array (a non-array argument is wrapped in one) |
//! | `f` | function |
//! | `j` | any JSON value |
//! | `x` | any value |
//! | `(sn)` | a choice of types |
//!
//! Modifiers follow a symbol: `?` (optional), `+` (one or more), `-` (use the context value
//! when the argument is missing). `a<n>` and `f<n:n>` add a type parameter. The return type
//! after `:` is accepted but not checked, as in the reference implementation.

use serde::Serialize;

use crate::error::{Error, Result};
use crate::meter;
use crate::value::{Array, Value};

/// A parsed function signature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Signature {
    /// The signature text, including the angle brackets.
    pub definition: String,
    /// The parameters, in order.
    pub params: Vec<Param>,
}

/// One parameter of a [`Signature`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Param {
    /// The type symbol (`s`, `n`, `a`, ...) or a choice such as `(sn)`.
    pub ty: String,
    /// The argument-type symbols this parameter accepts, as a regular-expression fragment over
    /// type symbols (for example `[sm]?`). `m` stands for a missing (undefined) argument.
    pub pattern: String,
    /// When the argument is missing, the context value is used instead (`-` modifier).
    pub context: bool,
    /// The pattern the context value must match when it is substituted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_pattern: Option<String>,
    /// The parameter expects an array; a single value is wrapped in an array.
    pub array: bool,
    /// Type parameter of `a<...>` or `f<...>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtype: Option<String>,
}

impl Signature {
    /// Parses a signature. On error, the error's `offset` detail is the character offset in
    /// `definition` where the problem was found.
    pub fn parse(definition: &str) -> Result<Self> {
        let chars: Vec<char> = definition.chars().collect();
        let mut params: Vec<Param> = Vec::new();
        let mut position = 1;
        while position < chars.len() {
            let symbol = chars[position];
            if symbol == ':' {
                break;
            }
            match symbol {
                's' | 'n' | 'b' | 'l' | 'o' => {
                    params.push(Param::new(symbol, format!("[{symbol}m]")))
                }
                'a' => {
                    let mut p = Param::new('a', "[asnblfom]".into());
                    p.array = true;
                    params.push(p);
                }
                'f' => params.push(Param::new('f', "f".into())),
                'j' => params.push(Param::new('j', "[asnblom]".into())),
                'x' => params.push(Param::new('x', "[asnblfom]".into())),
                '-' => {
                    if let Some(prev) = params.last_mut() {
                        prev.context = true;
                        prev.context_pattern = Some(prev.pattern.clone());
                        prev.pattern.push('?');
                    }
                }
                '?' | '+' => {
                    if let Some(prev) = params.last_mut() {
                        prev.pattern.push(symbol);
                    }
                }
                '(' => {
                    let end = closing(&chars, position, '(', ')');
                    let choice: String = chars[position + 1..end.min(chars.len())].iter().collect();
                    if choice.contains('<') {
                        return Err(Error::new("S0402")
                            .with("value", choice)
                            .with("offset", position));
                    }
                    params.push(Param {
                        ty: format!("({choice})"),
                        pattern: format!("[{choice}m]"),
                        ..Param::new('x', String::new())
                    });
                    position = end;
                }
                '<' => {
                    let prev_ty = params.last().map(|p| p.ty.clone()).unwrap_or_default();
                    if prev_ty == "a" || prev_ty == "f" {
                        let end = closing(&chars, position, '<', '>');
                        let subtype: String =
                            chars[position + 1..end.min(chars.len())].iter().collect();
                        if let Some(prev) = params.last_mut() {
                            prev.subtype = Some(subtype);
                        }
                        position = end;
                    } else {
                        let value = if prev_ty.is_empty() {
                            serde_json::Value::Null
                        } else {
                            prev_ty.into()
                        };
                        return Err(Error::new("S0401")
                            .with("value", value)
                            .with("offset", position));
                    }
                }
                _ => {}
            }
            position += 1;
        }
        Ok(Signature {
            definition: definition.to_owned(),
            params,
        })
    }
}

/// Whether the items of an array are of the type that `a<...>` asks for.
fn items_fit(array: &Array<'_>, subtype: &str) -> Result<bool> {
    let (Some(want), Some(_)) = (subtype.chars().next(), array.items().first()) else {
        return Ok(true);
    };
    meter::spend(array.len() as u64)?;
    Ok(array
        .items()
        .iter()
        .all(|item| item.signature_symbol() == want))
}

/// One parameter pattern as a set of accepted symbols and a repetition range.
struct Piece<'a> {
    set: &'a str,
    min: usize,
    max: usize,
}

fn piece(pattern: &str) -> Piece<'_> {
    let (set, quantifier) = match pattern.strip_prefix('[') {
        Some(rest) => {
            let close = rest.find(']').unwrap_or(rest.len());
            (&rest[..close], &rest[(close + 1).min(rest.len())..])
        }
        None => pattern.split_at(pattern.len().min(1)),
    };
    let (min, max) = if quantifier.contains('+') {
        (1, usize::MAX)
    } else if quantifier.contains('?') {
        (0, 1)
    } else {
        (1, 1)
    };
    Piece { set, min, max }
}

/// Greedy match of `pieces` against `symbols`, the range each piece consumes: equivalent to the
/// regular expression jsonata-js builds, whose backtracking would take a time exponential in the
/// number of pieces. `None` when they do not match.
fn match_pieces(
    pieces: &[Piece],
    symbols: &[char],
    anchored: bool,
) -> Result<Option<Vec<(usize, usize)>>> {
    let places = symbols.len() + 1;
    meter::spend((pieces.len() * places) as u64)?;
    let _scratch = meter::scratch((pieces.len() + 1) * places)?;
    // Whether the pieces from each on match the symbols from each place on, the last piece first.
    let mut rest = vec![vec![!anchored; places]];
    rest[0][symbols.len()] = true;
    for p in pieces.iter().rev() {
        let behind = &rest[rest.len() - 1];
        let mut here = vec![false; places];
        for pos in (0..places).rev() {
            let takes = symbols.get(pos).is_some_and(|&s| p.set.contains(s));
            // One symbol, and any more if the piece may have them.
            let taken = takes && (behind[pos + 1] || (p.max > 1 && here[pos + 1]));
            here[pos] = taken || (p.min == 0 && behind[pos]);
        }
        rest.push(here);
    }
    if !rest[pieces.len()][0] {
        return Ok(None);
    }
    let mut spans = Vec::with_capacity(pieces.len());
    let mut pos = 0;
    for (i, p) in pieces.iter().enumerate() {
        let behind = &rest[pieces.len() - 1 - i];
        let run = symbols[pos..]
            .iter()
            .take(p.max)
            .take_while(|&&s| p.set.contains(s))
            .count();
        meter::spend(run as u64)?;
        // As many symbols as leave the pieces behind what they need.
        let n = (p.min..=run)
            .rev()
            .find(|n| behind[pos + n])
            .unwrap_or(p.min);
        spans.push((pos, pos + n));
        pos += n;
    }
    Ok(Some(spans))
}

fn array_type_name(subtype: &str) -> &'static str {
    match subtype {
        "a" => "arrays",
        "b" => "booleans",
        "f" => "functions",
        "n" => "numbers",
        "o" => "objects",
        "s" => "strings",
        _ => "values",
    }
}

impl Signature {
    /// Whether each parameter has one argument, of its type: then there is nothing to match, to fill
    /// in or to wrap. Most calls are such.
    fn takes_as_they_are(&self, args: &[Value<'_>]) -> Result<bool> {
        if args.len() != self.params.len() {
            return Ok(false);
        }
        for (param, arg) in self.params.iter().zip(args) {
            let piece = piece(&param.pattern);
            let fits = piece.max == 1 && piece.set.contains(arg.signature_symbol());
            let as_it_is = match (param.ty.as_str(), arg, &param.subtype) {
                ("a", Value::Array(a), Some(subtype)) => items_fit(a, subtype)?,
                ("a", Value::Array(_), None) => true,
                ("a", ..) => false,
                _ => true,
            };
            if !fits || !as_it_is {
                return Ok(false);
            }
        }
        meter::spend(args.len() as u64)?;
        Ok(true)
    }

    /// Checks `args` against the signature and returns them adjusted: missing context
    /// arguments are filled in and single values are wrapped where an array is expected.
    pub(crate) fn validate<'a>(
        &self,
        args: Vec<Value<'a>>,
        context: &Value<'a>,
    ) -> Result<Vec<Value<'a>>> {
        if self.takes_as_they_are(&args)? {
            return Ok(args);
        }
        let symbols: Vec<char> = args.iter().map(Value::signature_symbol).collect();
        let pieces: Vec<Piece> = self.params.iter().map(|p| piece(&p.pattern)).collect();
        let Some(spans) = match_pieces(&pieces, &symbols, true)? else {
            // Find the first parameter that does not match.
            let mut good_to = 0;
            for index in 0..pieces.len() {
                let Some(partial) = match_pieces(&pieces[..=index], &symbols, false)? else {
                    break;
                };
                good_to = partial[index].1;
            }
            let mut err = Error::new("T0410").with("index", good_to + 1);
            if let Some(v) = args.get(good_to).and_then(Value::to_json_detail) {
                err = err.with("value", v);
            }
            return Err(err);
        };

        let mut validated = Vec::with_capacity(args.len());
        let mut arg_index = 0;
        for (param, &(start, end)) in self.params.iter().zip(&spans) {
            let matched = &symbols[start..end];
            if matched.is_empty() {
                if let (true, Some(pattern)) = (param.context, &param.context_pattern) {
                    if piece(pattern).set.contains(context.signature_symbol()) {
                        validated.push(context.clone());
                    } else {
                        let mut err = Error::new("T0411").with("index", arg_index + 1);
                        if let Some(v) = context.to_json_detail() {
                            err = err.with("value", v);
                        }
                        return Err(err);
                    }
                } else {
                    validated.push(args.get(arg_index).cloned().unwrap_or_default());
                    arg_index += 1;
                }
                continue;
            }
            let matched_str: String = matched.iter().collect();
            for &single in matched {
                let mut arg = args.get(arg_index).cloned().unwrap_or_default();
                if param.ty == "a" {
                    if single == 'm' {
                        arg = Value::Undefined;
                    } else {
                        let mut array_ok = true;
                        if let Some(subtype) = &param.subtype {
                            if single != 'a' && matched_str != *subtype {
                                array_ok = false;
                            } else if let Value::Array(a) = &arg {
                                array_ok = items_fit(a, subtype)?;
                            }
                        }
                        if !array_ok {
                            let mut err = Error::new("T0412").with("index", arg_index + 1).with(
                                "type",
                                array_type_name(param.subtype.as_deref().unwrap_or("")),
                            );
                            if let Some(v) = arg.to_json_detail() {
                                err = err.with("value", v);
                            }
                            return Err(err);
                        }
                        if single != 'a' {
                            arg = Value::array(vec![arg], 0);
                        }
                    }
                }
                validated.push(arg);
                arg_index += 1;
            }
        }
        Ok(validated)
    }
}

impl Param {
    fn new(symbol: char, pattern: String) -> Self {
        Param {
            ty: symbol.to_string(),
            pattern,
            context: false,
            context_pattern: None,
            array: false,
            subtype: None,
        }
    }
}

/// Position of the bracket that closes the one at `start`, or `chars.len()` if unbalanced.
fn closing(chars: &[char], start: usize, open: char, close: char) -> usize {
    let mut depth = 1;
    let mut position = start;
    while position < chars.len() {
        position += 1;
        match chars.get(position) {
            Some(&c) if c == close => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            Some(&c) if c == open => depth += 1,
            _ => {}
        }
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_modifiers_and_subtypes() {
        let sig = Signature::parse("<s-nn?a<n>(sb)f<n:n>:s>").unwrap();
        let summary: Vec<_> = sig
            .params
            .iter()
            .map(|p| {
                (
                    p.ty.as_str(),
                    p.pattern.as_str(),
                    p.context,
                    p.subtype.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            summary,
            vec![
                ("s", "[sm]?", true, None),
                ("n", "[nm]", false, None),
                ("n", "[nm]?", false, None),
                ("a", "[asnblfom]", false, Some("n")),
                ("(sb)", "[sbm]", false, None),
                ("f", "f", false, Some("n:n")),
            ]
        );
    }

    #[test]
    fn rejects_invalid_type_parameters() {
        assert_eq!(Signature::parse("<n<s>>").unwrap_err().code(), "S0401");
        assert_eq!(Signature::parse("<(sa<n>)>").unwrap_err().code(), "S0402");
    }
}

//! Random expressions and inputs, by a seed.

use std::fmt::Write;

use asl_value::{Object, Value};

/// Names of members, in inputs and expressions.
const NAMES: [&str; 6] = ["a", "b", "c", "items", "Name", "x y"];

const TEXTS: [&str; 10] = ["", "a", "abc", "Hello World", "12", "-1.5e3", "äöü", "😀x", "a,b,c", "true"];

const NUMBERS: [&str; 12] = ["0", "1", "2", "-1", "3.5", "0.1", "10", "100", "1e3", "255", "-7", "1e-3"];

/// Functions with the kinds of their arguments: `s`tring, `n`umber, `a`rray, `o`bject, `b`oolean, a `r`egular expression,
/// `1` a function of one argument, `2` one of two, anything `x`.
const FUNCTIONS: [&str; 54] = [
    "string x",
    "string xb",
    "length s",
    "substring sn",
    "substring snn",
    "substringBefore ss",
    "substringAfter ss",
    "uppercase s",
    "lowercase s",
    "trim s",
    "pad sn",
    "pad sns",
    "contains ss",
    "contains sr",
    "split ss",
    "split sr",
    "split ssn",
    "join a",
    "join as",
    "match sr",
    "replace sss",
    "replace srs",
    "replace sssn",
    "base64encode s",
    "number x",
    "abs n",
    "floor n",
    "ceil n",
    "round n",
    "round nn",
    "power nn",
    "sqrt n",
    "formatNumber ns",
    "formatBase nn",
    "formatInteger ns",
    "sum a",
    "max a",
    "min a",
    "average a",
    "boolean x",
    "not x",
    "exists x",
    "count a",
    "append aa",
    "reverse a",
    "sort a",
    "distinct a",
    "zip aa",
    "keys o",
    "lookup os",
    "merge a",
    "type x",
    "spread o",
    "encodeUrlComponent s",
];

const HIGHER: [&str; 7] = ["map a1", "filter a1", "reduce a2", "single a1", "sift o1", "each o2", "sort a2"];

pub(super) const REGEXES: [&str; 6] = ["/a/", "/[a-c]+/i", "/(l+)o/", "/^$/", "/\\d+/", "/b|,/"];

const PICTURES: [&str; 6] = ["#,##0.00", "0", "00.0%", "w", "I", "Ww"];

const OPERATORS: [&str; 17] =
    ["+", "-", "*", "/", "%", "&", "=", "!=", "<", "<=", ">", ">=", "in", "and", "or", "??", "?:"];

/// Choices that follow from a seed (SplitMix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % bound.max(1) as u64) as usize
    }

    fn of<'t>(&mut self, among: &[&'t str]) -> &'t str {
        among[self.below(among.len())]
    }

    /// An input: objects and arrays of a few members.
    pub(super) fn input(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 5 } else { 9 }) {
            0 => Value::parse(self.of(&NUMBERS)).unwrap(),
            1 => Value::from(self.below(20) as i64),
            2 => Value::from(self.of(&TEXTS)),
            3 => Value::from(self.below(2) == 0),
            4 => {
                if self.below(3) == 0 {
                    Value::Null
                } else {
                    Value::from(self.below(5) as i64)
                }
            }
            5 | 6 => (0..self.below(4)).map(|_| self.input(depth - 1)).collect(),
            _ => {
                let members = (0..self.below(5)).map(|_| (self.of(&NAMES).into(), self.input(depth - 1)));
                let members: Object =
                    members.collect::<Vec<(asl_value::Text, Value)>>().into_iter().collect();
                Value::Object(members)
            }
        }
    }

    pub(super) fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.leaf();
        }
        match self.below(20) {
            0..5 => self.path(depth),
            5..8 => {
                let (left, right) = (self.expression(depth - 1), self.expression(depth - 1));
                format!("({left} {} {right})", self.of(&OPERATORS))
            }
            8..12 => self.call(depth),
            12 => format!("[{}]", self.list(depth)),
            13 => self.object(depth),
            14 => {
                let [test, then, other] = [0; 3].map(|_| self.expression(depth - 1));
                format!("({test} ? {then} : {other})")
            }
            15 => {
                let (value, then) = (self.expression(depth - 1), self.expression(depth - 1));
                format!("($v := {value}; {then})")
            }
            16 => self.higher(depth),
            17 => format!(
                "({} ~> ${})",
                self.expression(depth - 1),
                self.of(&["sum", "count", "string", "uppercase", "reverse", "type"])
            ),
            18 => format!("[{}..{}]", self.below(5), self.below(9)),
            _ => format!("-{}", self.leaf()),
        }
    }

    fn leaf(&mut self) -> String {
        match self.below(9) {
            0 | 1 => self.of(&NUMBERS).to_owned(),
            2 => format!("{:?}", self.of(&TEXTS[..5])),
            3 => self.of(&["true", "false", "null"]).to_owned(),
            4 => "$".to_owned(),
            5 => "$v".to_owned(),
            _ => self.step(),
        }
    }

    fn step(&mut self) -> String {
        match self.below(10) {
            0 => "*".to_owned(),
            1 => "**".to_owned(),
            2 => "$$".to_owned(),
            3 => "`x y`".to_owned(),
            _ => self.of(&NAMES[..5]).to_owned(),
        }
    }

    fn path(&mut self, depth: usize) -> String {
        let mut path = self.step();
        for _ in 0..1 + self.below(3) {
            let inner = depth - 1;
            let done = match self.below(11) {
                0..4 => write!(path, ".{}", self.step()),
                4 => write!(path, "[{}]", self.of(&["0", "1", "-1", "2", "1.7"])),
                5 => write!(path, "[{}]", self.expression(inner)),
                6 => write!(path, ".({})", self.expression(inner)),
                7 => write!(path, "^({}{})", self.of(&["", "<", ">"]), self.step()),
                8 => write!(path, "{{\"k\" & $string({}): {}}}", self.step(), self.expression(inner)),
                9 => write!(path, "#$i[{}]", self.of(&["$i < 2", "$i % 2 = 0", "0"])),
                _ => write!(path, "[]"),
            };
            done.unwrap();
        }
        path
    }

    fn list(&mut self, depth: usize) -> String {
        let items: Vec<String> = (0..self.below(4)).map(|_| self.expression(depth - 1)).collect();
        items.join(", ")
    }

    fn object(&mut self, depth: usize) -> String {
        let members: Vec<String> =
            (0..self.below(3)).map(|place| format!("\"m{place}\": {}", self.expression(depth - 1))).collect();
        format!("{{{}}}", members.join(", "))
    }

    fn call(&mut self, depth: usize) -> String {
        let (name, kinds) = self.of(&FUNCTIONS).split_once(' ').unwrap();
        let arguments: Vec<String> = kinds.chars().map(|kind| self.argument(kind, depth - 1)).collect();
        format!("${name}({})", arguments.join(", "))
    }

    fn higher(&mut self, depth: usize) -> String {
        let (name, kinds) = self.of(&HIGHER).split_once(' ').unwrap();
        let arguments: Vec<String> = kinds.chars().map(|kind| self.argument(kind, depth - 1)).collect();
        format!("${name}({})", arguments.join(", "))
    }

    /// Mostly one of the kind that is wanted.
    fn argument(&mut self, kind: char, depth: usize) -> String {
        if self.below(6) == 0 {
            return self.expression(depth);
        }
        match kind {
            's' if self.below(6) == 0 => format!("{:?}", self.of(&PICTURES)),
            's' => format!("{:?}", self.of(&TEXTS)),
            'n' => self.of(&NUMBERS).to_owned(),
            'b' => self.of(&["true", "false"]).to_owned(),
            'r' => self.of(&REGEXES).to_owned(),
            'a' if depth > 0 => format!("[{}]", self.list(depth)),
            'o' if depth > 0 => self.object(depth),
            '1' => format!("function($v) {{ {} }}", self.expression(depth)),
            '2' => format!(
                "function($v, $w) {{ {} }}",
                self.of(&["$v + $w", "$v & $w", "$v > $w", "$w", "[$v, $w]"])
            ),
            _ => self.expression(depth),
        }
    }
}

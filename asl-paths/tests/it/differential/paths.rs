//! Random paths and documents, by a seed.

use std::fmt::Write;

use asl_value::{Object, Text, Value};

const NAMES: [&str; 7] = ["a", "b", "c", "items", "x y", "été", "1"];

const NUMBERS: [&str; 8] = ["0", "1", "2", "-1", "3.5", "10", "1e3", "255"];

const TEXTS: [&str; 8] = ["", "a", "abc", "12", "true", "null", "it's", "😀"];

/// What a damaged path gets.
const PIECES: [&str; 22] = [
    ".", "..", "[", "]", "(", ")", "?", "@", "$", "*", "'", "\"", ":", ",", "-", "=", " ", "0", "a", "!",
    "\\", "&&",
];

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

    pub(super) fn document(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 5 } else { 11 }) {
            0 => Value::parse(self.of(&NUMBERS)).unwrap(),
            1 => Value::from(self.below(5) as i64),
            2 => Value::from(self.of(&TEXTS)),
            3 => Value::from(self.below(2) == 0),
            4 => Value::Null,
            5..7 => (0..self.below(4)).map(|_| self.document(depth - 1)).collect(),
            _ => {
                let members: Vec<(Text, Value)> =
                    (0..self.below(5)).map(|_| (self.of(&NAMES).into(), self.document(depth - 1))).collect();
                Value::Object(members.into_iter().collect::<Object>())
            }
        }
    }

    /// A path that is mostly one: every eighth is damaged.
    pub(super) fn path(&mut self) -> String {
        let mut path = "$".to_owned();
        for _ in 0..1 + self.below(4) {
            let step = self.step();
            path.push_str(&step);
        }
        if self.below(8) == 0 {
            for _ in 0..1 + self.below(2) {
                let places: Vec<usize> = path.char_indices().map(|(place, _)| place).collect();
                let place = places[self.below(places.len())];
                match self.below(3) {
                    0 => drop(path.remove(place)),
                    _ => path.insert_str(place, self.of(&PIECES)),
                }
                if path.is_empty() {
                    break;
                }
            }
        }
        path
    }

    fn step(&mut self) -> String {
        let (first, second) = (self.of(&NAMES), self.of(&NAMES));
        let (from, to) = (self.index(), self.index());
        match self.below(20) {
            0..6 => format!(".{}", self.of(&["a", "b", "c", "items", "été", "1"])),
            6 => format!("['{first}']"),
            7 => format!("['{first}', '{second}']"),
            8 => format!("[{from}]"),
            9 => format!("[{from},{to}]"),
            10 => format!("[{from}:]"),
            11 => format!("[:{to}]"),
            12 => format!("[{from}:{to}]"),
            13 => self.of(&["[*]", ".*"]).to_owned(),
            14 => format!("..{}", self.of(&["a", "items", "*", "['x y']"])),
            15 => format!("..[{from}]"),
            16 => format!("[(@.length-{})]", self.below(4)),
            17 => format!("..[?({})]", self.filter()),
            _ => format!("[?({})]", self.filter()),
        }
    }

    fn index(&mut self) -> i64 {
        self.below(7) as i64 - 2
    }

    fn filter(&mut self) -> String {
        let mut filter = self.criterion();
        for _ in 0..[0, 0, 0, 1, 2][self.below(5)] {
            let sign = self.of(&[" && ", " || ", "&&", "||"]);
            let more = self.criterion();
            write!(filter, "{sign}{more}").unwrap();
        }
        filter
    }

    fn criterion(&mut self) -> String {
        let left = self.side();
        match self.below(8) {
            0 | 1 => format!("@{}", self.names()),
            2 => format!("!@{}", self.names()),
            3 => format!(
                "{left} =~ /{}/{}",
                self.of(&["a.*", "[a-c]+", "\\d+", "", ".*x"]),
                self.of(&["", "i"])
            ),
            _ => format!("{left} {} {}", self.of(&["==", "!=", "<", "<=", ">", ">="]), self.side()),
        }
    }

    fn side(&mut self) -> String {
        match self.below(9) {
            0..4 => format!("@{}", self.names()),
            4 => format!("${}", self.names()),
            5 => self.of(&NUMBERS).to_owned(),
            6 => self.of(&["null", "true", "false"]).to_owned(),
            _ => format!("'{}'", self.of(&["", "a", "abc", "12", "true", "null", "😀"])),
        }
    }

    fn names(&mut self) -> String {
        match self.below(6) {
            0 => String::new(),
            1 => format!("[{}]", self.index()),
            2 => format!("['{}','{}']", self.of(&NAMES), self.of(&NAMES)),
            3 => format!(".{}.{}", self.of(&["a", "b"]), self.of(&["a", "c"])),
            _ => format!(".{}", self.of(&["a", "b", "c", "items"])),
        }
    }
}

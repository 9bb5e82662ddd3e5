//! Hostile HTTP requests to `asl serve`, generated from seeds, and what may be answered to each.
//!
//! [`requests`] makes the requests of a number. [`Answer::problem`] compares an answer with [`Allowed`]. The program
//! `hostile_requests` (`cargo xtask hostile-requests`) sends them.

use crate::fuzz::Random;

mod allowed;
mod answer;
mod bodies;
mod heads;
mod session;
mod work;

pub use allowed::Allowed;
pub use answer::{Answer, Ended};
pub use session::Session;

/// A request, as bytes.
#[derive(Debug, Clone)]
pub struct Request {
    /// The bytes that are sent.
    pub bytes: Vec<u8>,
    /// The body of the answer must contain this text.
    pub contains: Option<&'static str>,
    /// What may be answered.
    pub allowed: Allowed,
    /// How the bytes are sent.
    pub sending: Sending,
}

/// How the bytes of a request are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// All of them; an answer is expected.
    Whole,
    /// All of them, and then the connection is closed for writing.
    CutOff,
    /// In a few pieces with pauses.
    Slowly,
}

/// The kinds of requests, each as often as its number in a hundred says.
pub const KINDS: [(&str, usize); 7] = [
    ("bodies", 45),
    ("headers", 16),
    ("paths", 11),
    ("not HTTP", 10),
    ("definitions", 12),
    ("work", 1),
    ("well-formed", 5),
];

/// What connects the requests of a client: where it sends them, and the definitions that it mutates.
#[derive(Debug)]
pub struct Target<'t> {
    /// `127.0.0.1:8083`
    pub host: &'t str,
    /// Valid definitions.
    pub corpus: &'t [asl_value::Value],
    /// The ARN of a machine that is there all the time.
    pub machine: &'t str,
}

/// The requests of a number, always the same, and the place of their kind in [`KINDS`]. Those of a machine belong together.
pub fn requests(target: &Target<'_>, seed: u64, number: u64) -> (usize, Vec<Request>) {
    let mut random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
    // Skip the first numbers, which are similar for neighbouring seeds.
    for _ in 0..8 {
        random.below(1);
    }
    let kind = kind(random.below(100));
    let random = &mut random;
    let made = match kind {
        0 => vec![bodies::request(target, random)],
        1 => vec![heads::headers(target, random)],
        2 => vec![heads::path(target, random)],
        3 => vec![heads::broken(target, random)],
        4 => vec![work::definition(target, random)],
        5 => work::machine(target, random, number),
        _ => vec![work::well_formed(target, random)],
    };
    (kind, made)
}

fn kind(mut drawn: usize) -> usize {
    for (kind, (_, share)) in KINDS.iter().enumerate() {
        match drawn.checked_sub(*share) {
            Some(rest) => drawn = rest,
            None => return kind,
        }
    }
    KINDS.len()
}

/// A request for an operation with this body.
fn operation(target: &Target<'_>, action: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {}\r\nx-amz-target: AWSStepFunctions.{action}\r\ncontent-length: {}\r\n\r\n",
        target.host,
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_the_same_whenever_it_is_made() {
        let corpus = crate::fuzz::corpus().unwrap();
        let target = Target { host: "127.0.0.1:1", corpus: &corpus, machine: "arn" };
        let bytes = |seed, number| {
            let (_, made) = requests(&target, seed, number);
            made.into_iter().map(|request| request.bytes).collect::<Vec<_>>()
        };
        assert!((0..200).all(|number| bytes(7, number) == bytes(7, number)));
        assert!((0..200).filter(|number| bytes(7, *number) != bytes(8, *number)).count() > 150);
    }

    #[test]
    fn every_kind_is_drawn() {
        assert_eq!(KINDS.iter().map(|(_, share)| share).sum::<usize>(), 100);
        assert_eq!((kind(0), kind(44), kind(45), kind(99)), (0, 0, 1, 6));
    }

    #[test]
    fn an_answer_outside_of_the_table_is_a_problem() {
        let answer = |status, error: &str| Answer {
            status,
            body: format!(r#"{{"__type":"x#{error}","message":""}}"#).into_bytes(),
        };
        let describe = Allowed::Operation("DescribeActivity");
        for (allowed, answer, is_right) in [
            (describe, answer(200, ""), true),
            (describe, answer(400, "InvalidArn"), true),
            (describe, answer(400, "InvalidDefinition"), false),
            (describe, answer(500, "InternalServerError"), false),
            (describe, answer(404, "InvalidArn"), false),
            (Allowed::Success, answer(400, "InvalidArn"), false),
            (Allowed::Any, answer(431, ""), true),
            (Allowed::Any, answer(500, ""), false),
            (Allowed::Page, answer(404, "UnknownOperationException"), true),
            (Allowed::Page, answer(404, "Surprise"), false),
        ] {
            assert_eq!(answer.problem(allowed, None).is_none(), is_right, "{allowed:?} {answer:?}");
        }
        assert!(answer(200, "").problem(Allowed::Success, Some("SUCCEEDED")).is_some());
        assert!(Ended::Closed.problem(describe, None).is_some());
        assert!(Ended::Closed.problem(Allowed::Any, None).is_none());
    }
}

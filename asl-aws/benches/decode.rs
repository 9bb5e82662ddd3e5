//! What the first call of a service costs: finding its frame in the service table, inflating and indexing it.
//!
//! `cargo bench -p asl-aws [-- SERVICE]`
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use asl_aws::{Caller, Config};

/// The time spent on each service.
const BUDGET: Duration = Duration::from_millis(500);

fn main() {
    // Cargo passes options of its own.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|wanted| !wanted.starts_with('-')).collect();
    println!("| service | fastest µs | median µs |");
    println!("|---|---|---|");
    for service in ["dynamodb", "lambda", "s3", "sagemaker", "quicksight", "ec2"] {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == service) {
            let [fastest, median] = measure(service).map(|time| time.as_secs_f64() * 1e6);
            println!("| {service} | {fastest:.0} | {median:.0} |");
        }
    }
}

/// A fresh caller decodes the service. The fastest time is the least disturbed one.
fn measure(service: &str) -> [Duration; 2] {
    let began = Instant::now();
    let mut times = Vec::new();
    while began.elapsed() < BUDGET {
        let caller = Caller::new(Config::new("eu-west-1"));
        let start = Instant::now();
        assert!(black_box(&caller).reaches(service), "{service}");
        times.push(start.elapsed());
    }
    times.sort();
    [0, times.len() / 2].map(|index| times.get(index).copied().unwrap_or_default())
}

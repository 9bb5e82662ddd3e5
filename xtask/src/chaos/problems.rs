//! [`Problems`]: what is not as it must be, by kind.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Result;

/// Problems of all threads. Those of one kind that read alike are counted, and the first one is kept as an example.
#[derive(Clone, Default)]
pub(super) struct Problems {
    found: Arc<Mutex<BTreeMap<(String, String), Found>>>,
}

struct Found {
    count: u32,
    example: String,
}

impl Problems {
    /// Adds a problem. What is different in each case belongs to the example.
    pub(super) fn add(&self, kind: &str, what: &str, example: impl FnOnce() -> String) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let found = found.entry((kind.to_owned(), what.to_owned()));
        found.or_insert_with(|| Found { count: 0, example: example() }).count += 1;
    }

    /// Prints the problems, and writes each with its example to a file of the folder, which has those of this run only.
    /// Fails if there are any.
    pub(super) fn report(&self, folder: &Path) -> Result<()> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder)?;
        for (number, ((kind, what), Found { count, example })) in (1..).zip(found.iter()) {
            let file = folder.join(format!("{number}-{kind}.txt"));
            std::fs::write(&file, format!("{count} times\n\n{what}\n\n{example}\n"))?;
            let short: String = what.chars().take(300).collect();
            println!("{count} × {kind}: {short} ({})", file.display());
        }
        let all: u32 = found.values().map(|found| found.count).sum();
        match all {
            0 => Ok(()),
            _ => Err(format!("{all} problems of {} kinds, see {}", found.len(), folder.display()).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_that_read_alike_are_counted() {
        let folder = std::env::temp_dir().join(format!("asl-problems-{}", std::process::id()));
        let problems = Problems::default();
        assert!(problems.report(&folder).is_ok());
        problems.add("wait", "lost", || "one".to_owned());
        problems.clone().add("wait", "lost", || "two".to_owned());
        problems.add("map", "lost", || "three".to_owned());
        assert!(problems.report(&folder).is_err());
        let text = std::fs::read_to_string(folder.join("2-wait.txt")).expect("a file");
        assert_eq!(text, "2 times\n\nlost\n\none\n");
        std::fs::remove_dir_all(folder).expect("removed");
    }
}

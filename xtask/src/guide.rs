//! The files and the commands of a page of the documentation, as a reader would use them.

use std::path::Path;
use std::process::Command;

use crate::source::Source;
use crate::{Result, command, root};

/// A page of the documentation.
pub(crate) struct Page {
    pub(crate) path: String,
    blocks: Vec<Block>,
}

/// A fenced block of code, with what follows its language: `title=NAME`, `run`, `output`.
struct Block {
    attribute: String,
    text: String,
}

impl Page {
    /// The page at a path in the repository.
    pub(crate) fn open(path: &str) -> Result<Page> {
        let text = std::fs::read_to_string(root()?.join(path))?;
        Ok(Page::read(&Source { path: path.to_owned(), text }))
    }

    /// Writes the files to a folder, runs the commands there in a shell, and compares what they print.
    pub(crate) fn run(&self, folder: &Path, mut shell: Command) -> Result<()> {
        self.write_files(folder)?;
        shell.arg("-c").arg(self.script()).current_dir(folder);
        let done = command::run(shell);
        self.check_output(|index| std::fs::read_to_string(folder.join(output_file(index))))?;
        done.map_err(|error| format!("{}: {error}", self.path))?;
        println!("{} works", self.path);
        Ok(())
    }

    pub(crate) fn read(source: &Source) -> Page {
        Page { path: source.path.clone(), blocks: blocks(&source.text) }
    }

    pub(crate) fn does_something(&self) -> bool {
        self.blocks.iter().any(|block| block.attribute == "run")
    }

    fn write_files(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        // Otherwise npm adds its packages to the repository's own package.json.
        let package = folder.join("package.json");
        if !package.exists() {
            std::fs::write(package, "{\"private\": true}\n")?;
        }
        for (name, text) in self.files() {
            std::fs::write(folder.join(name), text)?;
        }
        Ok(())
    }

    /// The names and the contents of the files.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.blocks
            .iter()
            .filter_map(|block| Some((block.attribute.strip_prefix("title=")?, block.text.as_str())))
    }

    /// A block that has no use.
    pub(crate) fn unused(&self) -> Option<&str> {
        let is_used =
            |attribute: &str| ["run", "output"].contains(&attribute) || attribute.starts_with("title=");
        self.blocks.iter().find(|block| !is_used(&block.attribute)).map(|block| block.text.as_str())
    }

    /// The commands of the page, for bash. What those before a block `output` print goes to a file.
    pub(crate) fn script(&self) -> String {
        let mut script = "set -e\nexec 3>&1 4>&2\n".to_owned();
        for (index, block) in self.blocks.iter().enumerate().filter(|(_, block)| block.attribute == "run") {
            let is_compared = self.output_after(index).is_some();
            if is_compared {
                script.push_str(&format!("exec >{} 2>&1\n", output_file(index)));
            }
            script.push_str(&block.text);
            if is_compared {
                script.push_str("exec >&3 2>&4\n");
            }
        }
        script
    }

    /// Compares what the commands have printed, which `printed` reads, with what the page says.
    fn check_output(&self, printed: impl Fn(usize) -> std::io::Result<String>) -> Result<()> {
        for (index, block) in self.blocks.iter().enumerate().filter(|(_, block)| block.attribute == "run") {
            let Some(expected) = self.output_after(index) else { continue };
            let printed = printed(index).unwrap_or_default();
            if !is_like(&printed, expected) {
                let command = &block.text;
                let path = &self.path;
                return Err(format!(
                    "{path}: after\n{command}the page says\n{expected}but it was\n{printed}"
                )
                .into());
            }
        }
        Ok(())
    }

    fn output_after(&self, index: usize) -> Option<&str> {
        self.blocks
            .get(index + 1)
            .filter(|block| block.attribute == "output")
            .map(|block| block.text.as_str())
    }
}

/// The file with what a block has printed.
fn output_file(index: usize) -> String {
    format!("output-{index}.txt")
}

/// Whether a text is as expected, line by line. `…` stands for any text within a line, and alone for any lines.
fn is_like(text: &str, expected: &str) -> bool {
    let mut lines = text.lines();
    let mut expected = expected.lines().peekable();
    while let Some(pattern) = expected.next() {
        let is_last = expected.peek().is_none();
        let found = match pattern.trim() {
            "…" if is_last => return true,
            "…" => {
                let next = expected.next().unwrap_or_default();
                lines.any(|line| is_line_like(line, next))
            }
            _ => lines.next().is_some_and(|line| is_line_like(line, pattern)),
        };
        if !found {
            return false;
        }
    }
    lines.next().is_none()
}

fn is_line_like(line: &str, pattern: &str) -> bool {
    let mut pieces = pattern.trim_end().split('…');
    let Some(mut rest) = line.trim_end().strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, between)) = pieces.split_last() else { return rest.is_empty() };
    for piece in between {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let attribute = info.split_once(' ').map_or("", |(_, attribute)| attribute).to_owned();
        found.push(Block { attribute, text: text.join("\n") + "\n" });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Page {
        Page::read(&Source { path: "docs/a.md".to_owned(), text: text.to_owned() })
    }

    #[test]
    fn blocks_are_files_commands_and_output() {
        let page = read("a\n```json title=a.json\n{\n}\n```\n\n```sh run\nb\n```\n```text output\nc\n```\n");
        assert_eq!(page.files().collect::<Vec<_>>(), [("a.json", "{\n}\n")]);
        assert!(page.does_something() && page.unused().is_none());
        let expected = "set -e\nexec 3>&1 4>&2\nexec >output-1.txt 2>&1\nb\nexec >&3 2>&4\n";
        assert_eq!(page.script(), expected);
        assert!(page.check_output(|_| Ok("c\n".to_owned())).is_ok());
        assert!(page.check_output(|_| Ok("d\n".to_owned())).is_err());
        assert_eq!(read("```sh\nb\n```\n").unused(), Some("b\n"));
    }

    #[test]
    fn an_ellipsis_stands_for_any_text() {
        #[track_caller]
        fn check(text: &str, expected: &str, expect: bool) {
            assert_eq!(is_like(text, expected), expect, "{text:?} {expected:?}");
        }
        check("a\nb\n", "a\nb\n", true);
        check("a\nb\n", "a\n", false);
        check("a\n", "a\nb\n", false);
        check("1m0.002s  Charge (Task)\n", "…  Charge (Task)\n", true);
        check("1m0.002s  Charge (Pass)\n", "…  Charge (Task)\n", false);
        check("a 1 b 2 c\n", "a … b … c\n", true);
        check("a\nx\ny\nb\n", "a\n…\nb\n", true);
        check("a\nx\ny\n", "a\n…\n", true);
        check("a\nx\ny\n", "a\n…\nb\n", false);
    }
}

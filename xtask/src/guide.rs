//! The files and the commands of a guide, as a reader would use them.

use std::path::Path;

use crate::{Result, root};

/// Writes the files of a guide to a folder. Returns its commands, as a script.
///
/// A fenced block with `title=NAME` is a file, and one with `run` has commands. Others are only read.
pub(crate) fn unpack(guide: &str, folder: &Path) -> Result<String> {
    let text = std::fs::read_to_string(root()?.join(guide))?;
    std::fs::create_dir_all(folder)?;
    let mut commands = "set -e\n".to_owned();
    for Block { attribute, text } in blocks(&text) {
        match attribute.strip_prefix("title=") {
            Some(name) => std::fs::write(folder.join(name), text)?,
            None if attribute == "run" => commands.push_str(&text),
            None if attribute.is_empty() => {}
            None => return Err(format!("{guide}: a block is neither a file nor run: {text}").into()),
        }
    }
    Ok(commands)
}

/// A fenced block of code, with what follows its language: `title=NAME`, `run`.
struct Block<'g> {
    attribute: &'g str,
    text: String,
}

fn blocks(guide: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let attribute = info.split_once(' ').map_or("", |(_, attribute)| attribute);
        found.push(Block { attribute, text: text.join("\n") + "\n" });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_attributes() {
        let found = blocks("a\n```json title=a.json\n{\n}\n```\n\n```sh run\nb\n```\n\n```sh\nc\n```\n");
        let found: Vec<_> = found.iter().map(|block| (block.attribute, block.text.as_str())).collect();
        assert_eq!(found, [("title=a.json", "{\n}\n"), ("run", "b\n"), ("", "c\n")]);
    }
}

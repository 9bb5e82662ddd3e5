//! The page about the command line, from what the command says of itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, command, root};

pub(crate) const PAGE: &str = "docs/reference/command-line.md";

const INTRODUCTION: &str =
    "# The command line\n\nWritten by `cargo xtask docs` from what `asl help` prints.\n\n";

/// The command, built from this checkout.
pub(super) fn program() -> Result<PathBuf> {
    let build = ["build", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
    command::built_program(command::cargo(&build)?, "asl")
}

/// The page must be that of this command.
pub(crate) fn check() -> Result<()> {
    let page = page(&program()?)?;
    match std::fs::read_to_string(root()?.join(PAGE)).unwrap_or_default() == page {
        true => Ok(()),
        false => Err(format!("{PAGE} is not current, `cargo xtask docs` writes it").into()),
    }
}

/// A section for each command.
pub(super) fn page(asl: &Path) -> Result<String> {
    let whole = help(asl, None)?;
    let mut page = format!("{INTRODUCTION}{}\n", section(&whole).trim_end());
    for name in commands(&whole).filter(|name| *name != "help") {
        page.push_str(&format!("\n## asl {name}\n\n{}\n", section(&help(asl, Some(name))?).trim_end()));
    }
    Ok(page)
}

/// The help of the command or of a subcommand.
fn help(asl: &Path, name: Option<&str>) -> Result<String> {
    let mut help = Command::new(asl);
    help.args(name).arg("--help").env("NO_COLOR", "1");
    command::output(help)
}

/// A help in Markdown: lists of arguments, options and commands are tables.
fn section(help: &str) -> String {
    let mut section = String::new();
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in help.lines() {
        let text = line.trim();
        match line.len() - line.trim_start().len() {
            // A blank line between rows.
            _ if text.is_empty() && !rows.is_empty() => {}
            0 => {
                push_table(&mut section, &mut rows);
                push_line(&mut section, text);
            }
            1..8 => {
                let (name, about) = text.split_once("  ").unwrap_or((text, ""));
                rows.push((name.to_owned(), about.trim().to_owned()));
            }
            // What the row before means, in lines of their own.
            _ => {
                if let Some((_, about)) = rows.last_mut() {
                    about.push_str(if about.is_empty() { "" } else { " " });
                    about.push_str(text);
                }
            }
        }
    }
    push_table(&mut section, &mut rows);
    section
}

fn push_table(section: &mut String, rows: &mut Vec<(String, String)>) {
    let is_empty = rows.is_empty();
    for (name, about) in rows.drain(..) {
        section.push_str(&format!("| `{}` | {} |\n", name.replace('|', "\\|"), escaped(about.trim())));
    }
    section.push_str(if is_empty { "" } else { "\n" });
}

fn push_line(section: &mut String, text: &str) {
    if let Some(usage) = text.strip_prefix("Usage: ") {
        section.push_str(&format!("```text\n{usage}\n```\n"));
    } else if let Some(heading) = text.strip_suffix(':').filter(|heading| !heading.contains(' ')) {
        section.push_str(&format!("| {} | |\n|---|---|\n", heading.to_lowercase()));
    } else {
        section.push_str(&format!("{}\n", escaped(text)));
    }
}

/// A text in which nothing is Markdown, but code in backquotes.
fn escaped(text: &str) -> String {
    let mut is_code = false;
    let mut escaped = String::new();
    for letter in text.chars() {
        is_code ^= letter == '`';
        match letter {
            '|' => escaped.push_str("\\|"),
            '<' if !is_code => escaped.push_str("&lt;"),
            '*' | '_' if !is_code => escaped.extend(['\\', letter]),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// The names of the subcommands in the help.
fn commands(help: &str) -> impl Iterator<Item = &str> {
    let lines =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_that_the_help_lists() {
        let help = "Usage: asl\n\nCommands:\n  run   Runs\n  test  Tests\n\nOptions:\n  -h\n";
        assert_eq!(commands(help).collect::<Vec<_>>(), ["run", "test"]);
    }

    #[test]
    fn a_help_is_tables() {
        let help = "Runs\n\nUsage: asl run [OPTIONS]\n\nOptions:\n  -a, --b <A|B>   *.json or `a_b` of <C>\n";
        let expected = "Runs\n\n```text\nasl run [OPTIONS]\n```\n\n| options | |\n|---|---|\n\
                        | `-a, --b <A\\|B>` | \\*.json or `a_b` of &lt;C> |\n\n";
        assert_eq!(section(help), expected);
    }

    #[test]
    fn a_long_help_is_the_same_tables() {
        let help = "Options:\n      --port <N>\n          The port\n\n          [default: 8083]\n\n  -h, --help\n          Help\n\nEnd\n";
        let expected = "| options | |\n|---|---|\n| `--port <N>` | The port [default: 8083] |\n| `-h, --help` | Help |\n\nEnd\n";
        assert_eq!(section(help), expected);
    }
}

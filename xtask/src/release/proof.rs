//! What is built is run here, also for another processor, where an emulator of it is installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::compiler::Folder;
use super::platform::Platform;
use crate::lambda_load::host::{Event, Host};
use crate::{Result, command, python, root, target};

const EXAMPLE: &str = "examples/order-processing";
const VALIDATOR: &[&str] = &["cyclonedx-python-lib[json-validation]==11.12.0"];
const VALIDATE: &str = "import sys\n\
    from cyclonedx.schema import SchemaVersion\n\
    from cyclonedx.validation.json import JsonStrictValidator\n\
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())\n\
    sys.exit(repr(problem) if problem else None)";

/// Runs the order workflow with mocks.
pub(super) fn asl(program: &Path, platform: &Platform) -> Result<()> {
    check_static(program, platform)?;
    let Some(runner) = Runner::of(platform)? else { return Ok(()) };
    let mut version = runner.command(program);
    version.arg("--version");
    let version = command::output(version)?;
    let example = root()?.join(EXAMPLE);
    let mut run = runner.command(program);
    run.args(["run", "--format", "json"]).arg(example.join("workflow.asl.json"));
    run.arg("--input").arg(example.join("events/direct.json"));
    run.arg("--mocks").arg(format!("{}#order-processing/HappyPath", example.join("mocks.json").display()));
    let printed = command::output(run)?;
    if !printed.contains(r#""status":"CONFIRMED""#) {
        return Err(format!("the order was not confirmed: {printed}").into());
    }
    println!("{} runs for {}", version.trim(), platform.name);
    Ok(())
}

/// Invokes the function as Lambda does.
pub(super) fn bootstrap(program: &Path, platform: &Platform) -> Result<()> {
    check_static(program, platform)?;
    let Some(runner) = Runner::of(platform)? else { return Ok(()) };
    let folder = target()?.join("release-proof");
    std::fs::create_dir_all(&folder)?;
    let definition = r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}}"#;
    std::fs::write(folder.join("workflow.asl.json"), definition)?;
    let environment = [
        ("ASL_DEFINITION", "workflow.asl.json"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "none"),
        ("AWS_SECRET_ACCESS_KEY", "none"),
    ];
    let event = Event { payload: r#"{"order": 7}"#.to_owned(), expect: r#""order":7"#.to_owned() };
    let script = runner.script(program, &folder)?;
    let mut host = Host::start(&script, &environment, std::iter::repeat_n(event, 3))?;
    match host.report(3)?.failed {
        0 => println!("bootstrap runs for {}", platform.name),
        failed => return Err(format!("{failed} of 3 invocations failed").into()),
    }
    Ok(())
}

/// Fails if a program has the path of a folder of this computer, on which it would depend.
pub(super) fn shows_no_folder(program: &Path, folders: &[Folder]) -> Result<()> {
    let bytes = std::fs::read(program)?;
    match folders.iter().find(|folder| has(&bytes, folder.path.as_bytes())) {
        Some(folder) => Err(format!("{} names the folder {}", program.display(), folder.path).into()),
        None => Ok(()),
    }
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Fails if a bill of materials does not follow its schema.
pub(super) fn bill_of_materials(path: &Path) -> Result<()> {
    let mut validate = python::python(&python::environment("cyclonedx", VALIDATOR)?);
    validate.args(["-c", VALIDATE]).arg(path);
    command::run(validate)
}

/// How to run programs of a platform: as they are, or in an emulator.
struct Runner(Option<PathBuf>);

impl Runner {
    /// `None` for other operating systems, and for the other processor of one that has no emulator of programs.
    fn of(platform: &Platform) -> Result<Option<Runner>> {
        let processor = platform.processor();
        if processor == std::env::consts::ARCH && platform.is_of(std::env::consts::OS) {
            return Ok(Some(Runner(None)));
        }
        if std::env::consts::OS != "linux" || !platform.is_of("linux") {
            println!("not run here: {}", platform.name);
            return Ok(None);
        }
        let names = [format!("qemu-{processor}-static"), format!("qemu-{processor}")];
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = names.iter().flat_map(|name| std::env::split_paths(&path).map(move |f| f.join(name)));
        match found.into_iter().find(|program| program.is_file()) {
            Some(emulator) => Ok(Some(Runner(Some(emulator)))),
            None => Err(format!("to run {processor}: apt-get install qemu-user-static").into()),
        }
    }

    fn command(&self, program: &Path) -> Command {
        match &self.0 {
            None => Command::new(program),
            Some(emulator) => {
                let mut command = Command::new(emulator);
                command.arg(program);
                command
            }
        }
    }

    /// A program without arguments that runs the program, in a folder.
    fn script(&self, program: &Path, folder: &Path) -> Result<PathBuf> {
        let script = folder.join("run");
        let copy = folder.join("bootstrap");
        std::fs::copy(program, &copy)?;
        let command = self.command(&copy);
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let words: Vec<String> = words.map(|word| format!("'{}'", word.display())).collect();
        std::fs::write(&script, format!("#!/bin/sh\nexec {}\n", words.join(" ")))?;
        std::fs::set_permissions(&script, std::fs::metadata(&copy)?.permissions())?;
        Ok(script)
    }
}

/// Fails if a program for Linux needs a loader, and so a certain C library.
fn check_static(program: &Path, platform: &Platform) -> Result<()> {
    let is_static = !platform.is_musl() || needs_no_loader(&std::fs::read(program)?).unwrap_or(false);
    if is_static { Ok(()) } else { Err(format!("{} is not static", program.display()).into()) }
}

/// Whether an ELF file of 64 bits has no segment `PT_INTERP`. `None` if it is no such file.
///
/// Source: elf(5)
fn needs_no_loader(elf: &[u8]) -> Option<bool> {
    const PT_INTERP: u64 = 3;
    let number = |at: usize, bytes: usize| -> Option<u64> {
        let bytes = elf.get(at..at.checked_add(bytes)?)?;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    };
    elf.starts_with(b"\x7fELF\x02\x01").then_some(())?;
    let (table, size, count) = (number(32, 8)?, number(54, 2)?, number(56, 2)?);
    let kinds = (0..count).map(|index| number(usize::try_from(table + index * size).ok()?, 4));
    let kinds: Vec<u64> = kinds.collect::<Option<_>>()?;
    Some(!kinds.contains(&PT_INTERP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_found() {
        assert!(has(b"panicked at /a/folder/src", b"/a/folder"));
        assert!(!has(b"panicked at ./src", b"/a/folder"));
    }

    #[test]
    fn a_loader_is_found() {
        let mut elf = vec![0; 64 + 2 * 56];
        elf[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (elf[32], elf[54], elf[56], elf[64]) = (64, 56, 2, 1);
        assert_eq!(needs_no_loader(&elf), Some(true));
        elf[64 + 56] = 3;
        assert_eq!(needs_no_loader(&elf), Some(false));
        assert_eq!(needs_no_loader(b"MZ"), None);
    }
}

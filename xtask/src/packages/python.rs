//! The wheel: built, type-checked, installed and tested.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::{Build, CleanAccount};
use crate::guide::Page;
use crate::{Result, command, python, root, target};

/// What builds wheels and checks types.
const TOOLS: &[&str] = &["hatchling==1.33.0", "mypy==2.4.1", "pytest"];
const TEST_TOOLS: &[&str] = &["pytest", "boto3"];
const PAGES: [&str; 2] = ["docs/start/python.md", "docs/guides/python.md"];
const EXAMPLE: &str = "examples/order-processing";

/// From `pip install` to the end of the first execution.
const FIRST_RUN: Duration = Duration::from_secs(30);

pub(super) fn check(asl: &Path, build: Build) -> Result<()> {
    let wheel = wheel(asl, None, &target()?.join("packages/wheel"))?;
    types()?;
    let account = CleanAccount::new("python", &[])?;
    // The folder is empty, so that this Python has no packages.
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "venv"]).current_dir(account.home());
    command::run(venv)?;
    let programs = account.home().join("venv/bin");
    first_run(&account, &programs, &wheel)?;

    let mut install = account.command(programs.join("pip"));
    install.args(["install", "--quiet"]).args(TEST_TOOLS);
    command::run(install)?;
    // `cargo xtask sdk-e2e` has the same environment.
    let aws = python::environment("sdk", &["boto3", "awscli"])?.join("aws");
    let tests = root()?.join("packages/python/tests");
    let times = tests.join("test_times.py");
    let enforced = if build == Build::Release { "enforced" } else { "" };
    // The times are printed.
    for arguments in [
        ["--ignore".as_ref(), times.as_os_str(), tests.as_os_str()].as_slice(),
        &["-s".as_ref(), times.as_os_str()],
    ] {
        let mut pytest = account.command(programs.join("python"));
        pytest.args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider"]).args(arguments);
        pytest.env("PYTHONDONTWRITEBYTECODE", "1").env("AWS_CLI", &aws).env("ASL_TIME_LIMITS", enforced);
        command::run(pytest)?;
    }

    for page in PAGES {
        let folder = account.home().join(page.replace(['/', '.'], "-"));
        let mut shell = account.command("bash");
        // What the shell reads before its commands.
        shell.env("BASH_ENV", account.home().join("venv/bin/activate"));
        Page::open(page)?.run(&folder, shell)?;
    }
    Ok(())
}

/// Builds the wheel of a program, for its platforms or for this computer. Returns its path.
pub(crate) fn wheel(asl: &Path, platform: Option<&str>, folder: &Path) -> Result<PathBuf> {
    let built = folder.join("new");
    if built.exists() {
        std::fs::remove_dir_all(&built)?;
    }
    std::fs::create_dir_all(&built)?;
    let mut pip = python::python(&python::environment("wheel", TOOLS)?);
    pip.args(["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]);
    pip.arg(&built).arg(root()?.join("packages/python"));
    pip.env("ASL_PROGRAM", asl).env("ASL_WHEEL_PLATFORM", platform.unwrap_or_default());
    command::run(pip)?;
    let wheel = std::fs::read_dir(&built)?.next().ok_or("pip built no wheel")??;
    let path = folder.join(wheel.file_name());
    std::fs::rename(wheel.path(), &path)?;
    std::fs::remove_dir(built)?;
    Ok(path)
}

fn types() -> Result<()> {
    let mut mypy = python::python(&python::environment("wheel", TOOLS)?);
    mypy.args(["-m", "mypy", "--cache-dir"]).arg(target()?.join("packages/mypy"));
    mypy.current_dir(root()?.join("packages/python"));
    command::run(mypy)
}

/// Installs the wheel, and runs the order workflow with mocks.
fn first_run(account: &CleanAccount, programs: &Path, wheel: &Path) -> Result<()> {
    let example = root()?.join(EXAMPLE);
    let start = Instant::now();
    let mut install = account.command(programs.join("pip"));
    install.args(["install", "--quiet"]).arg(wheel);
    command::run(install)?;
    let installed = start.elapsed();
    let mut run = account.command(programs.join("asl"));
    run.arg("run").arg(example.join("workflow.asl.json"));
    run.arg("--input").arg(example.join("events/direct.json"));
    run.arg("--mocks").arg(format!("{}#order-processing/HappyPath", example.join("mocks.json").display()));
    let output = command::output(run)?;
    let took = start.elapsed();
    if !output.contains(r#""status": "CONFIRMED""#) {
        return Err(format!("the order was not confirmed: {output}").into());
    }
    println!(
        "pip install: {:.1} s, to the first run: {:.1} s (at most {} s)",
        installed.as_secs_f64(),
        took.as_secs_f64(),
        FIRST_RUN.as_secs()
    );
    if took > FIRST_RUN { Err("the first run came too late".into()) } else { Ok(()) }
}

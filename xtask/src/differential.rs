//! `cargo xtask jsonata-differential` and `jsonpath-differential`: random expressions, evaluated here and by the program whose
//! language AWS has.

use std::path::PathBuf;
use std::process::Command;

use crate::{Result, command, sdk_e2e, target};

/// The version whose language asl-jsonata has.
const JSONATA_JS: &str = "jsonata@2.2.2";

/// Debian's packages of Jayway JsonPath 2.0.0, the version whose language AWS has, and of what it needs.
const JAYWAY: [&str; 7] = [
    "libjsonpath-java",
    "libjson-smart-java",
    "libasm-java",
    "libslf4j-java",
    "libjackson2-core-java",
    "libjackson2-databind-java",
    "libjackson2-annotations-java",
];

/// Their jars.
const JARS: [&str; 9] = [
    "json-path-2.0.0",
    "json-smart",
    "accessors-smart",
    "asm",
    "slf4j-api",
    "slf4j-nop",
    "jackson-core",
    "jackson-databind",
    "jackson-annotations",
];

/// Compares `--runs N` expressions from `--from N`. The test in asl-jsonata lists what may differ.
pub(crate) fn jsonata(options: &[&str]) -> Result<()> {
    let seeds = seeds("jsonata-differential", options)?;
    let Some(folder) = sdk_e2e::javascript("jsonata", JSONATA_JS)? else {
        println!("skipped: there is no `npm`");
        return Ok(());
    };
    let mut test = test("asl-jsonata")?;
    test.env("ASL_JSONATA_JS", folder.join("node_modules")).env("ASL_JSONATA_SEEDS", seeds);
    command::run(test)
}

/// The same for paths. The test in asl-paths lists what may differ.
pub(crate) fn jsonpath(options: &[&str]) -> Result<()> {
    let seeds = seeds("jsonpath-differential", options)?;
    let Some(jars) = jayway()? else {
        println!("skipped: there is no `java`, or no `apt-get`");
        return Ok(());
    };
    let jars = JARS.map(|name| jars.join(format!("{name}.jar")));
    if let Some(missing) = jars.iter().find(|jar| !jar.exists()) {
        return Err(format!("Debian's packages have no {}", missing.display()).into());
    }
    let mut test = test("asl-paths")?;
    test.env("ASL_JAYWAY_CLASSPATH", std::env::join_paths(jars)?).env("ASL_JAYWAY_SEEDS", seeds);
    command::run(test)
}

/// `1+20000`: from the first seed, so many.
fn seeds(command: &str, options: &[&str]) -> Result<String> {
    let (mut first, mut count) = (1_u64, 20_000_u64);
    for pair in options.chunks(2) {
        match pair {
            ["--runs", number] => count = number.parse()?,
            ["--from", number] => first = number.parse()?,
            other => return Err(format!("`{}` is no option of {command}", other.join(" ")).into()),
        }
    }
    Ok(format!("{first}+{count}"))
}

fn test(package: &str) -> Result<Command> {
    command::cargo(&["test", "--package", package, "--test", "it", "--", "--nocapture", "differential"])
}

/// Unpacks Jayway in the target directory, without installing it, and returns the folder of jars. `None` without the programs
/// for that.
fn jayway() -> Result<Option<PathBuf>> {
    let folder = target()?.join("jayway");
    let jars = folder.join("usr/share/java");
    let has = |program: &str, option: &str| Command::new(program).arg(option).output().is_ok();
    if !has("java", "-version") {
        return Ok(None);
    }
    if jars.is_dir() {
        return Ok(Some(jars));
    }
    if !has("apt-get", "--version") || !has("dpkg-deb", "--version") {
        return Ok(None);
    }
    let packages = folder.join("packages");
    std::fs::create_dir_all(&packages)?;
    let mut download = Command::new("apt-get");
    download.args(["--quiet", "--quiet", "download"]).args(JAYWAY).current_dir(&packages);
    command::run(download)?;
    for package in std::fs::read_dir(&packages)? {
        let mut unpack = Command::new("dpkg-deb");
        unpack.arg("--extract").arg(package?.path()).arg(&folder);
        command::run(unpack)?;
    }
    Ok(Some(jars))
}

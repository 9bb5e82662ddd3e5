//! `cargo xtask sdk-e2e`: boto3, the aws-cli and the SDK for JavaScript, unchanged, against `asl serve`.

use std::path::PathBuf;
use std::process::Command;

use crate::asl_serve::AslServe;
use crate::{Result, command, python, root, target};

const PYTHON: &str = "tests/sdk/e2e.py";
/// It reads no variable for the host prefix: that began with 1.37.5.
const OLD_BOTO3: &str = "boto3==1.34.162";
/// A certificate for tests, and that of its issuer.
const TLS: &str = "asl-local/tests/it/data";
const KEY: &str = "a-key-for-tests-of-sdks";
const JAVASCRIPT: &str = "tests/sdk/e2e.mjs";

pub(crate) fn run() -> Result<()> {
    let programs = python::environment("sdk", &["boto3", "awscli"])?;
    let server = AslServe::start(&[], &[("AWS_ENDPOINT_URL", "")])?;
    let mut script = python::python(&programs);
    script.arg(root()?.join(PYTHON)).arg(&server.url).arg(programs.join("aws"));
    command::run(script)?;
    let secured = secured()?;
    let authority = root()?.join(TLS).join("authority.pem");
    let mut script = python::python(&programs);
    script.arg(root()?.join("tests/sdk/secured.py")).arg(&secured.url).arg(programs.join("aws"));
    script.arg(&authority).arg(KEY);
    command::run(script)?;
    let mut script = python::python(&python::environment("sdk-old", &[OLD_BOTO3])?);
    script.arg(root()?.join("tests/sdk/old_boto3.py")).arg(&server.url);
    command::run(script)?;
    match javascript("@aws-sdk/client-sfn", "@aws-sdk/client-sfn")? {
        Some(folder) => {
            let mut script = Command::new("node");
            script.arg(root()?.join(JAVASCRIPT)).arg(&server.url).arg(&folder);
            command::run(script)?;
            let mut script = Command::new("node");
            script.env("NODE_EXTRA_CA_CERTS", authority).env("ASL_SERVE_KEY", KEY);
            script.arg(root()?.join(JAVASCRIPT)).arg(&secured.url).arg(folder);
            command::run(script)
        }
        None => {
            println!("skipped js: there is no `npm`");
            Ok(())
        }
    }
}

/// A server with TLS and a shared key.
fn secured() -> Result<AslServe> {
    let file = |name: &str| root().map(|root| root.join(TLS).join(name).display().to_string());
    let (certificate, key) = (file("server.pem")?, file("server.key.pem")?);
    let tls = ["--tls-cert", certificate.as_str(), "--tls-key", &key];
    AslServe::start(&tls, &[("AWS_ENDPOINT_URL", ""), ("ASL_SERVE_KEY", KEY)])
}

/// Installs a package in the target directory, as npm is told to (`jsonata@2.2.2`), and returns the folder. `None` without
/// npm.
pub(crate) fn javascript(package: &str, wanted: &str) -> Result<Option<PathBuf>> {
    let folder = target()?.join("npm").join(wanted.replace(['@', '/'], "-"));
    if folder.join("node_modules").join(package).is_dir() {
        return Ok(Some(folder));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if Command::new(npm).arg("--version").output().is_err() {
        return Ok(None);
    }
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("package.json"), "{\"private\": true}")?;
    let mut install = Command::new(npm);
    install.args(["install", "--silent", "--no-audit", "--no-fund", wanted]).current_dir(&folder);
    command::run(install)?;
    Ok(Some(folder))
}

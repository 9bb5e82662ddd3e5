//! `cargo xtask editor-e2e`: the extension in Visual Studio Code, driven as a user would.
//!
//! The editor is the server of Visual Studio Code that the npm package code-server carries, without the rest of that package; a
//! browser shows it. It needs a compiler for its native modules, and a minute to install, so it is not a part of CI. The
//! scenarios are in `editors/vscode/e2e`. Screenshots are left in `target/editor-e2e`.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::json;

use crate::metadata::target;
use crate::running::Running;
use crate::{Result, command, extension, page_e2e, root, ui};

/// The last release whose editor runs on the version of Node that the tests need.
const EDITOR: &str = "code-server@4.99.4";
/// The program that searches files, which the editor would download.
const SEARCH: &str = "@vscode/ripgrep-linux-x64@1.18.0";
/// The modules that have to be compiled.
const NATIVE: [&str; 3] = ["node-pty", "@vscode/spdlog", "native-watchdog"];
/// What the editor opens.
const FILES: [&str; 5] = [
    "workflow.asl.json",
    "workflow.test.yaml",
    "mocks.json",
    "events/direct.json",
    "histories/invalid-order.json",
];

pub(crate) fn run() -> Result<()> {
    let extension = extension::folder()?;
    ui::install(&extension)?;
    let package = extension::pack(&extension)?;
    let asl = extension::asl()?;
    let browser = page_e2e::browser()?;
    let editor = install()?;
    let scratch = target()?.join("editor-e2e");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    let folder = scratch.join("orders");
    copy(&root()?.join("examples/order-processing"), &folder)?;
    settings(&scratch.join("user"), &asl)?;
    let (mut server, url) = start(&editor, &scratch, &package)?;
    server.still_runs()?;
    let mut scenarios = ui::npm(&extension, &["run", "--silent", "e2e"]);
    scenarios.env("ASL_EDITOR", url).env("ASL_FOLDER", folder);
    scenarios.env("CHROMIUM", browser).env("ASL_SHOTS", scratch.join("shots"));
    let begun = Instant::now();
    command::run(scenarios)?;
    println!(
        "editor-e2e: all scenarios in {:.0} s; screenshots in target/editor-e2e/shots",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// The folder of the editor, installed once.
fn install() -> Result<PathBuf> {
    let folder = target()?.join("editor");
    let editor = folder.join("package/lib/vscode");
    let stamp = folder.join(EDITOR.replace('@', "-"));
    if stamp.exists() {
        return Ok(editor);
    }
    fs::create_dir_all(&folder)?;
    unpack(&folder, EDITOR)?;
    // Its scripts would download what is not needed, or not there.
    command::run(ui::npm(
        &editor,
        &["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"],
    ))?;
    let mut native = ui::npm(&editor, &["rebuild", "--foreground-scripts"]);
    native.args(NATIVE);
    // Debian has the headers of its Node.
    if Path::new("/usr/include/node").exists() {
        native.env("npm_config_nodedir", "/usr");
    }
    // The last script of node-pty fails after it has been compiled, which the next line checks.
    native.status()?;
    let compiled = editor.join("node_modules/node-pty/build/Release/pty.node");
    fs::metadata(&compiled).map_err(|error| format!("{}: {error}", compiled.display()))?;
    let search = folder.join("search");
    fs::create_dir_all(&search)?;
    unpack(&search, SEARCH)?;
    let bin = editor.join("node_modules/@vscode/ripgrep/bin");
    fs::create_dir_all(&bin)?;
    fs::copy(search.join("package/bin/rg"), bin.join("rg"))?;
    fs::write(stamp, "")?;
    Ok(editor)
}

/// Unpacks a package of npm into `package` of a folder.
fn unpack(folder: &Path, package: &str) -> Result<()> {
    let archive = command::output(ui::npm(folder, &["pack", "--silent", package]))?;
    let mut tar = Command::new("tar");
    tar.current_dir(folder).args(["xzf", archive.trim()]);
    command::run(tar)
}

fn copy(example: &Path, folder: &Path) -> Result<()> {
    for file in FILES {
        let to = folder.join(file);
        fs::create_dir_all(to.parent().unwrap_or(folder))?;
        fs::copy(example.join(file), to)?;
    }
    Ok(())
}

fn settings(user: &Path, asl: &Path) -> Result<()> {
    let machine = user.join("Machine");
    fs::create_dir_all(&machine)?;
    let settings = json!({
        "asl.path": asl,
        "workbench.startupEditor": "none",
        "files.autoSave": "off",
        "editor.minimap.enabled": false,
        "extensions.ignoreRecommendations": true,
        "telemetry.telemetryLevel": "off"
    });
    Ok(fs::write(machine.join("settings.json"), settings.to_string())?)
}

/// Installs the extension into the editor and starts it. Returns its URL.
fn start(editor: &Path, scratch: &Path, package: &Path) -> Result<(Running, String)> {
    let program = || {
        let mut node = Command::new("node");
        node.current_dir(editor).arg("out/server-main.js").arg("--accept-server-license-terms");
        node.arg("--server-data-dir").arg(scratch.join("server"));
        node
    };
    let mut install = program();
    install.arg("--install-extension").arg(package);
    command::run(install)?;
    let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let mut server = program();
    server.args(["--host", "127.0.0.1", "--port", &address.port().to_string()]);
    server.args(["--without-connection-token", "--disable-workspace-trust", "--user-data-dir"]);
    server.arg(scratch.join("user")).stdout(fs::File::create(scratch.join("server.log"))?);
    let mut running = Running::start(server)?;
    running.wait_until_it_listens(address)?;
    Ok((running, format!("http://{address}")))
}

//! `asl new`: the files of a project. That it builds and answers is shown by `cargo xtask scaffold`.

use std::path::PathBuf;

use crate::support::{asl, scratch};

/// A path where nothing is, whatever an earlier run has left.
fn nothing_at(name: &str) -> PathBuf {
    let path = scratch(name);
    let _ = std::fs::remove_dir_all(&path);
    path
}

#[track_caller]
fn check(arguments: &[&str], code: i32, stderr: &str) {
    let ran = asl(&[&["new"], arguments].concat(), "");
    assert_eq!(ran.code, Some(code), "{arguments:?} {ran:?}");
    assert!(ran.stderr.contains(stderr), "{arguments:?}: expected {stderr:?} in {}", ran.stderr);
}

#[test]
fn a_project() {
    let folder = nothing_at("project");
    let path = folder.to_str().unwrap();
    check(&["my-quotes", "--path", path], 0, "");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let manifest = read("Cargo.toml");
    assert!(manifest.contains("name = \"my-quotes\""), "{manifest}");
    // The tests run inside of a checkout.
    assert!(
        manifest.contains("asl-value = { path = \"") && manifest.contains("/asl-value\" }"),
        "{manifest}"
    );
    assert!(read("template.yaml").contains("Binary: my-quotes"));
    for file in
        ["README.md", ".gitignore", "events/http-api.json", "src/tasks.rs", "src/tests.rs", "src/main.rs"]
    {
        let text = read(file);
        assert!(!text.is_empty() && !text.contains("{{"), "{file}: {text}");
    }
    let workflow = folder.join("workflow.asl.json");
    assert_eq!(asl(&["validate", workflow.to_str().unwrap()], "").code, Some(0));
    let tested = asl(&["test", path, "--min", "100"], "");
    assert_eq!(tested.code, Some(0), "{tested:?}");
    check(&["my-quotes", "--path", path], 64, "exists already");
}

#[test]
fn a_durable_project() {
    let folder = nothing_at("durable_project");
    let path = folder.to_str().unwrap();
    check(&["my-orders", "--durable", "--path", path], 0, "");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let manifest = read("Cargo.toml");
    for dependency in
        ["/asl-lambda\", features = [\"aws\",\"durable\"] }", "/asl-durable\", features = [\"emulator\"] }"]
    {
        assert!(manifest.contains(dependency), "{dependency}: {manifest}");
    }
    for file in ["README.md", ".gitignore", "template.yaml", "events/http-api.json"] {
        let text = read(file);
        assert!(!text.is_empty() && !text.contains("{{"), "{file}: {text}");
    }
    assert!(read("template.yaml").contains("DurableConfig:"));
    // Everything that the sources use is a dependency.
    for source in ["src/main.rs", "src/tasks.rs", "src/tests.rs"] {
        let text = read(source);
        let used = text.lines().filter_map(|line| line.strip_prefix("use ")?.split(':').next());
        for name in used.filter(|name| *name != "std") {
            assert!(manifest.contains(&format!("\n{} = ", name.replace('_', "-"))), "{source}: {name}");
        }
    }
    let workflow = folder.join("workflow.asl.json");
    let validated = asl(&["validate", "--target", "durable", workflow.to_str().unwrap()], "");
    assert_eq!((validated.code, validated.stderr.as_str()), (Some(0), ""));
    let tested = asl(&["test", path, "--min", "100"], "");
    assert_eq!(tested.code, Some(0), "{tested:?}");
}

#[test]
fn a_project_on_a_checkout() {
    let folder = nothing_at("on_a_checkout");
    let checkout = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    check(&["quotes", "--path", folder.to_str().unwrap(), "--checkout", checkout], 0, "");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("asl-value = { path = \""), "{manifest}");
    assert!(manifest.contains("/asl-value\" }"), "{manifest}");
}

/// Wherever the command and the project are, the checkout that the command was built from is known.
#[test]
fn a_project_without_a_checkout_around() {
    let folder = std::env::temp_dir().join(format!("asl-new-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let program = folder.join("asl-installed");
    std::fs::copy(env!("CARGO_BIN_EXE_asl"), &program).unwrap();
    let ran =
        std::process::Command::new(&program).args(["new", "quotes"]).current_dir(&folder).output().unwrap();
    let manifest = std::fs::read_to_string(folder.join("quotes/Cargo.toml"));
    let _ = std::fs::remove_dir_all(&folder);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("asl-value");
    assert!(manifest.unwrap().contains(here.canonicalize().unwrap().to_str().unwrap()));
}

#[test]
fn a_project_in_a_workspace() {
    let workspace = nothing_at("workspace");
    std::fs::create_dir_all(workspace.join("functions")).unwrap();
    let members = "[workspace]\nmembers = [\"functions/*\"]\n";
    std::fs::write(workspace.join("Cargo.toml"), members).unwrap();
    for (path, own) in [("functions/quotes", false), ("quotes", true)] {
        let folder = workspace.join(path);
        check(&["quotes", "--path", folder.to_str().unwrap()], 0, "");
        let metadata = std::process::Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
            .current_dir(&folder)
            .output()
            .unwrap();
        // Cargo warns of profiles in a member.
        let stderr = String::from_utf8_lossy(&metadata.stderr);
        assert!(!stderr.contains("profiles"), "{path}: {stderr}");
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert_eq!(manifest.contains("[profile"), own, "{path}");
        let text = String::from_utf8(metadata.stdout).unwrap();
        assert!(metadata.status.success(), "{path}: {}", String::from_utf8_lossy(&metadata.stderr));
        let root = asl_value::Value::parse(&text).unwrap()["workspace_root"].as_str().unwrap().to_owned();
        let root = std::path::Path::new(&root).canonicalize().unwrap();
        assert_eq!(root, if own { folder } else { workspace.clone() }.canonicalize().unwrap());
    }
}

#[test]
fn what_cannot_be() {
    check(&[], 64, "<NAME>");
    for name in ["Quotes", "9quotes", "my quotes", "../quotes", "", &"q".repeat(65)] {
        check(&[name], 64, "cannot name a function");
    }
    check(&["quotes", "--path", "no/such/folder/quotes"], 74, "cannot write `no/such/folder/quotes`");
    check(&["quotes", "--checkout", "."], 64, "`.` is not a checkout of asl");
}

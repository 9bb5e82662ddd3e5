//! What files are read, and which are not: pipes, devices, links and references of strangers.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{asl, echo, machine, scratch};

/// Creates `folder` for one test, next to a secret that no diagnostic may show.
fn folder(name: &str) -> PathBuf {
    let home = scratch(name);
    let _ = std::fs::remove_dir_all(&home);
    let folder = home.join("folder");
    std::fs::create_dir_all(folder.join("inner")).unwrap();
    std::fs::write(home.join("secret"), "TOKEN=HUNTER2\n").unwrap();
    std::fs::write(home.join("bad.asl.json"), machine(r#""Type":"HUNTER2""#)).unwrap();
    folder
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// `validate`, which has to end with this code, this text on standard error and no secret.
#[track_caller]
fn check(path: &Path, code: i32, expected: &str) {
    for format in ["human", "json", "sarif", "github"] {
        let ran = asl(&["validate", path.to_str().unwrap(), "--format", format], "");
        let printed = ran.stdout + &ran.stderr;
        assert_eq!(ran.code, Some(code), "{printed}");
        assert!(printed.contains(expected), "expected {expected} in {printed}");
        assert!(!printed.contains("HUNTER2"), "{printed}");
    }
}

#[test]
fn only_regular_files_of_a_folder_are_read() {
    let left = "cannot read the definition: it leads out of the folder";
    let other = "cannot read the definition: it is not a regular file";
    let cases: [(&str, Option<&str>, i32, &str); 6] = [
        ("pipe", None, 2, other),
        ("device", Some("/dev/zero"), 2, left),
        ("file", Some("../secret"), 2, left),
        ("definition", Some("../bad.asl.json"), 2, left),
        ("loop", Some("d.asl.json"), 2, "cannot read the definition: "),
        ("inside", Some("inner/a.json"), 0, ""),
    ];
    for (name, link, code, expected) in cases {
        let folder = folder(&format!("files-{name}"));
        std::fs::write(folder.join("inner/a.json"), echo()).unwrap();
        let path = folder.join("d.asl.json");
        match link {
            None => pipe(&path),
            Some(target) => symlink(target, &path).unwrap(),
        }
        check(&folder, code, expected);
        for arguments in [&["serve"][..], &["run", "hello.asl.json", "--with"]] {
            if code == 2 {
                let ran = asl(&[arguments, &[folder.to_str().unwrap()]].concat(), "{}");
                assert_eq!(ran.code, Some(2), "{ran:?}");
                assert!(ran.stderr.contains(expected), "{ran:?}");
                assert!(!ran.stderr.contains("HUNTER2"), "{ran:?}");
            }
        }
    }
    // What is not called a definition is not spoken of.
    let folder = folder("files-unsaid");
    std::fs::write(folder.join("d.asl.json"), echo()).unwrap();
    symlink("../bad.asl.json", folder.join("package.json")).unwrap();
    pipe(&folder.join("pipe.yaml"));
    check(&folder, 0, "");
}

#[test]
fn a_template_refers_to_files_below_it() {
    let folder = folder("files-template");
    std::fs::write(folder.join("inner/d.asl.json"), echo()).unwrap();
    symlink("../secret", folder.join("link.asl.json")).unwrap();
    pipe(&folder.join("pipe.asl.json"));
    let template = folder.join("template.yaml");
    let left = "it leads out of the folder";
    for (uri, code, expected) in [
        ("inner/d.asl.json", 0, ""),
        ("./inner/../inner/d.asl.json", 0, ""),
        ("/proc/self/environ", 2, left),
        ("../secret", 2, left),
        ("../bad.asl.json", 2, left),
        ("link.asl.json", 2, left),
        ("pipe.asl.json", 2, "it is not a regular file"),
        ("/dev/zero", 2, left),
        ("inner", 2, "is a directory"),
        ("nowhere.asl.json", 2, "No such file or directory"),
    ] {
        for property in ["DefinitionUri", "DefinitionS3Location"] {
            let text = format!(
                "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      {property}: {uri}\n"
            );
            std::fs::write(&template, text).unwrap();
            check(&template, code, expected);
        }
        if code == 2 {
            let path = template.to_str().unwrap();
            let ran = asl(&["validate", path, "--format", "json"], "");
            let found = &ran.json()["diagnostics"][0];
            assert_eq!((found["line"].as_i64(), found["machine"].as_str()), (Some(5), Some("M")), "{ran:?}");
            assert_eq!(found["file"].as_str(), Some(path));
        }
    }
}

#[test]
fn values_beside_a_definition_are_in_its_folder() {
    let folder = folder("files-beside");
    let definition = folder.join("d.asl.json");
    std::fs::write(&definition, echo()).unwrap();
    let beside = folder.join("d.substitutions.json");
    symlink("../secret", &beside).unwrap();
    check(&definition, 2, "it leads out of the folder");
    std::fs::remove_file(&beside).unwrap();
    pipe(&beside);
    check(&definition, 2, "it is not a regular file");
}

#[test]
fn arguments_may_be_pipes() {
    for arguments in [
        &["validate", "/dev/stdin"][..],
        &["run", "/dev/stdin", "--input", "{}"],
        &["bench", "/dev/stdin", "--input", "{}", "--repeat", "1"],
    ] {
        let ran = asl(arguments, echo());
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    let ran = asl(&["run", "hello.asl.json", "--input", "/dev/stdin"], r#"{"name": "a pipe"}"#);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("a pipe"), "{ran:?}");
    let ran = asl(&["run", "hello.asl.json", "--input", "/dev/zero"], "");
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(64), "error: cannot read `/dev/zero`: it is not a regular file\n")
    );
}

#[test]
fn what_is_read_is_bounded() {
    let long = |bytes: usize| " ".repeat(bytes + 1);
    for path in ["-", "/dev/stdin"] {
        let ran = asl(&["validate", path], long(8 << 20));
        assert_eq!(ran.code, Some(2));
        assert!(
            ran.stderr.contains("cannot read the definition: it is longer than 8388608 bytes"),
            "{ran:?}"
        );
        let ran = asl(&["run", "hello.asl.json", "--input", path], long(16 << 20));
        assert_eq!(ran.code, Some(64));
        assert!(ran.stderr.contains("it is longer than 16777216 bytes"), "{ran:?}");
    }
}

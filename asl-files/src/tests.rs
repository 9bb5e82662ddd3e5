#![cfg(unix)]

use std::io::Write;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::thread;

use super::*;

/// Creates a folder for one test, with a file of 5 bytes, an empty folder, a pipe and links, and a file outside it.
fn folder(name: &str) -> PathBuf {
    let home = std::env::temp_dir().join(format!("asl-files-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&home);
    let folder = home.join("folder");
    fs::create_dir_all(folder.join("inner")).unwrap();
    fs::write(home.join("outside"), "secret").unwrap();
    fs::write(folder.join("five"), "12345").unwrap();
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap().success());
    symlink("five", folder.join("link")).unwrap();
    symlink("/dev/zero", folder.join("endless")).unwrap();
    symlink("../outside", folder.join("out")).unwrap();
    symlink("..", folder.join("up")).unwrap();
    symlink("nowhere", folder.join("broken")).unwrap();
    folder
}

#[test]
fn regular_files_up_to_a_size() {
    let folder = folder("read");
    let not_regular = Err("it is not a regular file");
    for (path, kind, most_bytes, expected) in [
        ("five", Kind::Regular, 5, Ok("12345")),
        ("five", Kind::RegularOrPipe, 5, Ok("12345")),
        ("link", Kind::Regular, u64::MAX, Ok("12345")),
        ("five", Kind::Regular, 4, Err("it is longer than 4 bytes")),
        ("inner", Kind::Regular, 5, Err("is a directory")),
        ("pipe", Kind::Regular, 5, not_regular),
        ("endless", Kind::Regular, 5, not_regular),
        ("endless", Kind::RegularOrPipe, 5, not_regular),
        ("/dev/null", Kind::RegularOrPipe, 5, not_regular),
        ("broken", Kind::Regular, 5, Err("No such file or directory (os error 2)")),
        // The size is unknown before it is read.
        ("/proc/self/status", Kind::Regular, 5, Err("it is longer than 5 bytes")),
    ] {
        let read = read(&folder.join(path), kind, most_bytes).map_err(|error| error.to_string());
        assert_eq!(read, expected.map(|text| text.as_bytes().to_vec()).map_err(str::to_owned), "{path}");
    }
}

#[test]
fn pipes_that_a_user_named() {
    let pipe = folder("pipe").join("pipe");
    for (written, most_bytes, expected) in
        [("12345", 5, Ok(b"12345".to_vec())), ("123456", 5, Err("it is longer than 5 bytes".to_owned()))]
    {
        let path = pipe.clone();
        let writer = thread::spawn(move || {
            let mut pipe = OpenOptions::new().write(true).open(path).unwrap();
            pipe.write_all(written.as_bytes()).unwrap();
        });
        let read = read(&pipe, Kind::RegularOrPipe, most_bytes);
        writer.join().unwrap();
        assert_eq!(read.map_err(|error| error.to_string()), expected);
    }
}

#[test]
fn what_stays_in_a_folder() {
    let folder = folder("within");
    for (path, expected) in [
        ("five", Some("five")),
        ("link", Some("five")),
        ("inner/../five", Some("five")),
        ("up/folder/five", Some("five")),
        ("out", None),
        ("up/outside", None),
        ("../outside", None),
        ("/etc/hosts", None),
        ("nowhere", None),
    ] {
        let real = within(&folder, &folder.join(path));
        let expected = expected.map(|path| folder.canonicalize().unwrap().join(path));
        assert_eq!(real.ok(), expected, "{path}");
    }
}

use super::*;

#[test]
fn objects_stay_in_the_folder_of_their_bucket() {
    let folder = Folder::new(Path::new("objects"));
    for (bucket, key, expected) in [
        ("b", "a/1.json", Some("objects/b/a/1.json")),
        ("b", "../c/1.json", None),
        ("b", "/etc/passwd", None),
        ("..", "a", None),
        ("b/c", "a", None),
        ("b", "", None),
        ("", "a", None),
    ] {
        let arguments = json!({"Bucket": bucket, "Key": key});
        let file = folder.place(arguments.as_object().expect("an object"));
        assert_eq!(file.ok().as_deref(), expected.map(Path::new), "{bucket} {key}");
    }
}

/// A folder `objects` with links of all kinds, next to a folder `outside`.
#[cfg(unix)]
fn linked(name: &str) -> (Folder, PathBuf) {
    use std::os::unix::fs::symlink;
    let home = std::env::temp_dir().join(format!("asl-objects-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&home);
    let (objects, outside) = (home.join("objects"), home.join("outside"));
    fs::create_dir_all(objects.join("b/deep")).unwrap();
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("secret"), "secret").unwrap();
    fs::write(objects.join("b/own"), "own").unwrap();
    fs::write(objects.join("b/deep/own"), "deep").unwrap();
    symlink("own", objects.join("b/inside")).unwrap();
    symlink(outside.join("secret"), objects.join("b/file")).unwrap();
    symlink(&outside, objects.join("b/folder")).unwrap();
    symlink(&outside, objects.join("bucket")).unwrap();
    symlink(".", objects.join("b/loop")).unwrap();
    symlink("/dev/zero", objects.join("b/endless")).unwrap();
    symlink("nowhere", objects.join("b/broken")).unwrap();
    symlink(outside.join("new"), objects.join("b/new")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(objects.join("b/pipe")).status().unwrap();
    assert!(made.success());
    (Folder(objects), home)
}

#[cfg(unix)]
fn located(bucket: &str, key: &str) -> Object {
    json!({"Bucket": bucket, "Key": key}).as_object().unwrap().clone()
}

#[cfg(unix)]
#[tokio::test]
async fn only_regular_files_in_the_folder_are_read() {
    let (folder, home) = linked("read");
    for (bucket, key, expected) in [
        ("b", "own", Ok("own")),
        ("b", "inside", Ok("own")),
        ("b", "loop/loop/own", Ok("own")),
        ("b", "file", Err("it leads out of the folder")),
        ("b", "folder/secret", Err("it leads out of the folder")),
        ("bucket", "secret", Err("it leads out of the folder")),
        ("b", "endless", Err("it leads out of the folder")),
        ("b", "pipe", Err("it is not a regular file")),
        ("b", "deep", Err("is a directory")),
        ("b", "broken", Err("No such file")),
    ] {
        let read = folder.get(&located(bucket, key), 10).await;
        let read = read.map(|bytes| String::from_utf8(bytes).unwrap());
        match expected {
            Ok(text) => assert_eq!(read.as_deref(), Ok(text), "{key}"),
            Err(text) => assert!(read.as_ref().unwrap_err().to_string().contains(text), "{key}: {read:?}"),
        }
    }
    fs::write(folder.0.join("b/own"), "123456").unwrap();
    assert_eq!(folder.get(&located("b", "own"), 3).await.unwrap(), b"1234");
    fs::remove_dir_all(home).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_is_written_outside() {
    let (folder, home) = linked("write");
    for (bucket, key, expected) in [
        ("b", "own", None),
        ("b", "inside", None),
        ("b", "a/b/c", None),
        ("other", "a", None),
        ("b", "file", Some("it leads out of the folder")),
        ("b", "new", Some("No such file")),
        ("b", "folder/a", Some("it leads out of the folder")),
        ("b", "folder/a/b", Some("it leads out of the folder")),
        ("bucket", "a/b", Some("it leads out of the folder")),
        ("b", "endless", Some("it leads out of the folder")),
        ("b", "pipe", Some("it is not a regular file")),
    ] {
        let written = folder.put(&located(bucket, key), "w".to_owned()).await;
        match expected {
            None => assert_eq!(folder.get(&located(bucket, key), 10).await.unwrap(), b"w", "{key}"),
            Some(text) => {
                assert!(written.as_ref().unwrap_err().to_string().contains(text), "{key}: {written:?}");
            }
        }
    }
    let outside: Vec<_> = fs::read_dir(home.join("outside")).unwrap().collect();
    assert_eq!(outside.len(), 1);
    assert_eq!(fs::read_to_string(home.join("outside/secret")).unwrap(), "secret");
    fs::remove_dir_all(home).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_list_has_what_can_be_read() {
    let (folder, home) = linked("list");
    let page = folder.list(&located("b", ""), None).await.unwrap();
    let keys: Vec<&str> = page.objects.iter().filter_map(|object| object.get("Key")?.as_str()).collect();
    assert_eq!(keys, ["deep/own", "inside", "own"]);
    assert!(folder.list(&located("bucket", ""), None).await.is_err());
    fs::remove_dir_all(home).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_read_and_written_in_parts() {
    let (folder, home) = linked("parts");
    let object = located("b", "deep/new.json");
    let upload = folder.begin_upload(&object).await.unwrap().expect("an upload");
    for (number, offset, text) in [(1, 0, "[1,"), (2, 3, "2]"), (2, 3, "3]")] {
        folder.upload(&object, &upload, UploadPart::new(number, offset, text.to_owned())).await.unwrap();
    }
    assert!(folder.read(&object, 0..10, None).await.is_err(), "it is not there before it is complete");
    folder.finish_upload(&object, &upload, &[]).await.unwrap();
    let part = folder.read(&object, 0..2, None).await.unwrap();
    assert_eq!((part.bytes.as_slice(), part.total_bytes), (&b"[1"[..], 5));
    let rest = folder.read(&object, 2..100, part.tag.as_ref()).await.unwrap();
    assert_eq!(rest.bytes, b",3]");
    fs::write(home.join("objects/b/deep/new.json"), "another").unwrap();
    let changed = folder.read(&object, 2..100, part.tag.as_ref()).await.unwrap_err();
    assert!(changed.cause.unwrap().ends_with("it has changed while it was read"));

    let upload = folder.begin_upload(&object).await.unwrap().expect("an upload");
    folder.abandon_upload(&object, &upload).await;
    assert!(
        fs::read_dir(home.join("objects"))
            .unwrap()
            .all(|entry| { !entry.unwrap().file_name().to_string_lossy().starts_with(".upload") })
    );
    // Nothing is written outside of the folder.
    let upload = folder.begin_upload(&object).await.unwrap().expect("an upload");
    assert!(folder.finish_upload(&located("b", "new"), &upload, &[]).await.is_err());
    for name in ["../outside/x", ".upload-/../../x", "b/own"] {
        let part = UploadPart::new(1, 0, "x".to_owned());
        assert!(folder.upload(&object, &name.into(), part).await.is_err(), "{name}");
    }
    fs::remove_dir_all(home).unwrap();
}

//! Data folders that are in use, foreign, newer, cut or damaged.

use std::path::Path;

use asl_local::{DataDir, Retention};

use super::folder::Folder;

#[track_caller]
fn refused(folder: &Path, expected: &str) {
    let error = DataDir::open(folder, Retention::default()).expect_err("a refusal");
    assert_eq!(error.to_string(), expected.replace("FOLDER", &folder.display().to_string()));
}

#[test]
fn a_folder_is_refused_with_its_reason() {
    let folder = Folder::new();
    let open = folder.open();
    refused(folder.path(), "the data folder `FOLDER` is in use by another process");
    drop(open);

    let database = folder.path().join("asl.sqlite");
    let connection = rusqlite::Connection::open(&database).expect("a database");
    connection.execute_batch("PRAGMA user_version = 7").expect("a format");
    let newer = "the data folder `FOLDER` has format 7, which a newer version wrote; this one reads up to 1";
    refused(folder.path(), newer);
    connection.execute_batch("PRAGMA user_version = 1; PRAGMA application_id = 5").expect("another program");
    drop(connection);
    refused(folder.path(), "the data folder `FOLDER` has a database that asl has not made");

    std::fs::write(&database, "not a database, but a text that is long enough for the first page of one")
        .expect("written");
    refused(folder.path(), "the data folder `FOLDER` cannot be used: file is not a database");

    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("written");
    let error = DataDir::open(&file, Retention::default()).expect_err("a refusal");
    assert!(error.to_string().contains("cannot be used: "), "{error}");
}

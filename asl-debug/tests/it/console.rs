//! The console, by goldens.

use std::io::Cursor;
use std::path::Path;

use asl_debug::{ConsoleOptions, Launch, Launcher, console};
use asl_value::Value;

use crate::flow::ORDER;
use crate::support::Example;

/// Compares a session with `console/NAME.txt`; `UPDATE_EXPECT=1` writes it.
#[track_caller]
fn check(name: &str, example: &Example, input: &str, commands: &str) {
    let launch = Launch {
        program: Some("/main.asl.json".to_owned()),
        input: Some(Value::parse(input).unwrap()),
        ..Launch::default()
    };
    let launched = example.clone().launch(&launch).unwrap();
    let mut again = || example.clone().launch(&launch);
    let mut output = Vec::new();
    let options = ConsoleOptions { is_script: true };
    let ended = console(launched, &mut again, Cursor::new(commands.to_owned()), &mut output, options, |_| ())
        .unwrap();
    let status = ended.map_or("none", |outcome| outcome.status());
    let found = format!("{}\noutcome: {status}\n", String::from_utf8(output).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/console/{name}.txt"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap_or_default(), "{}", path.display());
}

#[test]
fn a_session() {
    check(
        "session",
        &ORDER,
        r#"{"sku": "a"}"#,
        "break Price@result\nbreak 21 if $last = 42\nbreak LeftEnd hits 1 if {% $last = 42 %}\nbreak Done log got {$} at last\n\
         catch retried Busy\nbreak\nrun\nprint error.Cause\ncontinue\nshow\nset result.total = 42.5\nset $last = 1\nchanges\n\
         stage\nprint $\nnext\nstep\nthreads\nwhere\nthread main\nthread Fan[0]\ntime\nlist\nlist Done\ncontinue\n\ndelete 3\n\
         out\ntime\nback\nreverse\nfrom Price\nset input.sku = \"b\"\ncontinue\ncontinue\ncontinue\ncontinue\ncontinue\nwhere\nquit\n",
    );
}

#[test]
fn refusals() {
    check(
        "refusals",
        &ORDER,
        r#"{"sku": "a"}"#,
        "\nnext\nback\nprint 1\nbreak Nothing\nbreak Price@nothing\nbreak 1\nbreak Price hits often\ncatch fire\nprint\nset x\n\
         thread nobody\nlist\ndelete x\nfly\nfrom Price\nrun\nfrom Nothing\ncontinue\nset input = 1\nhelp\n",
    );
}

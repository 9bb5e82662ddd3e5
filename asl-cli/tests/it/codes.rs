//! The pages about codes: each has a definition with the problem and one without.

use asl_model::Code;
use asl_value::Value;

use crate::support::{asl, file};

/// A fenced block whose first two words are its language and `kind`: the language, the arguments, the text.
fn example<'p>(page: &'p str, kind: &str) -> (&'p str, Vec<&'p str>, &'p str) {
    let mut found = page.split("\n```").filter_map(|block| {
        let (info, text) = block.split_once('\n')?;
        let mut words = info.split(' ');
        let language = words.next()?;
        (words.next() == Some(kind)).then(|| (language, words.collect(), text))
    });
    let first = found.next().unwrap_or_else(|| panic!("no example marked `{kind}`"));
    assert_eq!(found.next(), None, "more than one example marked `{kind}`");
    first
}

/// Whether the example of this kind has the problem.
#[track_caller]
fn check(code: Code, kind: &str, expected: bool) {
    let (language, arguments, text) = example(code.page(), kind);
    let path = file(&format!("{code}.{kind}.{language}"), text);
    let ran = asl(&[&["validate", &path, "--format", "json"], &*arguments].concat(), "");
    let json = ran.json();
    let found: Vec<_> =
        json["diagnostics"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect();
    assert_eq!(found.contains(&code.id()), expected, "{code} {kind}: {found:?}");
    // A feature that this build lacks is not an error in the example.
    let clean = found.iter().all(|found| *found == Code::NOT_BUILT.id());
    assert!(kind == "invalid" || clean, "{code}: {found:?}");
}

#[test]
fn every_page_says_what_is_so() {
    for &code in Code::ALL {
        let title = format!("# {code}: {}\n\n", code.summary().trim_end_matches('.'));
        let aws = match code.aws() {
            Some(aws) => format!("AWS's code: `{aws}`\n\n"),
            None => "AWS has no code for it.\n\n".to_owned(),
        };
        assert!(code.page().starts_with(&format!("{title}{aws}## Cause\n\n")), "{}", code.page());
        assert!(code.page().contains("\n## Fix\n"), "{code}");
        let is_reported = code != Code::NOT_BUILT || cfg!(not(feature = "jsonata"));
        check(code, "invalid", is_reported);
        check(code, "valid", false);
    }
}

#[test]
fn explanations() {
    for name in ["ASL0019", "asl0019"] {
        let ran = asl(&["explain", name], "");
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), Code::MISSING_TARGET.page()), "{}", ran.stderr);
    }
    let all = asl(&["explain"], "");
    assert_eq!((all.code, all.stdout.lines().count()), (Some(0), Code::ALL.len()));
    for code in Code::ALL {
        assert!(all.stdout.contains(&format!("{code}  ")) && all.stdout.contains(code.summary()), "{code}");
    }
    let targets = asl(&["explain", "Missing_Transition_Target"], "");
    let ids: Vec<_> = targets.stdout.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!((targets.code, ids), (Some(0), vec!["ASL0019", "ASL0020"]));
}

#[test]
fn the_schema() {
    let ran = asl(&["schema"], "");
    assert_eq!((ran.code, Value::parse(&ran.stdout).unwrap()), (Some(0), asl_model::json_schema()));
}

#[test]
fn codes_that_do_not_exist() {
    #[track_caller]
    fn check(name: &str, meant: &str) {
        let ran = asl(&["explain", name], "");
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(64), ""));
        let expected = format!("error: there is no code `{name}`{meant} (`asl explain` lists them all)\n");
        assert_eq!(ran.stderr, expected);
    }
    check("ASL19", "; did you mean `ASL0019`?");
    check("7", "; did you mean `ASL0007`?");
    check("ALS0019", "; did you mean `ASL0019`?");
    check("hello", "");
    check("", "");
}

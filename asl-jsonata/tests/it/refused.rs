//! What is JSONata, but may not stand in a state.

use asl_jsonata::StateExpression;
use asl_query::Site;

/// The words, and the part of the text that they are about; `None` for what is accepted.
#[track_caller]
fn check(text: &str, expect: Option<(&str, &str)>) {
    let found = StateExpression::parse(text).err();
    let found = found.as_ref().map(|error| (error.message(), text.get(error.position()).unwrap()));
    assert_eq!(found, expect, "{text}");
}

/// What is read from a document that there is none of: the texts of all problems.
#[track_caller]
fn reads(text: &str, names: &[&str]) {
    let errors = StateExpression::compile(text).unwrap_err();
    let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let expect: Vec<String> = names
        .iter()
        .map(|name| match *name {
            // It is refused deeper inside, too.
            "$$" => "Reference to '$$' is not supported.".to_owned(),
            name => format!("Reference to '{name}' at the top level is not supported."),
        })
        .collect();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn there_is_no_document() {
    for text in ["$", "$$", "name", "*", "**"] {
        reads(text, &[text]);
    }
    reads("`quoted name`", &["quoted name"]);
    reads("$x + y", &["y"]);
    reads("$states.input[$$.a]", &["$$"]);
    reads("function($v){ $v.a + b }", &["b"]);
    reads("[1, {'k': $}]", &["$"]);
    reads("$map($x, function($v){ $ })", &["$"]);
    reads("$f(a)", &["a"]);
    // Each name once, in the order of the text.
    reads("a.b + c + a", &["a", "c"]);
    check("$x + y", Some(("Reference to 'y' at the top level is not supported.", "y")));
    for text in [
        "$x.(a + $)",
        "$x[a = $.b]",
        "$x{k: $}",
        "$x^(<a)",
        "$x ~> |a|{'b': c}, ['d']|",
        "$x.$f($)",
        "$x.*",
        "$x.**.a",
        "$x[*]",
        "{'name': $x.name}",
        "$x.[a, b]",
        "function($v){ $v.a }",
        "$x@$i.(a)",
        "$map($x.l, function($v){ $v[a] })",
        "not($x)",
    ] {
        check(text, None);
    }
}

#[test]
fn clone_stays() {
    let text = "($clone := function($v){ $v }; $x ~> |$|{}|)";
    check(text, Some(("The function $clone cannot be replaced", "$clone := function($v){ $v }")));
}

#[test]
fn operators_of_later_versions() {
    check("$x ?? 1", Some(("The symbol \"?\" cannot be used as a unary operator", "")));
    check("$x ?: 1", Some(("The symbol \":\" cannot be used as a unary operator", "")));
    check("$x ? 1", None);
    check("'a ?? b'", None);
}

/// Where an expression may stand, of the first of these and of all.
#[track_caller]
fn stands(text: &str, allowed: &[Site]) {
    let program = StateExpression::parse(text).unwrap();
    for site in [
        Site::Arguments,
        Site::ItemSelector,
        Site::Items,
        Site::Output,
        Site::Assign,
        Site::AssignInput,
        Site::Condition,
        Site::Catch,
        Site::Scalar,
    ] {
        assert_eq!(program.check_site(site).is_ok(), allowed.contains(&site), "{text} at {site:?}");
    }
}

#[test]
fn results_and_errors_exist_in_some_places() {
    stands("$states.result.a", &[Site::Output, Site::Assign]);
    stands("$count($states.result)", &[Site::Output, Site::Assign]);
    stands("($s := $states; $s.result)", &[Site::Output, Site::Assign]);
    stands("$states.errorOutput", &[Site::Catch]);
    stands("$states.errorOutput.Error & $states.result", &[]);
}

#[test]
fn help() {
    let help = |text: &str| StateExpression::parse(text).unwrap_err().help().map(str::to_owned);
    assert_eq!(help("$x ?? 1").as_deref(), Some("this is JSONata 2.0.6: write `$exists(a) ? a : b`"));
    assert_eq!(
        help("a").as_deref(),
        Some("an expression has no input document: use $states.input or a variable")
    );
    assert_eq!(help("1 +").as_deref(), None);
    let misplaced =
        StateExpression::parse("$states.result").unwrap().check_site(Site::Arguments).unwrap_err();
    assert_eq!(misplaced.help(), Some("`Output` and `Assign` of Task, Parallel and Map have it"));
}

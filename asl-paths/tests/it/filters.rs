//! Paths: how they are read, where they are wrong, and filters beyond the probes of `oracle.rs`.

use asl_paths::{Path, PathErrorKind, Root};
use asl_query::{Env, FixedHost, Scope, StateWork};
use asl_value::{Value, json};

use crate::setting::Setting;

#[track_caller]
fn check(path: &str, input: &str, expect: &str) {
    let document = Value::parse(input).unwrap();
    let told = match Path::parse(path).unwrap().select(&document) {
        Ok(value) => value.to_string(),
        Err(error) => format!("{:?}: {error}", error.kind()),
    };
    assert_eq!(told, expect, "{path}");
}

const ITEMS: &str = r#"[{"p": 1.5, "q": 0.1, "b": true, "s": "10"},
    {"p": 2, "q": "null", "b": false, "s": "it's"}, {"p": 12.5, "q": null, "b": "true", "s": ""}]"#;

#[test]
fn conditions() {
    // Answers of Jayway 2.0.0.
    for (condition, expect) in [
        ("@.p > 1.5", "[2,12.5]"),
        ("@.q == 0.1", "[1.5]"),
        ("@.p == true", "Comparison"),
        ("@.s =~ 'x'", "Comparison"),
        ("@.s == '10'", "[1.5]"),
        ("10 == @.s", "[1.5]"),
        ("@.q != null", "[1.5]"),
        ("@.b == true", "[1.5,12.5]"),
        ("@.b != 'true'", "[2]"),
        ("@.b", "[1.5,2,12.5]"),
        ("!@.zz", "[1.5,2,12.5]"),
        ("!@.q", "[12.5]"),
        ("@['p','q']", "[1.5,2,12.5]"),
        ("@['p','zz']", "[]"),
        ("@.p == $[1].p", "[2]"),
        ("@.p =~ /1.*/", "[1.5,12.5]"),
        ("@.s =~ /IT.S/i", "[2]"),
        ("@.s =~ /1/", "[]"),
        ("@.s == 'it\\'s'", "[2]"),
        ("@.p >= '2'", "[2,12.5]"),
        ("@.p < '1.50000000000000000000001'", "[1.5]"),
        ("@.p == 1 || @.b == 'false' && @.p == 2 || @.zz", "[2]"),
        ("(@.p == 1.5 || @.p == 2) && @.b == 'false'", "[1.5,2]"),
    ] {
        let document = Value::parse(ITEMS).unwrap();
        let path = Path::parse(&format!("$[?({condition})].p")).unwrap();
        let told = match path.select(&document) {
            Ok(value) => value.to_string(),
            Err(error) => format!("{:?}", error.kind()),
        };
        assert_eq!(told, expect, "{condition}");
    }
}

#[test]
fn failures_name_the_place() {
    let input = r#"{"a": {"b": [{"c": 1}, {}]}, "s": "x", "n": null}"#;
    check("$.a.b[0].d", input, "NotFound: No results for path: $['a']['b'][0]['d']");
    check("$.a.x.y", input, "NotFound: Missing property in path $['a']['x']");
    check("$.a.b[0:2].c", input, "NotFound: No results for path: $['a']['b'][1]['c']");
    check("$.a.b[*].c", input, "[1]");
    check(
        "$.s[0].x",
        input,
        "Invalid: Filter: [0]['x'] can only be applied to arrays. Current context is: x",
    );
    check("$.n[0]", input, "NotFound: The path $['n'] is null");
    check(
        "$.s[?(@.x)]",
        input,
        "Invalid: Filter: [?] can not be applied to primitives. Current context is: x",
    );
    check(
        "$.a['b','c'].d",
        input,
        "Invalid: Multi properties can only be used as path leafs: $['a']['b', 'c']",
    );
    check("$.s.length()", input, "NotFound: Property ['length()'] not found in path $['s']");
}

#[test]
fn roots() {
    let setting = Setting::new(r#"{"x": 0}"#);
    for (path, root, value) in [
        ("$", Root::Input, r#"{"x":0}"#),
        ("$.x", Root::Input, "0"),
        ("$['x']", Root::Input, "0"),
        ("$$.Execution.Input", Root::Context, r#"{"x":1}"#),
        ("$$['Map'].Item.Index", Root::Context, "3"),
        ("$n", Root::Variable("n".into()), "5"),
        ("$v.a[*]", Root::Variable("v".into()), "[1,2]"),
        ("$v['a'][(@.length-1)]", Root::Variable("v".into()), "2"),
    ] {
        let parsed = Path::parse(path).unwrap();
        assert_eq!(parsed.root(), &root, "{path}");
        assert_eq!(parsed.read(&setting.env()).unwrap().to_string(), value, "{path}");
        assert_eq!(parsed.to_string(), path);
    }
    let error = Path::parse("$unassigned.x").unwrap().read(&setting.env()).unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[test]
fn what_is_no_path_is_refused_where_it_is_wrong() {
    for (path, at, help) in [
        ("", 0..0, "a path starts with `$`"),
        ("x.y", 0..3, "a path starts with `$`"),
        (" $.x", 0..4, "a path starts with `$`"),
        ("$.", 1..2, "expected a name after `.`"),
        ("$.a..", 1..5, "expected a name after `..`"),
        ("$ .a", 1..2, "expected `.`, `[` or the end of the path"),
        ("$1", 1..2, "expected `.`, `[` or the end of the path"),
        ("$$x", 2..3, "expected `.`, `[` or the end of the path"),
        ("$é€", 3..6, "expected `.`, `[` or the end of the path"),
        ("$.a b", 3..4, "write names with spaces in brackets"),
        ("$[0]$", 4..5, "`$` is allowed at the beginning only"),
        ("$.a[\"b\"]", 3..8, "expected `['name']`"),
        ("$.a[]", 3..5, "expected `['name']`"),
        ("$.a['b", 3..6, "expected `']` after the name"),
        ("$.a[99999999999]", 3..16, "`99999999999` is not a 32-bit integer"),
        ("$.a[:]", 3..6, "`` is not a 32-bit integer"),
        ("$.a[?]", 3..6, "expected an expression"),
        ("$.a[?(@.b)", 3..10, "expected `)]` at the end of the filter"),
        ("$.a[?@.b]", 3..9, "a filter is written `[?(…)]`"),
        ("$.a[?(@.b in [1])]", 3..18, "write names with spaces in brackets"),
        ("$.a[?(@.b[*])]", 3..14, "`@.b[*]` in a filter must lead to one value"),
        ("$.a[?(@.b &&)]", 3..14, "expected a condition on both sides"),
        ("$.a[?(b)]", 3..9, "expected `@` or an operator"),
        ("$.a[?(@.b =~ /*/)]", 3..18, "`*` is not a regular expression"),
        ("$.a[?(1 == !@.b)]", 3..17, "`!` is for tests of presence"),
    ] {
        let error = Path::parse(path).unwrap_err();
        assert_eq!(
            (error.position(), error.help().unwrap().starts_with(help)),
            (at, true),
            "{path}: {error:?}"
        );
    }
    assert!(Path::parse(&format!("${}", ".a".repeat(256))).is_ok());
    assert!(Path::parse(&format!("${}", ".a".repeat(257))).is_err());
}

#[test]
fn work_is_bounded() {
    let deep = (0..490).fold(Value::from(1), |value, _| Value::Object([("a", value)].into_iter().collect()));
    let items: Value = (0..5_000).map(Value::from).collect();
    let texts: Value = vec![Value::from("x".repeat(1 << 16)); 100].into_iter().collect();
    let objects: Value = vec![json!({"a": 1}); 5_000].into_iter().collect();
    let conditions = |condition: &str, count| format!("$[?({})]", vec![condition; count].join("||"));
    let long = format!("@{}", ".a".repeat(200));
    for (document, path, is_bounded) in [
        (&deep, "$..a..a..a".to_owned(), true),
        (&deep, "$..a".to_owned(), false),
        (&deep, format!("$..{}a", "[?(@.a)]..".repeat(100)), true),
        (&deep, format!("${}", "[?(@)]".repeat(256)), false),
        (&items, conditions("@==-1", 400), true),
        (&items, conditions("@==-1", 100), false),
        (&items, conditions(&long, 2), true),
        (&texts, "$[?(@ =~ /y/)]".to_owned(), true),
        (&texts, "$[?(@ == 'y')]".to_owned(), false),
        (&texts, conditions("@ != $[1]", 10), true),
        (&items, "$[?(@ =~ /((a?){20}){20}/)]".to_owned(), true),
        (&objects, format!("$[?(@['{}'])]", vec!["a"; 250].join("','")), true),
        (&objects, format!("$[?(@ == '{}')]", "y".repeat(30_000)), true),
    ] {
        // What other paths of the state have left.
        let work = StateWork::new();
        assert_eq!(work.spend(StateWork::MOST_STEPS - 1_000_000, &FixedHost), Ok(()));
        let scope = Scope::default();
        let found =
            Path::parse(&path).unwrap().read(&Env::new(document, &scope, &FixedHost).with_work(&work));
        let shown = &path[..path.len().min(60)];
        assert_eq!(found.is_err(), is_bounded, "{shown}");
        if let Err(error) = found {
            let text = "The paths, rules and intrinsic functions of the state take more than 30000000 steps.";
            assert_eq!((error.kind(), error.message()), (PathErrorKind::TooMuch, text), "{shown}");
        }
    }
    // A read that is not one of a state's.
    let texts: Value = vec![Value::from("x".repeat(1 << 20)); 20].into_iter().collect();
    assert!(Path::parse("$[?(@ =~ /yy/)]").unwrap().select(&texts).is_err());
}

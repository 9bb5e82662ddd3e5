use super::*;

#[track_caller]
fn check(text: &str, printed: &str) {
    let number: Number = text.parse().unwrap();
    assert_eq!(number.to_string(), printed, "{text}");
    assert_eq!(number.encoded_len(), printed.len(), "{text}");
    // What is printed reads as the same number.
    let again: Number = printed.parse().unwrap();
    assert!(again.same(&number), "{text}");
}

#[test]
fn integers_stay_as_they_are() {
    for integer in [
        "0",
        "7",
        "-1",
        "1000000",
        "10000000",
        "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
        "18446744073709551616",
        "100000000000000000000000000000000000000000000000000",
        "-340282366920938463463374607431768211457",
    ] {
        check(integer, integer);
    }
    check("-0", "0");
    let longest = "9".repeat(1000);
    check(&longest, &longest);
    check(&format!("-{longest}"), &format!("-{longest}"));
    assert!(format!("{longest}0").parse::<Number>().is_err());
}

/// As `Double.toString` of Java; the values with many digits are from the tests of the JDK and its documentation.
#[test]
fn doubles_are_as_java_writes_them() {
    for (text, printed) in [
        ("0.0", "0.0"),
        ("-0.0", "-0.0"),
        ("0e5", "0.0"),
        ("-0e0", "-0.0"),
        ("1e-999", "0.0"),
        ("1.0", "1.0"),
        ("-2.50", "-2.5"),
        ("0.1", "0.1"),
        ("1e3", "1000.0"),
        ("120e0", "120.0"),
        ("123.456e1", "1234.56"),
        ("123456789.125", "1.23456789125E8"),
        ("1789180622.0", "1.789180622E9"),
        ("1789180622.123", "1.789180622123E9"),
        // Where the form changes.
        ("0.001", "0.001"),
        ("1e-3", "0.001"),
        ("0.0012345", "0.0012345"),
        ("0.01", "0.01"),
        ("0.0009999999999999998", "9.999999999999998E-4"),
        ("0.001e-1", "1.0E-4"),
        ("0.00001", "1.0E-5"),
        ("9999999.0", "9999999.0"),
        ("9999999.999999998", "9999999.999999998"),
        ("1e6", "1000000.0"),
        ("1.2e6", "1200000.0"),
        ("1e7", "1.0E7"),
        ("10000000.0", "1.0E7"),
        ("12345678.0", "1.2345678E7"),
        ("-1e7", "-1.0E7"),
        ("1e15", "1.0E15"),
        ("1e16", "1.0E16"),
        ("1e20", "1.0E20"),
        ("1e21", "1.0E21"),
        ("1e22", "1.0E22"),
        ("1e23", "1.0E23"),
        ("2e23", "2.0E23"),
        ("8.41e21", "8.41E21"),
        ("9.223372036854776e18", "9.223372036854776E18"),
        ("9223372036854775808.0", "9.223372036854776E18"),
        ("18446744073709551616.0", "1.8446744073709552E19"),
        ("9007199254740991.0", "9.007199254740991E15"),
        ("9007199254740992.0", "9.007199254740992E15"),
        ("9007199254740993.0", "9.007199254740992E15"),
        // Needs a correctly rounding parser.
        ("31.245270191439438", "31.245270191439438"),
        ("121.48791951161945", "121.48791951161945"),
        ("2.2250738585072011e-308", "2.225073858507201E-308"),
        // The ends: the smallest, the largest that are not normal, the largest.
        ("4.9e-324", "4.9E-324"),
        ("5e-324", "4.9E-324"),
        ("1e-323", "9.9E-324"),
        ("1.5e-323", "1.5E-323"),
        ("2e-323", "2.0E-323"),
        ("5e-323", "4.9E-323"),
        ("1e-322", "9.9E-323"),
        ("2e-322", "2.0E-322"),
        ("2.225073858507201e-308", "2.225073858507201E-308"),
        ("2.2250738585072014e-308", "2.2250738585072014E-308"),
        ("1.7976931348623157e308", "1.7976931348623157E308"),
        ("-1.7976931348623157e308", "-1.7976931348623157E308"),
    ] {
        check(text, printed);
    }
}

/// Every double reads back as itself, in as few digits as Rust needs; and it is as long as it says. (Between two texts
/// that are equally near, Java takes the even one, Rust either.)
#[test]
fn doubles_round_trip() {
    let mut state = 1u64;
    for _ in 0..20_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let Some(number) = Number::from_f64(f64::from_bits(state)) else { continue };
        let printed = number.to_string();
        assert_eq!(printed.parse::<f64>().unwrap().to_bits(), state, "{printed}");
        assert_eq!(number.encoded_len(), printed.len());
        if number.as_f64().abs() >= f64::MIN_POSITIVE {
            let digits = |text: &str| {
                let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
                let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
                digits.trim_matches('0').len()
            };
            assert_eq!(digits(&printed), digits(&format!("{:e}", number.as_f64())));
        }
    }
}

#[test]
fn refuses_what_json_refuses() {
    for text in [
        "", "-", "01", "-01", "1.", ".5", "+1", "1.e2", "1e", "1e999", "-1e999", "NaN", "inf", "0x1", " 1",
        "1_0", "--1",
    ] {
        assert!(text.parse::<Number>().is_err(), "{text}");
    }
}

#[track_caller]
fn compare(a: &str, b: &str, expect: Ordering) {
    let (a, b): (Number, Number) = (a.parse().unwrap(), b.parse().unwrap());
    assert_eq!(a.cmp(&b), expect, "{a} {b}");
    assert_eq!(b.cmp(&a), expect.reverse(), "{a} {b}");
}

#[test]
fn compares_by_value_without_rounding() {
    compare("1", "1.0", Ordering::Equal);
    compare("0", "-0.0", Ordering::Equal);
    compare("9007199254740993", "9007199254740992.0", Ordering::Greater);
    compare("18446744073709551615", "18446744073709551616", Ordering::Less);
    compare("-3", "-2.5", Ordering::Less);
    compare("-2", "-2.5", Ordering::Greater);
    compare("2", "2.5", Ordering::Less);
    compare("18446744073709551615", "-1", Ordering::Greater);
    compare("1e300", "18446744073709551615", Ordering::Greater);
    compare("18446744073709551616", "1.8446744073709551616e19", Ordering::Equal);
    compare("18446744073709551617", "1.8446744073709551616e19", Ordering::Greater);
    compare("-18446744073709551617", "-1.8446744073709551616e19", Ordering::Less);
    compare("99999999999999999999", "100000000000000000000", Ordering::Less);
    compare("-99999999999999999999", "-100000000000000000000", Ordering::Greater);
    compare("99999999999999999999", "-100000000000000000000", Ordering::Greater);
    compare("99999999999999999999", "12", Ordering::Greater);
    compare("-99999999999999999999", "-12", Ordering::Less);
    compare("99999999999999999999", "1.5", Ordering::Greater);
    compare("-99999999999999999999", "-1.5", Ordering::Less);
    compare(&"9".repeat(1000), "1.7976931348623157e308", Ordering::Greater);
}

#[test]
fn converts_only_within_range() {
    let float = |f| Number::from_f64(f).unwrap();
    assert_eq!(float(2.0).as_i64(), Some(2));
    assert_eq!(float(2.5).as_i64(), None);
    assert_eq!(float(TWO_63).as_i64(), None);
    assert_eq!(float(-TWO_63).as_i64(), Some(i64::MIN));
    assert_eq!(float(TWO_63).as_u64(), Some(1 << 63));
    assert_eq!(Number::from(-1).as_u64(), None);
    assert_eq!(Number::from(u64::MAX).as_i64(), None);
    let big: Number = "18446744073709551616".parse().unwrap();
    assert_eq!((big.as_i64(), big.as_u64(), big.as_f64()), (None, None, 18_446_744_073_709_551_616.0));
    assert_eq!("9".repeat(400).parse::<Number>().unwrap().as_f64(), f64::INFINITY);
}

#[test]
fn normalised() {
    for (text, expect) in [
        ("1", "1"),
        ("1.0", "1"),
        ("-0.0", "0"),
        ("1.5", "1.5"),
        ("1e18", "1000000000000000000"),
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", "9.223372036854776E18"),
        ("18446744073709551615", "1.8446744073709552E19"),
        ("-9223372036854775808.0", "-9223372036854775808"),
        ("-9223372036854775809", "-9223372036854775808"),
        ("100000000000000000000", "1.0E20"),
        ("1e21", "1.0E21"),
    ] {
        let number: Number = text.parse().unwrap();
        let normal = number.normalised().unwrap();
        assert_eq!(normal.to_string(), expect);
        assert_eq!(number.is_normal(), number.same(&normal), "{text}");
    }
    assert!("9".repeat(400).parse::<Number>().unwrap().normalised().is_none());
}

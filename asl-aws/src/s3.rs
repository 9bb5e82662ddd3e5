//! Addresses and errors that only S3 has.

use asl_model::Arn;
use asl_value::Value;

use crate::endpoint::Target;
use crate::http::HttpAnswer;
use crate::protocol::{Request, WireError, percent_encoded};

/// Moves the bucket from the path to the host if its name is valid there. A configured host is left as it is.
///
/// # Errors
/// The ARN of something that is not an access point in this region.
pub(crate) fn address(input: &Value, target: &mut Target, request: &mut Request) -> Result<(), String> {
    let Some(bucket) = input.get("Bucket").and_then(Value::as_str) else { return Ok(()) };
    let host = match bucket.starts_with("arn:") {
        true => {
            let host = access_point(bucket, target).map_err(|problem| format!("`{bucket}`: {problem}"))?;
            // `s3-fips.dualstack.us-east-1.amazonaws.com`
            target.host = target.host.replacen("s3", "s3-accesspoint", 1);
            host
        }
        false if target.is_configured || !is_host_label(bucket) => return Ok(()),
        false => bucket.to_owned(),
    };
    let path = request.path.strip_prefix('/').and_then(|path| path.strip_prefix(&percent_encoded(bucket)));
    if let Some(rest) = path {
        request.path = if rest.is_empty() { "/".to_owned() } else { rest.to_owned() };
        request.host_prefix = format!("{host}.");
    }
    Ok(())
}

/// `arn:aws:s3:eu-west-1:123456789012:accesspoint/orders` is reached at `orders-123456789012`.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html>
fn access_point(arn: &str, target: &Target) -> Result<String, String> {
    let Some(Arn { service: "s3", region, account, resource, .. }) = Arn::parse(arn) else {
        return Err("only buckets and access points of S3 itself are supported".to_owned());
    };
    let name = resource.strip_prefix("accesspoint").and_then(|rest| rest.strip_prefix(['/', ':']));
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    match name.filter(|name| is_account && is_host_label(name)) {
        None => Err("this is not the ARN of an access point".to_owned()),
        Some(_) if region.is_empty() => Err("multi-Region access points are not supported".to_owned()),
        Some(_) if region != target.signing_region => {
            Err(format!("the access point is in `{region}`, and S3 is called in `{}`", target.signing_region))
        }
        Some(_) if target.is_configured => {
            Err("access points are not reached at a configured endpoint".to_owned())
        }
        Some(name) => Ok(format!("{name}-{account}")),
    }
}

/// A name with dots would not match the certificate.
fn is_host_label(bucket: &str) -> bool {
    (3..=63).contains(&bucket.len())
        && !bucket.starts_with('-')
        && !bucket.ends_with('-')
        && bucket.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Names the error of a HEAD request, whose response has no body: the operation says what is missing.
pub(crate) fn name_missing(operation: &str, response: &HttpAnswer, error: &mut WireError) {
    if response.status == 404 && error.code.is_empty() {
        error.code = match operation {
            "HeadObject" => "NoSuchKey",
            "HeadBucket" => "NoSuchBucket",
            _ => "NotFound",
        }
        .to_owned();
    }
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    /// Host and path, or what is wrong.
    #[track_caller]
    fn check(bucket: &str, host: &str, is_configured: bool, expect: Result<[&str; 2], &str>) {
        let path = format!("/{}/a/b", percent_encoded(bucket));
        let mut request = Request { path, ..Request::default() };
        let signing_region = "eu-west-1".to_owned();
        let mut target = Target { scheme: "https://", host: host.to_owned(), signing_region, is_configured };
        let addressed = address(&json!({"Bucket": bucket}), &mut target, &mut request);
        let found = addressed.map(|()| [format!("{}{}", request.host_prefix, target.host), request.path]);
        let found = found.as_ref().map(|found| found.each_ref().map(String::as_str)).map_err(String::as_str);
        assert_eq!(found, expect);
    }

    #[test]
    fn addresses() {
        let host = "s3.eu-west-1.amazonaws.com";
        check("my-bucket", host, false, Ok(["my-bucket.s3.eu-west-1.amazonaws.com", "/a/b"]));
        check("my-bucket", "localhost:1", true, Ok(["localhost:1", "/my-bucket/a/b"]));
        check("my.bucket", host, false, Ok([host, "/my.bucket/a/b"]));
        check("My_Bucket", host, false, Ok([host, "/My_Bucket/a/b"]));
    }

    #[test]
    fn access_points() {
        let host = "s3.eu-west-1.amazonaws.com";
        let arn = "arn:aws:s3:eu-west-1:123456789012:accesspoint/orders";
        let point = "orders-123456789012.s3-accesspoint";
        check(arn, host, false, Ok([&format!("{point}.eu-west-1.amazonaws.com"), "/a/b"]));
        check(
            &arn.replace("accesspoint/", "accesspoint:"),
            "s3-fips.dualstack.eu-west-1.amazonaws.com",
            false,
            Ok([&format!("{point}-fips.dualstack.eu-west-1.amazonaws.com"), "/a/b"]),
        );
        for (arn, is_configured, problem) in [
            (arn.to_owned(), true, "access points are not reached at a configured endpoint"),
            (
                arn.replace("eu-west-1", "us-east-1"),
                false,
                "the access point is in `us-east-1`, and S3 is called in `eu-west-1`",
            ),
            (arn.replace("eu-west-1", ""), false, "multi-Region access points are not supported"),
            (arn.replace("orders", "a.evil.com/"), false, "this is not the ARN of an access point"),
            (arn.replace("123456789012", "1.evil.com"), false, "this is not the ARN of an access point"),
            (
                arn.replace(":s3:", ":s3-outposts:"),
                false,
                "only buckets and access points of S3 itself are supported",
            ),
            ("arn:".to_owned(), false, "only buckets and access points of S3 itself are supported"),
        ] {
            check(&arn, host, is_configured, Err(&format!("`{arn}`: {problem}")));
        }
    }
}

//! What S3 does unlike any other service.

use asl_value::Value;

use crate::http::HttpAnswer;
use crate::protocol::{Request, WireError};

/// Moves the bucket from the path to the host, where its name may be part of one; a host that the environment names is
/// left as it is.
///
/// # Errors
/// An access point, which is not supported.
pub(crate) fn address(input: &Value, is_configured: bool, request: &mut Request) -> Result<(), String> {
    let Some(bucket) = input.get("Bucket").and_then(Value::as_str) else { return Ok(()) };
    if bucket.starts_with("arn:") {
        return Err(format!("`{bucket}` is no bucket: access points are not supported here"));
    }
    if is_configured || !is_host_label(bucket) {
        return Ok(());
    }
    if let Some(rest) = request.path.strip_prefix('/').and_then(|path| path.strip_prefix(bucket)) {
        request.path = if rest.is_empty() { "/".to_owned() } else { rest.to_owned() };
        request.host_prefix = format!("{bucket}.");
    }
    Ok(())
}

/// A name with dots would not match the certificate.
fn is_host_label(bucket: &str) -> bool {
    (3..=63).contains(&bucket.len())
        && !bucket.starts_with('-')
        && !bucket.ends_with('-')
        && bucket.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The answer to a HEAD request has no body: what is missing is told by the operation.
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

    #[track_caller]
    fn check(bucket: &str, is_configured: bool, expect: [&str; 2]) {
        let mut request = Request { path: format!("/{bucket}/a/b"), ..Request::default() };
        address(&json!({"Bucket": bucket}), is_configured, &mut request).unwrap();
        assert_eq!([request.host_prefix.as_str(), request.path.as_str()], expect);
    }

    #[test]
    fn addresses() {
        check("my-bucket", false, ["my-bucket.", "/a/b"]);
        check("my-bucket", true, ["", "/my-bucket/a/b"]);
        check("my.bucket", false, ["", "/my.bucket/a/b"]);
        check("My_Bucket", false, ["", "/My_Bucket/a/b"]);
        let point = json!({"Bucket": "arn:aws:s3:eu-west-1:123456789012:accesspoint/a"});
        assert!(address(&point, false, &mut Request::default()).is_err());
    }
}

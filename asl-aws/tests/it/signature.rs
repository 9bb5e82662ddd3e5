//! Signatures, recomputed from the received request.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use sha2::{Digest, Sha256};

use crate::server::Request;

/// Checks that the request is signed with this secret, for this region and service. The path is encoded twice, except for S3.
#[track_caller]
pub(crate) fn assert_signed(request: &Request, secret: &str, scope: &str) {
    let authorization = request.header("authorization").expect("a signature");
    let part = |name: &str| {
        let rest = authorization.split_once(name).unwrap_or_else(|| panic!("{authorization}")).1;
        rest.split(", ").next().unwrap_or_default().to_owned()
    };
    let date = request.header("x-amz-date").expect("a date");
    let scope = format!("{}/{scope}/aws4_request", &date[..8]);
    assert_eq!(part("Credential=").split_once('/').unwrap().1, scope);
    let (method, target) = request.line.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = if scope.contains("/s3/") { path.to_owned() } else { path.replace('%', "%25") };
    let mut query: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| if pair.contains('=') { pair.to_owned() } else { format!("{pair}=") })
        .collect();
    query.sort();
    let names = part("SignedHeaders=");
    let header = |name: &str| {
        let values = request.headers.iter().filter(|(known, _)| known == name);
        let values: Vec<String> =
            values.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        format!("{name}:{}\n", values.join(","))
    };
    let headers: String = names.split(';').map(header).collect();
    let body = request
        .header("x-amz-content-sha256")
        .map_or_else(|| hex(&Sha256::digest(&request.body)), str::to_owned);
    let canonical = format!("{method}\n{path}\n{}\n{headers}\n{names}\n{body}", query.join("&"));
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, part| hmac(&key, part));
    assert_eq!(part("Signature="), hex(&hmac(&key, &text)), "{}", request.line);
}

pub(crate) fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let padded = |pad: u8| {
        let mut block = [pad; 64];
        block.iter_mut().zip(key).for_each(|(block, key)| *block ^= key);
        block
    };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of a text.
pub(crate) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

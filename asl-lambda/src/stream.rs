//! Streamed responses.

use std::convert::Infallible;

use asl_value::{Object, Value, from_value};
use futures_util::stream::{self, Iter};
use lambda_runtime::{FunctionResponse, MetadataPrelude, StreamResponse};

use crate::InvocationError;
use crate::failure::INVALID_RESPONSE;
use crate::http::{Body, HttpResponse, from_base64, texts};
use crate::reply::Reply;

/// The size of a piece.
const PIECE_BYTES: usize = 256 * 1024;

type Pieces = Iter<std::vec::IntoIter<Result<Vec<u8>, Infallible>>>;

/// A reply, in the form that the client of the runtime sends.
pub(crate) type Sent = FunctionResponse<Value, Pieces>;

pub(crate) fn sent(reply: Reply) -> Result<Sent, InvocationError> {
    match reply {
        Reply::Document(document) => Ok(FunctionResponse::BufferedResponse(document)),
        Reply::Streamed(response) => streamed(*response).map(FunctionResponse::StreamingResponse),
    }
}

/// Converts a response to its status and headers, followed by its body in pieces.
fn streamed(response: HttpResponse) -> Result<StreamResponse<Pieces>, InvocationError> {
    let invalid = |problem: &dyn ToString| InvocationError::new(INVALID_RESPONSE, problem.to_string());
    let prelude: Object = [
        ("statusCode", Value::from(u32::from(response.status))),
        ("headers", response.headers.joined().into()),
        ("cookies", texts(&response.cookies)),
    ]
    .into_iter()
    .collect();
    let metadata_prelude: MetadataPrelude =
        from_value(&Value::Object(prelude)).map_err(|error| invalid(&error))?;
    let body = match response.body {
        Body::None => Vec::new(),
        Body::Text(text) => text.as_bytes().to_vec(),
        Body::Base64(text) => from_base64(&text).map_err(|error| invalid(&error))?,
    };
    let pieces: Vec<_> = body.chunks(PIECE_BYTES).map(|piece| Ok(piece.to_vec())).collect();
    Ok(StreamResponse { metadata_prelude, stream: stream::iter(pieces) })
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[track_caller]
    fn check(output: Value, prelude: Value, body: &[u8]) {
        let response = HttpResponse::of_output(&output).expect("a response").expect("a good one");
        let sent = streamed(response).expect("what can be sent");
        let found = serde_json::to_string(&sent.metadata_prelude).expect("JSON");
        assert_eq!(Value::parse(&found).expect("JSON"), prelude, "{output}");
        let pieces = futures_util::StreamExt::collect::<Vec<_>>(sent.stream);
        let Some(pieces) = futures_util::FutureExt::now_or_never(pieces) else { panic!("nothing waits") };
        let pieces: Vec<u8> = pieces.into_iter().flat_map(|Ok(piece)| piece).collect();
        assert_eq!(pieces, body, "{output}");
    }

    #[test]
    fn pieces_have_what_a_document_would() {
        check(
            json!({"statusCode": "204", "headers": null}),
            json!({"statusCode": 204, "headers": {}, "cookies": []}),
            b"",
        );
        check(
            json!({
                "statusCode": 200, "headers": {"Vary": "b", "x-count": 2, "set-cookie": "b=2"},
                "multiValueHeaders": {"vary": ["a"], "Set-Cookie": ["a=1"]}, "cookies": ["c=3"], "body": {"a": 1}
            }),
            json!({
                "statusCode": 200, "cookies": ["a=1", "b=2", "c=3"],
                "headers": {"vary": "a, b", "x-count": "2", "content-type": "application/json"}
            }),
            br#"{"a":1}"#,
        );
        let unpadded = json!({"statusCode": 200, "body": "YQ", "isBase64Encoded": true});
        check(unpadded, json!({"statusCode": 200, "headers": {}, "cookies": []}), b"a");
        let base64 = json!({"statusCode": 200, "body": "//79", "isBase64Encoded": true});
        check(base64, json!({"statusCode": 200, "headers": {}, "cookies": []}), &[255, 254, 253]);
    }
}

//! Responses piece by piece.

use std::convert::Infallible;

use asl_value::{Object, Value, from_value};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::stream::{self, Iter};
use lambda_runtime::{FunctionResponse, MetadataPrelude, StreamResponse};

use crate::config::InvokeMode;
use crate::trigger::{Trigger, http_api};
use crate::{Adapter, InvocationError};

/// Bytes of a piece.
const PIECE_BYTES: usize = 256 * 1024;

type Pieces = Iter<std::vec::IntoIter<Result<Vec<u8>, Infallible>>>;

/// What an invocation is answered with.
pub(crate) type Reply = FunctionResponse<Value, Pieces>;

/// Whether the sender of an event expects the pieces of a response rather than a document about it.
pub(crate) fn is_streamed(adapter: &Adapter, event: &Value) -> bool {
    adapter.config().invoke_mode == InvokeMode::ResponseStream
        && matches!(adapter.trigger(event), Trigger::FunctionUrl | Trigger::HttpApi | Trigger::RestApi)
}

/// A response as its status and headers, then its body in pieces.
pub(crate) fn streamed(response: Value) -> Result<Reply, InvocationError> {
    let Value::Object(response) = response else { return Ok(Reply::BufferedResponse(response)) };
    let Value::Object(mut response) = http_api::complete(response, &Value::Null) else {
        return Ok(Reply::BufferedResponse(Value::Null));
    };
    let invalid = |what: &str| InvocationError::new("InvalidResponse", what.to_owned());
    let body = response.take("body").unwrap_or_default();
    let is_base64 = response.get("isBase64Encoded").and_then(Value::as_bool) == Some(true);
    let body = match body.as_str() {
        Some(text) if is_base64 => BASE64_STANDARD.decode(text.as_bytes()).map_err(|error| {
            InvocationError::new("InvalidResponse", format!("the body is not base64: {error}"))
        })?,
        text => text.unwrap_or_default().as_bytes().to_vec(),
    };
    let member =
        |name: &str, absent: Value| response.get(name).cloned().filter(|it| !it.is_null()).unwrap_or(absent);
    let prelude: Object = [
        ("statusCode", member("statusCode", 200.into())),
        ("headers", member("headers", Object::new().into())),
        ("cookies", member("cookies", Value::Array(asl_value::Array::new()))),
    ]
    .into_iter()
    .collect();
    let metadata_prelude: MetadataPrelude =
        from_value(&Value::Object(prelude)).map_err(|error| invalid(&error.to_string()))?;
    let pieces: Vec<_> = body.chunks(PIECE_BYTES).map(|piece| Ok(piece.to_vec())).collect();
    Ok(Reply::StreamingResponse(StreamResponse { metadata_prelude, stream: stream::iter(pieces) }))
}

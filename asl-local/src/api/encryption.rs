//! How state machines and activities are encrypted: kept and shown, for here nothing is encrypted.

use asl_value::{Object, Value, json};

use crate::error::ApiError;
use crate::wire::Fields;

const CUSTOMER: &str = "CUSTOMER_MANAGED_KMS_KEY";

/// The `encryptionConfiguration` of a request, for [`check`] to look at once the request is known to be in form.
pub(super) fn read<'a>(fields: &mut Fields<'a>) -> Option<&'a Object> {
    fields.structure("encryptionConfiguration", |encryption| {
        encryption.need("type");
        encryption.word("type", &["AWS_OWNED_KEY", CUSTOMER]);
        encryption.text("kmsKeyId", 1..=2048);
        encryption.integer("kmsDataKeyReusePeriodSeconds", 60..=900);
    });
    fields.object("encryptionConfiguration")
}

/// As it is shown.
pub(super) fn check(given: Option<&Object>) -> Result<Option<Value>, ApiError> {
    let Some(given) = given else { return Ok(None) };
    if given.get("type").and_then(Value::as_str) == Some(CUSTOMER) && !given.contains_key("kmsKeyId") {
        // UNRECORDED: the text of InvalidEncryptionConfiguration; that it needs the key is documented.
        let message =
            "Invalid Encryption Configuration: kmsKeyId must be specified for CUSTOMER_MANAGED_KMS_KEY";
        return Err(ApiError::new("InvalidEncryptionConfiguration", message));
    }
    Ok(Some(given.clone().into()))
}

/// Recorded: shown where nothing was said.
pub(super) fn by_default() -> Value {
    json!({"type": "AWS_OWNED_KEY"})
}

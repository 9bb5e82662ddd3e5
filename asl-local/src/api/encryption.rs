//! `encryptionConfiguration`: validated, kept and shown. Nothing is encrypted here.

use asl_value::{Object, Value, json};

use crate::error::ApiError;
use crate::wire::Fields;

const CUSTOMER: &str = "CUSTOMER_MANAGED_KMS_KEY";

/// Reads the `encryptionConfiguration` of a request. [`check`] validates it after the constraints of all members.
pub(super) fn read<'a>(fields: &mut Fields<'a>) -> Option<&'a Object> {
    fields.structure("encryptionConfiguration", |encryption| {
        encryption.need("type");
        encryption.word("type", &["AWS_OWNED_KEY", CUSTOMER]);
        encryption.text("kmsKeyId", 1..=2048);
        encryption.integer("kmsDataKeyReusePeriodSeconds", 60..=900);
    });
    fields.object("encryptionConfiguration")
}

/// Validates the configuration and returns it as it is shown.
pub(super) fn check(given: Option<&Object>) -> Result<Option<Value>, ApiError> {
    let Some(given) = given else { return Ok(None) };
    if given.get("type").and_then(Value::as_str) == Some(CUSTOMER) && !given.contains_key("kmsKeyId") {
        // Documented: the key is required. UNRECORDED: the text of InvalidEncryptionConfiguration.
        let message =
            "Invalid Encryption Configuration: kmsKeyId must be specified for CUSTOMER_MANAGED_KMS_KEY";
        return Err(ApiError::new("InvalidEncryptionConfiguration", message));
    }
    Ok(Some(given.clone().into()))
}

/// Recorded: what is shown without a configuration.
pub(super) fn by_default() -> Value {
    json!({"type": "AWS_OWNED_KEY"})
}

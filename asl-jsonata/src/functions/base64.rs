//! `$base64encode` and `$base64decode`, as `java.util.Base64` implements them.

use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

/// UNRECORDED: `$base64encode` of text that is not ASCII; here it is encoded in UTF-8, Java's default.
pub(super) fn encode(text: &str) -> String {
    STANDARD.encode(text)
}

/// `None` for a text that is not Base64. Bytes that are not UTF-8 become `U+FFFD`.
pub(super) fn decode(text: &str) -> Option<String> {
    let decoder = if text.ends_with('=') { PADDED } else { BARE };
    let bytes = decoder.decode(text).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Java requires all of the padding or none, and ignores stray bits.
const PADDED: GeneralPurpose = decoder(DecodePaddingMode::RequireCanonical);
const BARE: GeneralPurpose = decoder(DecodePaddingMode::RequireNone);

const fn decoder(padding: DecodePaddingMode) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(padding);
    GeneralPurpose::new(&ALPHABET, config.with_decode_allow_trailing_bits(true))
}

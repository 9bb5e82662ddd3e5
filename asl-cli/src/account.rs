//! The account of the emulator that `AWS_ENDPOINT_URL` names.

use std::time::Duration;

use asl_aws::{Aws, CallOptions};
use asl_value::{Value, json};

use crate::home::{self, EMULATED_ACCOUNT, Variable};
use crate::refusal::Refusal;
use crate::{Terminal, runtime};

/// How long the emulator may take. It is on this computer, or next to it.
const WITHIN: Duration = Duration::from_secs(2);

/// The account in ARNs: the given one, that of `AWS_ACCOUNT_ID`, or that of the emulator. `None` if there is none
/// of them.
///
/// LocalStack has 000000000000, moto 123456789012, and both have others by key: only the emulator knows.
pub(crate) fn account(
    given: Option<&str>,
    services: Option<&Aws>,
    variable: Variable<'_>,
    terminal: &Terminal,
) -> Result<Option<String>, Refusal> {
    if let Some(account) = home::account(given, variable) {
        return Ok(Some(account));
    }
    let (Some(services), Some(url)) = (services, home::emulator(variable)) else { return Ok(None) };
    let asked = async {
        let options = CallOptions { within: Some(WITHIN), ..CallOptions::default() };
        services.caller().call("sts", "getCallerIdentity", json!({}), &options).await
    };
    let answer = runtime::single_threaded()?.block_on(asked);
    let account = answer
        .ok()
        .and_then(|answer| answer.output.get("Account").and_then(Value::as_str).map(str::to_owned));
    Ok(Some(account.unwrap_or_else(|| {
        terminal.stderr.line(format_args!(
            "hint: {url} does not report its account (sts:GetCallerIdentity): ARNs have {EMULATED_ACCOUNT}, unless \
             AWS_ACCOUNT_ID names another"
        ));
        EMULATED_ACCOUNT.to_owned()
    })))
}

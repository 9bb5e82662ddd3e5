//! `asl explain`: what the codes of diagnostics mean.

use asl_model::Code;

use crate::args::Explain;
use crate::refusal::Refusal;
use crate::{Exit, Terminal};

pub(super) fn explain(args: &Explain, terminal: &Terminal) -> Result<Exit, Refusal> {
    let Some(text) = args.code.as_deref().map(str::trim) else {
        list(Code::ALL.iter(), terminal);
        return Ok(Exit::Success);
    };
    if let Some(code) = Code::from_id(text) {
        terminal.stdout.line(code.page().trim_end());
        return Ok(Exit::Success);
    }
    let is_asked = |code: &&Code| code.aws().is_some_and(|aws| aws.eq_ignore_ascii_case(text));
    if Code::ALL.iter().any(|code| is_asked(&code)) {
        list(Code::ALL.iter().filter(is_asked), terminal);
        return Ok(Exit::Success);
    }
    let meant = Code::nearest(text).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(Refusal::usage(format!("there is no code `{text}`{meant} (`asl explain` lists them all)")))
}

fn list<'c>(codes: impl Iterator<Item = &'c Code>, terminal: &Terminal) {
    for code in codes {
        let aws = code.aws().unwrap_or("-");
        terminal.stdout.line(format_args!("{code}  {aws:<30}  {}", code.summary()));
    }
}

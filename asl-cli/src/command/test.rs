//! `asl test`: the cases of test files.

mod coverage;
mod round;
mod stamp;
mod watch;

use self::round::{paths, run};
use crate::args::Test;
use crate::refusal::Refusal;
use crate::{Exit, Terminal};

pub(super) fn test(args: &Test, terminal: &Terminal) -> Result<Exit, Refusal> {
    if args.watch {
        return watch::watch(args, terminal);
    }
    let ran = run(args, paths(args)?, terminal)?;
    if let (0, Some(filter)) = (ran.cases, &args.filter) {
        return Err(Refusal::usage(format!("no case has `{filter}` in its name or that of its file")));
    }
    Ok(ran.exit)
}

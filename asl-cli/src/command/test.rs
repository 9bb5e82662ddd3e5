//! `asl test`: the cases of test files.

mod chosen;
mod coverage;
mod list;
mod report;
mod round;
mod stamp;
mod watch;

use self::chosen::Chosen;
use self::round::run;
use crate::args::Test;
use crate::refusal::Refusal;
use crate::{Exit, Terminal};

pub(super) fn test(args: &Test, terminal: &Terminal) -> Result<Exit, Refusal> {
    if args.watch {
        return watch::watch(args, terminal);
    }
    if args.list {
        return list::print(args, terminal);
    }
    let mut chosen = Chosen::of(&args.paths)?;
    let paths = std::mem::take(&mut chosen.paths);
    let ran = run(args, &chosen, paths, terminal)?;
    if let (0, Some(filter)) = (ran.cases, &args.filter) {
        return Err(Refusal::usage(format!("no case has `{filter}` in its name or that of its file")));
    }
    Ok(ran.exit)
}

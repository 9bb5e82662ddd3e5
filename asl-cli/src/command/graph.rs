//! `asl graph`: a drawing of a definition, with what an execution did.

use std::path::Path;

use asl_files::{Kind, read};
use asl_graph::{Chart, Layout, Progress, dot, mermaid, svg};
use asl_value::Value;

use crate::args::{self, Drawing, Format, Graph};
use crate::definition::check;
use crate::refusal::Refusal;
use crate::render::checked::refuse;
use crate::walk::Candidate;
use crate::{Exit, Terminal};

/// Bytes of a history: several times what 25,000 events take with small payloads.
const LARGEST_HISTORY: u64 = 256 << 20;

pub(super) fn graph(args: &Graph, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let path = &args.definition.path;
    let progress = args.history.as_deref().map(history).transpose()?;
    let substitutions = args.definition.substitutions.values()?;
    let checked = check(&Candidate::named(path), &substitutions, args::Kind::STANDARD, terminal);
    let Some(machine) = checked.machine() else { return Ok(refuse(&checked, Format::Human, terminal)) };
    let chart = Chart::of(&machine);
    let drawing = match args.format {
        Drawing::Mermaid => mermaid(&chart, progress.as_ref()),
        Drawing::Dot => dot(&chart, progress.as_ref()),
        Drawing::Svg => {
            let layout = Layout::of(&chart);
            let layout = layout
                .map_err(|error| Refusal::usage(format!("{error}; --format mermaid has no such limit")))?;
            svg(&layout, progress.as_ref())
        }
    };
    terminal.stdout.line(drawing.trim_end());
    Ok(Exit::Success)
}

/// What a history says of the states.
fn history(path: &Path) -> Result<Progress, Refusal> {
    let refused = |error: String| Refusal::usage(format!("cannot read {}: {error}", path.display()));
    let bytes =
        read(path, Kind::RegularOrPipe, LARGEST_HISTORY).map_err(|error| refused(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| refused("it is not UTF-8".to_owned()))?;
    let history = Value::parse(&text).map_err(|error| refused(error.to_string()))?;
    Ok(Progress::of_history(&history))
}

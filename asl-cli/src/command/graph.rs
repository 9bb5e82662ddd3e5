//! `asl graph`: a drawing of a definition, with what an execution did.

use std::path::Path;

use asl_graph::{Chart, Layout, Progress, dot, mermaid, svg};

use crate::args::{self, Drawing, Format, Graph};
use crate::home::Home;
use crate::machine_files::selected;
use crate::machine_name::machine_name;
use crate::record_file::document;
use crate::refusal::Refusal;
use crate::render::checked::refuse;
use crate::{Exit, Terminal};

pub(super) fn graph(args: &Graph, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let progress = match &args.coverage {
        Some(coverage) => Some(covered(coverage, &args.definition.path)?),
        None => args.history.as_deref().map(document).transpose()?.as_ref().map(Progress::of_history),
    };
    let checked = selected(&args.definition, args::Kind::STANDARD, &Home::default(), terminal)?;
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

/// What tests have reached of the definition.
fn covered(coverage: &Path, definition: &Path) -> Result<Progress, Refusal> {
    let machine = machine_name(definition);
    let progress = Progress::of_coverage(&document(coverage)?, &machine);
    let refused =
        || format!("`{}` is not a coverage of `{machine}`, as --coverage-json writes it", coverage.display());
    progress.ok_or_else(|| Refusal::usage(refused()))
}

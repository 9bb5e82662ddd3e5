//! Coverage for people.

use asl_test::{Coverage, DefinitionCoverage, ItemKind, Share};

use crate::render::plain;

/// How many parts are listed that were not reached.
const MOST: usize = 50;

/// A table for each definition, and the parts that were not reached:
///
/// ```text
/// coverage of orders.asl.json: 95.0 % (38 of 40)
///   states       17 of 17
///   transitions  14 of 15
///   not reached:
///     line 12: Price → Sorry by catcher 0
/// ```
pub(crate) fn table(coverage: &Coverage) -> String {
    let mut lines = Vec::new();
    for definition in &coverage.definitions {
        of_definition(definition, &mut lines);
    }
    if coverage.definitions.len() > 1 {
        lines.push(format!("coverage of all definitions: {}", shown(coverage.total())));
    }
    lines.join("\n")
}

fn of_definition(definition: &DefinitionCoverage, lines: &mut Vec<String>) {
    let path = plain(&definition.path.display().to_string());
    lines.push(format!("coverage of {path}: {}", shown(definition.coverage.total())));
    for kind in ItemKind::ALL {
        let share = definition.coverage.share(kind);
        if share.all > 0 {
            lines.push(format!("  {:<12} {} of {}", kind.name(), share.reached, share.all));
        }
    }
    let missed: Vec<_> = definition.coverage.items.iter().filter(|item| item.hits == 0).collect();
    if !missed.is_empty() {
        lines.push("  not reached:".to_owned());
    }
    for item in missed.iter().take(MOST) {
        lines.push(format!("    line {}: {}", item.line, plain(&item.label)));
    }
    if missed.len() > MOST {
        lines.push(format!("    … and {} more", missed.len() - MOST));
    }
}

fn shown(share: Share) -> String {
    // Rounded down, so that only 100 % is shown as 100 %.
    let percent = (share.percent() * 10.0).floor() / 10.0;
    format!("{percent:.1} % ({} of {})", share.reached, share.all)
}

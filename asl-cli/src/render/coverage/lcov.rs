//! Coverage for lcov, on the lines of definitions.

use asl_test::{Coverage, DefinitionCoverage, ItemKind};

use super::lines;
use crate::render::plain;

/// The tracefile. States are its functions, the other parts its branches; a line is reached as often as the part of it that was
/// reached least.
///
/// Source: <https://manpages.debian.org/stable/lcov/geninfo.1.en.html#TRACEFILE_FORMAT>
pub(crate) fn tracefile(coverage: &Coverage) -> String {
    let mut text = vec!["TN:asl".to_owned()];
    for definition in &coverage.definitions {
        text.push(format!("SF:{}", one_line(&definition.path.display().to_string())));
        functions(definition, &mut text);
        let lines = lines(definition);
        for (line, found) in &lines {
            for (branch, item) in found.branches.iter().enumerate() {
                text.push(format!("BRDA:{line},0,{branch},{}", item.hits));
            }
        }
        let branches = definition.coverage.items.iter().filter(|item| item.kind != ItemKind::State);
        let (all, reached) =
            branches.fold((0, 0), |(all, reached), item| (all + 1, reached + usize::from(item.hits > 0)));
        text.extend([format!("BRF:{all}"), format!("BRH:{reached}")]);
        text.extend(lines.iter().map(|(line, found)| format!("DA:{line},{}", found.hits)));
        let hit = lines.values().filter(|line| line.hits > 0).count();
        text.extend([format!("LF:{}", lines.len()), format!("LH:{hit}"), "end_of_record".to_owned()]);
    }
    text.join("\n")
}

fn functions(definition: &DefinitionCoverage, text: &mut Vec<String>) {
    let states: Vec<_> =
        definition.coverage.items.iter().filter(|item| item.kind == ItemKind::State).collect();
    text.extend(states.iter().map(|state| format!("FN:{},{}", state.line, one_line(&state.state))));
    text.extend(states.iter().map(|state| format!("FNDA:{},{}", state.hits, one_line(&state.state))));
    let share = definition.coverage.share(ItemKind::State);
    text.extend([format!("FNF:{}", share.all), format!("FNH:{}", share.reached)]);
}

/// Names are text of strangers, and the format is one of lines.
fn one_line(text: &str) -> String {
    plain(text).replace('\n', " ")
}

//! Coverage as Cobertura XML, on the lines of definitions.

use std::collections::BTreeMap;

use asl_test::{Coverage, DefinitionCoverage};

use super::{Line, lines};
use crate::render::tests::xml;

/// The document. The parts on a line other than states are its conditions.
///
/// Source: <https://github.com/cobertura/cobertura/blob/master/cobertura/src/test/resources/dtds/coverage-04.dtd>
pub(crate) fn document(coverage: &Coverage) -> String {
    let all: Vec<_> = coverage.definitions.iter().map(|definition| (definition, lines(definition))).collect();
    let total = Counts::of(all.iter().flat_map(|(_, lines)| lines.values()));
    let mut text = vec![
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned(),
        "<!DOCTYPE coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">".to_owned(),
        format!(
            "<coverage {} lines-covered=\"{}\" lines-valid=\"{}\" branches-covered=\"{}\" branches-valid=\"{}\" \
             complexity=\"0\" version=\"1\" timestamp=\"0\">",
            total.rates(),
            total.lines.0,
            total.lines.1,
            total.branches.0,
            total.branches.1
        ),
        "  <sources><source>.</source></sources>".to_owned(),
        "  <packages>".to_owned(),
        format!("    <package name=\"workflows\" {} complexity=\"0\">", total.rates()),
        "      <classes>".to_owned(),
    ];
    for (definition, lines) in &all {
        class(definition, lines, &mut text);
    }
    text.extend(["      </classes>", "    </package>", "  </packages>", "</coverage>"].map(str::to_owned));
    text.join("\n")
}

fn class(definition: &DefinitionCoverage, lines: &BTreeMap<usize, Line<'_>>, text: &mut Vec<String>) {
    let rates = Counts::of(lines.values()).rates();
    let (name, path) = (xml(&definition.coverage.machine), xml(&definition.path.display().to_string()));
    text.push(format!("        <class name=\"{name}\" filename=\"{path}\" {rates} complexity=\"0\">"));
    text.push("          <methods/>".to_owned());
    text.push("          <lines>".to_owned());
    for (number, line) in lines {
        let head = format!("            <line number=\"{number}\" hits=\"{}\"", line.hits);
        let (reached, all) = branches(line);
        text.push(match all {
            0 => format!("{head} branch=\"false\"/>"),
            _ => {
                let percent = reached * 100 / all;
                format!("{head} branch=\"true\" condition-coverage=\"{percent}% ({reached}/{all})\"/>")
            }
        });
    }
    text.extend(["          </lines>", "        </class>"].map(str::to_owned));
}

/// The parts of a line that were reached, and all of them.
fn branches(line: &Line<'_>) -> (usize, usize) {
    let reached = line.branches.iter().filter(|item| item.hits > 0).count();
    (reached, line.branches.len())
}

/// How many lines and branches were reached, and how many there are.
#[derive(Default)]
struct Counts {
    lines: (usize, usize),
    branches: (usize, usize),
}

impl Counts {
    fn of<'l>(lines: impl Iterator<Item = &'l Line<'l>>) -> Counts {
        lines.fold(Counts::default(), |counts, line| {
            let (reached, all) = branches(line);
            Counts {
                lines: (counts.lines.0 + usize::from(line.hits > 0), counts.lines.1 + 1),
                branches: (counts.branches.0 + reached, counts.branches.1 + all),
            }
        })
    }

    fn rates(&self) -> String {
        let rate = |(reached, all): (usize, usize)| if all == 0 { 1.0 } else { reached as f64 / all as f64 };
        format!("line-rate=\"{:.4}\" branch-rate=\"{:.4}\"", rate(self.lines), rate(self.branches))
    }
}

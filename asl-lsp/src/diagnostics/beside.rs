//! The values of `${Name}` in a definition: from the template that deploys it, or from a file in its folder.

use std::io;
use std::path::Path;

use asl_files::{Kind, within};
use asl_model::{
    CloudFormationTemplate, Diagnostic, Excerpt, ExecutionType, Format, Source, Substitutions,
    TemplateDefinition,
};

/// The size limit of a file that is read besides the document.
const LARGEST: u64 = 16 << 20;

/// The names of templates.
const TEMPLATES: [&str; 3] = ["template.yaml", "template.yml", "template.json"];

/// How many folders above a definition may have its template.
const LEVELS: usize = 3;

/// Reads a file that must be in a folder.
pub(super) fn read(path: &Path, folder: &Path) -> io::Result<Vec<u8>> {
    asl_files::read(&within(folder, path)?, Kind::Regular, LARGEST)
}

/// A definition as the template deploys it that refers to it, or with the values of a file in its folder.
pub(super) fn deployed(path: Option<&Path>, source: Source) -> (Excerpt, Vec<Diagnostic>, ExecutionType) {
    let excerpt = Excerpt::of(source);
    let Some(path) = path else {
        let (excerpt, found) = excerpt.unsubstituted();
        return (excerpt, found, ExecutionType::Standard);
    };
    let has_names = excerpt.file().contains("${");
    if let Some((excerpt, found, machine_type)) = by_template(path, &excerpt) {
        return (excerpt, found, machine_type);
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let beside = match has_names {
        true => Substitutions::beside(path, |path| read(path, folder)),
        false => Ok(Substitutions::default()),
    };
    let (beside, problem) = match beside {
        Ok(beside) => (beside, None),
        Err(problem) => (Substitutions::default(), Some(*problem)),
    };
    let (excerpt, mut found) = excerpt.substituted(&beside);
    let (excerpt, left) = excerpt.unsubstituted();
    found.extend(problem.into_iter().chain(left));
    (excerpt, found, ExecutionType::Standard)
}

/// The definition as the template deploys it that is in its folder, or in one above.
fn by_template(path: &Path, excerpt: &Excerpt) -> Option<(Excerpt, Vec<Diagnostic>, ExecutionType)> {
    let file = path.canonicalize().ok()?;
    for folder in path.ancestors().skip(1).take(LEVELS) {
        for name in TEMPLATES {
            let template = folder.join(name);
            let Ok(bytes) = read(&template, folder) else { continue };
            let Ok(text) = Source::from_bytes(&bytes, Format::of(&template)) else { continue };
            let Ok(Some(template)) = CloudFormationTemplate::read(&text) else { continue };
            let machine = template.machines.iter().find(|machine| match &machine.definition {
                TemplateDefinition::File(name) => {
                    folder.join(name).canonicalize().is_ok_and(|path| path == file)
                }
                _ => false,
            });
            if let Some(machine) = machine {
                let (excerpt, found) = machine.deployed(excerpt.clone(), &Substitutions::default());
                return Some((excerpt, found, machine.execution_type.unwrap_or(ExecutionType::Standard)));
            }
        }
    }
    None
}

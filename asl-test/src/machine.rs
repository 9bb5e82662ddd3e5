//! [`Machine`]: the machine that is tested.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl_coverage::{Hits, MachineCoverage};
use asl_engine::{Program, load};
use asl_files::{Kind, read};
use asl_model::{
    Diagnostic, Excerpt, ExecutionType, ExpressPatterns, Format, InvalidDefinition, Resource, Source, State,
    StateKind, StateMachine, Substitutions, validate_express,
};
use asl_value::Text;

/// The size limit of a definition: several times what AWS accepts.
const LARGEST: u64 = 8 << 20;

/// A machine to test: its definition, compiled once for any number of cases.
///
/// ```
/// use asl_model::Source;
/// use asl_test::{Machine, Mocks};
/// use asl_value::json;
/// let echo = Machine::new("echo", Source::json(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#))?;
/// let run = echo.run(json!({"n": 1}), Mocks::new());
/// run.assert_path(["A"]).assert_output(json!({"n": 1}));
/// # Ok::<(), asl_test::CannotLoad>(())
/// ```
#[derive(Debug, Clone)]
pub struct Machine {
    pub(crate) name: Text,
    pub(crate) kind: ExecutionType,
    pub(crate) model: Arc<StateMachine>,
    pub(crate) program: Arc<Program>,
    pub(crate) excerpt: Excerpt,
    pub(crate) path: Option<PathBuf>,
}

/// Why a machine cannot be tested: its definition cannot be read, or is invalid.
///
/// `Display` shows each diagnostic with its line.
#[derive(Debug, Clone, PartialEq)]
pub struct CannotLoad(String);

impl fmt::Display for CannotLoad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CannotLoad {}

impl Machine {
    /// A STANDARD machine with this name.
    ///
    /// # Errors
    /// The definition is invalid.
    pub fn new(name: impl Into<Text>, definition: Source) -> Result<Machine, CannotLoad> {
        Machine::of(name.into(), Excerpt::of(definition), ExecutionType::Standard)
    }

    /// The STANDARD machine of a file: `orders` of `orders.asl.json`. Values for `${Name}` come from the file next to it,
    /// `orders.substitutions.json`.
    ///
    /// # Errors
    /// The file cannot be read, or the definition is invalid.
    pub fn open(path: impl AsRef<Path>) -> Result<Machine, CannotLoad> {
        Machine::open_with(path.as_ref(), ExecutionType::Standard, Substitutions::default())
    }

    /// The same machine as an EXPRESS machine.
    #[must_use]
    pub fn express(self) -> Machine {
        Machine { kind: ExecutionType::Express, ..self }
    }

    pub(crate) fn open_with(
        path: &Path,
        kind: ExecutionType,
        given: Substitutions,
    ) -> Result<Machine, CannotLoad> {
        let shown = path.display();
        let unread = |error: &dyn fmt::Display| CannotLoad(format!("cannot read `{shown}`: {error}"));
        let bytes = read(path, Kind::Regular, LARGEST).map_err(|error| unread(&error))?;
        let source = Source::from_bytes(&bytes, Format::of(path)).map_err(|found| unread(&found.message))?;
        let beside = Substitutions::beside(path, |file| read(file, Kind::Regular, LARGEST));
        let values = given.or(beside.map_err(|found| unread(&found.message))?);
        let (excerpt, _) = Excerpt::of(source).substituted(&values);
        let invalid = |error: CannotLoad| CannotLoad(format!("`{shown}`: {error}"));
        let machine = Machine::of(name_of(path).into(), excerpt, kind).map_err(invalid)?;
        Ok(Machine { path: Some(path.to_path_buf()), ..machine })
    }

    fn of(name: Text, excerpt: Excerpt, kind: ExecutionType) -> Result<Machine, CannotLoad> {
        let loaded = load(excerpt.source()).map_err(|error| CannotLoad(error.to_string()))?;
        if kind == ExecutionType::Express {
            let found = validate_express(&loaded.machine, ExpressPatterns::All);
            let errors: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
            if !errors.is_empty() {
                let source = Some(excerpt.source().clone());
                return Err(CannotLoad(InvalidDefinition::new(source, None, errors).to_string()));
            }
        }
        Ok(Machine {
            name,
            kind,
            model: Arc::new(loaded.machine),
            program: loaded.program,
            excerpt,
            path: None,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The definition.
    pub fn definition(&self) -> &StateMachine {
        &self.model
    }

    /// Its text.
    pub fn excerpt(&self) -> &Excerpt {
        &self.excerpt
    }

    /// Its file, if it was read from one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Its type.
    pub fn kind(&self) -> ExecutionType {
        self.kind
    }

    /// The definition as JSON text.
    pub fn to_json(&self) -> String {
        match self.excerpt.source().format() {
            Format::Json => self.excerpt.source().text().to_owned(),
            _ => self.model.to_value().to_json(),
        }
    }

    /// What was reached of it.
    pub(crate) fn coverage(&self, hits: &Hits) -> MachineCoverage {
        MachineCoverage::of(self.name.as_str(), &self.model, &self.program, &self.excerpt, hits)
    }

    /// All states, those of branches and iterations included.
    pub(crate) fn states(&self) -> Vec<&State> {
        let mut found = Vec::new();
        let mut machines = vec![&*self.model];
        while let Some(machine) = machines.pop() {
            for state in &machine.states {
                found.push(state);
                machines.extend(StateMachine::children(state));
            }
        }
        found
    }

    /// The Task states, each with its resource.
    pub(crate) fn tasks(&self) -> Vec<(&Text, &Resource)> {
        let states = self.states().into_iter();
        states
            .filter_map(|state| match &state.kind {
                StateKind::Task(task) => Some((&state.name, &task.resource)),
                _ => None,
            })
            .collect()
    }
}

/// `orders` of `orders.asl.json`.
fn name_of(path: &Path) -> &str {
    let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    Source::definition_name(path).unwrap_or(stem)
}

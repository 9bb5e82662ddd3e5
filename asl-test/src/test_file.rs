//! [`TestFile`]: a test file with its machines, ready to run.

mod files;
mod reach;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl_files::Kind;
use asl_model::{Code, Diagnostic, Excerpt, Format, LineCol, Source, Substitutions};
use asl_value::{Text, Value};

use crate::check::Names;
use crate::machine::{CannotLoad, Machine};
use crate::mock::Mock;
use crate::mocks::MockCase;
use crate::predicate::Predicate;
use crate::problem::{Problem, Problems};
use crate::read;
use crate::suite::{Case, Suite, Tested};
use reach::Reach;

/// The size limit of a test file.
const LARGEST: u64 = 16 << 20;

/// The ends of the names of test files.
const ENDS: [&str; 3] = [".test.yaml", ".test.yml", ".test.json"];

/// A test file: a machine and its cases, checked and ready to run.
///
/// ```yaml
/// machine: orders.asl.json     # can be left out next to orders.test.yaml
/// cases:
///   - name: a cheap order ships
///     input: {amount: 21}
///     mocks:
///       Price: {return: {total: 42}}
///     expect:
///       path: [Price, Ship]
///       output: {shipped: true}
/// ```
#[derive(Debug, Clone)]
pub struct TestFile {
    pub(crate) path: PathBuf,
    pub(crate) source: Source,
    pub(crate) machine: Machine,
    pub(crate) mocks: Arc<[Mock]>,
    pub(crate) with: Vec<Started>,
    pub(crate) cases: Vec<Ready>,
    pub(crate) definition: PathBuf,
    pub(crate) read: Vec<PathBuf>,
}

/// A machine that the tested one can start.
#[derive(Debug, Clone)]
pub(crate) struct Started {
    pub(crate) machine: Machine,
    pub(crate) mocks: Arc<[Mock]>,
    pub(crate) definition: PathBuf,
}

/// A case with everything that it reads.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    pub(crate) case: Case,
    pub(crate) mocks: Arc<[Mock]>,
    pub(crate) input: Value,
    pub(crate) others: Option<MockCase>,
    pub(crate) predicates: Vec<Predicate>,
    pub(crate) place: LineCol,
}

/// Why a test file cannot be used: all of its problems.
///
/// `Display` has a line for each: ``orders.test.yaml:12:5: unknown field `expects` at `/cases[0]`; did you mean `expect`?``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTestFile {
    path: PathBuf,
    problems: Vec<Problem>,
}

impl BadTestFile {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its problems, in the order of the text.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for BadTestFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{}:{problem}", self.path.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for BadTestFile {}

impl TestFile {
    /// Whether the name of a file is that of a test file: `orders.test.yaml`, `.test.yml` or `.test.json`.
    pub fn is_named(path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        ENDS.iter().any(|end| name.ends_with(end))
    }

    /// What is wrong with the text of a test file, without the files that it names: its fields and their types.
    ///
    /// ```
    /// use asl_model::Source;
    /// let problems = asl_test::TestFile::problems(&Source::yaml("cases: [{name: a, expects: {}}]"));
    /// assert!(problems[0].message.contains("did you mean `expect`?"));
    /// ```
    pub fn problems(source: &Source) -> Vec<Problem> {
        read::suite(source).err().unwrap_or_default()
    }

    /// Reads a test file and everything that it names.
    ///
    /// # Errors
    /// The file, its machine or a file that it names cannot be read or is invalid.
    pub fn read(path: &Path) -> Result<TestFile, BadTestFile> {
        let refused = |problems| BadTestFile { path: path.to_path_buf(), problems };
        let source = text(path).map_err(|message| refused(vec![unplaced(message)]))?;
        let suite = read::suite(&source).map_err(refused)?;
        let mut problems = Problems::default();
        match ready(path, &source, suite, &mut problems) {
            Some(file) if problems.is_empty() => Ok(file),
            _ => Err(refused(problems.placed(&source))),
        }
    }

    /// The same cases for another definition of the machine: a mutation of it should make a case fail.
    ///
    /// # Errors
    /// The definition is invalid.
    pub fn with_definition(&self, definition: Source) -> Result<TestFile, CannotLoad> {
        let machine = Machine::new(self.machine.name.clone(), definition)?;
        Ok(TestFile { machine: Machine { kind: self.machine.kind, ..machine }, ..self.clone() })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The machine that it tests.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The path of the definition of the machine.
    pub fn definition(&self) -> &Path {
        &self.definition
    }

    /// All files that were read for it, itself included.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.read.iter().map(PathBuf::as_path)
    }

    /// The names of its cases.
    pub fn cases(&self) -> impl ExactSizeIterator<Item = &str> {
        self.cases.iter().map(|ready| ready.case.name.as_str())
    }

    /// Where its cases begin, in the order of [`TestFile::cases`].
    pub fn places(&self) -> impl ExactSizeIterator<Item = LineCol> {
        self.cases.iter().map(|ready| ready.place)
    }

    /// The index of the case at a line, from 1. A case reaches to the line where the next one begins. `None` if the line is
    /// before the first case.
    pub fn case_at(&self, line: usize) -> Option<usize> {
        self.cases.iter().rposition(|ready| ready.place.line <= line)
    }

    /// Removes all cases but those of these indices.
    pub fn keep_cases(&mut self, indices: &[usize]) {
        let mut index = 0..;
        self.cases.retain(|_| index.next().is_some_and(|index| indices.contains(&index)));
    }
}

fn text(path: &Path) -> Result<Source, String> {
    let bytes = asl_files::read(path, Kind::RegularOrPipe, LARGEST).map_err(|error| error.to_string());
    let bytes = bytes.map_err(|error| format!("cannot read the test file: {error}"))?;
    Source::from_bytes(&bytes, Format::of(path)).map_err(|found| found.message)
}

fn unplaced(message: String) -> Problem {
    Problem { place: LineCol { line: 1, column: 1 }, message }
}

/// Reads what the test file names.
fn ready(path: &Path, source: &Source, suite: Suite, problems: &mut Problems) -> Option<TestFile> {
    let reach = Reach::of(path);
    let mut read = vec![path.to_path_buf()];
    let Suite { machine: tested, with, cases } = suite;
    let definition = definition(path, &reach, &tested, problems)?;
    let machine = machine(&definition, &tested, problems)?;
    read.push(definition.clone());
    let mut others: Vec<Started> = Vec::new();
    for tested in with {
        let name = tested.path.as_ref().map_or("", |path| path.as_str());
        let Some(definition) = found(&reach, name, &tested, problems) else { continue };
        let Some(other) = self::machine(&definition, &tested, problems) else { continue };
        Names::of(&other).mocks(&tested.mocks, problems);
        if other.name == machine.name || others.iter().any(|known| known.machine.name == other.name) {
            problems.at(&tested.place, format!("two machines are called `{}`", other.name));
        }
        read.push(definition.clone());
        others.push(Started { machine: other, mocks: tested.mocks.into(), definition });
    }
    let names = Names::of(&machine);
    names.mocks(&tested.mocks, problems);
    let mut all = Vec::new();
    let places = beginnings(source, &cases);
    for (case, place) in cases.into_iter().zip(places) {
        names.case(&case, problems);
        let files = files::of(&reach, &case, problems);
        read.extend(files.read);
        all.push(Ready {
            mocks: case.mocks.clone().into(),
            input: files.input,
            others: files.others,
            predicates: predicates(&case, problems),
            place,
            case,
        });
    }
    Some(TestFile {
        path: path.to_path_buf(),
        source: source.clone(),
        machine,
        mocks: tested.mocks.into(),
        with: others,
        cases: all,
        definition,
        read,
    })
}

/// Where the cases begin, found with one scan of the text.
fn beginnings(source: &Source, cases: &[Case]) -> Vec<LineCol> {
    // A diagnostic of an item is at its beginning.
    let items: Vec<Diagnostic> =
        cases.iter().map(|case| Diagnostic::warning(Code::LIMIT, "", case.place.clone())).collect();
    let first = LineCol { line: 1, column: 1 };
    let places = Excerpt::of(source.clone()).places(&items).into_iter();
    places.map(|place| place.map_or(first, |place| place.start)).collect()
}

/// The path of the definition: the one that is named, or the one next to the test file.
fn definition(path: &Path, reach: &Reach<'_>, tested: &Tested, problems: &mut Problems) -> Option<PathBuf> {
    if let Some(named) = &tested.path {
        return found(reach, named, tested, problems);
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = ENDS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    let candidates = ["asl.json", "asl.yaml", "asl.yml"].map(|end| format!("{stem}.{end}"));
    let is_file = |name: &&String| path.with_file_name(name).is_file();
    if let Some(name) = candidates.iter().find(is_file) {
        return found(reach, name, tested, problems);
    }
    let message =
        format!("expected a field `machine`, because there is no `{stem}.asl.json` or .yaml beside");
    problems.at(&asl_value::Pointer::root(), message);
    None
}

/// The path of a definition, if the test file may name it.
fn found(reach: &Reach<'_>, name: &str, tested: &Tested, problems: &mut Problems) -> Option<PathBuf> {
    reach.path(name).map_err(|message| problems.at(&tested.place, message)).ok()
}

fn machine(definition: &Path, tested: &Tested, problems: &mut Problems) -> Option<Machine> {
    let given = tested.substitutions.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    let given: Substitutions = given.collect();
    match Machine::open_with(definition, tested.kind, given) {
        Ok(machine) => Some(machine),
        Err(error) => {
            problems.at(&tested.place, error.to_string());
            None
        }
    }
}

fn predicates(case: &Case, problems: &mut Problems) -> Vec<Predicate> {
    let place = case.place.key("expect").key("that");
    let mut compiled = |(index, text): (usize, &Text)| match Predicate::new(text) {
        Ok(predicate) => Some(predicate),
        Err(message) => {
            problems.at(&place.index(index), message);
            None
        }
    };
    case.expect.that.iter().enumerate().filter_map(&mut compiled).collect()
}

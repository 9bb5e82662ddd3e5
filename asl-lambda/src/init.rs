//! From the settings and definitions of a function to its [`Adapter`].

use std::sync::Arc;

use asl_engine::{DefinitionHash, Program, Registry, load};
use asl_model::{Diagnostic, Excerpt, Source, StateMachine, Substitutions};
use asl_value::Value;

use crate::traces::with_tracer;
use crate::{Adapter, Config, ConfigError, InitError, config};
use definitions::{Definition, Definitions};
use lines::{about, diagnostic_lines, line};
use services::{Services, services};

mod definitions;
mod durable;
pub(crate) mod lines;
mod services;

/// A definition that can be run, and the log lines about it.
struct Compiled {
    machine: StateMachine,
    program: Arc<Program>,
    lines: Vec<Value>,
}

/// Compiles a definition with its values; each warning becomes a log line.
fn program(definition: Definition, given: &Substitutions) -> Result<Compiled, InitError> {
    let Definition { source, values } = definition;
    let (excerpt, mut found) = Excerpt::of(source).substituted(&given.clone().or(values));
    let (excerpt, left) = excerpt.unsubstituted();
    let (loaded, diagnostics) = match load(excerpt.source()) {
        Ok(mut loaded) => {
            let diagnostics = std::mem::take(&mut loaded.diagnostics);
            (Some(loaded), diagnostics)
        }
        Err(error) => (None, error.into_parts().1),
    };
    found.extend(left.into_iter().chain(diagnostics));
    match loaded.filter(|_| !found.iter().any(Diagnostic::is_error)) {
        Some(loaded) => Ok(Compiled {
            machine: loaded.machine,
            program: loaded.program,
            lines: diagnostic_lines(&found, &excerpt),
        }),
        None => Err(InitError::definition(&found, &excerpt)),
    }
}

/// A log line for each name in the environment that no definition contains, since it is probably misspelt.
fn unused<'d>(
    given: &Substitutions,
    definitions: impl Iterator<Item = &'d Definition> + Clone,
) -> Vec<Value> {
    let occurs = |name: &&str| {
        let placeholder = format!("${{{name}}}");
        definitions.clone().any(|definition| definition.source.text().contains(&placeholder))
    };
    let message = |name| format!("the substitution `{name}` of the environment occurs in no definition");
    let unused = given.names().filter(|name| !occurs(name));
    unused.map(|name| line("WARN", [("message", message(name).into())])).collect()
}

/// The adapter for `ASL_DEFINITION`, or for the definition that is built into the program, and the log lines about it.
pub(crate) fn adapter(built_in: Option<Source>, tasks: Registry) -> Result<(Adapter, Vec<Value>), InitError> {
    let (config, mut problems) = Config::read(config::env());
    let sources = match (&config.definition, built_in) {
        (Some(path), _) => definitions::read(path, config.main.as_deref()),
        (None, Some(source)) => {
            let main = Definition { source, values: Substitutions::default() };
            Ok(Definitions { main, others: Vec::new() })
        }
        (None, None) => Err("ASL_DEFINITION: not set, expected the path of a definition".to_owned()),
    };
    let Definitions { main, others } = match sources {
        Ok(sources) => ConfigError::unless_none(sources, problems)?,
        Err(problem) => {
            problems.push(problem);
            return Err(ConfigError::new(problems).into());
        }
    };
    let given = &config.substitutions;
    let mut lines = unused(given, others.iter().map(|(_, definition)| definition).chain([&main]));
    let main = program(main, given)?;
    lines.extend(main.lines);
    let mut programs = Vec::with_capacity(others.len());
    let mut machines = Vec::with_capacity(others.len());
    for (name, definition) in others {
        let compiled = program(definition, given).map_err(|error| error.about(&name))?;
        lines.extend(about(compiled.lines, &name));
        machines.push((name.clone(), compiled.machine));
        programs.push((name, compiled.program));
    }
    let Services { engine, settings, problem } = services(tasks);
    let adapter = Adapter::with_others(main.program, programs, engine, config);
    let adapter = adapter.map_err(|error| error.because(problem))?;
    #[cfg(feature = "aws")]
    let adapter = services::with_workers(adapter, settings.as_ref());
    let adapter = match adapter.config().map.checkpoints {
        Some(_) => adapter.with_checkpoints(DefinitionHash::of(&main.machine)),
        None => adapter,
    };
    if adapter.checkpoints().is_some() && adapter.engine().storage().is_none() {
        let problem = "ASL_MAP_CHECKPOINTS: AWS cannot be called, so nothing can be kept in S3";
        return Err(ConfigError::new(vec![problem.to_owned()]).into());
    }
    let adapter = with_tracer(adapter)?;
    let adapter = durable::with_durable(adapter, settings, &main.machine, &machines);
    if adapter.config().map.function.is_some() && adapter.workers().is_none() {
        let problem = match cfg!(feature = "aws") {
            true => "ASL_MAP_FUNCTION: AWS cannot be called without a region and keys",
            false => {
                "ASL_MAP_FUNCTION: this function is built without the feature `aws`, which invokes functions"
            }
        };
        return Err(ConfigError::new(vec![problem.to_owned()]).into());
    }
    Ok((adapter, lines))
}

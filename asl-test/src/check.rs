//! Checks that the names in a test file are those of its machine.

use asl_value::{Pointer, Text};

use crate::fields::shortened;
use crate::machine::Machine;
use crate::mock::{Mock, means};
use crate::problem::{Problems, hint};
use crate::suite::Case;

/// The names that a test file may use.
pub(crate) struct Names<'m> {
    machine: &'m Machine,
    states: Vec<&'m Text>,
}

impl<'m> Names<'m> {
    pub(crate) fn of(machine: &'m Machine) -> Names<'m> {
        Names { machine, states: machine.states().into_iter().map(|state| &state.name).collect() }
    }

    /// Checks the names of mocked tasks.
    pub(crate) fn mocks(&self, mocks: &[Mock], problems: &mut Problems) {
        for mock in mocks {
            self.task(&mock.key, &mock.place, problems);
        }
    }

    /// Checks the names in the expectations of a case.
    pub(crate) fn case(&self, case: &Case, problems: &mut Problems) {
        self.mocks(&case.mocks, problems);
        let place = case.place.key("expect");
        for (index, name) in case.expect.path.iter().flatten().enumerate() {
            if self.machine.model.states.get(name).is_none() {
                let top: Vec<&str> =
                    self.machine.model.states.iter().map(|state| state.name.as_str()).collect();
                let place = place.key("path").index(index);
                let help = match self.states.contains(&name) {
                    true => "; a path has only the states outside of branches and iterations".to_owned(),
                    false => hint(name, top),
                };
                problems.at(&place, format!("the machine has no state `{}`{help}", shortened(name)));
            }
        }
        for (name, _) in &case.expect.visits {
            if !self.states.contains(&name) {
                let help = hint(name, self.states.iter().map(|state| state.as_str()));
                let message = format!("the machine has no state `{}`{help}", shortened(name));
                problems.at_key(&place.key("visits").key(name), message);
            }
        }
        for (name, _) in &case.expect.calls {
            self.task(name, &place.key("calls").key(name), problems);
        }
    }

    /// A Task state, or a resource of one.
    fn task(&self, name: &Text, place: &Pointer, problems: &mut Problems) {
        let tasks = self.machine.tasks();
        if tasks.iter().any(|(state, resource)| *state == name || means(name, resource)) {
            return;
        }
        let known = tasks.iter().flat_map(|(state, resource)| [state.as_str(), resource.as_str()]);
        let help = hint(name, known);
        let message = match self.states.contains(&name) {
            true => format!("`{}` is not a Task state", shortened(name)),
            false => format!("the machine has no task `{}`{help}", shortened(name)),
        };
        problems.at_key(place, message);
    }
}

//! [`ChildNames`]: the names and ARNs of the children of a Map Run.

use asl_model::{ExecutionType, MachineArn};

use crate::{Identity, MapRun};

/// Makes the identities of the children of a Map Run. What all of them share is made once.
pub(crate) struct ChildNames {
    /// Without a name.
    shared: Identity,
    /// What their ARNs begin with: `arn:aws:states:us-east-1:123456789012:execution:orders/label:`.
    prefix: String,
    children: ExecutionType,
}

impl ChildNames {
    /// The names of the children that a Map Run of the execution `parent` begins.
    pub(crate) fn of(parent: &Identity, map_run: &MapRun) -> ChildNames {
        let children = map_run.children();
        let machine = MachineArn::parse(map_run.state_machine_arn()).unwrap_or(parent.machine());
        let (standard, express) = (machine.execution(""), machine.express("", ""));
        let prefix = match children {
            ExecutionType::Standard => standard.to_string(),
            // Without the colon before the id.
            ExecutionType::Express => express.to_string().trim_end_matches(':').to_owned() + ":",
        };
        let shared = Identity {
            state_machine_arn: map_run.state_machine_arn().clone(),
            state_machine_name: machine.name.into(),
            redrive_count: Some(0),
            ..parent.clone()
        };
        ChildNames { shared, prefix, children }
    }

    /// The identity of another child, which has the UUID `name`. An EXPRESS one has another as its id.
    pub(crate) fn next(&self, mut uuid: impl FnMut() -> String) -> Identity {
        let name = uuid();
        let id = (self.children == ExecutionType::Express).then(uuid);
        let parts = [self.prefix.as_str(), &name];
        let arn = match &id {
            None => parts.concat(),
            Some(id) => [parts.concat(), id.clone()].join(":"),
        };
        Identity { execution_arn: arn.into(), execution_name: name.into(), ..self.shared.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MapRunSettings;
    use asl_value::Timestamp;

    #[test]
    fn arns_are_those_of_executions() {
        #[track_caller]
        fn check(children: ExecutionType) {
            let (parent, date) = (Identity::default(), Timestamp::EPOCH);
            let map_run = MapRun::new(&parent, "each".into(), "7", children, date, MapRunSettings::default());
            let mut uuids = ["a", "b"].into_iter();
            let found = ChildNames::of(&parent, &map_run).next(|| uuids.next().unwrap().to_owned());
            let machine = MachineArn::new("us-east-1", "123456789012", "machine/each");
            let expected = match children {
                ExecutionType::Standard => machine.execution("a"),
                ExecutionType::Express => machine.express("a", "b"),
            };
            let expected = Identity::new(expected).with_role(parent.role_arn).with_redrive_count(Some(0));
            assert_eq!(found, expected);
        }
        check(ExecutionType::Standard);
        check(ExecutionType::Express);
    }
}

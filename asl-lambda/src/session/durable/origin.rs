//! Which events that claim to come from this function it can have sent: the children of its distributed Maps, and executions
//! that it hands over.
//!
//! Nothing in an invocation says who sent it, and what such an event says is not signed. So these checks refuse what no function
//! with these definitions sends. An event that somebody has made up with knowledge of a definition passes them: it chooses a
//! position, variables and results. Its execution still runs only that definition, with the function's own limits.

use asl_engine::{DistributedMap, Identity, Program};
use asl_model::{ExecutionArn, MachineArn};

/// Whether the function runs executions of this identity for a machine.
pub(super) fn is_execution(identity: &Identity, machine: MachineArn<'_>) -> bool {
    *identity == Identity::new(machine.execution(&identity.execution_name))
}

/// Whether it does so for the children of a distributed Map, which is found by the name of its state.
pub(super) fn is_child(identity: &Identity, parent: MachineArn<'_>, program: &Program, state: &str) -> bool {
    let Some(execution) = ExecutionArn::parse(&identity.execution_arn) else { return false };
    let child = execution.machine;
    let Some((name, label)) = child.name.split_once('/') else { return false };
    let is_of_parent = MachineArn { name, ..child } == MachineArn { qualifier: None, ..parent };
    let expected = Identity::new(execution).with_role(parent.role()).with_redrive_count(Some(0));
    // A Map Run without a label draws one.
    let has_label = |map: &DistributedMap<'_>| map.label.is_none_or(|known| *known == *label);
    let maps = program.distributed_maps();
    is_of_parent && *identity == expected && maps.iter().any(|map| *map.state == *state && has_label(map))
}

/// The machine whose Map has children of this machine: `orders` of `orders/label`.
pub(super) fn parent(child: MachineArn<'_>) -> Option<MachineArn<'_>> {
    let (name, _) = child.name.split_once('/')?;
    Some(MachineArn { name, ..child })
}

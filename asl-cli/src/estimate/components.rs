//! [`components`]: the loops of a machine, in the order in which an execution may pass them.

use std::collections::BTreeMap;

use asl_model::{StateMachine, edges};

/// States that can reach each other, and the components that they lead to.
pub(super) struct Component<'m> {
    pub(super) states: Vec<&'m str>,
    pub(super) is_loop: bool,
    /// Indices of later components.
    pub(super) next: Vec<usize>,
}

/// The components of a machine that can be reached; the first one contains its first state, and none leads back.
///
/// Two walks, as Kosaraju and Sharir describe them, without recursion: a definition may have ten thousand states.
pub(super) fn components(machine: &StateMachine) -> Vec<Component<'_>> {
    let (mut forth, mut back): (Neighbours<'_>, Neighbours<'_>) = Default::default();
    for edge in edges(machine) {
        forth.entry(edge.from).or_default().push(edge.to);
        back.entry(edge.to).or_default().push(edge.from);
    }
    let mut reached = BTreeMap::new();
    let order = finished(machine.start_at.as_str(), &forth, &mut reached);
    let mut found: Vec<Component<'_>> = Vec::new();
    let mut of: BTreeMap<&str, usize> = BTreeMap::new();
    for state in order.into_iter().rev() {
        if of.contains_key(state) {
            continue;
        }
        let (mut states, mut pending) = (Vec::new(), vec![state]);
        while let Some(state) = pending.pop() {
            if reached.contains_key(state) && !of.contains_key(state) {
                of.insert(state, found.len());
                states.push(state);
                pending.extend(back.get(state).into_iter().flatten());
            }
        }
        let turns = |state: &&str| forth.get(state).is_some_and(|next| next.contains(state));
        let is_loop = states.len() > 1 || states.iter().any(turns);
        found.push(Component { states, is_loop, next: Vec::new() });
    }
    for (index, component) in found.iter_mut().enumerate() {
        let targets = component.states.iter().filter_map(|state| forth.get(state)).flatten();
        component.next =
            targets.filter_map(|target| of.get(target).copied()).filter(|to| *to != index).collect();
    }
    found
}

type Neighbours<'m> = BTreeMap<&'m str, Vec<&'m str>>;

/// The states that can be reached, in the order in which a walk leaves them.
fn finished<'m>(start: &'m str, forth: &Neighbours<'m>, reached: &mut BTreeMap<&'m str, ()>) -> Vec<&'m str> {
    enum Step<'m> {
        Enter(&'m str),
        Leave(&'m str),
    }
    let (mut order, mut pending) = (Vec::new(), vec![Step::Enter(start)]);
    while let Some(step) = pending.pop() {
        match step {
            Step::Leave(state) => order.push(state),
            Step::Enter(state) => {
                if reached.insert(state, ()).is_none() {
                    pending.push(Step::Leave(state));
                    pending.extend(forth.get(state).into_iter().flatten().map(|next| Step::Enter(next)));
                }
            }
        }
    }
    order
}

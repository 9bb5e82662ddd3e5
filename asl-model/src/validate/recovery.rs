//! `States.ALL` is alone in its list, which is the last one, and no retrier or catcher names an error that never
//! reaches it.

use std::collections::HashSet;

use asl_value::{Pointer, Text};

use crate::report::Report;
use crate::{Code, Diagnostic, State, error_name};

pub(super) fn check(state: &State, place: &Pointer, report: &mut Report) {
    let retry: Vec<&[Text]> =
        state.kind.retriers().iter().map(|retrier| retrier.error_equals.as_slice()).collect();
    check_list(&retry, &place.key("Retry"), report);
    let catch: Vec<&[Text]> =
        state.kind.catchers().iter().map(|catcher| catcher.error_equals.as_slice()).collect();
    check_list(&catch, &place.key("Catch"), report);
}

fn check_list(lists: &[&[Text]], place: &Pointer, report: &mut Report) {
    let mut handled: HashSet<&str> = HashSet::new();
    for (index, names) in lists.iter().enumerate() {
        let place = place.index(index).key("ErrorEquals");
        for (number, name) in names.iter().enumerate() {
            let message = if *name == error_name::RUNTIME {
                "`States.Runtime` ends the execution; it is neither retried nor caught".to_owned()
            } else if !handled.insert(name) {
                format!("`{name}` is handled earlier in the list; this one never receives it")
            } else {
                continue;
            };
            report.push(Diagnostic::warning(Code::USELESS_HANDLER, message, place.index(number)));
        }
        let alone = names.len() == 1 && index + 1 == lists.len();
        if !alone && names.iter().any(|name| *name == error_name::ALL) {
            report.error(Code::ERROR_EQUALS, "States.ALL must appear alone and at end of list", place);
        }
    }
}

//! `States.ALL` stands alone in its list, which is the last; and each list is for errors that reach it.

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
                "`States.Runtime` ends the execution; nothing retries or catches it".to_owned()
            } else if !handled.insert(name) {
                format!("`{name}` has been dealt with before: this one never gets it")
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

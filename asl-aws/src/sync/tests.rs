//! The table of jobs, against the models of the operations that it names.

use super::jobs::JOBS;
use super::*;
use crate::table::{Member, Service, Services, Shape};

fn member<'t>(of: Member<'t>, name: &str) -> Option<Member<'t>> {
    of.structure()?.members().find(|member| crate::naming::spelled(member.name, Names::Model) == name)
}

/// What a path leads to; an item of a list for `Tasks[0]`.
fn walk<'t>(root: Member<'t>, path: &str) -> Option<Member<'t>> {
    let mut found = root;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        found = member(found, step.trim_end_matches("[0]"))?;
        if let (true, Shape::List(item, _)) = (step.ends_with("[0]"), found.shape()) {
            found = item;
        }
    }
    Some(found)
}

fn service(services: &Services, job: &Job, operation: &str) -> std::sync::Arc<Service> {
    let service = OptimisedService::named(job.service).expect(job.service);
    services.get(service.sdk_name(operation)).expect(job.service)
}

#[test]
fn every_parameter_is_one_of_the_operation() {
    let services = Services::default();
    for job in JOBS {
        for (operation, params) in [Some((job.describe, job.params)), job.stop].into_iter().flatten() {
            let table = service(&services, job, operation);
            let input = table.operation(operation).and_then(|operation| operation.input).expect(operation);
            for param in params {
                let found = member(Member::root(&table, input), param.name).map(|member| member.shape());
                let is_list = matches!(found.expect(param.name), Shape::List(..));
                assert_eq!(is_list, param.is_list, "{}:{operation} {}", job.service, param.name);
            }
        }
    }
}

#[test]
fn every_status_is_one_of_the_description() {
    let services = Services::default();
    for job in JOBS {
        let table = service(&services, job, job.describe);
        let output =
            table.operation(job.describe).and_then(|operation| operation.output).expect(job.describe);
        let path = format!("{}.{}", job.place, job.status);
        let status = walk(Member::root(&table, output), &path).expect(&path);
        let Shape::Text { choices, .. } = status.shape() else { panic!("{path} is not a text") };
        for expected in job.succeeded.iter().chain(job.failed) {
            let is_known = choices.is_open() || choices.iter().any(|choice| choice == *expected);
            assert!(is_known, "{}:{} {expected}", job.service, job.action);
        }
    }
}

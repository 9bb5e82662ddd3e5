//! [`Grants`]: walks through a machine and collects the permissions that its states need.

use std::collections::{BTreeMap, BTreeSet};

use asl_model::{
    Map, Pattern, ProcessorMode, Resource as TaskResource, ResourceKind, State, StateKind, StateMachine, Task,
};
use asl_value::Value;

use super::facts::{self, Grant};
use super::options::PolicyOptions;
use super::resource::{Resource, is_expression, resources};
use super::scope::StatementScope;
use super::sdk;
use crate::integration::Integration;
use crate::optimised::Special;

/// The actions of each scope and resource.
type Scopes = BTreeMap<(StatementScope, String), BTreeSet<String>>;

pub(super) struct Grants<'o> {
    options: &'o PolicyOptions,
    scopes: Scopes,
    notes: Vec<String>,
}

impl<'o> Grants<'o> {
    pub(super) fn new(options: &'o PolicyOptions) -> Grants<'o> {
        Grants { options, scopes: Scopes::new(), notes: Vec::new() }
    }

    pub(super) fn into_parts(self) -> (Scopes, Vec<String>) {
        (self.scopes, self.notes)
    }

    /// Adds the permissions of all states. The parser limits how deep machines nest.
    pub(super) fn of_machine(&mut self, machine: &StateMachine) {
        for state in &machine.states {
            match &state.kind {
                StateKind::Task(task) => self.of_task(state, task),
                StateKind::Map(map) if map.processor.mode == ProcessorMode::Distributed => {
                    self.of_map(state, map)
                }
                _ => {}
            }
            StateMachine::children(state).iter().for_each(|child| self.of_machine(child));
        }
    }

    /// Adds actions that do not support resources.
    pub(super) fn unscoped(&mut self, actions: &[&str]) {
        let everything = Resource { arn: "*".to_owned(), computed: Vec::new() };
        self.add(&actions.join(" "), &everything, Vec::new());
    }

    fn of_task(&mut self, state: &State, task: &Task) {
        if let Some(credentials) = &task.credentials {
            // The other role needs the other permissions.
            self.on(state, "sts:AssumeRole", "iam:role/{RoleArn}", Some(credentials), Vec::new());
            let name = &state.name;
            self.notes.push(format!(
                "state `{name}` runs as another role, which needs permission for `{}`",
                task.resource
            ));
            return;
        }
        let resource = TaskResource::from(self.resolved(task.resource.as_str()));
        let parameters = task.filters.parameters.as_ref().or(task.filters.arguments.as_ref());
        match resource.kind() {
            ResourceKind::Lambda { .. } => self.function(resource.as_str()),
            // The workers need permissions; the machine does not.
            ResourceKind::Activity { .. } => {}
            ResourceKind::Service { service, action, pattern } => {
                self.service(state, service, action, pattern, parameters);
            }
            ResourceKind::Other if resource.as_str().starts_with("${") => {
                self.function(resource.as_str());
                self.notes.push(format!(
                    "state `{}`: `{resource}` is assumed to be the ARN of a Lambda function",
                    state.name
                ));
            }
            _ => self.unknown(state, resource.as_str()),
        }
    }

    fn function(&mut self, arn: &str) {
        let function = Resource { arn: arn.to_owned(), computed: Vec::new() };
        self.add("lambda:InvokeFunction", &function, Vec::new());
    }

    fn unknown(&mut self, state: &State, resource: &str) {
        self.notes
            .push(format!("state `{}`: the permissions that `{resource}` needs are not known", state.name));
    }

    fn service(
        &mut self,
        state: &State,
        service: &str,
        action: &str,
        pattern: Pattern,
        parameters: Option<&Value>,
    ) {
        let integration = Integration::of(service, action, pattern);
        if let Some(Integration::Http) = integration {
            return self.http(state, parameters);
        }
        if let Some(Integration::Sdk { service, action }) = integration
            && let Some(needs) = sdk::needs(service, action, parameters)
        {
            return self.needs(state, &needs, parameters);
        }
        let Some(known) = facts::of(service, action).filter(|_| integration.is_some()) else {
            return self.unknown(state, &format!("{service}:{action}"));
        };
        let has_qualifier = || parameters.is_some_and(|parameters| parameters.get("Qualifier").is_some());
        let optimised = match integration {
            Some(Integration::Optimised { service, .. }) => Some(service),
            _ => None,
        };
        if optimised.is_some_and(|service| service.special == Special::Lambda) && has_qualifier() {
            return self.on(state, "lambda:InvokeFunction", QUALIFIED, parameters, Vec::new());
        }
        self.all(state, known.starts, parameters);
        if let Some(service) = optimised {
            let mut roles = sdk::roles(service.sdk_name(action), action);
            roles.retain(|role| !known.starts.iter().any(|grant| passes(grant, &role.on)));
            self.needs(state, &roles, parameters);
        }
        if matches!(pattern, Pattern::Sync | Pattern::Sync2) {
            self.all(state, known.waits, parameters);
        }
    }

    fn needs(&mut self, state: &State, needs: &[sdk::Needs], parameters: Option<&Value>) {
        for need in needs {
            self.on(state, &need.actions, &need.on, parameters, Vec::new());
        }
    }

    fn all(&mut self, state: &State, grants: &[Grant], parameters: Option<&Value>) {
        for grant in grants {
            let condition = grant.passed_to.map(|service| ["StringEquals", "iam:PassedToService", service]);
            let conditions = condition.into_iter().map(|parts| parts.map(str::to_owned)).collect();
            self.on(state, grant.actions, grant.on, parameters, conditions);
        }
    }

    /// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html>
    fn http(&mut self, state: &State, parameters: Option<&Value>) {
        let known = |name: &str| {
            let text = parameters?.get(name)?.as_str()?;
            (!is_expression(text)).then(|| text.to_owned())
        };
        let mut conditions = Vec::new();
        let condition = |operator: &str, key: &str, value| [operator.to_owned(), key.to_owned(), value];
        conditions
            .extend(known("Method").map(|method| condition("StringEquals", "states:HTTPMethod", method)));
        conditions
            .extend(known("ApiEndpoint").map(|url| condition("StringLike", "states:HTTPEndpoint", url)));
        let machine = format!("states:stateMachine:{}", self.options.machine);
        self.on(state, "states:InvokeHTTPEndpoint", &machine, None, conditions);
        let connection = "events:connection/{Authentication.ConnectionArn/InvocationConfig.ConnectionArn}";
        self.on(state, "events:RetrieveConnectionCredentials", connection, parameters, Vec::new());
        let secret = "secretsmanager:secret:events!connection/*";
        let actions = "secretsmanager:GetSecretValue secretsmanager:DescribeSecret";
        self.on(state, actions, secret, None, Vec::new());
    }

    fn of_map(&mut self, state: &State, map: &Map) {
        self.of_children(state);
        if let Some(reader) = &map.item_reader {
            let parameters = reader.parameters.as_ref().or(reader.arguments.as_ref());
            match reader.resource.kind() {
                ResourceKind::Service { action: "listObjectsV2", .. } => {
                    self.on(state, "s3:ListBucket", "s3:::{Bucket}", parameters, Vec::new());
                }
                _ => self.on(state, "s3:GetObject", "s3:::{Bucket}/{Key}", parameters, Vec::new()),
            }
            let config = reader.config.as_ref();
            if config.is_some_and(|config| config.manifest_type.is_some() || config.transformation.is_some())
            {
                // The objects that the manifest or the listing names.
                self.on(state, "s3:GetObject", "s3:::{Bucket}/*", parameters, Vec::new());
            }
        }
        if let Some(writer) = map.result_writer.as_ref().filter(|writer| writer.resource.is_some()) {
            self.all(state, facts::RESULT_WRITER, writer.parameters.as_ref().or(writer.arguments.as_ref()));
        }
    }

    /// Adds what the children of a distributed Map need to run: executions on Step Functions, or invocations of a function.
    fn of_children(&mut self, state: &State) {
        let PolicyOptions { machine, map_function, map_checkpoints, .. } = self.options;
        if let Some(function) = map_function {
            let is_arn = function.starts_with("arn:");
            // The machine of a function has its name.
            let name = if function == "self" { machine } else { function };
            let on = if is_arn { function.clone() } else { format!("lambda:function:{name}") };
            let is_qualified = name.matches(':').count() > if is_arn { 6 } else { 0 };
            let all = if is_qualified { on } else { format!("{on} {on}:*") };
            match is_arn {
                true => all.split(' ').for_each(|arn| self.function(arn)),
                false => self.on(state, "lambda:InvokeFunction", &all, None, Vec::new()),
            }
        }
        if let Some(place) = map_checkpoints {
            let place = place.strip_prefix("s3://").unwrap_or(place);
            let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
            let on = match prefix.trim_end_matches('/') {
                "" => format!("s3:::{bucket}/*"),
                prefix => format!("s3:::{bucket}/{prefix}/*"),
            };
            self.on(state, facts::MAP_CHECKPOINTS, &on, None, Vec::new());
        }
        if map_function.is_some() || map_checkpoints.is_some() {
            return;
        }
        for [actions, kind] in facts::DISTRIBUTED_MAP {
            let end = if *kind == "execution" { ":*" } else { "" };
            let on = format!("states:{kind}:{machine}{end}");
            self.on(state, actions, &on, None, Vec::new());
        }
    }

    /// Adds actions on the resources of templates, both separated by spaces.
    fn on(
        &mut self,
        state: &State,
        actions: &str,
        templates: &str,
        parameters: Option<&Value>,
        conditions: Vec<[String; 3]>,
    ) {
        for template in templates.split_whitespace() {
            for resource in resources(template, parameters, self.options) {
                if !resource.computed.is_empty() {
                    let names: Vec<String> =
                        resource.computed.iter().map(|name| format!("`{name}`")).collect();
                    let verb = if names.len() == 1 { "is" } else { "are" };
                    self.notes.push(format!(
                        "state `{}`: {} {verb} not constant, so {} is allowed on {}",
                        state.name,
                        names.join(" and "),
                        actions.replace(' ', ", "),
                        resource.arn
                    ));
                }
                self.add(actions, &resource, conditions.clone());
            }
        }
    }

    fn add(&mut self, actions: &str, resource: &Resource, conditions: Vec<[String; 3]>) {
        for (service, action) in actions.split_whitespace().filter_map(|action| action.split_once(':')) {
            let scope = StatementScope {
                service: service.to_owned(),
                is_computed: !resource.computed.is_empty(),
                conditions: conditions.clone(),
            };
            self.scopes.entry((scope, resource.arn.clone())).or_default().insert(action.to_owned());
        }
    }

    /// Fills in CloudFormation's pseudo parameters, whose colons do not separate the parts of an ARN.
    fn resolved(&self, arn: &str) -> String {
        let options = self.options;
        arn.replace("${AWS::Partition}", &options.partition)
            .replace("${AWS::Region}", &options.region)
            .replace("${AWS::AccountId}", &options.account)
    }
}

/// Whether a grant is about passing this role.
fn passes(grant: &Grant, role: &str) -> bool {
    let role = role.replace('?', "");
    grant.passed_to.is_some() && grant.on.split_whitespace().any(|on| on.eq_ignore_ascii_case(&role))
}

const QUALIFIED: &str = "lambda:function:{FunctionName}:{Qualifier}";

//! [`Registry`]: which handler runs the tasks of which resource.

use std::collections::HashMap;
use std::sync::Arc;

use asl_model::{Resource, ResourceKind};

use crate::{Program, TaskHandler, TaskRefusal};

/// Which handler runs the tasks of which resource.
///
/// The handler of a task is looked up by the exact ARN, then by the name of the function, then by the action of the
/// service; if nothing matches, it is the fallback. A task without a handler fails with `States.Runtime`, so check
/// [`missing`](Registry::missing) and [`refused`](Registry::refused) when a process starts.
///
/// Handlers are Rust functions, see [`task_fn`](crate::task_fn), or implementations of [`TaskHandler`].
///
/// ```
/// use asl_engine::{task_fn, Failure, Registry};
/// use asl_value::Value;
/// let registry = Registry::new()
///     .function("price", task_fn(|order: Value| async move { Ok::<_, Failure>(order) }))
///     .service("sqs", "sendMessage", task_fn(|_: Value| async move { Ok::<_, Failure>(Value::Null) }));
/// # let _ = registry;
/// ```
#[derive(Clone, Default)]
pub struct Registry {
    exact: HashMap<String, Arc<dyn TaskHandler>>,
    functions: HashMap<String, Arc<dyn TaskHandler>>,
    services: HashMap<(String, String), Arc<dyn TaskHandler>>,
    fallback: Option<Arc<dyn TaskHandler>>,
}

impl Registry {
    /// A registry without handlers.
    pub fn new() -> Registry {
        Registry::default()
    }

    /// Adds the handler of one resource, by its whole ARN.
    #[must_use]
    pub fn resource(mut self, arn: impl Into<String>, handler: impl TaskHandler + 'static) -> Registry {
        self.exact.insert(arn.into(), Arc::new(handler));
        self
    }

    /// Adds the handler of a Lambda function by its name, in any region and account and with any qualifier.
    #[must_use]
    pub fn function(mut self, name: impl Into<String>, handler: impl TaskHandler + 'static) -> Registry {
        self.functions.insert(name.into(), Arc::new(handler));
        self
    }

    /// Adds the handler of an action of a service, for all its patterns: `("lambda", "invoke")`, `("aws-sdk:s3",
    /// "getObject")`.
    #[must_use]
    pub fn service(
        mut self,
        service: impl Into<String>,
        action: impl Into<String>,
        handler: impl TaskHandler + 'static,
    ) -> Registry {
        self.services.insert((service.into(), action.into()), Arc::new(handler));
        self
    }

    /// Sets the handler of everything else.
    #[must_use]
    pub fn fallback(mut self, handler: impl TaskHandler + 'static) -> Registry {
        self.fallback = Some(Arc::new(handler));
        self
    }

    /// Whether there is a fallback.
    pub fn has_fallback(&self) -> bool {
        self.fallback.is_some()
    }

    /// The handler of a resource.
    pub fn resolve(&self, resource: &Resource) -> Option<&Arc<dyn TaskHandler>> {
        let by_kind = || match resource.kind() {
            ResourceKind::Lambda { function, .. } => self.functions.get(function),
            ResourceKind::Service { service, action, .. } if !self.services.is_empty() => {
                self.services.get(&(service.to_owned(), action.to_owned()))
            }
            _ => None,
        };
        self.exact.get(resource.as_str()).or_else(by_kind).or(self.fallback.as_ref())
    }

    /// All handlers, in any order.
    pub(crate) fn handlers(&self) -> impl Iterator<Item = &Arc<dyn TaskHandler>> {
        let named = self.exact.values().chain(self.functions.values());
        named.chain(self.services.values()).chain(&self.fallback)
    }

    /// The resources of a program that have no handler. Check this when a process starts, rather than in a running
    /// execution.
    pub fn missing<'p>(&self, program: &'p Program) -> Vec<&'p Resource> {
        program.resources().iter().filter(|resource| self.resolve(resource).is_none()).collect()
    }

    /// The resources of a program whose handler can never run their tasks, and why, see [`TaskHandler::serves`].
    pub fn refused<'p>(&self, program: &'p Program) -> Vec<(&'p Resource, TaskRefusal)> {
        let resources = program.resources().iter();
        resources
            .filter_map(|resource| Some((resource, self.resolve(resource)?.serves(resource).err()?)))
            .collect()
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry")
            .field("resources", &self.exact.keys().collect::<Vec<_>>())
            .field("functions", &self.functions.keys().collect::<Vec<_>>())
            .field("services", &self.services.keys().collect::<Vec<_>>())
            .field("fallback", &self.fallback.is_some())
            .finish()
    }
}

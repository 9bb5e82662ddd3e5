//! The services that `asl run` calls for tasks that are not mocked.

use std::sync::Arc;

use asl_engine::{Identity, ObjectStore, Registry};
use asl_value::Text;

use crate::Terminal;
#[cfg(feature = "aws")]
use crate::account::account;
use crate::args::Run;
#[cfg(feature = "aws")]
use crate::home;
use crate::home::Home;
use crate::mocks::MockCase;
use crate::objects::Folder;
use crate::refusal::Refusal;
#[cfg(feature = "aws")]
use crate::services::{MockedFirst, services};

/// The services that may be called, and the account and region of the execution.
pub(super) struct Services {
    #[cfg(feature = "aws")]
    pub(super) aws: Option<asl_aws::Aws>,
    pub(super) account: Text,
    pub(super) region: Text,
    pub(super) storage: Option<Arc<dyn ObjectStore>>,
}

const ACCOUNT: &str = "123456789012";

#[cfg(not(feature = "aws"))]
pub(super) fn of(args: &Run, _: &Terminal) -> Result<Services, Refusal> {
    Ok(Services { account: ACCOUNT.into(), region: Identity::default().region, storage: folder(args) })
}

#[cfg(feature = "aws")]
pub(super) fn of(args: &Run, terminal: &Terminal) -> Result<Services, Refusal> {
    let variable = |name: &str| std::env::var(name).ok();
    let default = Identity::default().region;
    let region = home::region(None, args.services.aws, &variable).map_or(default.clone(), Text::from);
    let aws = services(&args.services, &region, std::env::vars_os()).map_err(Refusal::usage)?;
    let storage = folder(args).or_else(|| Some(Arc::new(aws.clone()?) as Arc<dyn ObjectStore>));
    let account = match &aws {
        Some(aws) => account(None, Some(aws), &variable, terminal)?,
        None => None,
    };
    let region = if aws.is_some() { region } else { default };
    Ok(Services { account: account.map_or(ACCOUNT.into(), Text::from), region, storage, aws })
}

/// The folder of `--objects`.
fn folder(args: &Run) -> Option<Arc<dyn ObjectStore>> {
    args.objects.as_deref().map(|folder| Arc::new(Folder::new(folder)) as Arc<dyn ObjectStore>)
}

impl Services {
    /// The region and the account of the execution.
    pub(super) fn home(&self) -> Home {
        Home { region: self.region.to_string(), account: self.account.to_string() }
    }

    /// The handlers of tasks: the mocks of a test case, and the services for the other states.
    #[cfg(feature = "aws")]
    pub(super) fn registry(&self, case: Option<&MockCase>) -> Registry {
        let registry = Registry::new();
        match (case, self.aws.clone()) {
            (Some(case), Some(services)) => {
                let states = case.states().map(|(state, _)| state.to_owned()).collect();
                registry.fallback(MockedFirst { states, mocks: Arc::new(case.handler()), services })
            }
            (Some(case), None) => registry.fallback(case.handler()),
            (None, Some(services)) => registry.fallback(services),
            (None, None) => registry,
        }
    }

    #[cfg(not(feature = "aws"))]
    pub(super) fn registry(&self, case: Option<&MockCase>) -> Registry {
        case.map_or_else(Registry::new, |case| Registry::new().fallback(case.handler()))
    }
}

//! What mocked results of services are checked against.

use std::sync::Arc;

use asl_engine::ResultSchema;

/// The models of AWS's services, if this build has them.
pub(crate) fn result_schema() -> Option<Arc<dyn ResultSchema>> {
    #[cfg(feature = "aws")]
    return Some(Arc::new(asl_aws::ResultModels));
    #[cfg(not(feature = "aws"))]
    None
}

//! A whole definition, and a branch.

use super::common::{COMMENT, MACHINE};
use super::shape::{Kind, Shape, field, shape};
use crate::limits;

/// A whole definition.
pub(super) const DEFINITION: Shape = shape(
    "Definition",
    &[
        COMMENT,
        &[
            field(
                "QueryLanguage",
                Kind::Words(&["JSONPath", "JSONata"]),
                "The language of expressions; JSONPath if absent.",
            ),
            field("Version", Kind::Words(&["1.0"]), "The version of the language."),
            field(
                "TimeoutSeconds",
                Kind::Whole(&limits::EXECUTION_TIMEOUT),
                "The seconds after which an execution fails.",
            ),
        ],
        MACHINE,
    ],
);

pub(super) const BRANCH: Shape = shape("Branch", &[COMMENT, MACHINE]);

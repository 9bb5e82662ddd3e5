//! The fields `Retry` and `Catch`.

use super::common::{ASSIGN, COMMENT};
use super::shape::{FieldShape, Kind, Shape, field, required, shape};
use crate::limits;

pub(super) const RECOVERY: &[FieldShape] = &[
    field("Retry", Kind::List(&RETRIER), "How errors are retried; the first retrier that matches is used."),
    field("Catch", Kind::List(&CATCHER), "How errors are caught; the first catcher that matches is used."),
];

const RETRIER: Shape = shape(
    "Retrier",
    &[
        COMMENT,
        &[
            required("ErrorEquals", Kind::Texts, "Names of errors; `States.ALL` matches every error."),
            field(
                "IntervalSeconds",
                Kind::Integer(&limits::INTERVAL),
                "The seconds before the first retry; 1 if absent.",
            ),
            field(
                "MaxAttempts",
                Kind::Integer(&limits::ATTEMPTS),
                "The number of retries; 3 if absent, 0 for none.",
            ),
            field(
                "BackoffRate",
                Kind::AtLeast(limits::BACKOFF_RATE),
                "The factor by which the interval grows; 2 if absent.",
            ),
            field("MaxDelaySeconds", Kind::Integer(&limits::DELAY), "The longest interval, in seconds."),
            field("JitterStrategy", Kind::Words(&["NONE", "FULL"]), "Whether intervals are randomised."),
        ],
    ],
);

const CATCHER: Shape = shape(
    "Catcher",
    &[
        COMMENT,
        ASSIGN,
        &[
            required("ErrorEquals", Kind::Texts, "Names of errors; `States.ALL` matches every error."),
            required("Next", Kind::Text, "The next state."),
            field(
                "ResultPath",
                Kind::Path,
                "The place in the input where the error is inserted; null to discard the error.",
            ),
            field("Output", Kind::Any, "The input of the next state, which may contain expressions."),
        ],
    ],
);

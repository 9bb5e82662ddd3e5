//! `Retry` and `Catch`.

use super::common::{ASSIGN, COMMENT};
use super::shape::{Field, Kind, Shape, field, required, shape};
use crate::limits;

pub(super) const RECOVERY: &[Field] = &[
    field(
        "Retry",
        Kind::List(&RETRIER),
        "What is tried again after which errors; the first that matches counts.",
    ),
    field("Catch", Kind::List(&CATCHER), "Where to go after which errors; the first that matches counts."),
];

const RETRIER: Shape = shape(
    "Retrier",
    &[
        COMMENT,
        &[
            required("ErrorEquals", Kind::Texts, "Names of errors; `States.ALL` for every one."),
            field(
                "IntervalSeconds",
                Kind::Integer(&limits::INTERVAL),
                "Seconds before the first retry; 1 if absent.",
            ),
            field(
                "MaxAttempts",
                Kind::Integer(&limits::ATTEMPTS),
                "How many retries; 3 if absent, 0 for none.",
            ),
            field(
                "BackoffRate",
                Kind::AtLeast(limits::BACKOFF_RATE),
                "By what the interval grows; 2 if absent.",
            ),
            field("MaxDelaySeconds", Kind::Integer(&limits::DELAY), "Seconds that no interval exceeds."),
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
            required("ErrorEquals", Kind::Texts, "Names of errors; `States.ALL` for every one."),
            required("Next", Kind::Text, "The state that follows."),
            field("ResultPath", Kind::Path, "Where in the input the error is put; null to drop it."),
            field("Output", Kind::Any, "The input of the state that follows, with expressions in it."),
        ],
    ],
);

//! The rules of a Choice state.

use super::common::{ASSIGN, COMMENT};
use super::shape::{FieldShape, Kind, Shape, field, required};

pub(super) const CHOICE: &[FieldShape] = &[
    required(
        "Choices",
        Kind::List(&CHOICE_RULE),
        "The rules; the first one that is true selects the next state.",
    ),
    field("Default", Kind::Text, "The next state if no rule is true."),
];

static TEST: &[FieldShape] = &[
    field("And", Kind::List(&CHOICE_TEST), "True if all of these tests are true."),
    field("Or", Kind::List(&CHOICE_TEST), "True if at least one of these tests is true."),
    field("Not", Kind::Object(&CHOICE_TEST), "True if this test is not true."),
    field("Variable", Kind::Variable, "The path of the value that is compared."),
];

const SELECTORS: &[&str] = &["And", "Or", "Not", "Variable", "Condition"];

static CHOICE_RULE: Shape = Shape {
    name: "ChoiceRule",
    fields: &[
        COMMENT,
        TEST,
        ASSIGN,
        &[
            field("Condition", Kind::Condition, "The condition."),
            field("Output", Kind::Any, "The output of the state if this rule is selected."),
            required("Next", Kind::Text, "The next state if this rule is selected."),
        ],
    ],
    exactly_one: &[SELECTORS],
    at_most_one: &[],
};

static CHOICE_TEST: Shape =
    Shape { name: "ChoiceTest", fields: &[COMMENT, TEST], exactly_one: &[SELECTORS], at_most_one: &[] };

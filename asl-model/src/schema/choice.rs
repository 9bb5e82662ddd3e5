//! The rules of a Choice state.

use super::common::{ASSIGN, COMMENT};
use super::shape::{Field, Kind, Shape, field, required};

pub(super) const CHOICE: &[Field] = &[
    required("Choices", Kind::List(&CHOICE_RULE), "The rules; the first that is true says where to go."),
    field("Default", Kind::Text, "The state that follows when no rule is true."),
];

static TEST: &[Field] = &[
    field("And", Kind::List(&CHOICE_TEST), "True if all of these are."),
    field("Or", Kind::List(&CHOICE_TEST), "True if one of these is."),
    field("Not", Kind::Object(&CHOICE_TEST), "True if this is not."),
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
            field("Condition", Kind::Condition, "What must be true."),
            field("Output", Kind::Any, "The output of the state if this rule is taken."),
            required("Next", Kind::Text, "The state that follows if this rule is taken."),
        ],
    ],
    exactly_one: &[SELECTORS],
    at_most_one: &[],
};

static CHOICE_TEST: Shape =
    Shape { name: "ChoiceTest", fields: &[COMMENT, TEST], exactly_one: &[SELECTORS], at_most_one: &[] };

//! [`Language`]: from the text of a field to something that can be evaluated.

use std::fmt::Debug;
use std::sync::Arc;

use asl_value::{Pointer, Segment, Value};

use crate::{DataFlow, Expr, FlowFields, SyntaxError, Template};

/// A query language: turns the text of fields into expressions when a machine is compiled.
///
/// An engine holds one per `QueryLanguage` and calls it by this trait alone, with a [`QueryField`] that says where the text is
/// and what its value must be. The language checks the type of the value, because the errors differ: JSONPath fails with
/// `States.Runtime` "The SecondsPath parameter …", JSONata with `States.QueryEvaluationError` "… unexpected result type …".
///
/// All methods report every problem that they find.
pub trait Language: Debug + Send + Sync {
    /// Whether an evaluation takes well under a millisecond for any input, so that an engine does not have to read its
    /// clock after each one.
    fn is_quick(&self) -> bool {
        false
    }

    /// A field that is one expression: the text of `SecondsPath`, `ItemsPath`, `ErrorPath`, or a whole `{% … %}`.
    ///
    /// # Errors
    /// The text is not in the language, or not allowed in this field.
    fn scalar(&self, text: &str, field: &QueryField<'_>) -> Result<Arc<dyn Expr>, Vec<SyntaxError>>;

    /// The expression used for an absent field: the state's input, checked as the field's value would be.
    ///
    /// # Errors
    /// As for [`scalar`](Language::scalar).
    fn input(&self, field: &QueryField<'_>) -> Result<Arc<dyn Expr>, Vec<SyntaxError>> {
        self.scalar("$", field)
    }

    /// A field that is JSON with expressions in it: `Parameters`, `Assign`, `ItemSelector`, `Arguments`.
    ///
    /// # Errors
    /// Every expression that is not in the language.
    fn template(&self, json: &Value, field: &QueryField<'_>) -> Result<Template, Vec<SyntaxError>>;

    /// The test of a choice rule, which gives a boolean: `{"Variable": "$.a", "IsNull": true}` or the text of `Condition`.
    ///
    /// # Errors
    /// Everything in the rule that is not in the language.
    fn condition(&self, rule: &Value, field: &QueryField<'_>) -> Result<Arc<dyn Expr>, Vec<SyntaxError>>;

    /// The filters around a state's work.
    ///
    /// # Errors
    /// Everything in the fields that is not in the language.
    fn flow(&self, fields: &FlowFields<'_>) -> Result<Arc<dyn DataFlow>, Vec<SyntaxError>>;
}

/// Where an expression is and what its value must be: all that a language needs for AWS's texts.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct QueryField<'a> {
    /// The field's place in the definition: `/States/Wait/SecondsPath`.
    pub pointer: &'a Pointer,
    /// The field's name as messages print it: `SecondsPath`, `Arguments`.
    pub name: &'a str,
    /// What kind of place it is.
    pub site: Site,
    /// What the value must be.
    pub expected: Expected,
}

impl<'a> QueryField<'a> {
    /// A field whose value may be any JSON.
    pub fn new(pointer: &'a Pointer, name: &'a str, site: Site) -> QueryField<'a> {
        QueryField { pointer, name, site, expected: Expected::Any }
    }

    /// The same field with a condition on its value.
    #[must_use]
    pub fn expecting(self, expected: Expected) -> QueryField<'a> {
        QueryField { expected, ..self }
    }

    /// The same field with the place of a string inside it.
    #[must_use]
    pub fn with_pointer<'b>(&self, pointer: &'b Pointer) -> QueryField<'b>
    where
        'a: 'b,
    {
        QueryField { pointer, ..*self }
    }

    /// The field's place within its state, as AWS writes it.
    ///
    /// ```
    /// use asl_query::{Expected, QueryField, Site};
    /// use asl_value::Pointer;
    /// let state = Pointer::root().key("States").key("M").key("ItemProcessor").key("States").key("C");
    /// let pointer = state.key("Choices").index(0).key("Condition");
    /// let field = QueryField::new(&pointer, "Condition", Site::Condition).expecting(Expected::Boolean);
    /// assert_eq!(field.location(), "Choices[0]/Condition");
    /// ```
    pub fn location(&self) -> String {
        let mut place = self.pointer.segments();
        while let [Segment::Key(states), Segment::Key(_), inside @ ..] = place
            && **states == *"States"
        {
            place = match inside {
                [Segment::Key(branches), Segment::Index(_), nested @ ..] if **branches == *"Branches" => {
                    nested
                }
                [Segment::Key(processor), nested @ ..]
                    if matches!(&**processor, "ItemProcessor" | "Iterator") =>
                {
                    nested
                }
                _ => inside,
            };
        }
        let location = place.iter().cloned().collect::<Pointer>().location();
        location.strip_prefix('/').unwrap_or(&location).to_owned()
    }
}

/// The kinds of place that an expression can be in. A language may refuse what is undefined there when it compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Site {
    /// `Parameters`, `Arguments`: before the work.
    Arguments,
    /// `ItemSelector`: before each iteration of a Map.
    ItemSelector,
    /// `ItemsPath`, `Items`.
    Items,
    /// `ResultSelector`: over the result alone.
    Result,
    /// `Output`.
    Output,
    /// `Assign` of a state whose work has a result.
    Assign,
    /// `Assign` of a state without a result of its own: Choice, Wait.
    AssignInput,
    /// The condition of a choice rule.
    Condition,
    /// `ResultPath`, `Output`, `Assign` of a catcher.
    Catch,
    /// Any other field: `SecondsPath`, `TimeoutSeconds`, `ErrorPath`.
    Scalar,
}

/// What the value of a field must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expected {
    /// Any JSON.
    Any,
    /// `ItemsPath`, `Items`.
    Array,
    /// `ItemsPath`, `Items` of a distributed Map: an array or an object.
    Collection,
    /// `Condition`.
    Boolean,
    /// `SecondsPath`, `MaxConcurrencyPath`: a 64-bit integer, not below `min`.
    Integer {
        /// The smallest allowed.
        min: i64,
    },
    /// `ToleratedFailurePercentagePath`: a number within these bounds.
    Number {
        /// The smallest allowed.
        min: f64,
        /// The largest allowed.
        max: f64,
    },
    /// `ErrorPath`, `CausePath`.
    String,
    /// `TimestampPath`: an RFC 3339 string.
    Timestamp,
}

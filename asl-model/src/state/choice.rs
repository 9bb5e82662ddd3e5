//! [`Choice`], its rules and their tests.

use asl_value::{Text, Timestamp, Value};

use crate::field::is_query;
use crate::operator::{OPERATORS, Operand, Operator};
use crate::reader::{Dialect, Fields, expected};
use crate::spelling::nearest;
use crate::writer::Members;
use crate::{Code, Diagnostic, Filters};

/// Selects the next state by the first rule that matches.
///
/// ```json
/// {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 9, "Next": "Few"}], "Default": "Many"}
/// ```
/// Spec: <https://states-language.net/#choice-state>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Choice {
    /// Input and output filters; `Output` applies when no rule matches.
    pub filters: Filters,
    /// `Assign`: variables to set when no rule matches.
    pub assign: Option<Value>,
    /// `Choices`, in the order in which they are tried.
    pub choices: Vec<ChoiceRule>,
    /// `Default`: the next state when no rule matches.
    pub default: Option<Text>,
}

impl Choice {
    /// A choice between `choices`, without a default.
    pub fn new(choices: Vec<ChoiceRule>) -> Choice {
        Choice { filters: Filters::default(), assign: None, choices, default: None }
    }
}

/// A rule of `Choices`: `{"Variable": "$.n", "NumericLessThan": 9, "Next": "Few"}`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ChoiceRule {
    /// `Comment`
    pub comment: Option<String>,
    /// The condition.
    pub condition: Condition,
    /// `Assign`: replaces the `Assign` of the state.
    pub assign: Option<Value>,
    /// `Output` (JSONata): replaces the `Output` of the state.
    pub output: Option<Value>,
    /// `Next`
    pub next: Text,
}

impl ChoiceRule {
    /// A rule without optional fields.
    pub fn new(condition: Condition, next: impl Into<Text>) -> ChoiceRule {
        ChoiceRule { comment: None, condition, assign: None, output: None, next: next.into() }
    }
}

/// The condition of a rule, in either query language.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// JSONata: `"Condition": "{% $states.input.n < 9 %}"`, or a boolean.
    Query(Value),
    /// JSONPath: `"Variable": "$.n", "NumericLessThan": 9`, or a combination of such tests.
    Test(Test),
}

impl Condition {
    /// The value that a query language compiles: that of `Condition`, or the rule without `Next`, `Assign` and
    /// `Comment`.
    ///
    /// ```
    /// use asl_model::{Condition, Test, Value};
    /// let test = Test::compare("$.n", "NumericLessThan", Value::from(9));
    /// assert_eq!(Condition::Test(test).to_value().to_string(), r#"{"Variable":"$.n","NumericLessThan":9}"#);
    /// ```
    pub fn to_value(&self) -> Value {
        match self {
            Condition::Query(value) => value.clone(),
            Condition::Test(test) => test.to_value(),
        }
    }
}

/// A boolean expression of a JSONPath rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `{"And": [..]}`
    And(Vec<Test>),
    /// `{"Or": [..]}`
    Or(Vec<Test>),
    /// `{"Not": {..}}`
    Not(Box<Test>),
    /// `{"Variable": "$.n", "NumericLessThan": 9}`
    Compare {
        /// `Variable`: a path.
        variable: Text,
        /// `NumericLessThan`, `IsPresent`.
        operator: Text,
        /// The value to compare with; a path if the name of the operator ends in `Path`.
        operand: Value,
    },
}

impl Test {
    /// A comparison.
    pub fn compare(variable: impl Into<Text>, operator: impl Into<Text>, operand: Value) -> Test {
        Test::Compare { variable: variable.into(), operator: operator.into(), operand }
    }

    /// The rule as JSON: `{"And": [{"Variable": "$.n", "IsPresent": true}, ..]}`.
    pub fn to_value(&self) -> Value {
        let mut members = Members::default();
        self.write(&mut members);
        members.into_value()
    }
}

impl Choice {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Choice {
        fields.require(&["Choices"]);
        let choices = match fields.filled_list("Choices") {
            Some(items) => fields.each("Choices", items, ChoiceRule::read),
            None => {
                fields.lose_transition();
                Vec::new()
            }
        };
        // A rule that could not be read keeps its place, so that the later ones keep theirs.
        let stand_in = || ChoiceRule::new(Condition::stand_in(fields.dialect), "");
        let choices = choices.into_iter().map(|rule| rule.unwrap_or_else(stand_in)).collect();
        let default = fields.text("Default");
        if fields.has("Default") && default.is_none() {
            fields.lose_transition();
        }
        Choice { filters: Filters::read(fields), assign: fields.assign(), choices, default }
    }

    pub(crate) fn write(&self, members: &mut Members) {
        self.filters.write(members);
        members.maybe("Assign", self.assign.as_ref());
        members.put("Choices", self.choices.iter().map(ChoiceRule::to_value).collect::<Value>());
        members.maybe("Default", self.default.as_ref());
    }
}

const SELECTORS: [&str; 5] = ["And", "Or", "Not", "Variable", "Condition"];

impl ChoiceRule {
    fn read(fields: &mut Fields<'_, '_>) -> Option<ChoiceRule> {
        fields.require(&["Next"]);
        let next = fields.text("Next");
        let comment = fields.string("Comment");
        let assign = fields.assign();
        let output = fields.any("Output");
        let condition = Condition::read(fields);
        if next.is_none() || condition.is_none() {
            fields.lose_transition();
        }
        let condition = condition.unwrap_or_else(|| Condition::stand_in(fields.dialect));
        Some(ChoiceRule { comment, condition, assign, output, next: next.unwrap_or_default() })
    }

    fn to_value(&self) -> Value {
        let mut members = Members::default();
        members.maybe("Comment", self.comment.as_ref());
        match &self.condition {
            Condition::Query(condition) => members.put("Condition", condition),
            Condition::Test(test) => test.write(&mut members),
        }
        members.maybe("Assign", self.assign.as_ref());
        members.maybe("Output", self.output.as_ref());
        members.put("Next", &self.next);
        members.into_value()
    }
}

impl Condition {
    /// The stand-in for a condition that could not be read; the query language accepts it.
    fn stand_in(dialect: Dialect) -> Condition {
        match dialect.has_paths() {
            true => Condition::Test(Test::And(Vec::new())),
            false => Condition::Query(Value::Bool(false)),
        }
    }

    fn read(fields: &mut Fields<'_, '_>) -> Option<Condition> {
        if fields.present(&SELECTORS).len() != 1 {
            one_of(fields, &SELECTORS);
            return None;
        }
        if !fields.has("Condition") {
            return Test::read(fields).map(Condition::Test);
        }
        match fields.get("Condition")? {
            // A constant `true` is a boolean; a string that is not an expression is not.
            value @ Value::String(text) if is_query(text) => Some(Condition::Query(value.clone())),
            value @ Value::Bool(_) => Some(Condition::Query(value.clone())),
            _ => {
                // UNRECORDED: AWS's text for a `Condition` that is neither a boolean nor an expression.
                fields.error_at("Condition", Code::WRONG_TYPE, expected("[BOOLEAN]"));
                None
            }
        }
    }
}

impl Test {
    /// Reads the rule at the cursor, which has exactly one of the selectors of JSONPath.
    fn read(fields: &mut Fields<'_, '_>) -> Option<Test> {
        if fields.has("And") {
            let items = fields.filled_list("And")?;
            return Some(Test::And(
                fields.each("And", items, Test::read_nested).into_iter().flatten().collect(),
            ));
        }
        if fields.has("Or") {
            let items = fields.filled_list("Or")?;
            return Some(Test::Or(
                fields.each("Or", items, Test::read_nested).into_iter().flatten().collect(),
            ));
        }
        if fields.has("Not") {
            return Some(Test::Not(Box::new(fields.child("Not", Test::read_nested)?)));
        }
        let variable = fields.text("Variable");
        let comparison = read_comparison(fields);
        let (operator, operand) = comparison?;
        Some(Test::Compare { variable: variable?, operator: operator.name.into(), operand })
    }

    fn read_nested(fields: &mut Fields<'_, '_>) -> Option<Test> {
        fields.string("Comment");
        let names = ["And", "Or", "Not", "Variable"];
        if fields.present(&names).len() != 1 {
            // UNRECORDED: the fields AWS names for a nested choice rule.
            one_of(fields, &names);
            return None;
        }
        Test::read(fields)
    }

    fn write(&self, members: &mut Members) {
        match self {
            Test::And(tests) => members.put("And", tests.iter().map(Test::to_value).collect::<Value>()),
            Test::Or(tests) => members.put("Or", tests.iter().map(Test::to_value).collect::<Value>()),
            Test::Not(test) => members.put("Not", test.to_value()),
            Test::Compare { variable, operator, operand } => {
                members.put("Variable", variable);
                members.put(operator, operand);
            }
        }
    }
}

fn one_of(fields: &mut Fields<'_, '_>, names: &[&'static str]) {
    for name in names {
        fields.get(name);
    }
    pass_over_operators(fields);
    let message = format!("The object must have only one of the following fields, [{}]", names.join(", "));
    fields.error(Code::CHOICE_RULE, message);
}

/// Reads the operators, so that they are not reported in addition to the problem of their rule.
fn pass_over_operators(fields: &mut Fields<'_, '_>) {
    for operator in &OPERATORS {
        fields.get(operator.name);
    }
}

fn read_comparison(fields: &mut Fields<'_, '_>) -> Option<(&'static Operator, Value)> {
    let present: Vec<&Operator> = OPERATORS.iter().filter(|operator| fields.has(operator.name)).collect();
    let [operator] = present.as_slice() else {
        pass_over_operators(fields);
        if fields.dialect.has_paths() {
            let names = if present.is_empty() { OPERATORS.iter().collect() } else { present };
            report_operators(fields, &names);
        }
        return None;
    };
    let value = fields.get(operator.name)?;
    let (code, message) = match (operator.operand, value) {
        (Operand::String | Operand::Path, Value::String(_))
        | (Operand::Number, Value::Number(_))
        | (Operand::Boolean, Value::Bool(_)) => return Some((operator, value.clone())),
        (Operand::Timestamp, Value::String(text)) => {
            if text.contains("${") || Timestamp::parse(text).is_some() {
                return Some((operator, value.clone()));
            }
            (Code::INVALID_TIMESTAMP, "String does not match RFC3339 timestamp".to_owned())
        }
        (Operand::Number, _) => (Code::WRONG_TYPE, expected("[NUMBER]")),
        (Operand::Boolean, _) => (Code::WRONG_TYPE, expected("[BOOLEAN]")),
        (Operand::String | Operand::Path | Operand::Timestamp, _) => (Code::WRONG_TYPE, expected("[STRING]")),
    };
    fields.error_at(operator.name, code, message);
    None
}

/// UNRECORDED: which operators AWS lists for a choice rule that has none or several. Here they are the present ones, or
/// all if none is present.
fn report_operators(fields: &mut Fields<'_, '_>, names: &[&Operator]) {
    let several = names.len() < OPERATORS.len();
    let list = names.iter().map(|operator| operator.name).collect::<Vec<_>>().join(", ");
    let message = match several {
        true => format!("There should only be one of the following fields: [{list}]"),
        false => format!("This object should have only one of the following fields: [{list}]"),
    };
    let diagnostic = Diagnostic::error(Code::CHOICE_RULE, message, fields.place.clone());
    let meant = fields
        .unasked()
        .find_map(|name| Some((name, nearest(name, OPERATORS.iter().map(|operator| operator.name))?)));
    let diagnostic = match meant {
        Some((name, near)) if !several => {
            diagnostic.help(format!("`{name}` is not an operator; did you mean `{near}`?"))
        }
        _ => diagnostic,
    };
    fields.reading.report.push(diagnostic);
}

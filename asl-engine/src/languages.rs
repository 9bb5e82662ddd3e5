//! The query languages of this build: the only file that names them.

use asl_model::{Code, Diagnostic, QueryLanguage};
use asl_query::{ExitStep, Language, SyntaxErrorKind, Yields};
use asl_value::{Object, Pointer, Value};

use crate::stage::Stage;

/// The implementation of a query language, or a diagnostic if this build does not have it.
pub(crate) fn language(of: QueryLanguage, state: &Pointer) -> Result<&'static dyn Language, Box<Diagnostic>> {
    match of {
        QueryLanguage::JsonPath => Ok(&asl_paths::JsonPath),
        QueryLanguage::JsonAta => jsonata(state),
    }
}

#[cfg(feature = "jsonata")]
fn jsonata(_: &Pointer) -> Result<&'static dyn Language, Box<Diagnostic>> {
    Ok(&asl_jsonata::Jsonata)
}

#[cfg(not(feature = "jsonata"))]
fn jsonata(state: &Pointer) -> Result<&'static dyn Language, Box<Diagnostic>> {
    let message = "the query language JSONata is not part of this build, which lacks the feature `jsonata` of asl-engine";
    let diagnostic = Diagnostic::error(Code::NOT_BUILT, message, state.clone());
    Err(Box::new(diagnostic.help("enable the feature in Cargo.toml, or use a JSONPath state")))
}

/// AWS's code for an error of a language.
pub(crate) fn code(of: QueryLanguage, kind: SyntaxErrorKind) -> Code {
    match (of, kind) {
        (QueryLanguage::JsonPath, _) => Code::EXPRESSION,
        (QueryLanguage::JsonAta, SyntaxErrorKind::Unavailable) => Code::UNSUPPORTED_JSONATA,
        (QueryLanguage::JsonAta, _) => Code::INVALID_JSONATA,
    }
}

/// What a Pass state yields: the result of its `Parameters`, which JSONata has no field for.
pub(crate) fn pass_yields(of: QueryLanguage) -> Yields {
    match of {
        QueryLanguage::JsonPath => Yields::Result,
        QueryLanguage::JsonAta => Yields::Nothing,
    }
}

/// TestState's name of a stage; `None` if the language has no such filter.
pub(crate) fn stage_name(of: QueryLanguage, stage: Stage) -> Option<&'static str> {
    match (of, stage) {
        (_, Stage::ItemsPointer) => Some("afterItemsPointer"),
        (_, Stage::ItemSelector) => Some("afterItemSelector"),
        (_, Stage::ItemBatcher) => Some("afterItemBatcher"),
        (_, Stage::Result) => Some("result"),
        (QueryLanguage::JsonPath, Stage::Input) => Some("afterInputPath"),
        (QueryLanguage::JsonPath, Stage::Arguments) => Some("afterParameters"),
        (QueryLanguage::JsonPath, Stage::Items) => Some("afterItemsPath"),
        (QueryLanguage::JsonPath, Stage::Exit(ExitStep::Selected)) => Some("afterResultSelector"),
        (QueryLanguage::JsonPath, Stage::Exit(ExitStep::Merged)) => Some("afterResultPath"),
        (QueryLanguage::JsonAta, Stage::Arguments) => Some("afterArguments"),
        (QueryLanguage::JsonAta, _) => None,
    }
}

/// The language that a state or its machine names, or the default.
pub(crate) fn chosen(state: Option<QueryLanguage>, machine: Option<QueryLanguage>) -> QueryLanguage {
    state.or(machine).unwrap_or(QueryLanguage::JsonPath)
}

/// The name of a field that holds an expression: JSONPath has separate fields for it, JSONata uses that of the literal.
pub(crate) fn query_field(of: QueryLanguage, literal: &str) -> String {
    match of {
        QueryLanguage::JsonPath => format!("{literal}Path"),
        QueryLanguage::JsonAta => literal.to_owned(),
    }
}

/// The language of choice rules that are JSON.
pub(crate) const RULES: QueryLanguage = QueryLanguage::JsonPath;

/// The name of the member with the value of [`aside`].
pub(crate) const ASIDE: &str = "value";

/// The language of an expression that stands in no definition, and a template with it as its only member: JSONata in
/// `{% … %}`, otherwise one of the language `of`.
pub(crate) fn aside(of: QueryLanguage, text: &str) -> (QueryLanguage, Value) {
    let text = text.trim();
    let is_marked = text.starts_with("{%") && text.ends_with("%}");
    let (of, name, text) = match of {
        _ if is_marked => (QueryLanguage::JsonAta, ASIDE.to_owned(), text.to_owned()),
        QueryLanguage::JsonAta => (QueryLanguage::JsonAta, ASIDE.to_owned(), format!("{{% {text} %}}")),
        QueryLanguage::JsonPath => (QueryLanguage::JsonPath, format!("{ASIDE}.$"), text.to_owned()),
    };
    let members = vec![(name.into(), Value::from(text.as_str()))];
    (of, Value::Object(Object::from_distinct(members)))
}

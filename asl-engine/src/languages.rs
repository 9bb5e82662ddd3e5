//! The query languages of this build: the only file that names them.

use asl_model::{Code, Diagnostic, QueryLanguage};
use asl_query::{ExitStep, Language, SyntaxErrorKind, Yields};
use asl_value::Pointer;

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

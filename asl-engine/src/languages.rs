//! The query languages of this build: the only file that names them.

use asl_model::{Code, Diagnostic, QueryLanguage};
use asl_query::Language;
use asl_value::Pointer;

/// The language of a state, or why this build does not have it.
pub(crate) fn language(of: QueryLanguage, state: &Pointer) -> Result<&'static dyn Language, Box<Diagnostic>> {
    match of {
        QueryLanguage::JsonPath => Ok(&asl_paths::JsonPath),
        QueryLanguage::JsonAta => {
            let message = "the query language JSONata is not built yet";
            Err(Box::new(
                Diagnostic::error(Code::NOT_BUILT, message, state.clone()).help("use a JSONPath state"),
            ))
        }
    }
}

/// What a state and its machine say, or the default.
pub(crate) fn chosen(state: Option<QueryLanguage>, machine: Option<QueryLanguage>) -> QueryLanguage {
    state.or(machine).unwrap_or(QueryLanguage::JsonPath)
}

/// How a field is called that holds an expression: JSONPath has fields of its own for it, JSONata uses the literal's.
pub(crate) fn query_field(of: QueryLanguage, literal: &str) -> String {
    match of {
        QueryLanguage::JsonPath => format!("{literal}Path"),
        QueryLanguage::JsonAta => literal.to_owned(),
    }
}

//! Fields: literals, expressions, templates, filters.

use std::sync::Arc;

use asl_model::{Diagnostic, Field, Filters, PathField, QueryLanguage};
use asl_query::{DataFlow, Expected, Expr, FilterPath, FlowFields, Site, SyntaxError, Template, Yields};
use asl_value::{Text, Value};

use super::{Compiler, Place};
use crate::languages::{self, query_field};
use crate::setting::Setting;

impl Compiler {
    /// Takes what the language made of a text. Reports its errors and returns `None` if there are any.
    pub(super) fn accept<T>(&mut self, place: Place<'_>, parsed: Result<T, Vec<SyntaxError>>) -> Option<T> {
        let diagnostic = |error| diagnostic(place.query_language, error);
        parsed.map_err(|errors| self.diagnostics.extend(errors.into_iter().map(diagnostic))).ok()
    }

    /// A field whose text is an expression.
    pub(super) fn scalar(
        &mut self,
        place: Place<'_>,
        name: &str,
        text: &Text,
        site: Site,
        expected: Expected,
    ) -> Option<Arc<dyn Expr>> {
        let pointer = place.pointer.key(name);
        let field = asl_query::QueryField::new(&pointer, name, site).expecting(expected);
        self.accept(place, place.language.scalar(text, &field))
    }

    /// An optional field that is a literal or an expression. `Err` if it is present and wrong.
    pub(super) fn setting<T: Clone>(
        &mut self,
        place: Place<'_>,
        literal_name: &str,
        field: Option<&Field<T>>,
        expected: Expected,
    ) -> Result<Option<Setting<T>>, Refused> {
        match field {
            None => Ok(None),
            Some(Field::Literal(value)) => Ok(Some(Setting::Literal(value.clone()))),
            Some(Field::Query(text)) => {
                let name = query_field(place.query_language, literal_name);
                let expr = self.scalar(place, &name, text, Site::Scalar, expected).ok_or(Refused)?;
                Ok(Some(Setting::Expr(expr)))
            }
        }
    }

    /// An optional field that is JSON with expressions in it.
    pub(super) fn template(
        &mut self,
        place: Place<'_>,
        name: &str,
        json: Option<&Value>,
        site: Site,
    ) -> Result<Option<Template>, Refused> {
        let Some(json) = json else { return Ok(None) };
        let pointer = place.pointer.key(name);
        let field = asl_query::QueryField::new(&pointer, name, site);
        self.accept(place, place.language.template(json, &field)).map(Some).ok_or(Refused)
    }

    /// The filters around a state's work.
    pub(super) fn flow(
        &mut self,
        place: Place<'_>,
        filters: &Filters,
        yields: Yields,
    ) -> Option<Arc<dyn DataFlow>> {
        let fields = FlowFields {
            input_path: filter_path(filters.input_path.as_ref()),
            parameters: filters.parameters.as_ref(),
            result_selector: filters.result_selector.as_ref(),
            result_path: filter_path(filters.result_path.as_ref()),
            output_path: filter_path(filters.output_path.as_ref()),
            arguments: filters.arguments.as_ref(),
            output: filters.output.as_ref(),
            yields,
            ..FlowFields::none(place.pointer)
        };
        self.accept(place, place.language.flow(&fields))
    }
}

fn filter_path(field: Option<&PathField>) -> FilterPath<'_> {
    match field {
        None => FilterPath::Absent,
        Some(PathField::Null) => FilterPath::Null,
        Some(PathField::Path(path)) => FilterPath::Path(path),
    }
}

/// Something is wrong and has been reported.
pub(super) struct Refused;

fn diagnostic(of: QueryLanguage, error: SyntaxError) -> Diagnostic {
    let SyntaxError { pointer, inner, range, message, help, kind } = error;
    let mut diagnostic = Diagnostic::error(languages::code(of, kind), message, pointer);
    diagnostic.inner = inner;
    diagnostic.range = (!range.is_empty()).then_some(range);
    diagnostic.help = help;
    diagnostic
}

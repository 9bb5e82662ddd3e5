//! [`FieldFilters`]: `InputPath`, `Parameters`, `ResultSelector`, `ResultPath`, `OutputPath`.

use std::sync::Arc;

use asl_query::{
    DataFlow, Env, EvalError, ExitStep, ExitWatch, FilterPath, FlowFields, PassThrough, QueryField, Site,
    SyntaxError, Template,
};
use asl_value::{Object, Text, Value};

use crate::reference::ROOT;
use crate::template::{self, invalid_path};
use crate::{ParseError, Path, ReferencePath, Root};

/// The five filters of a JSONPath state, or the `ResultPath` of a catcher.
///
/// An engine gets one from [`JsonPath::flow`](crate::JsonPath) and calls it as a [`DataFlow`]; compile it yourself to run
/// the filters alone. All problems of the fields are reported together. `ResultPath` writes into the raw input without a
/// copy if nothing else holds it.
///
/// ```
/// use asl_paths::FieldFilters;
/// use asl_query::{DataFlow, Env, FilterPath, FixedHost, FlowFields, Scope};
/// use asl_value::{json, Pointer};
///
/// let state = Pointer::root().key("States").key("Price");
/// let filters = FieldFilters::compile(&FlowFields {
///     input_path: FilterPath::Path("$.order"),
///     result_selector: Some(&json!({"net.$": "$.body.net"})),
///     result_path: FilterPath::Path("$.price"),
///     ..FlowFields::none(&state)
/// }).unwrap();
///
/// let (raw, scope) = (json!({"order": {"id": 7}}), Scope::default());
/// let env = Env::new(&raw, &scope, &FixedHost);
/// assert_eq!(filters.enter(&raw, &env).unwrap(), json!({"id": 7}));
/// let output = filters.exit(raw.clone(), json!({"body": {"net": 9}}), &env, None).unwrap();
/// assert_eq!(output, json!({"order": {"id": 7}, "price": {"net": 9}}));
/// ```
///
/// Spec: <https://states-language.net/#filters>
#[derive(Debug)]
pub struct FieldFilters {
    input_path: Part,
    parameters: Option<Template>,
    result_selector: Option<Template>,
    result_path: ResultTarget,
    output_path: Part,
}

/// What `InputPath` or `OutputPath` selects.
#[derive(Debug)]
enum Part {
    All,
    /// `null`: an empty object.
    Nothing,
    Path(Path),
}

/// Where `ResultPath` puts the result.
#[derive(Debug)]
enum ResultTarget {
    /// `$`: in place of the input.
    Whole,
    /// `null`: the result is discarded.
    Nowhere,
    At(ReferencePath),
}

impl FieldFilters {
    /// Compiles the filters.
    ///
    /// # Errors
    /// Every field that is not a path, reference path or template.
    pub fn compile(fields: &FlowFields<'_>) -> Result<FieldFilters, Vec<SyntaxError>> {
        let mut errors = Vec::new();
        let input_path = part(fields, fields.input_path, "InputPath", &mut errors);
        let output_path = part(fields, fields.output_path, "OutputPath", &mut errors);
        let result_path = match fields.result_path {
            FilterPath::Absent => ResultTarget::Whole,
            FilterPath::Null => ResultTarget::Nowhere,
            FilterPath::Path(text) => place(fields, text, &mut errors),
        };
        let mut template = |json: Option<&Value>, name, site| {
            let pointer = fields.pointer.key(name);
            let field = QueryField::new(&pointer, name, site);
            template::compile(json?, &field).map_err(|found| errors.extend(found)).ok()
        };
        let parameters = template(fields.parameters, "Parameters", Site::Arguments);
        let result_selector = template(fields.result_selector, "ResultSelector", Site::Result);
        match errors.is_empty() {
            true => Ok(FieldFilters { input_path, parameters, result_selector, result_path, output_path }),
            false => Err(errors),
        }
    }

    /// The filters as an engine holds them. Filters without effect become [`PassThrough`].
    pub(crate) fn shared(self) -> Arc<dyn DataFlow> {
        match self {
            FieldFilters {
                input_path: Part::All,
                parameters: None,
                result_selector: None,
                result_path: ResultTarget::Whole,
                output_path: Part::All,
            } => Arc::new(PassThrough),
            filters => Arc::new(filters),
        }
    }
}

fn part(
    fields: &FlowFields<'_>,
    path: FilterPath<'_>,
    name: &'static str,
    errors: &mut Vec<SyntaxError>,
) -> Part {
    match path {
        FilterPath::Absent => Part::All,
        FilterPath::Null => Part::Nothing,
        FilterPath::Path(text) => match Path::parse(text) {
            Ok(path) if path.is_input() => Part::All,
            Ok(path) => Part::Path(path),
            Err(error) => {
                // UNRECORDED: AWS's text for an `InputPath` or `OutputPath` that is not a path.
                errors.push(error.in_field(fields.pointer.key(name), format!("Invalid path '{text}'")));
                Part::All
            }
        },
    }
}

fn place(fields: &FlowFields<'_>, text: &str, errors: &mut Vec<SyntaxError>) -> ResultTarget {
    let parsed = ReferencePath::parse(text).and_then(|path| match path.path().root() {
        Root::Input => Ok(path),
        _ => {
            Err(ParseError::new(ROOT, 0..text.len(), "a result is put into the input of the state: `$.name`"))
        }
    });
    match parsed {
        Ok(path) if path.path().is_input() => ResultTarget::Whole,
        Ok(path) => ResultTarget::At(path),
        Err(error) => {
            errors.push(error.in_reference(fields.pointer.key("ResultPath")));
            ResultTarget::Whole
        }
    }
}

impl Part {
    /// The selected part of the input of `env`.
    fn of(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        match self {
            Part::All => Ok(env.input.clone()),
            Part::Nothing => Ok(Value::Object(Object::new())),
            Part::Path(path) => match path.read(env) {
                Ok(value) => Ok(value.into_owned()),
                Err(error) => Err(invalid_path(path, &error)),
            },
        }
    }
}

impl DataFlow for FieldFilters {
    fn enter(&self, raw: &Value, env: &Env<'_>) -> Result<Value, EvalError> {
        self.input_path.of(&env.with_input(raw))
    }

    fn arguments(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        match &self.parameters {
            Some(template) => template.eval(env),
            None => Ok(env.input.clone()),
        }
    }

    fn exit(
        &self,
        raw: Value,
        result: Value,
        env: &Env<'_>,
        mut watch: Option<ExitWatch<'_>>,
    ) -> Result<Value, EvalError> {
        let result = match &self.result_selector {
            Some(template) => template.eval(&env.with_input(&result))?,
            None => result,
        };
        if let Some(watch) = &mut watch {
            watch(ExitStep::Selected, &result);
        }
        let merged = match &self.result_path {
            ResultTarget::Whole => result,
            ResultTarget::Nowhere => raw,
            ResultTarget::At(path) => path.put(raw, result)?,
        };
        if let Some(watch) = watch {
            watch(ExitStep::Merged, &merged);
        }
        match &self.output_path {
            Part::All => Ok(merged),
            part => part.of(&env.with_input(&merged)),
        }
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        for part in [&self.input_path, &self.output_path] {
            if let Part::Path(path) = part {
                path.variables(report);
            }
        }
        for template in [&self.parameters, &self.result_selector].into_iter().flatten() {
            template.variables(report);
        }
    }
}

//! [`ArgumentsOutput`]: `Arguments` before the work, `Output` after it.

use asl_query::{
    DataFlow, Env, EvalError, ExitWatch, FlowFields, QueryField, Site, SyntaxError, Template, Yields,
};
use asl_value::{Text, Value};

use crate::template;

/// The data flow of a JSONata state, or of one of its catchers or choice rules.
///
/// Without `Arguments`, the work gets the state's input. Without `Output`, the state's output is its result, or its input if
/// it has no result.
///
/// Spec: <https://states-language.net/#filters>
#[derive(Debug)]
pub struct ArgumentsOutput {
    arguments: Option<Template>,
    output: Option<Template>,
    yields: Yields,
}

impl ArgumentsOutput {
    /// Compiles the fields.
    ///
    /// # Errors
    /// Every expression that is not JSONata, or reads something that does not exist in its place.
    pub fn compile(fields: &FlowFields<'_>) -> Result<ArgumentsOutput, Vec<SyntaxError>> {
        let output_site = match fields.yields {
            Yields::Result => Site::Output,
            Yields::ErrorOutput => Site::Catch,
            Yields::Nothing => Site::AssignInput,
        };
        let mut errors = Vec::new();
        let mut template = |json: Option<&Value>, name, site| {
            let pointer = fields.pointer.key(name);
            let field = QueryField::new(&pointer, name, site);
            template::compile(json?, &field).map_err(|found| errors.extend(found)).ok()
        };
        let arguments = template(fields.arguments, "Arguments", Site::Arguments);
        let output = template(fields.output, "Output", output_site);
        if errors.is_empty() {
            Ok(ArgumentsOutput { arguments, output, yields: fields.yields })
        } else {
            Err(errors)
        }
    }

    pub(crate) fn is_identity(&self) -> bool {
        self.arguments.is_none() && self.output.is_none()
    }
}

impl DataFlow for ArgumentsOutput {
    fn enter(&self, raw: &Value, _: &Env<'_>) -> Result<Value, EvalError> {
        Ok(raw.clone())
    }

    fn arguments(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        match &self.arguments {
            Some(template) => template.eval(env),
            None => Ok(env.input.clone()),
        }
    }

    fn exit(
        &self,
        raw: Value,
        result: Value,
        env: &Env<'_>,
        _: Option<ExitWatch<'_>>,
    ) -> Result<Value, EvalError> {
        let Some(template) = &self.output else { return Ok(result) };
        let inside = env.with_input(&raw);
        template.eval(&match self.yields {
            Yields::Result => inside.with_result(&result),
            Yields::ErrorOutput => inside.with_error(&result),
            Yields::Nothing => inside,
        })
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        for template in [&self.arguments, &self.output].into_iter().flatten() {
            template.variables(report);
        }
    }
}

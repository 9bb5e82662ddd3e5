//! TestState. `asl_engine::inspect` implements what it shows and rejects.

use std::sync::Arc;

use asl_engine::{
    Failure, FieldValidation, Identity, InspectionLevel, Registry, StateTest, TestRefusalKind, TestedState,
};
use asl_model::{InvalidDefinition, MAX_DEFINITION_BYTES, Source};
use asl_value::{Object, Value};

use crate::app::App;
use crate::definition::invalid_definition;
use crate::error::ApiError;
use crate::input::{Input, LONGEST_PAYLOAD, json_problem};
use crate::task::LocalTasks;
use crate::verbatim::Verbatim;
use crate::wire::Fields;

/// The mock of a request.
struct Mock<'a> {
    result: Option<&'a str>,
    error: Option<Failure>,
    validation: FieldValidation,
}

/// A request whose members satisfy their constraints.
struct Request<'a> {
    definition: &'a str,
    state_name: Option<&'a str>,
    role_arn: Option<&'a str>,
    input: Option<&'a str>,
    variables: Option<&'a str>,
    context: Option<&'a str>,
    mock: Option<Mock<'a>>,
    retries: u64,
    error_caused_by: Option<&'a str>,
    failed_iterations: Option<u64>,
    item_reader_data: Option<&'a str>,
    reveals_secrets: bool,
    level: InspectionLevel,
}

pub(super) async fn test(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let request = Request::read(fields)?;
    let tested = request.tested()?;
    let test = request.test(app)?;
    if test.mock.is_none() && tested.is_task() && request.role_arn.is_none() {
        return Err(ApiError::validation("RoleArn must be specified when testing a Task state"));
    }
    let tasks = LocalTasks { app: Arc::clone(app), mocks: None, recorded: None };
    let engine = app.engine.with_tasks(Registry::new().fallback(tasks));
    let test = Arc::new(test);
    let shared = Arc::clone(&test);
    let seen = app.compute(async move { engine.test_state(&tested, &shared).await }).await?;
    let seen = seen.map_err(|refusal| match refusal.kind() {
        TestRefusalKind::Definition => ApiError::new("InvalidDefinition", refusal.message()),
        _ => ApiError::validation(refusal.message()),
    })?;
    // Recorded: the input and the mocked result keep their text wherever they, or arrays in them, are shown unchanged.
    let input = request.input.map(|text| Verbatim { value: &test.input, text });
    let mocked = test.mock.as_ref().and_then(|mock| mock.as_ref().ok());
    let mock_text = request.mock.as_ref().and_then(|mock| mock.result);
    let result = mocked.zip(mock_text).map(|(value, text)| Verbatim { value, text });
    let text = |value: &Value| {
        let mut documents = [&input, &result].into_iter().flatten();
        documents.find_map(|document| document.text_of(value)).map_or_else(|| value.to_json(), str::to_owned)
    };
    Ok(seen.to_json_with(request.level, text))
}

impl<'a> Request<'a> {
    fn read(fields: &mut Fields<'a>) -> Result<Request<'a>, ApiError> {
        let mock = fields.structure("mock", |mock| Mock {
            result: mock.text("result", 0..=LONGEST_PAYLOAD),
            error: mock.structure("errorOutput", |output| {
                let error = output.text("error", 0..=256).map(Into::into);
                Failure::from_parts(error, output.text("cause", 0..=32_768).map(Into::into))
            }),
            validation: match mock.word("fieldValidationMode", &["STRICT", "PRESENT", "NONE"]) {
                Some("PRESENT") => FieldValidation::Present,
                Some("NONE") => FieldValidation::None,
                _ => FieldValidation::Strict,
            },
        });
        let count = |fields: &mut Fields<'_>, name| {
            fields.integer(name, 0..=i32::MAX.into()).and_then(|count| u64::try_from(count).ok())
        };
        let configuration = fields.structure("stateConfiguration", |configuration| {
            (
                count(configuration, "retrierRetryCount").unwrap_or_default(),
                configuration.text("errorCausedByState", 1..=80),
                count(configuration, "mapIterationFailureCount"),
                configuration.text("mapItemReaderData", 0..=LONGEST_PAYLOAD),
            )
        });
        let (retries, error_caused_by, failed_iterations, item_reader_data) =
            configuration.unwrap_or_default();
        let level = fields.word("inspectionLevel", &["INFO", "DEBUG", "TRACE"]);
        let request = Request {
            definition: fields.required("definition", 0..=MAX_DEFINITION_BYTES),
            state_name: fields.text("stateName", 1..=80),
            role_arn: fields.text("roleArn", 1..=256),
            input: fields.text("input", 0..=LONGEST_PAYLOAD),
            variables: fields.text("variables", 0..=LONGEST_PAYLOAD),
            context: fields.text("context", 0..=LONGEST_PAYLOAD),
            mock,
            retries,
            error_caused_by,
            failed_iterations,
            item_reader_data,
            reveals_secrets: fields.flag("revealSecrets").unwrap_or_default(),
            level: match level {
                Some("DEBUG" | "TRACE") => InspectionLevel::Debug,
                _ => InspectionLevel::Info,
            },
        };
        fields.check()?;
        Ok(request)
    }

    fn tested(&self) -> Result<TestedState, ApiError> {
        let definition = Source::json(self.definition);
        let invalid = |error: InvalidDefinition| invalid_definition(error.diagnostics());
        match self.state_name {
            None => TestedState::alone(&definition).map_err(invalid),
            Some(name) => TestedState::of_machine(&definition, name)
                .map_err(invalid)?
                .ok_or_else(|| ApiError::validation("State not found in definition")),
        }
    }

    fn test(&self, app: &App) -> Result<StateTest, ApiError> {
        let mut test = StateTest::new(Input::read(self.input)?.value);
        test.variables = match self.variables.map(|text| parse(text, "Variables")).transpose()? {
            None => Object::new(),
            Some(Value::Object(variables)) => variables,
            // UNRECORDED: the text for variables that are not an object.
            Some(_) => return Err(ApiError::validation("Variables must be a JSON object")),
        };
        test.context = self.context.map(|text| parse(text, "Context object")).transpose()?;
        test.mock = self.mock.as_ref().map(|mock| self.mocked(mock)).transpose()?;
        test.result_schema = app.config.result_schema.clone();
        test.field_validation = self.mock.as_ref().map_or_else(Default::default, |mock| mock.validation);
        test.retries = self.retries;
        test.error_caused_by = self.error_caused_by.map(Into::into);
        test.failed_iterations = self.failed_iterations;
        test.item_reader_data = self.item_reader_data.map(Into::into);
        let [machine, name] = [(); 2].map(|()| app.ids.uuid());
        let identity = Identity::new(app.home.machine(&machine).tested(&name));
        test.identity = identity.with_role(self.role_arn.unwrap_or_default());
        Ok(test)
    }

    fn mocked(&self, mock: &Mock<'_>) -> Result<Result<Value, Failure>, ApiError> {
        if self.reveals_secrets {
            let message = "TestState does not support RevealSecrets when a mock is specified.";
            return Err(ApiError::validation(message));
        }
        match (mock.result, &mock.error) {
            (Some(result), None) => match Value::parse(result) {
                Ok(result) => Ok(Ok(result)),
                Err(_) => Err(ApiError::validation("Mocked result must be valid JSON")),
            },
            (None, Some(failure)) => Ok(Err(failure.clone())),
            // Recorded for a mock with both. UNRECORDED: a mock with neither.
            _ => Err(ApiError::validation(
                "A test mock should have only one of the following fields: [result, errorOutput].",
            )),
        }
    }
}

/// UNRECORDED: the texts for variables and a context object that are not JSON.
fn parse(text: &str, what: &str) -> Result<Value, ApiError> {
    Value::parse(text).map_err(|error| {
        ApiError::validation(format!("{what} must be valid JSON: {}", json_problem(text, &error)))
    })
}

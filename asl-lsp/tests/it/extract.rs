//! What is extracted: the same executions as before, or a reason.

mod random;

use asl_model::Source;
use asl_test::{Answers, Machine, Mocks, returns, throws};
use asl_value::Value;
use serde_json::json;

use crate::support::{Opened, edited, open_at, position};

const PARALLEL: &str = "Parallel state";
const VARIABLE: &str = "variable";
const CHILD: &str = "(another execution)";

/// A text as it is after an action, and the name and text of a new file.
struct After {
    text: String,
    created: Option<(String, String)>,
}

/// Opens a text, without the marks `«` and `»` around the selection.
fn select(file: &str, marked: &str) -> (Opened, serde_json::Value) {
    let (start, end) = (marked.find('«').unwrap(), marked.find('»').unwrap() - '«'.len_utf8());
    let text = marked.replace(['«', '»'], "");
    let range = json!({"start": position(&text, start), "end": position(&text, end)});
    let capabilities = json!({
        "textDocument": {"codeAction": {"disabledSupport": true}},
        "workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]}},
    });
    (open_at(&format!("file:///nowhere/{file}"), &text, &capabilities), range)
}

/// Does the action whose title ends so; or why it is not offered.
fn extracted(file: &str, marked: &str, into: &str) -> Result<After, String> {
    let (mut opened, range) = select(file, marked);
    let context = json!({"diagnostics": [], "only": ["refactor.extract"]});
    let found = opened.ask("textDocument/codeAction", json!({"range": range, "context": context}));
    let action =
        found.as_array().unwrap().iter().find(|action| action["title"].as_str().unwrap().ends_with(into));
    let action = action.ok_or("no action")?;
    if let Some(reason) = action["disabled"]["reason"].as_str() {
        return Err(reason.to_owned());
    }
    let edit = &action["edit"];
    if let Some(edits) = edit["changes"][&opened.uri].as_array() {
        return Ok(After { text: edited(&opened.text, edits), created: None });
    }
    let changes = edit["documentChanges"].as_array().unwrap();
    assert_eq!(changes[0]["kind"], "create");
    assert_eq!(changes[1]["textDocument"]["uri"], changes[0]["uri"]);
    let name = changes[0]["uri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let created = changes[1]["edits"][0]["newText"].as_str().unwrap().to_owned();
    assert_eq!(changes[2]["textDocument"]["uri"], opened.uri.as_str());
    Ok(After {
        text: edited(&opened.text, changes[2]["edits"].as_array().unwrap()),
        created: Some((name, created)),
    })
}

fn source(file: &str, text: &str) -> Source {
    if file.ends_with("json") { Source::json(text) } else { Source::yaml(text) }
}

/// What the executions of a definition do, besides their paths and histories: outcome, calls, time. With each input, the task T
/// succeeds once, and fails once.
fn executions(file: &str, text: &str, inputs: &[&str]) -> Vec<String> {
    let machine = Machine::new("m", source(file, text)).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let answer = || returns(Value::parse(r#"{"total": 42, "list": [[7]], "empty": [], "n": null}"#).unwrap());
    let run = |input: &str, answers: Answers| {
        let run =
            machine.run(Value::parse(input).unwrap(), Mocks::new().task("T", answers).task("U", answer()));
        let calls =
            ["T", "U"].map(|task| run.calls(task).iter().map(|call| call.to_json()).collect::<Vec<_>>());
        unnumbered(&format!("{:?}\n{calls:?}\n{:?}", run.outcome(), run.duration()))
    };
    let both = |input: &&str| [run(input, answer().into()), run(input, throws("Broken", "it broke").into())];
    inputs.iter().flat_map(both).collect()
}

/// A text without ids of events: a new state has events, too.
fn unnumbered(text: &str) -> String {
    let mut parts = text.split("event id #");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| {
        format!("{text}event id{}", part.trim_start_matches(|c: char| c.is_ascii_digit()))
    })
}

/// What an action must leave as it is. An expression that fails does so in another state if a variable has its value.
fn comparable(execution: &str, into: &str) -> String {
    let errors = [
        "States.QueryEvaluationError",
        "States.ParameterPathFailure",
        "States.Runtime",
        "States.IntrinsicFailure",
    ];
    match into == VARIABLE
        && errors
            .iter()
            .any(|error| execution.starts_with(&format!("Failed(Failure {{ error: Some({error:?})")))
    {
        true => "an expression failed".to_owned(),
        false => execution.to_owned(),
    }
}

const INPUTS: &[&str] = &[
    r#"{"a": 1, "b": [], "c": {"d": [[7]]}, "n": null, "items": [1, 2]}"#,
    r#"{"a": "x", "b": [3], "c": {}, "n": 0.10, "items": []}"#,
    r#"[[]]"#,
    r#""text""#,
    r#"12345678901234567890"#,
];

/// Checks that two definitions have the same executions.
#[track_caller]
fn same(file: &str, before: &str, after: &str, into: &str) {
    let runs = executions(file, after, INPUTS).into_iter().zip(executions(file, before, INPUTS));
    for (after_it, before_it) in runs {
        assert_eq!(comparable(&after_it, into), comparable(&before_it, into), "{before}\n{after}");
    }
}

/// Checks that an action changes the text, and no execution.
#[track_caller]
fn check(file: &str, marked: &str, into: &str, expect: &str) {
    let after = extracted(file, marked, into).unwrap_or_else(|reason| panic!("{reason}"));
    assert_eq!(after.text, expect);
    same(file, &marked.replace(['«', '»'], ""), expect, into);
}

#[track_caller]
fn refused(file: &str, marked: &str, into: &str, reason: &str) {
    assert_eq!(extracted(file, marked, into).err().as_deref(), Some(reason));
}

const J: &str = "orders.asl.json";
const Y: &str = "orders.asl.yaml";

#[test]
fn states_in_json() {
    let text = r#"{
  "StartAt": "T",
  "States": {
    «"T": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
      "Next": "Is it 1?"
    },
    "Is it 1?": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.total", "NumericEquals": 1, "Next": "Last"}],
      "Default": "P"
    },
    "P": {"Type": "Pass", "Result": [[]], "Next": "Last"}»,
    "Last": {"Type": "Succeed"}
  }
}
"#;
    let expect = r#"{
  "StartAt": "T group",
  "States": {
    "T group": {
      "Type": "Parallel",
      "Branches": [
        {
          "StartAt": "T",
          "States": {
            "T": {
              "Type": "Task",
              "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
              "Next": "Is it 1?"
            },
            "Is it 1?": {
              "Type": "Choice",
              "Choices": [{"Variable": "$.total", "NumericEquals": 1, "Next": "T end"}],
              "Default": "P"
            },
            "P": {"Type": "Pass", "Result": [[]], "End": true},
            "T end": {
              "Type": "Succeed"
            }
          }
        }
      ],
      "OutputPath": "$[0]",
      "Next": "Last"
    },
    "Last": {"Type": "Succeed"}
  }
}
"#;
    check(J, text, PARALLEL, expect);
}

#[test]
fn states_in_one_line() {
    check(
        J,
        r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, «"B": {"Type": "Pass", "Output": "{% [$states.input] %}", "Next": "C"}, "C": {"Type": "Pass", "End": true}»}}"#,
        PARALLEL,
        r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B group"}, "B group": {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "Output": "{% [$states.input] %}", "Next": "C"}, "C": {"Type": "Pass", "End": true}}}], "Output": "{% $states.result[0] %}", "End": true}}}"#,
    );
}

#[test]
fn states_in_yaml() {
    let text = "# orders
StartAt: 'A'
States:
  # the first
  «A:
    Type: Pass # passes
    Comment: |
      # not a comment
        deeper

    Next: T
  # the second
  T:
    Type: Task
    Resource: arn:aws:lambda:us-east-1:123456789012:function:f
    Catch:
      - ErrorEquals: [States.ALL]
        Next: B # it broke
    Next: B # it is done»
  # the third
  B:
    Type: Succeed
";
    let expect = "# orders
StartAt: 'A group'
States:
  # the first
  A group:
    Type: Parallel
    Branches:
      - StartAt: A
        States:
          A:
            Type: Pass # passes
            Comment: |
              # not a comment
                deeper

            Next: T
          # the second
          T:
            Type: Task
            Resource: arn:aws:lambda:us-east-1:123456789012:function:f
            Catch:
              - ErrorEquals: [States.ALL]
                Next: A end # it broke
            End: true # it is done
          A end:
            Type: Succeed
    OutputPath: $[0]
    Next: B
  # the third
  B:
    Type: Succeed
";
    check(Y, text, PARALLEL, expect);
    // In brackets.
    check(
        Y,
        "StartAt: A\nStates: {«A: {Type: Pass, Next: B}», B: {Type: Succeed}}\n",
        PARALLEL,
        "StartAt: A group\nStates: {\"A group\": {\"Type\": \"Parallel\", \"Branches\": [{\"StartAt\": \"A\", \"States\": {A: {Type: Pass, End: true}}}], \"OutputPath\": \"$[0]\", \"Next\": \"B\"}, B: {Type: Succeed}}\n",
    );
}

#[test]
fn tags_and_templates() {
    let template = "Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      Layers: [!Ref A]
      Definition:
        StartAt: A
        States:
          «A:
            Type: Task
            Resource: !GetAtt F.Arn # the function
            Parameters: {x: !Ref B, y: [!Sub '${C}']}
            Next: B»
          B: {Type: Succeed}
";
    let after = extracted("template.yaml", template, PARALLEL).unwrap_or_else(|reason| panic!("{reason}"));
    assert!(
        after.text.contains(
            "                  A:
                    Type: Task
                    Resource: !GetAtt F.Arn # the function
                    Parameters: {x: !Ref B, y: [!Sub '${C}']}
                    End: true
"
        ),
        "{}",
        after.text
    );
    let embedded = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: |\n        {\"StartAt\": \"A\", \"States\": {\n          «\"A\": {\"Type\": \"Pass\",\n            \"End\": true}»}}\n";
    let after = extracted("template.yaml", embedded, PARALLEL).unwrap_or_else(|reason| panic!("{reason}"));
    let opened = open_at("file:///nowhere/template.yaml", &after.text, &json!({}));
    assert_eq!(opened.diagnostics(), Vec::<String>::new(), "{}", after.text);
    refused(
        "template.yaml",
        template,
        CHILD,
        "only the definition of a file of its own can be divided into two files",
    );
}

/// A definition in one line of the states S, T (a task), U (a task), V and W.
fn machine(language: &str, states: &str) -> String {
    format!(r#"{{"QueryLanguage": "{language}", "StartAt": "S", "States": {{{states}}}}}"#)
}

const TASK: &str = r#""Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f""#;

#[test]
fn regions_that_are_none() {
    let two_ways = r#"«"S": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "V"}], "Default": "W"}», "V": {"Type": "Succeed"}, "W": {"Type": "Succeed"}"#;
    refused(J, &machine("JSONPath", two_ways), PARALLEL, "they lead to `V` and `W`");
    let handler = format!(
        r#"«"S": {{"Type": "Pass", "Next": "T"}}, "T": {{{TASK}, "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "W"}}], "Next": "V"}}», "V": {{"Type": "Succeed"}}, "W": {{"Type": "Succeed"}}"#
    );
    refused(J, &machine("JSONPath", &handler), PARALLEL, "they lead to `V` and `W`");
    let in_the_middle = r#""S": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "V"}], "Default": "W"}, «"V": {"Type": "Pass", "Next": "W"}, "W": {"Type": "Succeed"}»"#;
    refused(J, &machine("JSONPath", in_the_middle), PARALLEL, "they are entered at `V` and `W`");
    let ends = r#"«"S": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "V"}], "Default": "W"}, "V": {"Type": "Succeed"}», "W": {"Type": "Succeed"}"#;
    refused(J, &machine("JSONPath", ends), PARALLEL, "they lead to `W`, but `V` ends the machine");
    refused(
        J,
        r#"{"StartAt": "S", "States": {«"S": {"Type": "Pass", "End": true}»}"#,
        PARALLEL,
        "the text has errors, or forms of YAML such as aliases that edits do not know",
    );
    // Not a whole name.
    refused(
        J,
        &machine("JSONPath", r#""«S»": {"Type": "Succeed"}"#)
            .replace("«S»", "S")
            .replace("Succeed", "Suc«ce»ed"),
        PARALLEL,
        "no action",
    );
}

#[test]
fn variables_of_a_region() {
    let read = r#"«"S": {"Type": "Pass", "Assign": {"x": 1}, "Next": "V"}», "V": {"Type": "Pass", "Output": "{% $x %}", "End": true}"#;
    refused(J, &machine("JSONata", read), PARALLEL, "the variable `x` is read by other states");
    let inner = r#"«"S": {"Type": "Pass", "Assign": {"x": 1}, "Next": "V"}», "V": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": "{% $x %}", "End": true}}}]}"#;
    refused(J, &machine("JSONata", inner), PARALLEL, "the variable `x` is read by other states");
    let assigned = r#""S": {"Type": "Pass", "Assign": {"x": 1}, "Next": "V"}, «"V": {"Type": "Pass", "Assign": {"x": 2}, "End": true}»"#;
    refused(J, &machine("JSONata", assigned), PARALLEL, "the variable `x` is assigned by other states, too");
    let again = r#"«"S": {"Type": "Pass", "Assign": {"x": "{% $exists($x) ? $x + 1 : 1 %}"}, "Output": "{% $exists($x) ? $x : 0 %}", "Next": "V"}», "V": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input > 3 %}", "Next": "W"}], "Default": "S"}, "W": {"Type": "Succeed"}"#;
    refused(
        J,
        &machine("JSONata", again),
        PARALLEL,
        "the states are entered again, with the last value of the variable `x`",
    );
    // Inside, and around.
    let own = r#""S": {"Type": "Pass", "Assign": {"y": [[]]}, "Next": "V"}, «"V": {"Type": "Pass", "Assign": {"x": "{% $y %}"}, "Next": "W"}, "W": {"Type": "Pass", "Output": {"x": "{% $x %}", "y": "{% $y %}"}, "End": true}»"#;
    let text = machine("JSONata", own);
    let after = extracted(J, &text, PARALLEL).unwrap_or_else(|reason| panic!("{reason}"));
    same(J, &text.replace(['«', '»'], ""), &after.text, PARALLEL);
}

#[test]
fn errors_and_the_context_of_a_region() {
    for (language, states) in [
        ("JSONPath", format!(r#"«"S": {{"Type": "Pass", "Parameters": {{"s.$": "$$.State.Name", "e.$": "$$.Execution.Input"}}, "Next": "T"}}, "T": {{{TASK}, "TimeoutSeconds": 5, "Retry": [{{"ErrorEquals": ["Broken"], "MaxAttempts": 2}}], "Next": "V"}}», "V": {{"Type": "Pass", "End": true}}"#)),
        ("JSONata", format!(r#"«"S": {{"Type": "Pass", "Output": {{"s": "{{% $states.context.State.Name %}}"}}, "Next": "T"}}, "T": {{{TASK}, "Next": "V"}}», "V": {{"Type": "Pass", "End": true}}"#)),
        ("JSONPath", r#"«"S": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "W"}], "Default": "V"}, "W": {"Type": "Fail", "Error": "Bad", "Cause": "why"}», "V": {"Type": "Pass", "End": true}"#.to_owned()),
        ("JSONPath", r#"«"S": {"Type": "Choice", "Choices": [{"Variable": "$.a", "StringEquals": "x", "Next": "V"}]}», "V": {"Type": "Pass", "End": true}"#.to_owned()),
        ("JSONPath", r#"«"S": {"Type": "Pass", "InputPath": "$.c.d", "Next": "V"}», "V": {"Type": "Pass", "End": true}"#.to_owned()),
        ("JSONata", r#"«"S": {"Type": "Pass", "Output": "{% $states.input.c.d %}", "Next": "V"}», "V": {"Type": "Pass", "End": true}"#.to_owned()),
        // In an iteration.
        ("JSONPath", r#""S": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": {"StartAt": "I", "States": {«"I": {"Type": "Pass", "Parameters": {"i.$": "$$.Map.Item.Index"}, "Next": "K"}», "K": {"Type": "Pass", "End": true}}}, "End": true}"#.to_owned()),
    ] {
        let text = machine(language, &states);
        let after = extracted(J, &text, PARALLEL).unwrap_or_else(|reason| panic!("{reason}\n{text}"));
        same(J, &text.replace(['«', '»'], ""), &after.text, PARALLEL);
    }
}

#[test]
fn values() {
    check(
        J,
        &format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "T", "States": {{"T": {{{TASK}, "Arguments": {{"items": "{{% $states.input.«c».d %}}"}}, "Output": ["{{% $states.input.c.d %}}"], "End": true}}}}}}"#
        ),
        VARIABLE,
        &format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "T items", "States": {{"T items": {{"Type": "Pass", "Assign": {{"items": "{{% $states.input.c.d %}}"}}, "Next": "T"}}, "T": {{{TASK}, "Arguments": {{"items": "{{% $items %}}"}}, "Output": ["{{% $items %}}"], "End": true}}}}}}"#
        ),
    );
    check(
        Y,
        "StartAt: S\nStates:\n  S:\n    Type: Pass\n    Next: V\n  # V\n  V:\n    Type: Pass\n    Parameters:\n      x y.$: States.«JsonToString»($.c)\n      more:\n        - z.$: States.JsonToString($.c) # again\n    End: true\n",
        VARIABLE,
        "StartAt: S\nStates:\n  S:\n    Type: Pass\n    Next: V xy\n  # V\n  V xy:\n    Type: Pass\n    Assign:\n      xy.$: States.JsonToString($.c)\n    Next: V\n  V:\n    Type: Pass\n    Parameters:\n      x y.$: $xy\n      more:\n        - z.$: $xy # again\n    End: true\n",
    );
    // A loop evaluates it each time.
    let again = r#"{
  "QueryLanguage": "JSONata",
  "StartAt": "S",
  "States": {
    "S": {"Type": "Pass", "Output": "{% $type($states.input) = «'number'» and $states.input < 3 ? $states.input + 1 : 0 %}", "Next": "V"},
    "V": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input > 2 or $states.input = 0 %}", "Next": "W"}], "Default": "S"},
    "W": {"Type": "Succeed"}
  }
}"#;
    let after = extracted(J, again, VARIABLE).unwrap_or_else(|reason| panic!("{reason}"));
    same(J, &again.replace(['«', '»'], ""), &after.text, VARIABLE);
    let condition = again.replace(['«', '»'], "").replace("> 2", "«> 2»");
    let after = extracted(J, &condition, VARIABLE).unwrap_or_else(|reason| panic!("{reason}"));
    assert!(after.text.contains(r#""Condition": "{% $condition %}""#), "{}", after.text);
    same(J, &condition.replace(['«', '»'], ""), &after.text, VARIABLE);
}

#[test]
fn values_that_may_change() {
    let task = |fields: &str| machine("JSONata", &format!(r#""S": {{{TASK}, {fields}, "End": true}}"#));
    refused(
        J,
        &task(r#""Output": "{% $states.«input» %}""#),
        VARIABLE,
        "`S` does not always evaluate it, or not before its work",
    );
    refused(
        J,
        &task(r#""Arguments": "{% $states.«result» %}""#),
        VARIABLE,
        "`$states` has another value each time, or in each state",
    );
    refused(
        J,
        &task(r#""Arguments": "{% «$random»() %}""#),
        VARIABLE,
        "`$random` has another value each time, or in each state",
    );
    refused(
        J,
        &task(r#""Arguments": "{% $states.context.«State».Name %}""#),
        VARIABLE,
        "`$states` has another value each time, or in each state",
    );
    refused(
        J,
        &task(
            r#""Arguments": "{% $states.«input».a.b %}", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}]"#,
        ),
        VARIABLE,
        "`Catch` takes `States.ALL`, also if the expression fails, but that of a state before does not",
    );
    let second = r#""S": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "V"}, {"Condition": "{% $states.«input».a %}", "Next": "V"}]}, "V": {"Type": "Succeed"}"#;
    refused(
        J,
        &machine("JSONata", second),
        VARIABLE,
        "`S` does not always evaluate it, or not before its work",
    );
    let path =
        |fields: &str| machine("JSONPath", &format!(r#""S": {{"Type": "Pass", {fields}, "End": true}}"#));
    refused(
        J,
        &path(r#""Parameters": {"x.$": "States.«UUID»()"}"#),
        VARIABLE,
        "`States.UUID` has another value each time, or in each state",
    );
    refused(
        J,
        &path(r#""Parameters": {"x.$": "$$.«State».Name"}"#),
        VARIABLE,
        "`$$` has another value each time, or in each state",
    );
    refused(
        J,
        &path(r#""InputPath": "$.a", "Parameters": {"x.$": "$.«b»"}"#),
        VARIABLE,
        "`InputPath` of `S` makes another `$` of the input",
    );
}

/// Checks the output of two machines against that of one: the task gets what the execution of the other one yields.
#[track_caller]
fn runs_in_two(whole: &str, parent: &str, child: &str, input: &str) {
    let machine =
        |text: &str| Machine::new("m", Source::json(text)).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let output = |run: asl_test::TestRun| match run.outcome() {
        asl_engine::Outcome::Succeeded(output) => output.clone(),
        other => panic!("{other:?}"),
    };
    let input = || Value::parse(input).unwrap();
    let parent =
        machine(&parent.replace("${CheckItArn}", "arn:aws:states:us-east-1:123456789012:stateMachine:c"));
    let begun = parent.run(
        input(),
        Mocks::new().task("Check it execution", returns(Value::parse(r#"{"Output": 0}"#).unwrap())),
    );
    let given = begun.calls("Check it execution")[0].get("Input").unwrap().clone();
    let ended = output(machine(child).run(given, Mocks::new()));
    let result = returns(Value::Object([(asl_value::Text::from("Output"), ended)].into_iter().collect()));
    let run = parent.run(input(), Mocks::new().task("Check it execution", result));
    assert_eq!(output(run), output(machine(whole).run(input(), Mocks::new())));
}

#[test]
fn another_machine() {
    let text = r#"{
    "StartAt": "S",
    "States": {
        "S": {"Type": "Pass", "Result": {"k": [1]}, "Next": "Check it"},
        «"Check it": {"Type": "Pass", "ResultPath": "$.checked", "Next": "V"},
        "V": {"Type": "Choice", "Choices": [{"Variable": "$.k", "IsPresent": true, "Next": "W"}], "Default": "W"}»,
        "W": {"Type": "Succeed"}
    }
}"#;
    let after = extracted(J, text, CHILD).unwrap_or_else(|reason| panic!("{reason}"));
    let (name, child) = after.created.unwrap();
    assert_eq!(name, "orders-check-it.asl.json");
    assert_eq!(
        child,
        r#"{
    "StartAt": "Check it",
    "States": {
        "Check it": {"Type": "Pass", "ResultPath": "$.checked", "Next": "V"},
        "V": {"Type": "Choice", "Choices": [{"Variable": "$.k", "IsPresent": true, "Next": "Check it end"}], "Default": "Check it end"},
        "Check it end": {
            "Type": "Succeed"
        }
    }
}
"#
    );
    assert!(
        after.text.contains(
            r#"        "Check it execution": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {
                "StateMachineArn": "${CheckItArn}",
                "Input.$": "$"
            },
            "OutputPath": "$.Output",
            "Next": "W"
        },"#
        ),
        "{}",
        after.text
    );
    for input in INPUTS {
        runs_in_two(&text.replace(['«', '»'], ""), &after.text, &child, input);
    }
    let yaml = "QueryLanguage: JSONata\nStartAt: A\nStates:\n  «A:\n    Type: Pass\n    Comment: |\n      text\n        deeper\n    Next: B»\n  B:\n    Type: Succeed\n";
    let after = extracted(Y, yaml, CHILD).unwrap_or_else(|reason| panic!("{reason}"));
    assert_eq!(
        after.created.unwrap(),
        ("orders-a.asl.yaml".to_owned(), "QueryLanguage: JSONata\nStartAt: A\nStates:\n  A:\n    Type: Pass\n    Comment: |\n      text\n        deeper\n    End: true\n".to_owned())
    );
    refused(
        J,
        &machine(
            "JSONata",
            r#""S": {"Type": "Pass", "Assign": {"x": 1}, "Next": "V"}, «"V": {"Type": "Pass", "Output": "{% $x %}", "End": true}»"#,
        ),
        CHILD,
        "they read the variable `x`, which another execution has not",
    );
    refused(
        J,
        &machine(
            "JSONPath",
            r#"«"S": {"Type": "Pass", "Parameters": {"x.$": "$$.Execution.Id"}, "End": true}»"#,
        ),
        CHILD,
        "they read the context object, which is another one in another execution",
    );
}

//! State machines in templates: which are found, and the places of their problems.

use asl_model::{
    CloudFormationTemplate, Code, Diagnostic, Excerpt, ExecutionType, Format, Source, Substitutions,
    TemplateDefinition, parse,
};

fn read(text: &str, format: Format) -> CloudFormationTemplate {
    CloudFormationTemplate::read(&Source::new(text, format)).unwrap().unwrap()
}

/// The definition of the first machine; `file` is the content of the file that it names.
fn first(template: &CloudFormationTemplate, file: Option<&str>) -> (Excerpt, Vec<Diagnostic>) {
    let machine = &template.machines[0];
    let definition = match (&machine.definition, file) {
        (TemplateDefinition::Inline(excerpt), None) => excerpt.clone(),
        (TemplateDefinition::File(_), Some(text)) => Excerpt::of(Source::json(text)),
        other => panic!("{other:?}"),
    };
    machine.deployed(definition, &Substitutions::default())
}

/// The problems of the first machine of a template, each with the text at its place.
#[track_caller]
fn check(template: &str, format: Format, expect: &[(&str, &str)]) {
    let (excerpt, unused) = first(&read(template, format), None);
    assert_eq!(excerpt.file(), template);
    let mut found = unused;
    found.extend(parse(excerpt.source()).diagnostics.into_iter().filter(|found| !excerpt.excuses(found)));
    let found: Vec<(&str, &str)> =
        found.iter().map(|found| (found.message.as_str(), &template[excerpt.find(found).unwrap()])).collect();
    assert_eq!(found, expect, "{}", excerpt.source().text());
}

#[track_caller]
fn check_yaml(properties: &str, expect: &[(&str, &str)]) {
    let text = format!(
        "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Table: {{Type: AWS::DynamoDB::Table}}\n  M:\n    \
         Type: AWS::Serverless::StateMachine\n    Properties:\n{properties}"
    );
    check(&text, Format::Yaml, expect);
}

const BYE: &str = "Missing 'Next' target: Bye";
const NO_END: &str = "Workflow has no terminal state";

#[test]
fn definitions_as_objects() {
    check_yaml(
        "      Definition:
        StartAt: A
        States:
          A:
            Type: Pass
            Next: Bye # gone
          B: {Type: Succeed}
",
        &[(BYE, "Bye"), ("State \"B\" is not reachable.", "B")],
    );
    let text = r#"{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition":
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Bye"}}}}}}}"#;
    check(text, Format::Json, &[(BYE, "\"Bye\""), (NO_END, "{")]);
}

#[test]
fn definitions_as_text() {
    check_yaml(
        "      DefinitionString: |
        {
          \"StartAt\": \"A\",
          \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"Bye\"}}
        }
",
        &[(BYE, "\"Bye\""), (NO_END, "{")],
    );
    // A text that is not JSON, with the place of the error.
    check_yaml(
        "      DefinitionString: |
        {\"StartAt\": nobody}
",
        &[(
            "Unrecognized token 'nobody': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or \
             'false')\n at [Source: (String)\"{\"StartAt\": nobody}\n\"; line: 1, column: 19]",
            "nobody",
        )],
    );
    let text = r#"{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString":
        {"Fn::Join": ["", ["{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Task\",\"Resource\":\"", {"Fn::GetAtt": ["F", "Arn"]},
        "\",\"Next\":\"Bye\"},\"B\":{\"Type\":\"Task\",\"Resource\":\"arn:", {"Ref": "AWS::Partition"},
        ":states:::sqs:send\",\"End\":true}}}"]]}}}}}"#;
    let unknown = "The resource provided arn:aws:states:::sqs:send is not recognized. The value is not a valid resource ARN, \
                   or the resource is not available in this region.";
    let (excerpt, _) = first(&read(text, Format::Json), None);
    let resource = parse(excerpt.source()).diagnostics.into_iter().find(|found| found.message == unknown);
    assert!(text[excerpt.find(&resource.unwrap()).unwrap()].contains("AWS::Partition"));
    let next = parse(excerpt.source()).diagnostics.into_iter().find(|found| found.message == BYE);
    assert_eq!(&text[excerpt.find(&next.unwrap()).unwrap()], r#"\"Bye\""#);
}

/// Tags and anchors come before the value that is searched for.
#[test]
fn texts_behind_tags() {
    for text in [
        "!Sub |\n        {\"StartAt\": \"A\",\n\n        \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"Bye\"}}}\n",
        "!Sub &x \"{\\\"StartAt\\\": \\\"A\\\", \\\"States\\\": {\\\"A\\\": {\\\"Type\\\": \\\"Pass\\\", \\\"Next\\\": \\\"Bye\\\"}}}\"\n",
    ] {
        let bye = if text.contains('|') { "\"Bye\"" } else { "\\\"Bye\\\"" };
        check_yaml(&format!("      DefinitionString: {text}"), &[(BYE, bye), (NO_END, "{")]);
    }
}

#[test]
fn functions_of_cloudformation() {
    check_yaml(
        "      Definition:
        StartAt: A
        States:
          A:
            Type: Task
            Resource: !GetAtt Function.Arn
            TimeoutSeconds: !Ref Timeout
            Retry:
              - {ErrorEquals: [States.ALL], MaxAttempts: !If [IsProd, 3, !Ref AWS::NoValue]}
            Comment: !If [IsProd, !Ref AWS::NoValue, !Ref AWS::NoValue]
            Next: B
          B:
            Type: Task
            Resource: !Sub arn:${AWS::Partition}:states:::sqs:sendMessage
            Parameters:
              QueueUrl: !Ref Queue
              MessageBody: !Join ['-', [a, !Ref Stage, !ImportValue other]]
            ResultPath: !Ref Path
            End: !Ref Ends
",
        &[],
    );
    let template = "Resources: {M: {Type: AWS::Serverless::StateMachine, Properties: {Definition: !Sub [
        '{\"A\": \"${x}${AWS::AccountId}${!Kept}${Other.Arn}\"}', {x: !Ref X}]}}}";
    let (excerpt, _) = first(&read(template, Format::Yaml), None);
    let text = r#""{\"A\": \"${X}123456789012${Kept}${Other.Arn}\"}""#;
    assert_eq!(excerpt.source().text(), text);
}

#[test]
fn what_is_known_is_checked() {
    check_yaml(
        "      Definition:
        StartAt: A
        States:
          A:
            Type: Task
            Resource: !Sub arn:${AWS::Partition}:states:::sqs:send
            TimeoutSeconds: 0
            MaxAttempts: !Ref Attempts
            End: true
",
        &[
            ("Field 'MaxAttempts' is not supported", "MaxAttempts"),
            ("Minimum value is 1", "0"),
            (
                "The resource provided arn:aws:states:::sqs:send is not recognized. The value is not a valid resource ARN, \
                 or the resource is not available in this region.",
                "!Sub arn:${AWS::Partition}:states:::sqs:send",
            ),
        ],
    );
}

#[test]
fn substitutions() {
    let template = read(
        "Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      DefinitionUri: machines/m.asl.json
      DefinitionSubstitutions: {Function: !GetAtt F.Arn, Wait: 5, Delay: !Ref Delay, Next: Bye, Nobody: 1}
",
        Format::Yaml,
    );
    let machine = &template.machines[0];
    assert!(matches!(&machine.definition, TemplateDefinition::File(path) if path == "machines/m.asl.json"));
    assert_eq!(machine.execution_type, Some(ExecutionType::Express));
    let file = r#"{"StartAt": "W", "States": {
        "W": {"Type": "Wait", "Seconds": ${Wait}, "Next": "V"},
        "V": {"Type": "Wait", "Seconds": ${Delay}, "Next": "T"},
        "T": {"Type": "Task", "Resource": "${Function}", "Next": "${Next}"}}}"#;
    let (excerpt, unused) = first(&template, Some(file));
    let unused: Vec<&str> = unused.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(unused, ["the substitution `Nobody` occurs nowhere in the definition"]);
    let found = parse(excerpt.source()).diagnostics;
    let messages: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(messages, [BYE, NO_END]);
    assert_eq!(&file[excerpt.find(&found[0]).unwrap()], "\"${Next}\"");
    // A name without a value is reported; a value that is known only after deployment is not.
    let text = file.replace("${Function}", "${Functoin}");
    let (excerpt, found) = first(&template, Some(&text));
    let left = found.iter().filter(|found| found.code == Code::PLACEHOLDER && !excerpt.excuses(found));
    let left: Vec<&str> = left.map(|found| &text[excerpt.find(found).unwrap()]).collect();
    assert_eq!(left, ["${Functoin}"]);
    // An override takes precedence.
    let instead = Substitutions::from_iter([("Next", "W")]);
    let (excerpt, _) = machine.deployed(Excerpt::of(Source::json(file)), &instead);
    assert_eq!(parse(excerpt.source()).diagnostics[0].message, NO_END);
}

#[test]
fn what_is_no_template() {
    for text in ["[]", "5", r#"{"StartAt": "A"}"#, r#"{"Resources": []}"#] {
        assert!(CloudFormationTemplate::read(&Source::json(text)).unwrap().is_none(), "{text}");
    }
    assert!(CloudFormationTemplate::read(&Source::yaml("")).unwrap().is_none());
    assert!(CloudFormationTemplate::read(&Source::json("{")).is_err());
    assert!(
        read(r#"{"Resources": {"T": {"Type": "AWS::DynamoDB::Table"}}}"#, Format::Json).machines.is_empty()
    );
    for properties in
        ["{}", "{DefinitionUri: s3://b/k}", "{DefinitionUri: {Bucket: b, Key: k}}", "{DefinitionString: [1]}"]
    {
        let text =
            format!("Resources: {{M: {{Type: AWS::Serverless::StateMachine, Properties: {properties}}}}}");
        let template = read(&text, Format::Yaml);
        assert!(matches!(template.machines[0].definition, TemplateDefinition::Elsewhere), "{properties}");
    }
}

#[test]
fn hostile_templates() {
    let lines: Vec<String> =
        (1..30).map(|n| format!("a{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 9].join(", "))).collect();
    let bomb = format!("a0: &a0 x\n{}\nResources: {{}}", lines.join("\n"));
    assert!(CloudFormationTemplate::read(&Source::yaml(bomb)).is_err());
    let deep = format!(
        "a0: &a0 x\n{}",
        (1..2000).map(|n| format!("a{n}: &a{n} [[[*a{}]]]\n", n - 1)).collect::<String>()
    );
    assert!(CloudFormationTemplate::read(&Source::yaml(deep)).is_err());
    for text in [
        "!Ref",
        "Resources: !Sub",
        "Resources: {M: {Type: !Ref x}}",
        "? !a b : c",
        "\"\\",
        "!Sub [",
        "Resources: {\"${\": ${}",
    ] {
        let _ = CloudFormationTemplate::read(&Source::yaml(text));
    }
}

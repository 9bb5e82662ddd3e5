//! State machines, versions, aliases, tags, validation.

use asl_value::{Value, json};

use crate::client::{Client, ROLE, pass, text};

fn create(name: &str, definition: &Value, more: Value) -> Value {
    let mut request = json!({"name": name, "definition": definition.to_json(), "roleArn": ROLE})
        .as_object()
        .unwrap()
        .clone();
    for (name, value) in more.as_object().unwrap().clone() {
        request.insert(name, value);
    }
    request.into()
}

#[tokio::test]
async fn a_machine_is_created_once() {
    let client = Client::new().await;
    let created = client.ok("CreateStateMachine", create("orders", &pass(), json!({}))).await;
    let arn = text(&created, "stateMachineArn");
    assert_eq!(arn, "arn:aws:states:us-east-1:123456789012:stateMachine:orders");
    let again = create("orders", &pass(), json!({"roleArn": "arn:aws:iam::123456789012:role/other"}));
    assert_eq!(client.ok("CreateStateMachine", again).await, created);
    let exists = format!("State Machine Already Exists: '{arn}'");
    let others =
        [json!({"type": "EXPRESS"}), json!({"publish": true}), json!({"definition": format!(" {}", pass())})];
    for other in others {
        let request = create("orders", &pass(), other);
        client.refused("CreateStateMachine", request, "StateMachineAlreadyExists", &exists).await;
    }
    let described = client.ok("DescribeStateMachine", json!({"stateMachineArn": arn.as_str()})).await;
    assert_eq!(
        described,
        json!({
            "stateMachineArn": arn.as_str(), "name": "orders", "status": "ACTIVE", "definition": pass().to_json(),
            "roleArn": ROLE, "type": "STANDARD", "creationDate": created["creationDate"].clone(),
            "loggingConfiguration": {"level": "OFF", "includeExecutionData": false},
            "tracingConfiguration": {"enabled": false},
            "encryptionConfiguration": {"type": "AWS_OWNED_KEY"}
        })
    );
    client.ok("DeleteStateMachine", json!({"stateMachineArn": arn.as_str()})).await;
    client.ok("DeleteStateMachine", json!({"stateMachineArn": arn.as_str()})).await;
    let gone = format!("State Machine Does Not Exist: '{arn}'");
    client
        .refused("DescribeStateMachine", json!({"stateMachineArn": arn}), "StateMachineDoesNotExist", &gone)
        .await;
}

#[tokio::test]
async fn a_machine_is_refused() {
    let client = Client::new().await;
    let bad = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}});
    let callback = json!({"StartAt": "A", "States": {"A": {
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true}}});
    let logging = json!({"loggingConfiguration": {"level": "ALL"}});
    for (request, error, message) in [
        (create("a b", &pass(), json!({})), "InvalidName", "Invalid Name: 'a b'"),
        (
            create("a", &bad, json!({})),
            "InvalidDefinition",
            "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at \
             /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
        ),
        (
            create("a", &callback, json!({"type": "EXPRESS"})),
            "InvalidDefinition",
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Express state machine does not support \
             '.waitForTaskToken' service integration  at /States/A/Resource'",
        ),
        (
            create("a", &pass(), json!({"versionDescription": "x"})),
            "ValidationException",
            "Version description can only be set when publish is true",
        ),
        (
            create("a", &pass(), logging),
            "InvalidLoggingConfiguration",
            "Invalid Logging Configuration: Must specify exactly one Log Destination.",
        ),
    ] {
        client.refused("CreateStateMachine", request, error, message).await;
    }
    let request = json!({"stateMachineArn": "orders"});
    let message = "Invalid Arn: 'Invalid ARN prefix: orders'";
    client.refused("DescribeStateMachine", request, "InvalidArn", message).await;
}

#[tokio::test]
async fn an_update_makes_a_revision() {
    let client = Client::new().await;
    let arn = client.machine("STANDARD", pass()).await;
    let other = json!({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}});
    let request = json!({"stateMachineArn": arn.as_str(), "definition": other.to_json()});
    let updated = client.ok("UpdateStateMachine", request.clone()).await;
    let described = client.ok("DescribeStateMachine", json!({"stateMachineArn": arn.as_str()})).await;
    assert_eq!(described["revisionId"], updated["revisionId"]);
    assert_eq!(described["definition"], other.to_json().into());
    let again = client.ok("UpdateStateMachine", request).await;
    assert_eq!(again["revisionId"], updated["revisionId"]);
    let version = client.ok("PublishStateMachineVersion", json!({"stateMachineArn": arn.as_str()})).await;
    let version = text(&version, "stateMachineVersionArn");
    let missing = format!("State Machine Does Not Exist: '{version}'");
    for (action, publish) in
        [("UpdateStateMachine", false), ("UpdateStateMachine", true), ("PublishStateMachineVersion", false)]
    {
        let request =
            json!({"stateMachineArn": version.as_str(), "definition": pass().to_json(), "publish": publish});
        client.refused(action, request, "StateMachineDoesNotExist", &missing).await;
    }
    let message = "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must \
                   be specified";
    let nothing = json!({"stateMachineArn": arn});
    client.refused("UpdateStateMachine", nothing, "MissingRequiredParameter", message).await;
}

/// Recorded: an update that changes nothing does not create a revision, and thus no version.
#[tokio::test]
async fn an_update_of_nothing_makes_none() {
    let client = Client::new().await;
    for (same, published) in [
        (json!({"definition": pass().to_json()}), true),
        (json!({"definition": pass().to_json()}), false),
        (json!({"roleArn": ROLE}), true),
        (json!({"tracingConfiguration": {"enabled": false}}), true),
        (json!({"tracingConfiguration": {}}), true),
        (json!({"loggingConfiguration": {"level": "OFF"}}), true),
        (json!({"encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}), true),
    ] {
        let request = create("m", &pass(), json!({"publish": published}));
        let arn = text(&client.ok("CreateStateMachine", request).await, "stateMachineArn");
        let update = |change: &Value| {
            let mut request = change.as_object().unwrap().clone();
            request.insert("stateMachineArn", arn.as_str().into());
            request.insert("publish", true.into());
            client.ok("UpdateStateMachine", request.into())
        };
        for _ in 0..2 {
            let updated = update(&same).await;
            assert_eq!(updated.get("revisionId"), None, "{same}");
            assert_eq!(updated["stateMachineVersionArn"], format!("{arn}:1").into(), "{same}");
        }
        let other = json!({"roleArn": "arn:aws:iam::123456789012:role/other"});
        let updated = update(&other).await;
        assert_eq!(updated["stateMachineVersionArn"], format!("{arn}:2").into());
        assert_eq!(update(&other).await["revisionId"], updated["revisionId"]);
        client.ok("DeleteStateMachine", json!({"stateMachineArn": arn})).await;
    }
}

/// The encryption of machines and activities is shown as given.
#[tokio::test]
async fn encryption_is_kept_and_shown() {
    let client = Client::new().await;
    let owned = json!({"type": "AWS_OWNED_KEY"});
    let own = json!({"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/k", "kmsDataKeyReusePeriodSeconds": 60});
    for (given, shown) in [(json!(null), &owned), (owned.clone(), &owned), (own.clone(), &own)] {
        let more = json!({"encryptionConfiguration": given.clone()});
        let arn = text(&client.ok("CreateStateMachine", create("m", &pass(), more)).await, "stateMachineArn");
        let execution = client.start(&arn, "{}").await;
        client.ended(&execution).await;
        let of_machine = client.ok("DescribeStateMachine", json!({"stateMachineArn": arn.as_str()})).await;
        let of_execution =
            client.ok("DescribeStateMachineForExecution", json!({"executionArn": execution})).await;
        client.ok("DeleteStateMachine", json!({"stateMachineArn": arn})).await;
        let activity =
            client.ok("CreateActivity", json!({"name": "a", "encryptionConfiguration": given})).await;
        let activity = json!({"activityArn": activity["activityArn"].clone()});
        let of_activity = client.ok("DescribeActivity", activity.clone()).await;
        let other = json!({"name": "a", "encryptionConfiguration": if *shown == own { &owned } else { &own }.clone()});
        let exists = format!("Activity Already Exists: '{}'", text(&activity, "activityArn"));
        client.refused("CreateActivity", other, "ActivityAlreadyExists", &exists).await;
        client.ok("DeleteActivity", activity).await;
        for described in [of_machine, of_execution, of_activity] {
            assert_eq!(&described["encryptionConfiguration"], shown, "{described}");
        }
    }
    let at = "1 validation error detected: Value";
    for (given, error, message) in [
        (
            json!({"type": "CUSTOMER_MANAGED_KMS_KEY"}),
            "InvalidEncryptionConfiguration",
            "Invalid Encryption Configuration: kmsKeyId must be specified for CUSTOMER_MANAGED_KMS_KEY"
                .to_owned(),
        ),
        (
            json!({}),
            "ValidationException",
            format!(
                "{at} null at 'encryptionConfiguration.type' failed to satisfy constraint: Member must not be null"
            ),
        ),
        (
            json!({"type": "AWS_OWNED_KEY", "kmsDataKeyReusePeriodSeconds": 59}),
            "ValidationException",
            format!(
                "{at} '59' at 'encryptionConfiguration.kmsDataKeyReusePeriodSeconds' failed to satisfy constraint: \
                 Member must have value greater than or equal to 60"
            ),
        ),
    ] {
        let request = create("m", &pass(), json!({"encryptionConfiguration": given.clone()}));
        client.refused("CreateStateMachine", request, error, &message).await;
        let request = json!({"name": "a", "encryptionConfiguration": given});
        client.refused("CreateActivity", request, error, &message).await;
    }
}

#[tokio::test]
async fn versions_and_aliases() {
    let client = Client::new().await;
    let arn = client.machine("STANDARD", pass()).await;
    let of = |value: Value| {
        let mut request = value.as_object().unwrap().clone();
        request.insert("stateMachineArn", arn.as_str().into());
        Value::from(request)
    };
    let published = client.ok("PublishStateMachineVersion", of(json!({"description": "one"}))).await;
    let one = text(&published, "stateMachineVersionArn");
    assert_eq!(one, format!("{arn}:1"));
    let other = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": 2, "End": true}}});
    let updated =
        client.ok("UpdateStateMachine", of(json!({"definition": other.to_json(), "publish": true}))).await;
    let two = text(&updated, "stateMachineVersionArn");
    assert_eq!(two, format!("{arn}:2"));
    let listed = client.ok("ListStateMachineVersions", of(json!({"maxResults": 1}))).await;
    assert_eq!(listed["stateMachineVersions"][0]["stateMachineVersionArn"], two.as_str().into());
    let listed =
        client.ok("ListStateMachineVersions", of(json!({"nextToken": listed["nextToken"].clone()}))).await;
    assert_eq!(listed["stateMachineVersions"][0]["stateMachineVersionArn"], one.as_str().into());
    let described = client.ok("DescribeStateMachine", json!({"stateMachineArn": one.as_str()})).await;
    assert_eq!(
        (described["description"].clone(), described["definition"].clone()),
        ("one".into(), pass().to_json().into())
    );

    let route = |arn: &str, weight: i64| json!({"stateMachineVersionArn": arn, "weight": weight});
    let alias = |routing: Value| json!({"name": "live", "routingConfiguration": routing});
    for (routing, message) in [
        (
            json!([route(&one, 70), route(&two, 31)]),
            "Sum of routing configuration weights must equal 100. Received: [70, 31]".to_owned(),
        ),
        (
            json!([route(&one, 50), route(&one, 50)]),
            format!(
                "Routing configuration must contain distinct state machine version ARNs. Received: [{one}, {one}]"
            ),
        ),
        (
            json!([route(&arn, 100)]),
            format!("Routing configuration must contain state machine version ARNs. Received: [{arn}]"),
        ),
        (
            json!([route(&one, 101)]),
            "1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy \
             constraint: Member must have value less than or equal to 100"
                .to_owned(),
        ),
        (
            json!([route(&one, 100), route(&two, -1)]),
            "1 validation error detected: Value '-1' at 'routingConfiguration.2.member.weight' failed to satisfy \
             constraint: Member must have value greater than or equal to 0"
                .to_owned(),
        ),
        (
            json!([route(&one, 50), route(&two, 30), route(&two, 20)]),
            format!(
                "1 validation error detected: Value '[RoutingConfigurationListItem(stateMachineVersionArn={one}, \
                 weight=50), RoutingConfigurationListItem(stateMachineVersionArn={two}, weight=30), \
                 RoutingConfigurationListItem(stateMachineVersionArn={two}, weight=20)]' at 'routingConfiguration' \
                 failed to satisfy constraint: Member must have length less than or equal to 2"
            ),
        ),
        (
            json!([]),
            "1 validation error detected: Value '[]' at 'routingConfiguration' failed to satisfy constraint: Member \
             must have length greater than or equal to 1"
                .to_owned(),
        ),
    ] {
        client.refused("CreateStateMachineAlias", alias(routing), "ValidationException", &message).await;
    }
    for name in ["123", "a b", "!a", "a@"] {
        let message = format!(
            "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$"
        );
        let request = json!({"name": name, "routingConfiguration": [route(&one, 100)]});
        client.refused("CreateStateMachineAlias", request, "ValidationException", &message).await;
    }
    let created =
        client.ok("CreateStateMachineAlias", alias(json!([route(&one, 0), route(&two, 100)]))).await;
    let live = text(&created, "stateMachineAliasArn");
    assert_eq!(live, format!("{arn}:live"));
    let conflict = "Failed to create alias because an alias with the same name and a different routing \
                    configuration already exists.";
    client
        .refused("CreateStateMachineAlias", alias(json!([route(&one, 100)])), "ConflictException", conflict)
        .await;
    let message = "Version to be deleted must not be referenced by an alias. \
                   Current list of aliases referencing this version: [live]";
    let request = json!({"stateMachineVersionArn": two.as_str()});
    client.refused("DeleteStateMachineVersion", request, "ConflictException", message).await;

    let execution = client.start(&live, "{}").await;
    let ended = client.ended(&execution).await;
    assert_eq!(ended["output"], "2".into());
    assert_eq!(ended["stateMachineAliasArn"], live.as_str().into());
    assert_eq!(ended["stateMachineVersionArn"], two.as_str().into());
    let request = json!({"executionArn": execution.as_str()});
    let ran = client.ok("DescribeStateMachineForExecution", request).await;
    assert_eq!(
        (ran["stateMachineArn"].clone(), ran["revisionId"].clone()),
        (arn.as_str().into(), updated["revisionId"].clone())
    );
    let history = client.ok("GetExecutionHistory", json!({"executionArn": execution.as_str()})).await;
    let details = &history["events"][0]["executionStartedEventDetails"];
    assert_eq!(details["stateMachineAliasArn"], live.as_str().into());

    let request = json!({"stateMachineAliasArn": live.as_str(), "description": "x"});
    client.ok("UpdateStateMachineAlias", request).await;
    let request = json!({"stateMachineAliasArn": live.as_str()});
    let described = client.ok("DescribeStateMachineAlias", request.clone()).await;
    assert_eq!(described["description"], "x".into());
    let listed = client.ok("ListStateMachineAliases", of(json!({}))).await;
    assert_eq!(listed["stateMachineAliases"].as_array().unwrap().len(), 1);
    client.ok("DeleteStateMachineAlias", request.clone()).await;
    let message = "Request references a resource that does not exist.";
    client.refused("DescribeStateMachineAlias", request, "ResourceNotFound", message).await;
    client.ok("DeleteStateMachineVersion", json!({"stateMachineVersionArn": two.as_str()})).await;
    let gone = format!("State Machine Does Not Exist: '{two}'");
    client
        .refused("StartExecution", json!({"stateMachineArn": two}), "StateMachineDoesNotExist", &gone)
        .await;
    let stale = of(json!({"revisionId": "x"}));
    let message = format!(
        "Failed to publish the State Machine version for revision x. The current State Machine revision is {}.",
        text(&updated, "revisionId")
    );
    client.refused("PublishStateMachineVersion", stale, "ConflictException", &message).await;
}

#[tokio::test]
async fn a_machine_tells_which_variables_its_states_read() {
    let client = Client::new().await;
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B"},
        "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $y + $x %}", "End": true}}});
    let arn = client.machine("STANDARD", definition).await;
    let described = client.ok("DescribeStateMachine", json!({"stateMachineArn": arn})).await;
    assert_eq!(described["variableReferences"], json!({"B": ["x", "y"]}));
    let arn = client.machine("STANDARD", pass()).await;
    let described = client.ok("DescribeStateMachine", json!({"stateMachineArn": arn})).await;
    assert_eq!(described.get("variableReferences"), None);
}

#[tokio::test]
async fn tags_come_and_go() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", pass()).await;
    let activity = text(&client.ok("CreateActivity", json!({"name": "a"})).await, "activityArn");
    for arn in [machine, activity] {
        let tags = json!([{"key": "b", "value": "1"}, {"key": "a", "value": "2"}]);
        client.ok("TagResource", json!({"resourceArn": arn.as_str(), "tags": tags})).await;
        client.ok("UntagResource", json!({"resourceArn": arn.as_str(), "tagKeys": ["b"]})).await;
        let listed = client.ok("ListTagsForResource", json!({"resourceArn": arn.as_str()})).await;
        assert_eq!(listed, json!({"tags": [{"key": "a", "value": "2"}]}));
        let bad = json!({"resourceArn": arn.as_str(), "tags": [{"key": "", "value": ""}]});
        let message = "1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: \
                       Member must have length greater than or equal to 1";
        client.refused("TagResource", bad, "ValidationException", message).await;
        let version = format!("{arn}:1");
        let message = format!("Resource not found: '{version}'");
        let request = json!({"resourceArn": version, "tags": []});
        client.refused("TagResource", request, "ResourceNotFound", &message).await;
    }
}

#[tokio::test]
async fn validation_tells_everything() {
    let client = Client::new().await;
    for (definition, expected) in [
        (pass().to_json(), json!({"result": "OK", "diagnostics": [], "truncated": false})),
        (
            String::new(),
            json!({"result": "FAIL", "truncated": false, "diagnostics": [{
                "severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED",
                "message": "Definition must be a valid JSON object"}]}),
        ),
        (
            "{}".to_owned(),
            json!({"result": "FAIL", "truncated": false, "diagnostics": [{
                "severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED",
                "message": "These fields are required: [States, StartAt]", "location": "/"}]}),
        ),
    ] {
        let request = json!({"definition": definition});
        assert_eq!(client.ok("ValidateStateMachineDefinition", request).await, expected);
    }
}

//! The workflow as a durable execution, on an emulator of the service. Waiting takes no time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use asl_durable::Emulator;
use asl_engine::{DefinitionHash, Engine, Failure, Task, TaskHandler, load};
use asl_lambda::{Adapter, Config, Invocation, handle};
use asl_model::Source;
use asl_value::{Object, Value, json};

/// Sends the message to somebody who follows one of its links an hour later, and confirms.
struct Mail {
    approvals: Adapter,
    /// `Approve:`, `Decline:`.
    follows: &'static str,
}

#[async_trait::async_trait]
impl TaskHandler for Mail {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let message = task.arguments["Message"].as_str().expect("a message");
        if let Some(link) = message.lines().find_map(|line| line.strip_prefix(self.follows)) {
            let (approvals, link) = (self.approvals.clone(), link.trim().to_owned());
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(3_600)).await;
                // The link shows a page, and its button answers.
                for method in ["GET", "POST"] {
                    let response = handle(&approvals, request(method, &link), Invocation::new("click")).await;
                    assert_eq!(response.expect("a response")["statusCode"], json!(200));
                }
            });
        }
        task.submitted(json!({"MessageId": "m-1"}));
        std::future::pending().await
    }
}

/// What API Gateway sends when somebody follows a link, or confirms.
fn request(method: &str, link: &str) -> Value {
    let (_, query) = link.split_once('?').expect("a query");
    let pairs = query.split('&').map(|pair| pair.split_once('=').expect("a value"));
    let mut parameters = Object::new();
    for (name, value) in pairs {
        parameters.insert(name, value.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=").into());
    }
    json!({
        "version": "2.0", "routeKey": (format!("{method} /approve")), "rawPath": "/approve",
        "queryStringParameters": (Value::from(parameters)),
        "requestContext": {"stage": "$default", "http": {"method": method, "path": "/approve"}}
    })
}

/// Runs the workflow on an order. Returns its end: `SUCCEEDED {…}`.
async fn order(input: Value, follows: &'static str) -> String {
    let service = Arc::new(Emulator::starting_at(SystemTime::now().into()));
    let loaded = load(&Source::json(crate::WORKFLOW)).expect("the workflow is valid");
    let definition = DefinitionHash::of(&loaded.machine);
    let settings = [("ASL_EXPRESS_PATTERNS", "all"), ("ASL_CALLBACK_PATH", "/approve")];
    let adapter = |tasks| {
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Config::from_vars(settings).expect("valid settings");
        let engine = Engine::builder().tasks(tasks).build();
        Adapter::new(loaded.program.clone(), engine, config).expect("every task is there")
    };
    let approvals = adapter(
        crate::tasks::registry()
            .fallback(asl_engine::task_fn(|input: Value| async move { Ok::<_, Failure>(input) })),
    )
    .with_callbacks(service.clone());
    let tasks = crate::tasks::registry().service("sns", "publish", Mail { approvals, follows });
    let function = adapter(tasks).with_durable(service.clone(), definition);
    let run = service.run("order-1", input.to_json().into(), move |event| {
        let function = function.clone();
        Box::pin(async move { Ok(handle(&function, event, Invocation::new("invocation")).await?) })
    });
    let ended = run.await;
    format!("{} {}", ended.status, ended.result.unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn a_small_order_is_delivered_at_once() {
    let ended = order(json!({"item": "mug", "quantity": 2}), "Approve:").await;
    let delivered =
        json!({"status": "DELIVERED", "order": {"item": "mug", "quantity": 2}, "total": 2500, "parcels": 1});
    assert_eq!(ended, format!("SUCCEEDED {delivered}"));
}

#[tokio::test(start_paused = true)]
async fn a_large_order_waits_for_a_person() {
    for (follows, status) in [("Approve:", "DELIVERED"), ("Decline:", "DECLINED"), ("Nothing:", "EXPIRED")] {
        let ended = order(json!({"item": "teapot", "quantity": 12}), follows).await;
        assert!(ended.starts_with(&format!("SUCCEEDED {{\"status\":\"{status}\"")), "{ended}");
    }
}

//! Random machines: all types of states, nested.

use asl_engine::{Entropy, SeededEntropy};
use asl_value::{Object, Value, json};

/// Makes machines of a seed.
pub(super) struct Machines {
    entropy: SeededEntropy,
    states: u32,
}

const LAMBDA: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";
const CALLBACK: &str = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
const JOB: &str = "arn:aws:states:::glue:startJobRun.sync";
const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:a";

impl Machines {
    pub(super) fn new(seed: u64) -> Machines {
        Machines { entropy: SeededEntropy::new(seed), states: 0 }
    }

    /// A number below `most`.
    pub(super) fn below(&mut self, most: u64) -> u64 {
        self.entropy.next_u64() % most
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len() as u64) as usize]
    }

    /// A definition.
    pub(super) fn machine(&mut self) -> String {
        let mut machine = self.states(3, 4);
        if self.one_in(4) {
            machine.insert("TimeoutSeconds", (5 + self.below(60)).into());
        }
        Value::Object(machine).to_json()
    }

    /// `StartAt` and `States` of up to `most` states in a row, some of which are skipped by a Choice or a Catch.
    fn states(&mut self, depth: u32, most: u64) -> Object {
        let count = 1 + self.below(most);
        let first = self.states;
        self.states += count as u32;
        let name = |place: u32| format!("S{place}");
        let mut states = Object::new();
        for place in first..first + count as u32 {
            let next = if place + 1 < first + count as u32 { Some(name(place + 1)) } else { None };
            states.insert(name(place), Value::Object(self.state(depth, next)));
        }
        let mut machine = Object::new();
        machine.insert("StartAt", name(first).into());
        machine.insert("States", Value::Object(states));
        machine
    }

    fn state(&mut self, depth: u32, next: Option<String>) -> Object {
        let nested = if depth == 0 { 0 } else { 5 };
        let mut state = match self.below(9 + nested) {
            0 => members(json!({"Type": "Pass", "ResultPath": "$.p",
                "Parameters": {"r.$": "States.MathRandom(0, 1000)", "u.$": "States.UUID()", "at.$": "$$.State.EnteredTime"}})),
            1 => members(json!({"Type": "Pass", "QueryLanguage": "JSONata",
                "Output": "{% {'n': $states.input.n, 'items': $states.input.items, 'j': $random(), 'now': $now()} %}"})),
            2 | 3 => members(json!({"Type": "Wait", "Seconds": self.below(20)})),
            4 if next.is_some() => return self.choice(next.unwrap_or_default()),
            9 | 10 => self.parallel(depth - 1),
            11 | 12 => self.map(depth - 1),
            13 => self.distributed(depth - 1),
            _ => self.task(),
        };
        self.recovery(&mut state, next.as_deref());
        match next {
            Some(next) => state.insert("Next", next.into()),
            None => state.insert("End", true.into()),
        };
        state
    }

    fn choice(&mut self, next: String) -> Object {
        members(json!({"Type": "Choice", "Default": next.as_str(),
            "Choices": [{"Variable": "$.n", "NumericGreaterThan": self.below(10), "Next": next.as_str()}]}))
    }

    fn task(&mut self) -> Object {
        let resource = match self.below(6) {
            0 => CALLBACK,
            1 => ACTIVITY,
            2 => JOB,
            _ => LAMBDA,
        };
        let mut parameters = members(json!({"id.$": "States.UUID()"}));
        if resource == CALLBACK {
            parameters.insert("token.$", "$$.Task.Token".into());
        }
        let mut task = members(json!({"Type": "Task", "Resource": resource}));
        task.insert("Parameters", Value::Object(parameters));
        let result_path = self.pick(&["$.t", "$.u"]);
        task.insert("ResultPath", result_path.into());
        if self.one_in(3) {
            task.insert("TimeoutSeconds", (2 + self.below(20)).into());
        }
        task
    }

    fn parallel(&mut self, depth: u32) -> Object {
        let branches: Vec<Value> =
            (0..2 + self.below(2)).map(|_| Value::Object(self.states(depth, 3))).collect();
        let mut state = members(json!({"Type": "Parallel", "ResultPath": "$.b"}));
        state.insert("Branches", Value::Array(branches.into()));
        state
    }

    fn map(&mut self, depth: u32) -> Object {
        let mut state = members(json!({"Type": "Map", "ItemsPath": "$.items", "ResultPath": "$.m",
            "MaxConcurrency": self.below(4),
            "ItemSelector": {"n.$": "$$.Map.Item.Value", "items.$": "$.items", "r.$": "States.MathRandom(0, 9)"}}));
        state.insert("ItemProcessor", Value::Object(self.states(depth, 3)));
        state
    }

    fn distributed(&mut self, depth: u32) -> Object {
        let mut processor = self.states(depth, 2);
        let kind = self.pick(&["STANDARD", "EXPRESS"]);
        processor.insert("ProcessorConfig", json!({"Mode": "DISTRIBUTED", "ExecutionType": kind}));
        let mut state = members(json!({"Type": "Map", "ResultPath": "$.d",
            "MaxConcurrency": 1 + self.below(3),
            "ToleratedFailurePercentage": self.below(2) * 60,
            "ItemSelector": {"n.$": "$$.Map.Item.Value.n", "items": [1, 2]}}));
        if self.one_in(2) {
            state.insert(
                "ItemReader",
                json!({"Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "items.json"}}),
            );
        } else {
            state.insert("ItemsPath", "$.objects".into());
        }
        if self.one_in(2) {
            state.insert(
                "ResultWriter",
                json!({"Resource": "arn:aws:states:::s3:putObject",
                "Parameters": {"Bucket": "b", "Prefix": "out"}}),
            );
        }
        state.insert("ItemProcessor", Value::Object(processor));
        state
    }

    fn recovery(&mut self, state: &mut Object, next: Option<&str>) {
        let kind = state.get("Type").and_then(Value::as_str).unwrap_or_default();
        if !matches!(kind, "Task" | "Parallel" | "Map") {
            return;
        }
        if self.one_in(2) {
            let error = self.pick(&["Busy", "States.ALL", "States.Timeout"]);
            state.insert(
                "Retry",
                json!([{"ErrorEquals": [error], "IntervalSeconds": 1 + self.below(3),
                "MaxAttempts": self.below(3), "BackoffRate": 2.0, "JitterStrategy": "FULL"}]),
            );
        }
        if let Some(next) = next.filter(|_| self.one_in(2)) {
            state
                .insert("Catch", json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": next}]));
        }
    }
}

fn members(value: Value) -> Object {
    let Value::Object(object) = value else { panic!("{value}") };
    object
}

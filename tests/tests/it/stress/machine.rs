//! Random valid definitions.

use asl_engine::{Entropy, SeededEntropy};
use asl_value::{Object, Value, json};

/// Random numbers, the same for the same seed.
pub(super) struct Dice(SeededEntropy);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(SeededEntropy::new(seed))
    }

    pub(super) fn below(&self, end: u64) -> u64 {
        self.0.next_u64() % end
    }

    pub(super) fn one_in(&self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn pick<'a>(&self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// The definition of a seed.
pub(super) fn random(seed: u64) -> Value {
    let mut generator = Generator { dice: Dice::new(seed), names: 0 };
    let mut machine = generator.machine(3);
    if generator.dice.one_in(4) {
        machine.insert("TimeoutSeconds", (5 + generator.dice.below(40)).into());
    }
    machine.into()
}

struct Generator {
    dice: Dice,
    /// State names so far: they are unique in the whole machine.
    names: u64,
}

impl Generator {
    /// A chain of states, so that each is reachable, with some jumps.
    fn machine(&mut self, depth: u64) -> Object {
        let first = self.names;
        self.names += 1 + self.dice.below(5);
        let names: Vec<String> = (first..self.names).map(|number| format!("S{number}")).collect();
        let mut states = Object::new();
        for (place, name) in names.iter().enumerate() {
            let state = match names.get(place + 1) {
                Some(next) => self.inner(depth, &names, next),
                None => self.last(depth, &names),
            };
            states.insert(name.as_str(), state.into());
        }
        [("StartAt", names[0].as_str().into()), ("States", states.into())].into_iter().collect()
    }

    fn inner(&mut self, depth: u64, names: &[String], next: &str) -> Object {
        if self.dice.one_in(4) {
            let mut choice = object(json!({"Type": "Choice", "Default": next}));
            let rules = (0..=self.dice.below(2)).map(|_| self.rule(names));
            choice.insert("Choices", rules.collect());
            return choice;
        }
        let mut state = self.working(depth, names);
        state.insert("Next", next.into());
        state
    }

    fn last(&mut self, depth: u64, names: &[String]) -> Object {
        match self.dice.below(6) {
            0 => object(json!({"Type": "Succeed"})),
            1 => object(json!({"Type": "Fail", "Error": self.dice.pick(&["A", "C"]), "CausePath": "$.n"})),
            2 => object(json!({"Type": "Fail", "Error": "C", "Cause": "as it is"})),
            _ => {
                let mut state = self.working(depth, names);
                state.insert("End", true.into());
                state
            }
        }
    }

    fn rule(&self, names: &[String]) -> Value {
        let next = self.any(names);
        match self.dice.below(3) {
            0 => json!({"Variable": "$.n", "NumericLessThan": self.dice.below(6), "Next": next}),
            1 => json!({"Variable": "$.error", "IsPresent": true, "Next": next}),
            _ => json!({"Not": {"Variable": "$.n", "IsNumeric": true}, "Next": next}),
        }
    }

    fn any<'n>(&self, names: &'n [String]) -> &'n str {
        &names[self.dice.below(names.len() as u64) as usize]
    }

    /// A state that does something and continues with the next one.
    fn working(&mut self, depth: u64, names: &[String]) -> Object {
        let kinds = if depth == 0 { 5 } else { 8 };
        let mut state = match self.dice.below(kinds) {
            0 => {
                return object(json!({"Type": "Pass",
                    "Parameters": {"n.$": "States.MathAdd($.n, 1)", "items.$": "$.items"}}));
            }
            1 => return object(json!({"Type": "Wait", "Seconds": self.dice.below(6)})),
            2 => return object(json!({"Type": "Wait", "SecondsPath": "$.n"})),
            3 | 4 => self.task(),
            5 => {
                let branches = (0..=self.dice.below(3)).map(|_| Value::Object(self.machine(depth - 1)));
                object(json!({"Type": "Parallel", "Branches": branches.collect::<Value>()}))
            }
            _ => object(json!({"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": self.dice.below(4),
                "ItemSelector": {"n.$": "$$.Map.Item.Index", "items.$": self.dice.pick(&["$.items", "$.items", "$.lost"])},
                "ItemProcessor": self.machine(depth - 1)})),
        };
        // Used rarely, because most results would lose the input of the next state.
        if !self.dice.one_in(8) {
            state.insert("ResultPath", "$.result".into());
        }
        if self.dice.one_in(6) {
            state.insert("ResultSelector", json!({"n.$": self.dice.pick(&["$.n", "$[0].n"])}));
        }
        if self.dice.one_in(3) {
            // A branch must not assign a variable of the machine around it.
            self.names += 1;
            state.insert("Assign", json!({(format!("v{}", self.names)): self.dice.below(9)}));
        }
        if self.dice.one_in(2) {
            state.insert("Retry", self.retry());
        }
        if !self.dice.one_in(3) {
            let errors = json!([self.dice.pick(&[
                "States.ALL",
                "States.ALL",
                "States.TaskFailed",
                "States.Timeout",
                "A"
            ])]);
            state.insert(
                "Catch",
                json!([{"ErrorEquals": errors, "Next": self.any(names), "ResultPath": "$.error"}]),
            );
        }
        state
    }

    fn task(&self) -> Object {
        let resource = self.dice.pick(&[
            "arn:aws:lambda:us-east-1:123456789012:function:f",
            "arn:aws:states:us-east-1:123456789012:activity:a",
            "arn:aws:states:::lambda:invoke",
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        ]);
        let mut task = object(json!({"Type": "Task", "Resource": resource, "Parameters": {
            "FunctionName": "f", "QueueUrl": "https://queue.example", "MessageBody": {"of.$": "$.n"}}}));
        if resource.ends_with("invoke") {
            task.insert("Parameters", json!({"FunctionName": "f", "Payload.$": "$.n"}));
        }
        // Only a few tasks hang without a timeout. The timeout of the execution ends them.
        if !self.dice.one_in(6) {
            task.insert("TimeoutSeconds", (3 + self.dice.below(4)).into());
            if self.dice.one_in(2) {
                task.insert("HeartbeatSeconds", (1 + self.dice.below(2)).into());
            }
        }
        task
    }

    fn retry(&self) -> Value {
        let jitter = self.dice.pick(&["FULL", "NONE"]);
        json!([{"ErrorEquals": [self.dice.pick(&["A", "States.TaskFailed", "States.Timeout"])],
            "IntervalSeconds": 1 + self.dice.below(3), "MaxAttempts": self.dice.below(3),
            "BackoffRate": 1.5, "MaxDelaySeconds": 5, "JitterStrategy": jitter}])
    }
}

fn object(json: Value) -> Object {
    match json {
        Value::Object(object) => object,
        other => panic!("{other}"),
    }
}

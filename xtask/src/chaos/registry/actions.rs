//! The changes that a [`Registry`] makes. Each is repeated until it is acknowledged, and then expected to be there.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::super::names::ROLE;
use super::super::options::PATIENCE;
use super::super::states::{in_a_row, wait};
use super::Registry;
use crate::Result;

/// The first changes, so that a short run makes each at least once. The numbers are those of [`Registry::change`].
const FIRST: [u64; 17] = [15, 15, 15, 18, 18, 4, 7, 0, 4, 9, 9, 9, 14, 20, 22, 23, 0];

impl Registry {
    /// Makes one change, of which those are more frequent that keep something.
    pub(super) fn change(&mut self) -> Result<()> {
        if self.expected["activity"].is_null() {
            self.create_activity()?;
        }
        if self.expected["machine"].is_null() {
            return self.create_machine();
        }
        self.changes += 1;
        let random = self.random.below(24);
        match FIRST.get(self.changes - 1).copied().unwrap_or(random) {
            0..4 => self.update_machine(),
            4..7 => self.publish(),
            7..9 => self.delete_version(),
            9..14 => self.put_alias(),
            14 => self.delete_alias(),
            15..18 => self.tag(),
            18..20 => self.untag(),
            20..22 => self.start(),
            22 => self.delete_activity_after_use(),
            _ => self.delete_machine(),
        }
    }

    fn next(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// A definition that waits and returns its number.
    fn definition(&mut self) -> String {
        let number = self.next();
        in_a_row(&[("W", wait(1)), ("P", json!({"Type": "Pass", "Result": number}))]).to_string()
    }

    fn create_machine(&mut self) -> Result<()> {
        let (definition, number) = (self.definition(), self.number.to_string());
        let name = self.machine.rsplit(':').next().unwrap_or_default();
        let tags = json!([{"key": "made", "value": number}]);
        let request = json!({"name": name, "roleArn": ROLE, "definition": definition, "tags": tags});
        let made = self.client.change("CreateStateMachine", &request, &[])?;
        self.expected["machine"] = json!({
            "definition": definition,
            "revisionId": null,
            "creationDate": made["creationDate"],
            "status": "ACTIVE"
        });
        self.expected["tags"] = json!({"made": number});
        Ok(())
    }

    fn update_machine(&mut self) -> Result<()> {
        let definition = self.definition();
        let request = json!({"stateMachineArn": self.machine, "definition": definition});
        let updated = self.client.change("UpdateStateMachine", &request, &[])?;
        self.expected["machine"]["definition"] = json!(definition);
        self.expected["machine"]["revisionId"] = updated["revisionId"].clone();
        Ok(())
    }

    fn publish(&mut self) -> Result<()> {
        let description = format!("version {}", self.next());
        let request = json!({"stateMachineArn": self.machine, "description": description});
        let published = self.client.change("PublishStateMachineVersion", &request, &[])?;
        let arn = published["stateMachineVersionArn"].as_str().unwrap_or_default();
        // The same revision is published once.
        if self.expected["versions"][arn].is_null() {
            self.expected["versions"][arn] = json!({
                "definition": self.expected["machine"]["definition"],
                "description": description,
                "creationDate": published["creationDate"]
            });
        }
        Ok(())
    }

    fn any(&mut self, of: &str) -> Option<String> {
        let keys: Vec<String> =
            self.expected[of].as_object().into_iter().flat_map(|of| of.keys().cloned()).collect();
        let place = usize::try_from(self.random.below(keys.len() as u64)).ok()?;
        keys.get(place).cloned()
    }

    fn delete_version(&mut self) -> Result<()> {
        let Some(version) = self.any("versions") else { return Ok(()) };
        let is_used = self.expected["aliases"].to_string().contains(&format!("\"{version}\""));
        let request = json!({"stateMachineVersionArn": version});
        match self.client.until_answered("DeleteStateMachineVersion", &request)?.0 {
            Ok(_) if !is_used => remove(&mut self.expected["versions"], &version),
            Err(error) if is_used && error.name == "ConflictException" => {}
            other => return Err(format!("{version}, used: {is_used}: {other:?}").into()),
        }
        Ok(())
    }

    fn put_alias(&mut self) -> Result<()> {
        let Some(version) = self.any("versions") else { return self.publish() };
        let name = if self.random.below(2) == 0 { "a" } else { "b" };
        let alias = format!("{}:{name}", self.machine);
        let route = |version: &str, weight: u32| json!({"stateMachineVersionArn": version, "weight": weight});
        let routing = match self.any("versions").filter(|other| *other != version) {
            Some(other) => json!([route(&version, 50), route(&other, 50)]),
            None => json!([route(&version, 100)]),
        };
        let description = format!("alias {}", self.next());
        let mut request = json!({"routingConfiguration": routing, "description": description});
        let is_new = self.expected["aliases"][&alias].is_null();
        if is_new {
            request["name"] = json!(name);
            let made = self.client.change("CreateStateMachineAlias", &request, &[])?;
            self.expected["aliases"][&alias] = json!({"creationDate": made["creationDate"]});
        } else {
            request["stateMachineAliasArn"] = json!(alias);
            self.client.change("UpdateStateMachineAlias", &request, &[])?;
        }
        self.expected["aliases"][&alias]["routingConfiguration"] = routing;
        self.expected["aliases"][&alias]["description"] = json!(description);
        Ok(())
    }

    fn delete_alias(&mut self) -> Result<()> {
        let Some(alias) = self.any("aliases") else { return Ok(()) };
        self.client.change("DeleteStateMachineAlias", &json!({"stateMachineAliasArn": alias}), &[])?;
        remove(&mut self.expected["aliases"], &alias);
        Ok(())
    }

    /// The machine or the activity, with the member that has its tags.
    fn tagged(&mut self) -> (String, &'static str) {
        match self.random.below(2) {
            0 => (self.machine.clone(), "tags"),
            _ => (self.activity.clone(), "activityTags"),
        }
    }

    fn tag(&mut self) -> Result<()> {
        let (arn, member) = self.tagged();
        let (key, value) = (format!("k{}", self.random.below(6)), self.next().to_string());
        let request = json!({"resourceArn": arn, "tags": [{"key": key, "value": value}]});
        self.client.change("TagResource", &request, &[])?;
        self.expected[member][key] = json!(value);
        Ok(())
    }

    fn untag(&mut self) -> Result<()> {
        let (arn, member) = self.tagged();
        let Some(key) = self.any(member) else { return Ok(()) };
        self.client.change("UntagResource", &json!({"resourceArn": arn, "tagKeys": [key]}), &[])?;
        remove(&mut self.expected[member], &key);
        Ok(())
    }

    /// Starts an execution of the machine or of an alias.
    fn start(&mut self) -> Result<()> {
        let alias = self.any("aliases").filter(|_| self.number.is_multiple_of(2));
        let definitions: Vec<&Value> = match &alias {
            None => vec![&self.expected["machine"]["definition"]],
            Some(alias) => {
                let routes = self.expected["aliases"][alias]["routingConfiguration"].as_array();
                let versions =
                    routes.into_iter().flatten().filter_map(|route| route["stateMachineVersionArn"].as_str());
                versions.map(|version| &self.expected["versions"][version]["definition"]).collect()
            }
        };
        let result = |definition: &Value| -> Option<u64> {
            serde_json::from_str::<Value>(definition.as_str()?).ok()?["States"]["P"]["Result"].as_u64()
        };
        let outputs = definitions.into_iter().filter_map(result).collect();
        let target = alias.unwrap_or_else(|| self.machine.clone());
        self.start_of(&target, outputs)
    }

    fn start_of(&mut self, target: &str, outputs: Vec<u64>) -> Result<()> {
        let request = json!({"stateMachineArn": target, "name": format!("r{}", self.next()), "input": "0"});
        // Repeated while it runs, it is the same.
        let started = self.client.change("StartExecution", &request, &["ExecutionAlreadyExists"])?;
        if let Some(execution) = started["executionArn"].as_str() {
            self.executions.push((execution.to_owned(), outputs));
        }
        Ok(())
    }

    /// An execution goes on though the activity is deleted that it was done with.
    fn delete_activity_after_use(&mut self) -> Result<()> {
        let user = self.user.clone();
        self.start_of(&user, vec![0])?;
        let request = json!({"activityArn": self.activity, "workerName": "registry"});
        loop {
            // An answer that is lost is followed by a timeout and a retry.
            let Ok(Ok(task)) = self.client.call("GetActivityTask", &request) else {
                std::thread::sleep(Duration::from_millis(20));
                continue;
            };
            let Some(token) = task["taskToken"].as_str() else { continue };
            let done = json!({"taskToken": token, "output": "0"});
            match self.client.until_answered("SendTaskSuccess", &done)? {
                (Ok(_), _) => break,
                (Err(error), _) if !["TaskTimedOut", "InvalidToken"].contains(&error.name.as_str()) => {
                    return Err(error.into());
                }
                (Err(_), true) => break,
                (Err(_), false) => {}
            }
        }
        self.client.change("DeleteActivity", &json!({"activityArn": self.activity}), &[])?;
        self.expected["activity"] = Value::Null;
        self.expected["activityTags"] = json!({});
        Ok(())
    }

    fn create_activity(&mut self) -> Result<()> {
        let name = self.activity.rsplit(':').next().unwrap_or_default();
        let made = self.client.change("CreateActivity", &json!({"name": name}), &[])?;
        self.expected["activity"] = json!({"creationDate": made["creationDate"]});
        Ok(())
    }

    /// Deletes the machine, sometimes with an execution that is running, and waits until it is gone.
    fn delete_machine(&mut self) -> Result<()> {
        if self.random.below(2) == 0 {
            self.start()?;
        }
        let request = json!({"stateMachineArn": self.machine});
        self.client.change("DeleteStateMachine", &request, &[])?;
        for member in ["versions", "aliases", "tags"] {
            self.expected[member] = json!({});
        }
        self.expected["machine"] = Value::Null;
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            match self.client.until_answered("DescribeStateMachine", &request)?.0 {
                Ok(described) if described["status"] == "DELETING" => {}
                Ok(described) => return Err(format!("deleted, and {described}").into()),
                Err(error) if error.name == "StateMachineDoesNotExist" => return Ok(()),
                Err(error) => return Err(error.into()),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(format!("{} is DELETING for ever", self.machine).into())
    }
}

fn remove(of: &mut Value, key: &str) {
    if let Some(of) = of.as_object_mut() {
        of.remove(key);
    }
}

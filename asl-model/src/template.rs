//! [`CloudFormationTemplate`]: the state machines in a CloudFormation or SAM template.

use crate::excerpt::assembly::Assembly;
use crate::{Diagnostic, Excerpt, ExecutionType, Format, Source, Span, Substitutions};

mod intrinsic;
mod stand_ins;
mod tree;

use intrinsic::{text, write_json};
use stand_ins::{DeclaredResource, Parameter};
use tree::{Node, NodeContent};

/// The resource types of state machines.
const TYPES: [&str; 2] = ["AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"];

/// A CloudFormation or SAM template, in JSON or in YAML with the short forms of intrinsic functions.
///
/// ```
/// use asl_model::{ExecutionType, Source, CloudFormationTemplate, TemplateDefinition};
/// let file = Source::json(r#"{"Resources": {"Greet": {"Type": "AWS::Serverless::StateMachine", "Properties": {
///     "Type": "EXPRESS", "DefinitionUri": "greet.asl.json", "DefinitionSubstitutions": {"Table": {"Ref": "Orders"}}}}}}"#);
/// let template = CloudFormationTemplate::read(&file).unwrap().unwrap();
/// let machine = &template.machines[0];
/// assert_eq!((machine.name.as_str(), machine.execution_type), ("Greet", Some(ExecutionType::Express)));
/// assert!(matches!(&machine.definition, TemplateDefinition::File(path) if path == "greet.asl.json"));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CloudFormationTemplate {
    /// Its state machines, in the order of the template.
    pub machines: Vec<TemplateMachine>,
    resources: Vec<DeclaredResource>,
    parameters: Vec<Parameter>,
}

/// A state machine of a [`CloudFormationTemplate`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TemplateMachine {
    /// The logical id of the resource.
    pub name: String,
    /// The name that the state machine gets, if the template has it as a literal: `Name`, `StateMachineName`.
    pub machine_name: Option<String>,
    /// Its type; `None` if it depends on a parameter of the template.
    pub execution_type: Option<ExecutionType>,
    /// Where its definition is.
    pub definition: TemplateDefinition,
    /// The place in the template of its definition, or of the path to its definition.
    pub span: Span,
    /// `DefinitionSubstitutions`
    substitutions: Substitutions,
}

/// Where the definition of a [`TemplateMachine`] is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum TemplateDefinition {
    /// In the template: `Definition`, `DefinitionString`.
    Inline(Excerpt),
    /// In a local file, whose path is relative to the template: `DefinitionUri`, `DefinitionS3Location`.
    File(String),
    /// In a bucket, or in a place that is known only when the template is deployed.
    Elsewhere,
}

impl CloudFormationTemplate {
    /// Reads a template. `None` for a text without `Resources`.
    ///
    /// # Errors
    /// [`Code::INVALID_JSON`](crate::Code::INVALID_JSON) and others, if the text is not JSON or YAML.
    pub fn read(file: &Source) -> Result<Option<CloudFormationTemplate>, Box<Diagnostic>> {
        let tree = match file.format() {
            Format::Json => {
                tree::build(crate::source::json::JsonEvents::new(file.text()).map(|step| (step, None)))
            }
            #[cfg(feature = "yaml")]
            Format::Yaml => {
                let mut events = crate::source::yaml::YamlEvents::new(file.text());
                tree::build(std::iter::from_fn(|| Some((events.next()?, events.take_tag()))))
            }
        };
        let Some(tree) = tree? else { return Ok(None) };
        let Some(resources) =
            tree.get("Resources").filter(|node| matches!(node.content, NodeContent::Object(_)))
        else {
            return Ok(None);
        };
        let machines = resources.members().iter().filter_map(|member| {
            let is_machine = member.value.get("Type")?.as_str().is_some_and(|kind| TYPES.contains(&kind));
            is_machine.then(|| TemplateMachine::read(&member.name, &member.value, member.key.clone(), file))
        });
        let declared = |member: &tree::Member| DeclaredResource::read(&member.name, &member.value);
        let parameter = |member: &tree::Member| Parameter::read(&member.name, &member.value, file.text());
        let parameters = tree.get("Parameters").map(Node::members).unwrap_or_default();
        Ok(Some(CloudFormationTemplate {
            machines: machines.collect(),
            resources: resources.members().iter().filter_map(declared).collect(),
            parameters: parameters.iter().filter_map(parameter).collect(),
        }))
    }

    /// Values for what is known only when the template is deployed, so that its machines can run without that: what
    /// `!Ref` and `!GetAtt` of its resources return in this region and account, and the defaults of its parameters.
    ///
    /// A resource without a name in the template is named by its logical id, as `sam local start-lambda` does.
    ///
    /// ```
    /// use asl_model::{CloudFormationTemplate, Source};
    /// let file = Source::json(r#"{"Resources": {"Charge": {"Type": "AWS::Serverless::Function"}}}"#);
    /// let values = CloudFormationTemplate::read(&file).unwrap().unwrap().stand_ins("eu-west-1", "123456789012");
    /// assert_eq!(values.get("Charge.Arn"), Some("arn:aws:lambda:eu-west-1:123456789012:function:Charge"));
    /// ```
    pub fn stand_ins(&self, region: &str, account: &str) -> Substitutions {
        stand_ins::stand_ins(&self.resources, &self.parameters, region, account)
    }

    /// Whether a text may be a template that contains a state machine or, with `empty`, any resource of AWS. The check
    /// is quick and may return `true` for other texts.
    pub fn is_likely(text: &str, empty: bool) -> bool {
        let has_machine = || TYPES.iter().any(|name| text.contains(name));
        text.contains("Resources") && (has_machine() || empty && text.contains("AWS::"))
    }
}

impl TemplateMachine {
    fn read(name: &str, resource: &Node, key: Span, file: &Source) -> TemplateMachine {
        let property = |name: &str| resource.get("Properties")?.get(name);
        let kind = property("Type").or_else(|| property("StateMachineType"));
        let execution_type = match kind.map(|node| text(node, file.text())) {
            None => Some(ExecutionType::Standard),
            Some(kind) => kind.and_then(|kind| ExecutionType::from_name(kind.text())),
        };
        let substitutions = property("DefinitionSubstitutions").map(Node::members).unwrap_or_default();
        let substitutions = substitutions.iter().filter_map(|member| {
            let value = text(&member.value, file.text())?;
            Some((member.name.clone(), value.text().to_owned()))
        });
        let (definition, span) = definition(property, file).unwrap_or((TemplateDefinition::Elsewhere, key));
        let literal = |name: &str| Some(property(name)?.as_str()?.to_owned());
        TemplateMachine {
            name: name.to_owned(),
            machine_name: literal("Name").or_else(|| literal("StateMachineName")),
            execution_type,
            definition,
            span,
            substitutions: substitutions.collect(),
        }
    }

    /// The definition as it will be deployed, as far as the values are known: with the substitutions of the template,
    /// some of which `instead` may override. The diagnostics are about substitutions of the template that do not occur
    /// in the definition, and about names in a file that have no value.
    pub fn deployed(&self, definition: Excerpt, instead: &Substitutions) -> (Excerpt, Vec<Diagnostic>) {
        let (excerpt, mut found) = self.substituted(definition, instead);
        let excerpt = match self.definition {
            TemplateDefinition::File(_) => {
                let (excerpt, left) = excerpt.unsubstituted();
                found.extend(left);
                excerpt
            }
            // A name in the template itself may get its value from the template.
            _ => excerpt,
        };
        (excerpt.with_unknown(), found)
    }

    /// The definition as it can run here: [`deployed`](TemplateMachine::deployed), with
    /// [stand-ins](CloudFormationTemplate::stand_ins) for what is still unknown. The diagnostics are about names that
    /// have no value.
    pub fn standing_in(
        &self,
        definition: Excerpt,
        instead: &Substitutions,
        stand_ins: &Substitutions,
    ) -> (Excerpt, Vec<Diagnostic>) {
        let (excerpt, mut found) = self.substituted(definition, instead);
        // A stand-in need not occur.
        let (excerpt, _) = excerpt.substituted(stand_ins);
        let (excerpt, left) = excerpt.unsubstituted();
        found.extend(left);
        (excerpt, found)
    }

    /// The definition with the substitutions of the template, some of which `instead` may override.
    fn substituted(&self, definition: Excerpt, instead: &Substitutions) -> (Excerpt, Vec<Diagnostic>) {
        let own = self.substitutions.names().filter_map(|name| {
            let value = instead.get(name).or_else(|| self.substitutions.get(name))?;
            Some((name, value))
        });
        let (excerpt, found) = definition.substituted(&own.collect());
        let (excerpt, _) = excerpt.substituted(instead);
        (excerpt, found)
    }
}

fn definition<'n>(
    property: impl Fn(&str) -> Option<&'n Node>,
    file: &Source,
) -> Option<(TemplateDefinition, Span)> {
    if let Some(node) = property("Definition") {
        let mut made = Assembly::default();
        write_json(node, file.text(), &mut made);
        return Some((TemplateDefinition::Inline(Excerpt::assembled(file, made)), node.span.clone()));
    }
    if let Some(node) = property("DefinitionString") {
        let inline = text(node, file.text()).map(|text| Excerpt::assembled(file, text));
        return Some((
            inline.map_or(TemplateDefinition::Elsewhere, TemplateDefinition::Inline),
            node.span.clone(),
        ));
    }
    let node = property("DefinitionUri").or_else(|| property("DefinitionS3Location"))?;
    let path = node.as_str().filter(|path| !path.contains("://"));
    let definition =
        path.map_or(TemplateDefinition::Elsewhere, |path| TemplateDefinition::File(path.to_owned()));
    Some((definition, node.span.clone()))
}

//! `cargo xtask templates`: every CloudFormation template of the repository under `cfn-lint`.

use std::path::Path;
use std::process::Command;

use crate::{Result, command, python, root, target};

const CFN_LINT: &str = "cfn-lint==1.58.0";

/// The folders of templates. `{{name}}` in a template is replaced with the name of a project.
const TEMPLATES: [&str; 9] = [
    "asl-cli/templates/durable/template.yaml",
    "asl-cli/templates/new/template.yaml",
    "docs/guides/templates/api-gateway.yaml",
    "docs/guides/templates/durable.yaml",
    "docs/guides/templates/event-bridge.yaml",
    "docs/guides/templates/fan-out.yaml",
    "docs/guides/templates/prebuilt.yaml",
    "docs/guides/templates/sqs.yaml",
    "examples/order-processing/template.yaml",
];

pub(crate) fn run() -> Result<()> {
    let root = root()?;
    let folder = target()?.join("templates");
    std::fs::create_dir_all(&folder)?;
    let mut lint = cfn_lint()?;
    lint.arg("--");
    for template in TEMPLATES {
        let text =
            std::fs::read_to_string(root.join(template)).map_err(|error| format!("{template}: {error}"))?;
        let filled = folder.join(template.replace('/', "-"));
        std::fs::write(&filled, text.replace("{{name}}", "a-project"))?;
        lint.arg(filled);
    }
    command::run(lint)?;
    println!("{} templates pass cfn-lint", TEMPLATES.len());
    Ok(())
}

/// Checks a template that CDK has synthesised. CDK also writes down the dependencies that follow from references.
pub(crate) fn check_synthesised(template: &Path) -> Result<()> {
    let mut lint = cfn_lint()?;
    lint.args(["--ignore-checks", "W3005", "--"]).arg(template);
    command::run(lint)
}

fn cfn_lint() -> Result<Command> {
    Ok(Command::new(python::environment("templates", &[CFN_LINT])?.join("cfn-lint")))
}

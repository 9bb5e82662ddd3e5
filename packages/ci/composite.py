"""Runs a composite action as a runner of GitHub does, as far as ours needs it."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass
class Done:
    """What a run came to: the exit code of the step that ended it, what was printed, the outputs, the summary."""

    code: int
    printed: str
    outputs: dict
    summary: str


class Action:
    def __init__(self, file, folder, env):
        self.definition = yaml.safe_load(file.read_text())
        self.path = file.parent
        self.folder = folder
        self.env = env

    def run(self, repository, github, inputs):
        """Runs the steps in `repository`, until one fails."""
        self.folder.mkdir(exist_ok=True)
        files = {name: self.folder / name for name in ("GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        temp = self.folder / "temp"
        subprocess.run(["rm", "-rf", temp], check=True)
        temp.mkdir()
        defaults = {name: str(given.get("default", "")) for name, given in self.definition["inputs"].items()}
        context = {
            "inputs": {**defaults, **inputs, "token": "secret"},
            "github": {**github, "action_path": str(self.path)},
            "runner": {"temp": str(temp)},
        }
        outside = {"GITHUB_API_URL": github["api"], "GITHUB_REPOSITORY": "a/b", **{name: str(file) for name, file in files.items()}}
        code, printed, steps = 0, "", {}
        for step in self.definition["runs"]["steps"]:
            if not holds(step.get("if", ""), context):
                continue
            added = files["GITHUB_PATH"].read_text().split()
            path = ":".join([*reversed(added), self.env["PATH"]])
            given = {name: fill(text, context) for name, text in step["env"].items()}
            files["GITHUB_OUTPUT"].write_text("")
            bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            env = {**self.env, **outside, **given, "PATH": path}
            ran = subprocess.run(bash, cwd=repository, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            printed += ran.stdout
            if ran.returncode != 0:
                code = ran.returncode
                break
            lines = files["GITHUB_OUTPUT"].read_text().splitlines()
            steps[step.get("id", "")] = {"outputs": dict(line.split("=", 1) for line in lines)}
        context["steps"] = steps
        outputs = {name: fill(given["value"], context) for name, given in self.definition["outputs"].items()}
        return Done(code, printed, outputs, files["GITHUB_STEP_SUMMARY"].read_text())


def fill(text, context):
    """Replaces `${{ a.b }}`; what does not exist is empty."""
    return re.sub(r"\$\{\{ *(\S+) *\}\}", lambda found: lookup(found[1], context), str(text))


def lookup(name, context):
    value = context
    for part in name.split("."):
        value = value.get(part, {}) if isinstance(value, dict) else {}
    return "" if value == {} else str(value)


def holds(condition, context):
    """`a.b == 'c'`, joined by `&&`."""
    for term in filter(None, condition.split(" && ")):
        found = re.fullmatch(r"(\S+) == '(.*)'", term)
        assert found, f"not understood: {condition}"
        if lookup(found[1], context) != found[2]:
            return False
    return True

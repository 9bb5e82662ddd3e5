"""Runs the GitHub Action, the hooks of pre-commit and the job of GitLab on a repository that it makes.

usage: check.py FOLDER REGISTRY: FOLDER is replaced, REGISTRY is the URL of a registry with the npm package.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from composite import Action
from github import GitHub

ROOT = Path(__file__).resolve().parents[2]
HOOKS = [".pre-commit-hooks.yaml", "package.json"]

VALID = """{
  "StartAt": "Charge",
  "States": {
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge",
      "Next": "Done"
    },
    "Done": {"Type": "Succeed"}
  }
}
"""
TEST = """mocks:
  Charge: {return: 900 cents}
cases:
  - name: an order is charged
    expect: {path: [Charge, Done]}
"""
TEMPLATE = """Transform: AWS::Serverless-2016-10-31
Resources:
  Sent:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: Wait, States: {Wait: {Type: Wait, Seconds: 1, End: true}}}
  Other:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: Pass, States: {Pass: {Type: Pass, End: true}}}
"""


def main(folder, registry):
    shutil.rmtree(folder, ignore_errors=True)
    home, repository = folder / "home", folder / "repository"
    home.mkdir(parents=True)
    (home / ".npmrc").write_text(f"registry={registry}\naudit=false\nfund=false\nupdate-notifier=false\n")
    node = {str(Path(shutil.which(name)).parent) for name in ("node", "npm")}
    path = os.pathsep.join([str(Path(sys.executable).parent), *node, "/usr/bin", "/bin"])
    env = {"HOME": str(home), "PATH": path, "LANG": "C.UTF-8", "PRE_COMMIT_COLOR": "never"}
    lint(env)
    base = make(repository, env)
    action(Action(ROOT / "action.yml", folder / "runner", env), repository, base)
    hooks(folder / "hooks", repository, env)
    gitlab(folder / "gitlab", repository, env)


def lint(env):
    """Their files under the schemas of GitHub and GitLab, and under linters; no address is opened."""
    schema = ["check-jsonschema", "--builtin-schema"]
    run([*schema, "vendor.github-actions", "action.yml"], ROOT, env)
    run([*schema, "vendor.gitlab-ci", "packages/ci/asl.gitlab-ci.yml"], ROOT, env)
    run(["pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"], ROOT, env)
    run(["zizmor", "--offline", "--quiet", "action.yml"], ROOT, env)
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    for step in steps:
        run(["shellcheck", "--shell=bash", "-"], ROOT, env, input=step["run"])
    print("the files pass their schemas and linters")


def make(repository, env):
    """A repository with two commits. Returns the first."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    (repository / "flows").mkdir(parents=True)
    write = lambda name, text: (repository / name).write_text(text)
    write("flows/orders.asl.json", VALID)
    write("flows/orders.test.yaml", TEST)
    write("flows/same.asl.json", VALID)
    write("template.yaml", TEMPLATE)
    write("other.json", '{"a": 1}')
    run([*git, "init", "--quiet", "--initial-branch=main"], repository, env)
    run([*git, "add", "."], repository, env)
    run([*git, "commit", "--quiet", "--message=one"], repository, env)
    base = run([*git, "rev-parse", "HEAD"], repository, env).strip()
    write("flows/orders.asl.json", VALID.replace("Done", "Thank <the> customer"))
    write("flows/orders.test.yaml", TEST.replace("Done", "Thank <the> customer"))
    write("template.yaml", TEMPLATE.replace("Seconds: 1", "Seconds: 2"))
    write("other.json", '{"a": 2}')
    run([*git, "commit", "--quiet", "--all", "--message=two"], repository, env)
    return base


def action(action, repository, base):
    with GitHub() as github:
        pull = {"event_name": "pull_request", "event": {"pull_request": {"number": 7, "base": {"sha": base}}}, "api": github.url}
        done = action.run(repository, pull, {"comment": "true", "min-coverage": "100"})
        assert done.code == 0, done.printed
        assert "4 definitions, all valid" in done.printed and "1 of 1 cases passed" in done.printed, done.printed
        drawn = Path(done.outputs["graph"]).read_text()
        assert "flows/orders.asl.json</code> (green" in drawn and "template.yaml#Sent" in drawn, drawn
        assert "```mermaid\nflowchart" in drawn and "same.asl.json" not in drawn and "<the>" not in drawn, drawn
        assert "### Coverage of the tests" in done.summary and drawn in done.summary, done.summary
        assert [call for call, _ in github.calls] == ["GET", "POST"] and drawn in github.comments[0], github.calls
        # The next push replaces the comment.
        action.run(repository, pull, {"comment": "true"})
        assert [call for call, _ in github.calls][2:] == ["GET", "PATCH"] and len(github.comments) == 1, github.calls
        github.may_write = False
        done = action.run(repository, pull, {"comment": "true"})
        assert done.code == 0 and "::warning::the token may not write comments" in done.printed, done.printed
    print("the action draws, comments and annotates")
    push = {"event_name": "push", "event": {}, "api": "http://127.0.0.1:9"}
    (repository / "flows/more.test.yaml").write_text("file: same.asl.json\ncases: []\n")
    bad = repository / "flows/bad.asl.json"
    bad.write_text(VALID.replace('"Next": "Done"', '"Next": "Nowhere"'))
    done = action.run(repository, push, {})
    assert done.code == 2 and "::error file=flows/bad.asl.json,line=7," in done.printed, done.printed
    assert "cases passed" not in done.printed, "the steps after a failure do not run"
    bad.unlink()
    (repository / "flows/more.test.yaml").unlink()
    test = repository / "flows/orders.test.yaml"
    test.write_text(TEST)
    done = action.run(repository, push, {"paths": "flows\n"})
    assert done.code != 0 and "::error file=flows/orders.test.yaml" in done.printed, done.printed
    done = action.run(repository, push, {"paths": "flows/same.asl.json", "test": "false"})
    assert done.code == 0 and "1 machines drawn" in done.printed, done.printed
    run(["git", "checkout", "--quiet", "."], repository, action.env)


def hooks(folder, repository, env):
    """`pre-commit try-repo`, with the files that make a repository of hooks."""
    folder.mkdir()
    for name in HOOKS:
        shutil.copy(ROOT / name, folder / name)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    run([*git, "init", "--quiet"], folder, env)
    run([*git, "add", "."], folder, env)
    run([*git, "commit", "--quiet", "--message=hooks"], folder, env)
    attempt = ["pre-commit", "try-repo", str(folder), "--verbose", "--all-files"]
    printed = run(attempt, repository, env)
    assert printed.count("Passed") == 3 and "template.yaml (Sent): valid" in printed, printed
    bad = repository / "flows/bad.asl.json"
    bad.write_text(VALID.replace('"Next": "Done"', '"Next": "Nowhere"'))
    run(["git", "add", str(bad)], repository, env)
    printed = run(attempt, repository, env, code=1)
    assert printed.count("Failed") == 1 and "flows/bad.asl.json:7" in printed, printed
    run(["git", "rm", "--quiet", "--force", str(bad)], repository, env)
    print("the hooks of pre-commit pass and fail")


def gitlab(folder, repository, env):
    job = yaml.safe_load((ROOT / "packages/ci/asl.gitlab-ci.yml").read_text())["asl"]
    variables = {**env, **job["variables"]}
    lines = [line.replace("/tmp/asl", str(folder)) for part in ("before_script", "script", "after_script") for line in job[part]]
    printed = run(["bash", "-eo", "pipefail", "-c", "\n".join(lines)], repository, variables)
    reports = job["artifacts"]["reports"]
    for report in (reports["junit"], reports["coverage_report"]["path"]):
        assert (repository / report).read_text().startswith("<?xml"), report
    import re

    found = re.search(job["coverage"].strip("/"), printed, re.MULTILINE)
    assert found and found[1] == "100.0", printed
    print("the job of GitLab validates and tests")


def run(command, folder, env, code=0, input=None):
    """What a command prints. It must end with this code."""
    done = subprocess.run(command, cwd=folder, env=env, text=True, input=input, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == code, f"{command} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

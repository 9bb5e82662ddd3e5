"""The pytest plugin: fixtures with a server of the Step Functions API.

The settings of a project are in its `pytest.ini` or `pyproject.toml`, those of a module, class or test in a mark:

    asl_machines = orders.asl.json
    asl_mocks = mocks.json

    @pytest.mark.asl("orders.asl.json", mocks="mocks.json", virtual_time=False)

The arguments of the mark are those of `asl.serve`. Paths are relative to the folder of the ini file. Virtual time is the default.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any, Dict, Iterator, Mapping, Optional

import pytest

from ._functions import Function
from ._server import Server, serve


@dataclass(frozen=True)
class MockCase:
    """A test case of the mocks: `asl_server.run(machine=asl_case.machine, case=asl_case.name)`."""

    machine: str
    name: str


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("asl_machines", "definitions that the fixture asl_server serves", type="args")
    parser.addini("asl_mocks", "the mocks of the fixture asl_server, in the format of MockConfigFile")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "asl(machines, **options): what asl_server serves, as arguments of asl.serve")


@pytest.fixture
def asl_tasks() -> Optional[Mapping[str, Function]]:
    """The Python functions that are the tasks, by name. Override it to give some."""
    return None


@pytest.fixture
def asl_server(request: pytest.FixtureRequest, asl_tasks: Optional[Mapping[str, Function]]) -> Iterator[Server]:
    """A running server, in virtual time, with a state of its own for each test."""
    options = _options(request.config, request.node)
    if asl_tasks is not None:
        options["tasks"] = {**asl_tasks, **(options.get("tasks") or {})}
    with serve(**options) as server:
        yield server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with the argument `asl_case` runs once for each test case of the mocks."""
    if "asl_case" not in metafunc.fixturenames:
        return
    mocks = _options(metafunc.config, metafunc.definition).get("mocks")
    if mocks is None:
        raise pytest.UsageError("asl_case needs mocks: the ini option asl_mocks, or pytest.mark.asl(mocks=…)")
    if not isinstance(mocks, Mapping):
        with open(mocks, encoding="utf-8") as file:
            mocks = json.load(file)
    machines = mocks["StateMachines"].items()
    cases = [MockCase(machine, case) for machine, content in machines for case in content["TestCases"]]
    metafunc.parametrize("asl_case", cases, ids=[f"{case.machine}/{case.name}" for case in cases])


def _options(config: pytest.Config, node: pytest.Item) -> Dict[str, Any]:
    """The arguments of `asl.serve`: of the ini file, overridden by those of the marks, the nearest last."""
    options: Dict[str, Any] = {"virtual_time": True}
    if config.getini("asl_machines"):
        options["machines"] = config.getini("asl_machines")
    if config.getini("asl_mocks"):
        options["mocks"] = config.getini("asl_mocks")
    for mark in reversed(list(node.iter_markers("asl"))):
        options.update(mark.kwargs)
        if mark.args:
            options["machines"] = list(mark.args) if isinstance(mark.args[0], (str, os.PathLike)) else mark.args[0]
    root = str(config.inipath.parent if config.inipath else config.rootpath)
    return {name: _resolved(root, name, value) for name, value in options.items()}


def _resolved(root: str, name: str, value: Any) -> Any:
    if name not in ("machines", "mocks") or isinstance(value, Mapping):
        return value
    if isinstance(value, (str, os.PathLike)):
        return os.path.join(root, os.fspath(value))
    return [os.path.join(root, os.fspath(item)) for item in value]

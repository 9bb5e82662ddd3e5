"""How long servers and fixtures take to start. A debug build is only measured."""

import os
import time

import pytest

import asl

ENFORCED = os.environ.get("ASL_TIME_LIMITS") == "enforced"
WORKFLOW = {"orders": {"StartAt": "S", "States": {"S": {"Type": "Pass", "End": True}}}}


def fastest(what, milliseconds, limit):
    """A busy computer slows some of the attempts, and none is faster than it can be."""
    print(f"{what}: {min(milliseconds):.0f} ms (at most {limit} ms)")
    assert min(milliseconds) < limit or not ENFORCED


def test_a_server_is_up():
    took = []
    for _ in range(10):
        start = time.perf_counter()
        server = asl.serve(WORKFLOW)
        took.append((time.perf_counter() - start) * 1000)
        server.close()
    fastest("asl.serve", took, 50)


@pytest.fixture(scope="module")
def took():
    """The times of the fixture, from before it to after the test."""
    milliseconds = []
    yield milliseconds
    fastest("the fixture asl_server", milliseconds, 150)


@pytest.fixture
def timed(took):
    start = time.perf_counter()
    yield
    took.append((time.perf_counter() - start) * 1000)


@pytest.mark.parametrize("attempt", range(5))
@pytest.mark.asl(WORKFLOW)
def test_a_fixture_starts_and_ends(timed, asl_server, attempt):
    assert asl_server.run().status == "SUCCEEDED"

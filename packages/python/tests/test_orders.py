"""The order workflow: run, served, with Python tasks, with mocks."""

import pytest
from orders import MOCKS, ORDER, WORKFLOW, PaymentDeclined, Shop

import asl


def test_an_order_is_packed():
    shop = Shop(busy=1)
    execution = asl.run(WORKFLOW, ORDER, tasks=shop.tasks)
    assert execution.output == {
        "orderId": "o-1004",
        "status": "CONFIRMED",
        "total": 7400,
        "chargeId": "ch-o-1004",
        "parcels": ["p-mug", "p-teapot"],
    }
    assert shop.calls == ["validate-order", "charge-payment"]
    assert execution.states[-1] == "ConfirmOrder"
    # The packer was busy once, so a second was waited for, in virtual time.
    assert execution.seconds >= 1


def test_a_declined_order_is_undone():
    shop = Shop(declines=True)
    execution = asl.run(WORKFLOW, ORDER, tasks=shop.tasks)
    assert (execution.status, execution.error) == ("FAILED", "PaymentDeclined")
    assert shop.calls[-1] == "release-inventory"
    with pytest.raises(asl.ExecutionFailed, match="no 7400 cents") as raised:
        execution.output
    assert isinstance(raised.value.__cause__, PaymentDeclined)


@pytest.fixture
def asl_tasks():
    return Shop().tasks


@pytest.mark.asl(WORKFLOW)
def test_the_fixture_serves_it(asl_server):
    assert list(asl_server.machines) == ["workflow"]
    assert asl_server.run(ORDER).output["status"] == "CONFIRMED"


# The cases of the mocks are of a machine with this name.
@pytest.mark.asl({"order-processing": __import__("json").loads(WORKFLOW.read_text())}, mocks=MOCKS, tasks={})
def test_every_case_of_the_mocks_ends(asl_server, asl_case):
    execution = asl_server.run(ORDER, machine=asl_case.machine, case=asl_case.name)
    confirmed = asl_case.name in ("HappyPath", "FraudServiceDown", "PackerBusyOnce")
    assert execution.status == ("SUCCEEDED" if confirmed else "FAILED"), execution

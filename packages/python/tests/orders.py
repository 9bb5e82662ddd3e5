"""The example order-processing, with Python functions as its tasks."""

import json
from pathlib import Path

EXAMPLE = Path(__file__).parents[3] / "examples/order-processing"
WORKFLOW = EXAMPLE / "workflow.asl.json"
MOCKS = EXAMPLE / "mocks.json"
ORDER = json.loads((EXAMPLE / "events/direct.json").read_text())


class PaymentDeclined(Exception):
    pass


class PackerBusy(Exception):
    pass


class Shop:
    """The tasks, and what they were called with."""

    def __init__(self, declines=False, busy=0):
        self.declines = declines
        self.busy = busy
        self.calls = []

    @property
    def tasks(self):
        return {name.replace("_", "-"): getattr(self, name) for name in vars(Shop) if name in NAMES}

    def validate_order(self, order):
        self.calls.append("validate-order")
        return {**order, "total": sum(item["quantity"] * item["unitPrice"] for item in order["items"])}

    def reserve_inventory(self, order):
        return {"reservationId": f"res-{order['orderId']}"}

    async def score_fraud(self, order):
        return {"score": 0}

    def charge_payment(self, payment, context):
        self.calls.append(context.function_name)
        if self.declines:
            raise PaymentDeclined(f"the card has no {payment['amount']} cents")
        return {"chargeId": f"ch-{payment['orderId']}"}

    def pack_item(self, order):
        if self.busy > 0:
            self.busy -= 1
            raise PackerBusy("nobody is free")
        return {"parcelId": f"p-{order['item']['sku']}", "quantity": order["item"]["quantity"]}

    def release_inventory(self, reservation):
        self.calls.append("release-inventory")


NAMES = ("validate_order", "reserve_inventory", "score_fraud", "charge_payment", "pack_item", "release_inventory")

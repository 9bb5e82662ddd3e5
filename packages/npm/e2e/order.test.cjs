// The order workflow, with JavaScript functions in place of its Lambda functions.

const { StartSyncExecutionCommand } = require("@aws-sdk/client-sfn");
const { serve } = require("asl-workflow");
const order = require("./events/direct.json");

class PackerBusy extends Error {
  name = "PackerBusy";
}

class PaymentDeclined extends Error {
  name = "PaymentDeclined";
}

let calls;
const tasks = {
  "validate-order": (order) => ({ ...order, total: order.items.reduce((sum, item) => sum + item.quantity * item.unitPrice, 0) }),
  "reserve-inventory": ({ orderId }) => ({ reservationId: `res-${orderId}` }),
  "score-fraud": async () => ({ score: 0 }),
  "charge-payment": ({ orderId, token }) => {
    if (token === "tok_empty") throw new PaymentDeclined("the card is empty");
    return { chargeId: `ch-${orderId}` };
  },
  "pack-item": ({ item }) => {
    calls.push(item.sku);
    if (calls.length === 1) throw new PackerBusy("nobody is free");
    return { parcelId: `p-${item.sku}` };
  },
  "release-inventory": ({ reservationId }) => void calls.push(`release ${reservationId}`),
};

let server, client;

beforeAll(async () => {
  server = await serve({ machines: "workflow.asl.json", type: "EXPRESS", tasks });
  client = server.client();
});

beforeEach(() => {
  calls = [];
});

afterAll(() => server.stop());

async function check(input, expected) {
  const command = new StartSyncExecutionCommand({ stateMachineArn: server.arn("workflow"), input: JSON.stringify(input) });
  const ended = await client.send(command);
  expect({ ...ended, output: ended.output && JSON.parse(ended.output) }).toMatchObject(expected);
}

test("an order is packed, also when the packer is busy at first", async () => {
  await check(order, { status: "SUCCEEDED", output: { status: "CONFIRMED", parcels: order.items.map(({ sku }) => `p-${sku}`) } });
  expect(calls).toHaveLength(order.items.length + 1);
});

test("what was reserved is released when the payment fails", async () => {
  await check({ ...order, payment: { token: "tok_empty" } }, { status: "FAILED", error: "PaymentDeclined" });
  expect(calls).toEqual([`release res-${order.orderId}`]);
});

test("a function that is missing is an error that names those that there are", async () => {
  const { "charge-payment": _, ...others } = tasks;
  const other = await serve({ machines: "workflow.asl.json", tasks: others });
  const { status, error, cause } = await other.run("workflow", order);
  await other.stop();
  expect([status, error]).toEqual(["FAILED", "Lambda.ResourceNotFoundException"]);
  expect(cause).toMatch("function:charge-payment; the `tasks` are validate-order, reserve-inventory");
});

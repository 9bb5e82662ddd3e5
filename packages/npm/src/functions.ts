import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, invoke, type Tasks, toResource } from "./invocation.ts";

/** Many times what Step Functions passes to a function, in bytes. */
const LARGEST = 16 << 20;

/** A server that answers Lambda's Invoke with JavaScript functions. It does not keep the process running. */
export interface Functions {
  /** The endpoint, for `--lambda-endpoint`. */
  readonly url: string;
  close(): void;
}

/** Serves `tasks` on a free port of the loopback interface, below a path that nobody can guess. */
export async function serveFunctions(tasks: Tasks): Promise<Functions> {
  const secret = randomBytes(16).toString("hex");
  const server = createServer((request, response) => {
    answer(tasks, secret, request).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, failure(500, "ServiceException", String(error))),
    );
  });
  // A function may take longer than Node.js would wait for a request.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${secret}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(tasks: Tasks, secret: string, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, given, version, functions, resource, operation] = url.pathname.split("/");
  const known = given === secret && version === "2015-03-31" && functions === "functions" && operation === "invocations";
  if (request.method !== "POST" || !known || resource === undefined) {
    return failure(404, "UnknownOperationException", "only functions can be invoked here");
  }
  const body = await read(request);
  if (body === undefined) return failure(413, "RequestTooLargeException", `the event has more than ${LARGEST} bytes`);
  const header = request.headers["x-amz-client-context"];
  const clientContext = typeof header === "string" ? JSON.parse(Buffer.from(header, "base64").toString("utf8")) : undefined;
  const invoked = () => invoke(tasks, toResource(decodeURIComponent(resource), url.searchParams.get("Qualifier")), body, clientContext);
  switch (request.headers["x-amz-invocation-type"]) {
    case "DryRun":
      return { status: 204, headers: {}, body: "" };
    case "Event": {
      // Its result and its errors reach nobody, but an unknown function is refused.
      const done = invoked();
      const refused = await Promise.race([done, new Promise<undefined>((resolve) => setImmediate(resolve, undefined))]);
      return refused?.status === 404 ? refused : { status: 202, headers: {}, body: "" };
    }
    default:
      return invoked();
  }
}

/** The whole body; `undefined` if it is too large. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function failure(status: number, type: string, message: string): Answer {
  return { status, headers: { "x-amzn-errortype": type }, body: JSON.stringify({ Message: message }) };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers });
  response.end(body);
}

import { createRequire } from "node:module";
import type { SFNClient, SFNClientConfig } from "@aws-sdk/client-sfn";
import { AslError } from "./error.ts";

/** The settings of a client for `url`, with keys that mean nothing. */
export function dummy(url: string, region: string): SFNClientConfig {
  return {
    endpoint: url,
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    // For StartSyncExecution and TestState, the client would look up `sync-127.0.0.1`.
    disableHostPrefix: true,
  };
}

/** A client of the package that the user has installed. */
export function connect(config: SFNClientConfig): SFNClient {
  let sdk: typeof import("@aws-sdk/client-sfn");
  try {
    sdk = createRequire(import.meta.url)("@aws-sdk/client-sfn");
  } catch (error) {
    throw new AslError("client() needs the package @aws-sdk/client-sfn", { cause: error });
  }
  return new sdk.SFNClient(config);
}

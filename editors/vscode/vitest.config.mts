import { defineConfig } from "vitest/config";

// The bundle is built once for each file that loads it, into the same folder.
export default defineConfig({
  test: { include: ["test/*.test.ts"], environment: "node", fileParallelism: false, testTimeout: 30_000, hookTimeout: 60_000 },
});

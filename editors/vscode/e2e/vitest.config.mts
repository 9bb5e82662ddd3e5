import { defineConfig } from "vitest/config";

// In a running editor; `cargo xtask editor-e2e` starts it. Scenarios share a folder, so they run in order.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.e2e.ts"],
    environment: "node",
    fileParallelism: false,
    // A step waits for what it needs. These only end a run that hangs, also on a busy computer.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 90_000, interval: 100 } },
  },
});

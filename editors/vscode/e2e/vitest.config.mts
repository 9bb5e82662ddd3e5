import { defineConfig } from "vitest/config";

// In a running editor; `cargo xtask editor-e2e` starts it. Scenarios share a folder, so they run in order.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.e2e.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

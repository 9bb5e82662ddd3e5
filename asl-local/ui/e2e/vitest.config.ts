import { defineConfig } from "vitest/config";

// Against a running `asl serve`; `cargo xtask page-e2e` starts it.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.e2e.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

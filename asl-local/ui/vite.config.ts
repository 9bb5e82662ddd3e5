import { defineConfig } from "vitest/config";
import { inlinable } from "./build/inlinable.ts";
import { notices } from "./build/notices.ts";

// One script and one stylesheet with fixed names. They are committed and embedded into the server, so a build must give
// the same bytes everywhere: no hashes, no dates, no paths.
// `npm run dev` serves the sources, and passes the requests of the page on to a running `asl serve`.
const server = process.env["ASL_SERVE"] ?? "http://127.0.0.1:8083";
const passOn = {
  target: server,
  changeOrigin: true,
  headers: { origin: server },
  bypass: (request: { method?: string | undefined; url?: string | undefined }) =>
    request.url === "/" && request.method === "GET" ? "/index.html" : undefined,
};

export default defineConfig({
  plugins: [notices(), inlinable()],
  server: { proxy: { "^/$": passOn, "^/ui/": passOn } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    copyPublicDir: false,
    cssCodeSplit: false,
    modulePreload: false,
    // `cargo xtask ui` limits the size of both files together.
    chunkSizeWarningLimit: 2000,
    // Limits the data URLs of the stylesheet; there are no other assets.
    assetsInlineLimit: 4096,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    rolldownOptions: {
      input: "src/main.tsx",
      output: { format: "iife", entryFileNames: "app.js", assetFileNames: "app[extname]" },
    },
  },
  test: { include: ["src/**/*.test.ts", "build/**/*.test.ts"], environment: "node" },
});

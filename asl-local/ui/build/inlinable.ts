import type { Plugin } from "vite";

/**
 * Keeps the bundle safe inside the `<script>` and `<style>` elements of a report. A browser ends such an element at the
 * first `</script` or `</style` in it, and reads a script differently after `<!--`.
 */
export function inlinable(): Plugin {
  return {
    name: "inlinable",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type === "chunk") {
          output.code = inlinableScript(output.code);
        } else if (/<\/style/i.test(String(output.source))) {
          this.error(`${output.fileName} contains </style, so a report cannot include it`);
        }
      }
    },
  };
}

/** The same script without text that ends its element. In a string, a template and a pattern, `\/` is `/`. */
export function inlinableScript(code: string): string {
  return code.replace(/<\/(?=script)/gi, "<\\/").replace(/<!--/g, "<\\!--");
}

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Licences that require attribution at most. */
const ACCEPTED = new Set(["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD"]);

interface Library {
  name: string;
  version: string;
  licence: string;
  text: string;
}

/**
 * Puts the licences of the bundled libraries on top of the script. They belong in the script itself, because a report
 * is a copy of it. Fails for a licence that is not accepted.
 */
export function notices(): Plugin {
  return {
    name: "notices",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== "chunk") continue;
        const used = Object.entries(output.modules).filter(([, module]) => module.renderedLength > 0);
        const folders = new Set(used.flatMap(([id]) => packageFolder(id) ?? []));
        const libraries = [...folders].map(readLibrary).sort((a, b) => (a.name < b.name ? -1 : 1));
        for (const { name, licence } of libraries) {
          if (!ACCEPTED.has(licence)) this.error(`${name}: its licence is not on the list: ${licence}`);
        }
        output.code = `${comment(libraries)}\n${output.code}`;
      }
    },
  };
}

/** The folder of the package that a module belongs to. */
export function packageFolder(id: string): string | undefined {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
}

function readLibrary(folder: string): Library {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined || !existsSync(join(folder, file))) throw new Error(`${folder} has no licence text`);
  const text = readFileSync(join(folder, file), "utf8").replace(/\r/g, "").trim();
  return { name: manifest.name, version: manifest.version, licence: manifest.license, text };
}

/** One comment with each text once, since most libraries share theirs. */
export function comment(libraries: Library[]): string {
  const byText = new Map<string, string[]>();
  for (const { name, version, text } of libraries) {
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  const parts = [...byText].map(([text, names]) => `${names.join(", ")}\n\n${text}`);
  const body = `This file includes these libraries.\n\n${parts.join("\n\n----\n\n")}`;
  return `/*!\n${body.replaceAll("*/", "* /")}\n*/`;
}

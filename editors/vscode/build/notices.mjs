// The licences of the libraries that a bundle contains.

import { readFile, readdir } from "node:fs/promises";
import * as path from "node:path";

/** Licences that require attribution at most. */
const ACCEPTED = new Set(["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD"]);

/**
 * The name, version and licence of each bundled package, sorted by name. Fails for a licence that is not accepted.
 *
 * @param {import("esbuild").Metafile} metafile
 * @param {string} folder
 */
export async function notices(metafile, folder) {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  const found = inputs.flatMap((input) => /^(?:.*node_modules\/)(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
  const texts = [...new Set(found)].sort().map((of) => notice(path.resolve(folder, of)));
  return (await Promise.all(texts)).join("\n\n");
}

/** @param {string} folder */
async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  if (!ACCEPTED.has(license)) throw new Error(`${name}: its licence is not on the list: ${license}`);
  const file = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  if (file === undefined) throw new Error(`${name} has no licence text`);
  return `${name} ${version} (${license})\n\n${(await readFile(path.join(folder, file), "utf8")).trim()}\n`;
}

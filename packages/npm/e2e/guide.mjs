// The files and the commands of a guide: blocks with `title=NAME` and `run` after the language.

import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";

/**
 * Writes the files of a guide into a folder.
 *
 * @param {string} guide
 * @param {string} folder
 * @returns {Promise<string[]>} Its commands, in order.
 */
export async function unpack(guide, folder) {
  const commands = [];
  for (const [, attribute = "", text = ""] of (await readFile(guide, "utf8")).matchAll(/^```\w* ?(.*)\n([^]*?)^```$/gm)) {
    if (attribute === "run") commands.push(text);
    else if (attribute.startsWith("title=")) await writeFile(path.join(folder, attribute.slice("title=".length)), text);
  }
  if (commands.length === 0) throw new Error(`${guide} has no commands`);
  return commands;
}

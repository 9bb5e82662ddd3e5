import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** Copies a definition into a folder of its own, which becomes the layer. The hash of an asset does not depend on the folder's name. */
export function stage(definition: string): { folder: string; file: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "asl-layer-"));
  const file = `workflow.asl${path.extname(definition)}`;
  copyFileSync(definition, path.join(folder, file));
  return { folder, file };
}

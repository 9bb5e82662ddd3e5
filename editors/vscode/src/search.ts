/** Finds a program along PATH, and never in the current folder, where Windows looks first. */

import { accessSync, constants, statSync } from "node:fs";
import * as path from "node:path";

/** What a search depends on. */
export interface Environment {
  /** The value of PATH. */
  folders: string;
  windows: boolean;
  /** Whether a path is that of a program. */
  isProgram(file: string): boolean;
}

/** The absolute path of the first program of this name in the folders of PATH; `undefined` if there is none. */
export function search(name: string, { folders, windows, isProgram }: Environment): string | undefined {
  const { delimiter, isAbsolute, join } = windows ? path.win32 : path.posix;
  const file = windows && !/\.exe$/i.test(name) ? `${name}.exe` : name;
  // A relative folder is one of the workspace.
  const absolute = folders.split(delimiter).filter((folder) => isAbsolute(folder));
  return absolute.map((folder) => join(folder, file)).find(isProgram);
}

/** The environment of this process. */
export function environment(): Environment {
  return { folders: process.env["PATH"] ?? "", windows: process.platform === "win32", isProgram };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

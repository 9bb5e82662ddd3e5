import { createRequire } from "node:module";
import { AslError } from "./error.ts";

/** The platforms that have a package with the program: `@asl-workflow/PLATFORM`. */
export const PLATFORMS: ReadonlySet<string> = new Set(["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"]);

/**
 * The path of the program `asl`: the variable `ASL_PROGRAM`, or the package for this platform, which npm installs with this one.
 *
 * @throws {AslError} There is none for this platform, or npm was told to leave out optional dependencies.
 */
export function program(): string {
  const given = process.env["ASL_PROGRAM"];
  if (given) return given;
  const platform = `${process.platform}-${process.arch}`;
  const name = `@asl-workflow/${platform}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/${process.platform === "win32" ? "asl.exe" : "asl"}`);
  } catch {
    const other = "build `asl` from its sources and set ASL_PROGRAM to its path";
    throw new AslError(
      PLATFORMS.has(platform)
        ? `the package ${name} is not installed; install without \`--omit=optional\`, on the platform that it is for, or ${other}`
        : `there is no package with \`asl\` for ${platform}; ${other}`,
    );
  }
}

// A registry with our packages on a port of this computer, for `npm install --registry URL`. As a program, `node registry.mjs
// MAIN.tgz PLATFORM.tgz` prints its URL, and ends with its standard input.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

/**
 * Serves archives. The packages of the other platforms can be looked up but not installed.
 *
 * @param {string[]} tarballs - The first is that of the main package.
 * @returns {Promise<{url: string, asked: string[], close(): void}>} What was asked for, too.
 */
export async function serveRegistry(tarballs) {
  const packages = withOthers(tarballs.map((tarball) => ({ tarball, manifest: manifestOf(tarball) })));
  const asked = /** @type {string[]} */ ([]);
  const answers = new Map();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "/");
    asked.push(path);
    const answer = answers.get(path);
    response.writeHead(answer === undefined ? 404 : 200);
    response.end(answer ?? "{}");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${address.port}`;
  for (const { manifest, tarball } of packages) {
    const { name, version } = manifest;
    const dist = { tarball: `${url}/${name}/-/${version}.tgz`, integrity: "sha512-missing" };
    if (tarball !== undefined) {
      const bytes = await readFile(tarball);
      dist.integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
      answers.set(`/${name}/-/${version}.tgz`, bytes);
    }
    answers.set(`/${name}`, JSON.stringify({ name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } }));
  }
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, asked, close };
}

/**
 * @param {{tarball?: string, manifest: any}[]} archives
 * @returns {{tarball?: string, manifest: any}[]}
 */
function withOthers(archives) {
  const present = new Set(archives.map(({ manifest }) => manifest.name));
  const { optionalDependencies = {}, version } = archives[0]?.manifest ?? {};
  const names = Object.keys(optionalDependencies).filter((name) => !present.has(name));
  const others = names.map((name) => {
    const [os, cpu] = name.split("/")[1]?.split("-") ?? [];
    return { manifest: { name, version, os: [os], cpu: [cpu] } };
  });
  return [...archives, ...others];
}

/** @param {string} tarball */
function manifestOf(tarball) {
  return JSON.parse(execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" }));
}

if (process.argv[1] === import.meta.filename) {
  const registry = await serveRegistry(process.argv.slice(2));
  console.log(registry.url);
  process.stdin.resume().once("end", () => registry.close());
}

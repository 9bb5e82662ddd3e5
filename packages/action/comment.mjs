// Writes FILE as the comment of pull request NUMBER, or replaces the comment that it wrote before.

import { existsSync, readFileSync } from "node:fs";

const { FILE = "", NUMBER = "", TOKEN = "", GITHUB_API_URL = "https://api.github.com", GITHUB_REPOSITORY = "" } = process.env;

/** Marks the comment as written by this action. */
const MARK = "<!-- asl: state machines -->";

const issues = `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/issues`;
const old = await find();
const text = existsSync(FILE) ? readFileSync(FILE, "utf8") : undefined;
if (text !== undefined) {
  const body = { body: `${MARK}\n${text}` };
  if (old === undefined) await send("POST", `${issues}/${NUMBER}/comments`, body);
  else await send("PATCH", `${issues}/comments/${old.id}`, body);
} else if (old !== undefined) {
  await send("PATCH", `${issues}/comments/${old.id}`, { body: `${MARK}\nNo state machine is changed any more.` });
}

/** The comment that this action wrote before. */
async function find() {
  for (let page = 1; ; page += 1) {
    const comments = await send("GET", `${issues}/${NUMBER}/comments?per_page=100&page=${page}`);
    const found = comments?.find((/** @type {{body?: string}} */ comment) => comment.body?.startsWith(MARK));
    if (found !== undefined || comments === undefined || comments.length < 100) return found;
  }
}

/**
 * Calls GitHub. A pull request of a fork has no token that may write: then there is a warning, and no comment.
 *
 * @param {string} method
 * @param {string} url
 * @param {object} [body]
 * @returns {Promise<any>}
 */
async function send(method, url, body) {
  const headers = { accept: "application/vnd.github+json", authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (response.ok) return response.json();
  if (response.status === 403) {
    console.log("::warning::the token may not write comments; give the job the permission `pull-requests: write`");
    process.exit(0);
  }
  throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
}

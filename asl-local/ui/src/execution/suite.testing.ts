/** Histories for tests: the goldens of the workspace's suite, which the engine produces. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { HistoryEvent } from "./history.ts";

export interface Case {
  name: string;
  definition: string;
  status: string;
  events: HistoryEvent[];
}

const SUITE = new URL("../../../../tests/suite/", import.meta.url).pathname;

/** Every case of the suite that has a history. */
export function suite(): Case[] {
  const files = readdirSync(SUITE, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".toml"));
  return files.sort().flatMap((file) => read(file));
}

/** One case, `redrive/map`. */
export function suiteCase(name: string): Case {
  const found = read(`${name}.toml`)[0];
  if (!found) throw new Error(`no history in ${name}`);
  return found;
}

/** The events of a file in `testdata`, made by `asl run --history`. */
export function testdata(name: string): HistoryEvent[] {
  return parseHistory(readFileSync(new URL(`testdata/${name}.history`, import.meta.url), "utf8"));
}

function read(file: string): Case[] {
  const text = readFileSync(join(SUITE, file), "utf8");
  const history = /^history = '''\n(.*?)^'''/ms.exec(text)?.[1];
  const definition = /^definition = '''\n(.*?)^'''/ms.exec(text)?.[1] ?? "{}";
  const status = /^status = "(\w+)"/m.exec(text)?.[1] ?? "";
  if (!history) return [];
  return [{ name: file.replace(/\.toml$/, ""), definition, status, events: parseHistory(history) }];
}

/** Reads events written as `3<-2 TaskScheduled {"resource":"f"} @1.5`. */
export function parseHistory(text: string): HistoryEvent[] {
  return text.split("\n").flatMap((line) => {
    const found = /^\s*(\d+)<-(\d+) (\w+)(?: (\{.*\}))?(?: @([\d.]+))?\s*$/.exec(line);
    if (!found) return [];
    const [, id, previous, type = "", told, time] = found;
    const event: HistoryEvent = { id: Number(id), previousEventId: Number(previous), type, timestamp: Number(time ?? 0) };
    if (told) event[detailsMember(type)] = JSON.parse(told);
    return [event];
  });
}

function detailsMember(type: string): string {
  const state = /State(Entered|Exited)$/.exec(type);
  const name = state ? `state${state[1]}` : type.charAt(0).toLowerCase() + type.slice(1);
  return `${name}EventDetails`;
}

/** A visit in a line: `Work[2] failed x2`, with the indices of the branches and iterations around it. */
export function line(visit: import("./model/parts.ts").Visit): string {
  const path: number[] = [];
  for (let on = visit.strand; on.around; on = on.around.strand) path.unshift(on.index);
  const attempts = visit.attempts.length > 1 ? ` x${visit.attempts.length}` : "";
  const error = visit.error === undefined ? "" : ` ${visit.error}`;
  return `${visit.name}${path.length ? `[${path.join(".")}]` : ""} ${visit.status}${attempts}${error}${visit.isSuperseded ? " superseded" : ""}`;
}

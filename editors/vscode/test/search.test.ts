import { expect, test } from "vitest";
import { environment, search } from "../src/search.ts";

test.each([
  ["the first of two", false, "/a:/b:/c", ["/b/asl", "/c/asl"], "/b/asl"],
  ["relative folders", false, ".::bin:/b", ["asl", "bin/asl", "./asl", "/b/asl"], "/b/asl"],
  ["Windows", true, ".;bin;C:\\a;D:\\b", ["asl.exe", "bin\\asl.exe", "C:\\a\\asl", "D:\\b\\asl.exe"], "D:\\b\\asl.exe"],
  ["none", false, "/a", [], undefined],
  ["an empty PATH", false, "", ["asl"], undefined],
])("%s", (_name, windows, folders, programs, expected) => {
  expect(search("asl", { folders, windows, isProgram: (file) => programs.includes(file) })).toBe(expected);
});

test("this computer", () => {
  expect(search("sh", environment())).toMatch(/^\/.*\/sh$/);
  expect(search("no-such-program", environment())).toBeUndefined();
});

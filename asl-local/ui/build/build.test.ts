import { expect, test } from "vitest";
import { inlinableScript } from "./inlinable.ts";
import { comment, packageFolder } from "./notices.ts";

test.each([
  ['a="</script>"', 'a="<\\/script>"'],
  ["`</SCRIPT `", "`<\\/SCRIPT `"],
  ['"<!--"', '"<\\!--"'],
  ['"</style>"; a</b/', '"</style>"; a</b/'],
])("%s can be inlined as %s", (code, expected) => {
  expect(inlinableScript(code)).toBe(expected);
});

test.each([
  ["/x/node_modules/preact/dist/preact.mjs", "/x/node_modules/preact"],
  ["/x/node_modules/@lezer/lr/dist/index.js", "/x/node_modules/@lezer/lr"],
  ["/x/node_modules/a/node_modules/b/index.js", "/x/node_modules/a/node_modules/b"],
  ["/x/src/main.tsx", undefined],
])("the package of %s", (id, folder) => {
  expect(packageFolder(id)).toBe(folder);
});

test("a licence text is shown once, and does not end the comment", () => {
  const library = { licence: "MIT", version: "1.0.0" };
  const shown = comment([
    { ...library, name: "a", text: "Free */ for all" },
    { ...library, name: "b", text: "Free */ for all" },
    { ...library, name: "c", text: "As is" },
  ]);
  expect(shown).toBe(
    "/*!\nThis file includes these libraries.\n\na 1.0.0, b 1.0.0\n\nFree * / for all\n\n----\n\nc 1.0.0\n\nAs is\n*/",
  );
});

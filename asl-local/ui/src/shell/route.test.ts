import { expect, test } from "vitest";
import { fromHash, toHash, type Route } from "./route.ts";

test.each<Route>([
  { place: "home" },
  { place: "executions" },
  { place: "create" },
  { place: "machine", arn: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders" },
  { place: "definition", arn: "arn:aws:states:us-east-1:123456789012:stateMachine:a/b#c?d %25" },
  { place: "coverage", arn: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders" },
  { place: "execution", arn: "arn:aws:states:us-east-1:123456789012:execution:Orders:😀\u202e<script>" },
])("$place survives its address", (route) => {
  expect(fromHash(toHash(route))).toEqual(route);
});

test.each(["", "#", "#/", "#/nowhere", "#/machine", "#/machine/", "#/execution/%E0%A4%A", "#//x"])(
  "%s leads home",
  (hash) => {
    expect(fromHash(hash)).toEqual({ place: "home" });
  },
);

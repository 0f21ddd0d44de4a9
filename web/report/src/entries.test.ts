import assert from "node:assert/strict";
import { test } from "node:test";
import { checkEntries, progressText, pause, reportAddress, type Entry } from "./entries.ts";

const entry = (name: string): Entry => ({ name, bytes: 1, changed: 0, state: "ended", cases: 4, measured: 3, samples: 90, blocks: 5 });

test("a report is asked for by names, the oldest first", () => {
  const entries = [entry("new.jsonl"), entry("a&file=b.jsonl"), entry("old.jsonl")];
  assert.equal(reportAddress(new Set(["new.jsonl", "old.jsonl"]), entries), "report?file=old.jsonl&file=new.jsonl");
  assert.equal(reportAddress(new Set(["a&file=b.jsonl"]), entries), "report?file=a%26file%3Db.jsonl");
});

test("the oldest is the one that was begun first, also where it was copied later", () => {
  const copy = { ...entry("copy.jsonl"), started: "2026-01-01T00:00:00.000Z" };
  const late = { ...entry("late.jsonl"), started: "2026-03-01T00:00:00.000Z" };
  const both = new Set(["copy.jsonl", "late.jsonl"]);
  assert.equal(reportAddress(both, [copy, late]), "report?file=copy.jsonl&file=late.jsonl");
  assert.equal(reportAddress(both, [copy, { ...late, started: "" }]), "report?file=late.jsonl&file=copy.jsonl");
});

test("a run that is going on is asked for less often", () => {
  assert.ok(pause([entry("x"), { ...entry("y"), state: "being written" }]) > pause([entry("x")]));
});

test("how far a run is, in words", () => {
  assert.equal(progressText(entry("x")), "3 of 4 cases, 5 blocks, 90 samples");
  assert.equal(progressText({ ...entry("x"), planned_blocks: 12 }), "3 of 4 cases, 5 of at most 12 blocks, 90 samples");
  assert.equal(progressText({ name: "x", bytes: 0, changed: 0, state: "unreadable", reason: "no JSON" }), "no JSON");
});

test("what is no list is refused", () => {
  for (const value of [null, {}, [1], [null], "x"]) assert.throws(() => checkEntries(value));
});

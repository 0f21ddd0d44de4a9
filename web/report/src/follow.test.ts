import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "./entries.ts";
import { hasChanged, waitFor } from "./follow.ts";

const entry = (name: string, bytes: number, state: Entry["state"] = "ended"): Entry => ({ name, bytes, changed: 1, state });

test("a file of another size, and one that is gone, are changes; other files are none", () => {
  const followed = [["a", 10], ["__proto__", 20]] as const;
  assert.equal(hasChanged(followed, [entry("a", 10), entry("__proto__", 20), entry("new", 5)]), false);
  assert.equal(hasChanged(followed, [entry("a", 11), entry("__proto__", 20)]), true);
  assert.equal(hasChanged(followed, [entry("a", 10)]), true);
});

test("what takes long to make is asked for less often, and what is being timed is left in peace", () => {
  assert.equal(waitFor([entry("a", 1)], 10), 2000);
  assert.equal(waitFor([entry("a", 1, "being written")], 10), 10_000);
  assert.equal(waitFor([entry("a", 1)], 3000), 30_000);
});

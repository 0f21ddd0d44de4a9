import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutFor } from "./table.ts";

test("with room names are whole and dims stand before the values", () => {
  assert.deepEqual(layoutFor(100, 1, 1, 3), { dimsFirst: true, narrow: false, name: 26 });
});

test("where not all is in sight the values are, and names leave them room", () => {
  for (const room of [45, 60, 70]) {
    const layout = layoutFor(room, 1, 1, 4);
    assert.equal(layout.dimsFirst, false);
    assert.ok(layout.name + 10 + 20 <= room, `${room}`);
  }
});

test("on a telephone a base and a change stand beside the name", () => {
  const layout = layoutFor(26.5, 1, 1, 4);
  assert.ok(layout.narrow);
  assert.ok(layout.name + 6.5 + 12.5 <= 26.5);
  assert.ok(layoutFor(26.5, 11, 1, 4).name + 6.5 + 12.5 <= 26.5, "of twelve versions the first two");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { LINE_HEIGHT, movedBy, scrolledTo, windowOf } from "./window.ts";

test("the window holds what is in sight and little more, at every place", () => {
  for (const count of [0, 1, 30, 100_000]) {
    for (let top = -50; top <= count * LINE_HEIGHT + 500; top += Math.max(500, (count * LINE_HEIGHT) / 7)) {
      const { first, end } = windowOf(count, top, 600);
      assert.ok(0 <= first && first <= end && end <= count);
      assert.ok(end - first <= 45);
      const inSight = [Math.floor(top / LINE_HEIGHT), Math.ceil((top + 600) / LINE_HEIGHT) - 1].filter((line) => line >= 0 && line < count);
      for (const line of inSight) assert.ok(first <= line && line < end);
    }
  }
});

test("a line is scrolled into sight, and no further", () => {
  assert.equal(scrolledTo(5, 0, 600, 28), 0);
  assert.equal(scrolledTo(5, 1000, 600, 28), 5 * LINE_HEIGHT);
  const top = scrolledTo(100, 0, 600, 28);
  assert.equal(top + 600, 101 * LINE_HEIGHT + 28);
});

test("keys stop at the ends", () => {
  assert.equal(movedBy("ArrowDown", 9, 10, 300), 9);
  assert.equal(movedBy("ArrowUp", 0, 10, 300), 0);
  assert.equal(movedBy("End", 0, 10, 300), 9);
  assert.equal(movedBy("Home", 7, 10, 300), 0);
  assert.equal(movedBy("PageDown", 0, 100, 280), 8);
  assert.equal(movedBy("toString", 3, 10, 300), null);
  assert.equal(movedBy("ArrowDown", 0, 0, 300), null);
});

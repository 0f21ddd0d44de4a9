import assert from "node:assert/strict";
import { test } from "node:test";
import { example } from "./example.ts";
import { changeExtent, changesPicture, changeTicks } from "./pictures.ts";

test("an axis of changes has its marks at whole percents, or at powers of two", () => {
  const percents = changeTicks(Math.log2(0.94), Math.log2(1.21)).map((tick) => Math.round((2 ** tick - 1) * 1000) / 10);
  assert.deepEqual(percents, [-5, 0, 5, 10, 15, 20]);
  assert.deepEqual(changeTicks(-1.2, 3.4), [-1, 0, 1, 2, 3]);
  assert.deepEqual(changeTicks(-20, 20).length <= 9, true);
});

test("an axis holds its changes and their intervals, but none that says nothing", () => {
  const [low, high] = changeExtent([0.1, -0.2], [0.05, 0.3, -0.25, -0.15], 0.01);
  assert.ok(low < -0.25 && low > -0.3 && high > 0.3 && high < 0.35);
  assert.ok(changeExtent([0.1], [-50, 50], 0.01)[1] < 0.5);
  assert.deepEqual(changeExtent([0], [], 0.01).map((end) => end !== 0), [true, true]);
});

test("the picture of changes fits its intervals", () => {
  const { report } = example(30, 2);
  const picture = changesPicture(report, report.metrics[0] ?? assert.fail(), 1, [1, 2, 3, 4], false) ?? assert.fail();
  const axis = picture.option["xAxis"] as { min: number; max: number };
  const [intervals] = picture.option["series"] as { renderItem: { items: number[][] } }[];
  for (const item of intervals?.renderItem.items ?? []) assert.ok(axis.min <= (item[2] ?? NaN) && (item[3] ?? NaN) <= axis.max);
});

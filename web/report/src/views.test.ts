import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "./contract.ts";
import { example } from "./example.ts";
import { initialState } from "./state.ts";
import { numericDims, viewOf, viewsFor } from "./views.ts";

const { report } = example(2500, 3);
const all = report.cases.id.map((_, index) => index);
interface Series {
  data: { value: number[]; tip: string }[];
}
const seriesOf = (option: Record<string, unknown>): Series[] => option["series"] as Series[];

test("what there is to show depends on the versions and the dims", () => {
  assert.deepEqual(viewsFor(report, initialState(report)), ["versions", "changes", "scatter", "scaling"]);
  const one = example(20, 1).report;
  assert.deepEqual(viewsFor(one, initialState(one)), ["scaling"]);
  assert.deepEqual(viewsFor({ ...report, metrics: [] }, initialState(report)), []);
  assert.deepEqual(numericDims(report), ["n"]);
});

test("a picture shows the cases that the table shows, and no other", () => {
  const state = initialState(report);
  for (const [view, place] of [["scatter", 1], ["changes", 2], ["scaling", 0]] as const) {
    const picture = viewOf(view, report, state, [3], false) ?? assert.fail();
    assert.equal(at(seriesOf(picture.option), place).data.length, 1, view);
    assert.equal(viewOf(view, report, state, [], false), null);
  }
});

test("what is left out is said", () => {
  const picture = viewOf("scatter", report, initialState(report), all, true) ?? assert.fail();
  assert.equal(at(seriesOf(picture.option), 1).data.length, 2000);
  assert.match(picture.note, /^The 2000 of 24\d\d that changed most are drawn\.$/);
  assert.equal(viewOf("versions", report, initialState(report), all.slice(0, 10), true)?.note, "");
});

test("the map of versions has a cell for every case and version", () => {
  const picture = viewOf("versions", report, initialState(report), [0, 1, 2], false) ?? assert.fail();
  const cells = at(seriesOf(picture.option), 0).data;
  assert.equal(cells.length, 9);
  assert.ok(cells.filter((cell) => cell.value[0] === 0).every((cell) => cell.value[2] === 0));
  const largest = at(seriesOf((viewOf("versions", report, initialState(report), all, false) ?? assert.fail()).option), 0).data;
  const sizes = [0, 1, 2, 58, 59].map((row) => Math.max(...largest.filter((cell) => cell.value[1] === row).map((cell) => Math.abs(cell.value[2] ?? 0))));
  assert.deepEqual(sizes, [...sizes].sort((left, right) => right - left));
  assert.ok((sizes[4] ?? 0) > 0.1);
});

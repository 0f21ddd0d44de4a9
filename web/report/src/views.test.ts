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
  assert.match(viewOf("versions", report, initialState(report), all.slice(0, 10), true)?.note ?? "", /^Orange is more than the base, blue less/);
});

test("a case without a ratio has its difference in the map of versions", () => {
  const columns = report.metrics[0]?.columns.map((column, place) => ({ ...column, effect: column.effect.map((effect, index) => (index === 1 ? null : effect)), ...(place === 2 && { difference: { 1: "-20.04 ns [-21.00 ns, -19.00 ns]" } }) })) ?? [];
  const lacking = { ...report, metrics: report.metrics.map((metric, place) => (place === 0 ? { ...metric, columns } : metric)) };
  const picture = viewOf("versions", lacking, initialState(lacking), [0, 1, 2, 3], false) ?? assert.fail();
  const [cells] = picture.option["series"] as { data: { text: string; tip: string }[] }[];
  const told = cells?.data.filter(({ text }) => text.endsWith("-20.04 ns")) ?? [];
  assert.equal(told.length, 1);
  assert.match(told[0]?.tip ?? "", /-20\.04 ns \[-21\.00 ns, -19\.00 ns\] against/);
});

test("the map of versions says how many cases have no change, and what its colours are", () => {
  const columns = report.metrics[0]?.columns.map((column) => ({ ...column, effect: column.effect.map((effect, index) => (index < 3 ? null : effect)) })) ?? [];
  const lacking = { ...report, metrics: report.metrics.map((metric, place) => (place === 0 ? { ...metric, columns } : metric)) };
  const note = viewOf("versions", lacking, initialState(lacking), [0, 1, 2, 3, 4], false)?.note ?? "";
  assert.match(note, /^3 without a change to show: .* Orange is more than the base, blue less, full from [+x].* and [−/].* on; /);
});

test("the map of versions names what its changes are from", () => {
  const tipsOf = (of: typeof report): [string, string[]] => {
    const picture = viewOf("versions", of, initialState(of), [0, 1], false) ?? assert.fail();
    return [picture.title, at(seriesOf(picture.option), 0).data.filter((cell) => cell.value[0] === 2).map((cell) => cell.tip)];
  };
  const [title, tips] = tipsOf(report);
  assert.match(title, /from v1$/);
  for (const tip of tips) assert.match(tip, / against v1$/);
  const chain = structuredClone(report);
  for (const metric of chain.metrics) at(metric.columns, 2).base = 1;
  const [chained, beside] = tipsOf(chain);
  assert.match(chained, /from the version before$/);
  for (const tip of beside) assert.match(tip, / against v2$/);
});

test("a cost over a dim says what has no place, and who shares one", () => {
  const own = structuredClone(report);
  const n = own.cases.dims["n"] ?? assert.fail();
  const numbers = all.filter((index) => typeof n[index] === "number").slice(0, 40);
  const state = initialState(own);
  const before = viewOf("scaling", own, state, numbers, false)?.note ?? assert.fail();
  assert.doesNotMatch(before, /without a place/);
  at(at(own.metrics, 0).columns, 0).value[at(numbers, 0)] = 0;
  assert.match(viewOf("scaling", own, state, numbers, false)?.note ?? "", /1 without a place on a logarithm's axis\./);
  const [first, second] = [at(numbers, 1), at(numbers, 2)];
  for (const values of Object.values(own.cases.dims)) values[second] = values[first] ?? null;
  own.cases.group[second] = at(own.cases.group, first);
  assert.match(viewOf("scaling", own, state, [first, second], false)?.note ?? "", /\d at the n of another case of their line/);
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

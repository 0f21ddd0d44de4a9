import assert from "node:assert/strict";
import { test } from "node:test";
import { VERDICTS } from "./contract.ts";
import { example } from "./example.ts";
import { counted, grouped, largest, pivoted, selected, valuesOf, verdictAt } from "./model.ts";
import { initialState, type State } from "./state.ts";

const { report } = example(200, 3, false);
const time = report.metrics[0] ?? assert.fail();
const chosen = (change: Partial<State>): number[] => selected(report, { ...initialState(report), ...change });
const ids = (indices: number[]): (string | undefined)[] => indices.map((index) => report.cases.id[index]);

test("without a filter all cases are there, in the report's order", () => {
  assert.deepEqual(chosen({}), Array.from({ length: 200 }, (_, i) => i));
});

test("a search wants all its words, in any order and case", () => {
  const found = chosen({ search: "N=1000- SORT" });
  assert.ok(found.length > 0);
  for (const id of ids(found)) assert.match(id ?? "", /sort.*n=1000-/);
  assert.deepEqual(chosen({ search: "sort nosuchthing" }), []);
});

test("values of one dim widen, another dim narrows; a missing value is named by nothing", () => {
  const found = chosen({ where: new Map([["op", new Set(["sort", "solve"])], ["n", new Set(["100"])]]) });
  assert.equal(found.length, 20);
  assert.ok(found.every((index) => report.cases.dims["n"]?.[index] === 100));
  assert.equal(chosen({ where: new Map([["op", new Set()]]) }).length, 200);
  assert.equal(chosen({ where: new Map([["sparse", new Set([""])]]) }).length, 67);
});

test("a verdict in any version is enough, and all four verdicts are all that were judged", () => {
  for (const index of chosen({ verdicts: new Set(["regressed"]) })) {
    assert.ok([1, 2].some((column) => verdictAt(time, column, index) === "regressed"));
  }
  const judged = chosen({ verdicts: new Set(VERDICTS) });
  assert.equal(judged.length, 198); // two failed
});

test("dims are sorted as numbers where they are numbers, ids as people read them", () => {
  const ns = chosen({ sort: "dim:n" }).map((index) => report.cases.dims["n"]?.[index]);
  assert.deepEqual([...new Set(ns)], [10, 100, 1000, 10000, 100000]);
  const sorted = ids(chosen({ sort: "id", search: "test_sort[n=10-" }));
  assert.deepEqual(sorted.slice(0, 3), [0, 1, 2].map((i) => `bench/sort.py::test_sort[n=10-${i}]`));
});

test("what has no number is last, whichever way the rest goes, and equals keep their order", () => {
  const failed = [41, 138];
  assert.deepEqual(chosen({ sort: "change:1" }).slice(-2), failed);
  const down = chosen({ sort: "change:1", descending: true });
  assert.deepEqual(down.slice(-2), failed);
  const effects = down.slice(0, -2).map((index) => time.columns[1]?.effect[index] ?? 0);
  assert.deepEqual(effects, [...effects].sort((left, right) => right - left));
  const byOp = chosen({ sort: "dim:op", descending: true }).filter((index) => report.cases.dims["op"]?.[index] === "write");
  assert.deepEqual(byOp, [...byOp].sort((left, right) => left - right));
});

test("groups keep every case once, and tell of those without a value", () => {
  const lines = grouped(report, chosen({ sort: "id" }), "sparse");
  const headings = lines.flatMap((line) => (line.kind === "heading" ? [[line.text, line.count]] : []));
  assert.deepEqual(headings, [["no sparse", 67], ["sparse=false", 66], ["sparse=true", 67]]);
  const members = lines.flatMap((line) => (line.kind === "case" ? [line.index] : []));
  assert.deepEqual([...members].sort((left, right) => left - right), chosen({}));
  assert.ok(grouped(report, chosen({}), "").every((line) => line.kind === "case"));
});

test("a pivot loses no case that has the dim, and puts each under its value", () => {
  const { columns, rows } = pivoted(report, chosen({}), "op");
  assert.deepEqual(columns, ["build", "solve", "sort", "write"]);
  const cells = rows.flatMap((row) => row.cells.map((index, place) => [index, columns[place]] as const)).filter(([index]) => index !== null);
  assert.equal(cells.length, 200);
  for (const [index, value] of cells) assert.equal(report.cases.dims["op"]?.[index ?? -1], value);
  assert.equal(pivoted(report, chosen({}), "sparse").rows.flatMap((row) => row.cells).filter((index) => index !== null).length, 133);
});

test("the values of a dim are in order and without the missing one", () => {
  assert.deepEqual(valuesOf(report, "n"), ["10", "100", "1000", "10000", "100000"]);
  assert.deepEqual(valuesOf(report, "sparse"), ["false", "true"]);
  assert.deepEqual(valuesOf(report, "none"), []);
});

test("the summary counts every judged case, and the largest change of a verdict is first", () => {
  const total = counted(time, 1).reduce((sum, one) => sum + one.count, 0);
  assert.equal(total, 198);
  assert.equal(counted(time, 0).every((one) => one.count === 0), true);
  const effects = largest(time, 1, "improved", 5).map((index) => time.columns[1]?.effect[index] ?? 0);
  assert.deepEqual(effects, [...effects].sort((left, right) => left - right));
  assert.ok(effects.every((effect) => effect < 1));
});

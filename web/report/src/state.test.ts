import assert from "node:assert/strict";
import { test } from "node:test";
import { example } from "./example.ts";
import { fromHash, initialState, toHash, type State } from "./state.ts";

const { report } = example(40, 3);

test("the first state has no hash", () => {
  assert.equal(toHash(initialState(report), report), "");
  assert.deepEqual(fromHash("", report), initialState(report));
});

test("every state comes back from its hash", () => {
  const state: State = {
    metric: 1,
    search: "sort & n=10 #é",
    where: new Map([
      ["op", new Set(["sort", "build"])],
      ["n", new Set(["10"])],
    ]),
    verdicts: new Set(["regressed", "undecided"]),
    sort: "change:2",
    descending: true,
    group: "op",
    pivot: "n",
    version: 1,
    open: report.cases.id[0] ?? "",
    view: "scatter",
    theme: "dark",
  };
  assert.deepEqual(fromHash("#" + toHash(state, report), report), state);
});

test("a case without a name is opened as any other", () => {
  const nameless = { ...report, cases: { ...report.cases, id: ["", ...report.cases.id.slice(1)] } };
  const hash = toHash({ ...initialState(nameless), open: "" }, nameless);
  assert.equal(hash, "case=");
  assert.equal(fromHash(`#${hash}`, nameless).open, "");
  assert.equal(fromHash(`#${hash}`, report).open, null);
});

test("a hash that names nothing in the report changes nothing", () => {
  const hash = "metric=none&where.__proto__=1&where.colour=red&verdict=bad&sort=value:9&group=constructor&pivot=x&version=99&case=gone&theme=pink";
  assert.deepEqual(fromHash(hash, report), initialState(report));
  assert.deepEqual(fromHash("sort=dim:toString&version=-1", report), initialState(report));
});

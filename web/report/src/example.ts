// Invented data that keep the contract, for tests and for trying the page. The same numbers make the same data.
import type { Column, DimValue, Figure, Metric, Part, Report } from "./contract.ts";

/** Ids that try what hostile ones would. */
export const HOSTILE = [
  "</script><script>document.title='run'</script>",
  "<img src=x onerror=\"document.title='run'\">",
  "abc\u202egnp.exe",
  "=HYPERLINK(\"http://example.org\")|`cell`\nsecond line",
  "long-" + "x".repeat(10_000),
];

/** Numbers between 0 and 1 by a linear congruential generator (Knuth's MMIX constants cut to 32 bits: Numerical Recipes, 1992). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const LOOKS = [
  { light: "#0072b2", dark: "#4ba3db", symbol: "circle" },
  { light: "#d55e00", dark: "#f08a3c", symbol: "triangle" },
  { light: "#009e73", dark: "#2cc295", symbol: "rect" },
];
const OPS = ["sort", "build", "solve", "write"];
const CASES_A_PART = 50;

const digits = (value: number, count: number): number => Number(value.toPrecision(count));

interface Example {
  report: Report;
  parts: Part[];
  figures: Figure[];
}

function judged(effect: number, width: number, threshold: number): number {
  if (effect - width > 1 + threshold) return 0;
  if (effect + width < 1 - threshold) return 1;
  return effect + width < 1 + threshold && effect - width > 1 - threshold ? 2 : 3;
}

function columnOf(versions: number, place: number, base: readonly number[], random: () => number): Column {
  const column: Column = {
    base: 0,
    paired: true,
    labels: place === versions - 1 && versions > 2 ? ["different machine (cpu)"] : [],
    value: [],
    low: [],
    high: [],
    effect: [],
    effect_low: [],
    effect_high: [],
    verdict: [],
    level: [],
    standing: {},
    reason: {},
    warnings: {},
  };
  base.forEach((cost, i) => {
    const kind = random();
    const effect = place === 0 ? 1 : kind < 0.1 ? 1.05 + random() : kind < 0.2 ? 0.5 + random() * 0.4 : 0.997 + random() * 0.006;
    const width = 0.002 + random() * 0.01;
    if (i % 97 === 41 && place > 0) {
      column.standing[i] = "failed";
      column.reason[i] = "exit code 3";
      for (const list of [column.value, column.low, column.high, column.effect, column.effect_low, column.effect_high, column.level]) list.push(null);
      column.verdict.push(-1);
      return;
    }
    const value = cost * effect;
    column.value.push(digits(value, 7));
    column.low.push(digits(value * (1 - width), 7));
    column.high.push(digits(value * (1 + width), 7));
    if (i % 50 === 7) column.warnings[i] = ["the clock is coarse for so short a case"];
    if (place === 0) return;
    const verdict = judged(effect, width, 0.01);
    column.effect.push(digits(effect, 7));
    column.effect_low.push(digits(effect - width, 7));
    column.effect_high.push(digits(effect + width, 7));
    column.verdict.push(verdict);
    column.level.push(verdict === 3 ? 0.2 : 0.004);
    if (verdict === 3) column.reason[i] = "the interval reaches beyond the threshold";
  });
  return column;
}

function metricOf(name: string, unit: string, costs: readonly number[], versions: number, random: () => number): Metric {
  return {
    name,
    unit,
    better: "less",
    statistic: "median",
    confidence: 0.95,
    threshold: { amount: 0.01, relative: true },
    relative: true,
    notes: [],
    columns: Array.from({ length: versions }, (_, place) => columnOf(versions, place, costs, random)),
  };
}

function samplesOf(metric: Metric, index: number, column: number, random: () => number): Part["samples"] {
  const centre = metric.columns[column]?.value[index];
  if (typeof centre !== "number") return [];
  const count = 40;
  const value = Array.from({ length: count }, (_, i) => digits(centre * (1 + 0.02 * (random() - 0.5) + (i === 17 ? 0.15 : 0)), 5));
  const order = Array.from({ length: count }, (_, i) => i * 7 + column);
  return [{ case: index, metric: 0, column, value, block: value.map((_, i) => Math.floor(i / 10)), order }];
}

function figureOf(): Figure {
  const axis = { type: "value", name: "n" };
  const series = [{ type: "line", data: [1, 2, 4, 8].map((n) => [n, n * n]) }];
  return { height: 320, option: { animation: false, grid: {}, xAxis: axis, yAxis: { type: "value", axisLabel: { formatter: { $: "unit", unit: "ns" } } }, series } };
}

/** A report of that many cases and versions; with `hostile` the first ids are those of HOSTILE. */
export function example(cases: number, versions: number, hostile = true): Example {
  const random = numbers(cases * 31 + versions);
  const id: string[] = [];
  const dims: Record<string, DimValue[]> = { op: [], n: [], sparse: [] };
  const costs: number[] = [];
  for (let i = 0; i < cases; ++i) {
    const op = OPS[i % OPS.length] ?? "";
    const n = 10 ** (1 + (Math.floor(i / OPS.length) % 5));
    const repeat = Math.floor(i / (OPS.length * 5));
    id.push((hostile ? HOSTILE[i] : undefined) ?? `bench/${op}.py::test_${op}[n=${n}-${repeat}]`);
    dims["op"]?.push(op);
    dims["n"]?.push(n);
    dims["sparse"]?.push(i % 3 === 0 ? null : i % 3 === 1);
    costs.push(n * (100 + repeat) * (0.5 + random()));
  }
  const metrics = [metricOf("time", "ns", costs, versions, random), metricOf("peak", "B", costs, versions, random)];
  const parts: Part[] = [];
  const time = metrics[0];
  for (let first = 0; first < cases && time; first += CASES_A_PART) {
    const part: Part = { samples: [], growth: [] };
    for (let i = first; i < Math.min(first + CASES_A_PART, cases); ++i) {
      for (let column = 0; column < versions; ++column) part.samples.push(...samplesOf(time, i, column, random));
    }
    if (first === 0 && versions > 1) {
      const paths = [{ frames: ["main", "<b>solve</b>", "std::vector<double>::resize"], before: 1024, after: 4096 }];
      part.growth.push({ case: 0, metric: 1, column: 1, paths });
    }
    parts.push(part);
  }
  const report: Report = {
    format: 1,
    title: "An example of invented numbers",
    made: "2026-01-02T03:04:05Z",
    notes: ["These numbers were invented."],
    gate: ["time:5% fails: sort[n=10] regressed by 12%"],
    versions: Array.from({ length: versions }, (_, i) => ({
      label: `v${i + 1}`,
      look: LOOKS[i % LOOKS.length] ?? { light: "#000000", dark: "#ffffff", symbol: "circle" },
      facts: [["commit", `${i}abcdef`]],
      machine: [["cpu", i === versions - 1 && versions > 2 ? "Other CPU" : "Some CPU"], ["cores", "8"]],
    })),
    cases: { id, group: id.map(() => ""), part: id.map((_, i) => Math.floor(i / CASES_A_PART)), dims },
    metrics,
    figures: [{ view: "scaling", title: "Cost over n", dark: false }],
  };
  return { report, parts, figures: [figureOf()] };
}

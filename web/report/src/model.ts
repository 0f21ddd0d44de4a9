// The table before it is drawn: which cases, in which order, under which headings. Pure functions of the report and the state.
import { at, VERDICTS, type Changes, type DimValue, type Metric, type Report, type Verdict } from "./contract.ts";
import type { State } from "./state.ts";

/** A value of a dim as it is read and filtered by. */
export function dimText(value: DimValue | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

/** The verdict of a case; null where it was not judged. */
export function verdictOf(changes: Changes, index: number): Verdict | null {
  return VERDICTS[changes.verdict[index] ?? -1] ?? null;
}
export function verdictAt(metric: Metric, column: number, index: number): Verdict | null {
  return verdictOf(at(metric.columns, column), index);
}

const lowered = new WeakMap<Report, string[]>();

function searchable(report: Report): string[] {
  let texts = lowered.get(report);
  if (!texts) {
    texts = report.cases.id.map((id) => id.toLowerCase());
    lowered.set(report, texts);
  }
  return texts;
}

/** How numbers and texts are put in order: numbers by size and before texts, texts as people read them ("n=9" before "n=10"), nothing last. */
const collator = new Intl.Collator("en", { numeric: true });
function byValue(left: DimValue | undefined, right: DimValue | undefined): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "number") return -1;
  if (typeof right === "number") return 1;
  return collator.compare(dimText(left), dimText(right));
}

function isMissing(value: DimValue | undefined): boolean {
  return value === null || value === undefined || (typeof value === "number" && Number.isNaN(value));
}

/** The different values of a dim, in order. */
export function valuesOf(report: Report, dim: string): string[] {
  const values = new Map<string, DimValue>();
  for (const value of report.cases.dims[dim] ?? []) if (value !== null) values.set(dimText(value), value);
  return [...values].sort((left, right) => byValue(left[1], right[1])).map(([text]) => text);
}

/** Size of a change, whichever way it goes: a halving is as large as a doubling. */
function magnitude(metric: Metric, effect: number | null | undefined): number | null {
  if (effect === null || effect === undefined) return null;
  if (!metric.relative) return effect;
  return effect > 0 ? Math.log(effect) : null;
}

function sortKeys(report: Report, state: State): readonly (DimValue | undefined)[] | null {
  if (state.sort === "") return null;
  if (state.sort === "id") return report.cases.id;
  const cut = state.sort.indexOf(":");
  const name = state.sort.slice(cut + 1);
  if (state.sort.startsWith("dim:")) return report.cases.dims[name] ?? null;
  const metric = at(report.metrics, state.metric);
  const column = at(metric.columns, Number(name));
  return state.sort.startsWith("value:") ? column.value : column.effect.map((effect) => magnitude(metric, effect));
}

/** The cases that search and filters leave, in the order that is asked for: places in `report.cases`. */
export function selected(report: Report, state: State): number[] {
  const texts = searchable(report);
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  const wheres = [...state.where].filter(([, values]) => values.size > 0).map(([dim, values]) => ({ list: report.cases.dims[dim] ?? [], values }));
  const metric = report.metrics[state.metric];
  const chosen: number[] = [];
  for (let i = 0; i < texts.length; ++i) {
    const text = at(texts, i);
    if (!words.every((word) => text.includes(word))) continue;
    if (!wheres.every(({ list, values }) => values.has(dimText(list[i])))) continue;
    if (state.verdicts.size > 0 && !hasVerdict(metric, i, state.verdicts)) continue;
    chosen.push(i);
  }
  const keys = sortKeys(report, state);
  if (!keys) return chosen;
  const sign = state.descending ? -1 : 1;
  return chosen.sort((left, right) => {
    const one = keys[left];
    const other = keys[right];
    const missing = Number(isMissing(one)) - Number(isMissing(other)); // last, whichever way
    return missing || sign * byValue(one, other) || left - right;
  });
}

function hasVerdict(metric: Metric | undefined, index: number, wanted: Set<Verdict>): boolean {
  if (!metric) return false;
  return metric.columns.some((column) => {
    const verdict = VERDICTS[column.verdict[index] ?? -1];
    return verdict !== undefined && wanted.has(verdict);
  });
}

export type Line = { kind: "heading"; text: string; count: number } | { kind: "case"; index: number };

/** Cases as lines, under a heading for each value of a dim; without one, under the headings that the cases name where there are any. */
export function grouped(report: Report, indices: readonly number[], dim: string): Line[] {
  const headings = dim ? (report.cases.dims[dim] ?? []).map((value) => (value === null ? `no ${dim}` : `${dim}=${dimText(value)}`)) : report.cases.group;
  if (!dim && !headings.some((heading) => heading !== "")) return indices.map((index) => ({ kind: "case", index }));
  const groups = new Map<string, number[]>();
  for (const index of indices) {
    const heading = at(headings, index);
    const group = groups.get(heading);
    if (group) group.push(index);
    else groups.set(heading, [index]);
  }
  const lines: Line[] = [];
  const order = dim ? [...groups.keys()].sort(collator.compare) : [...groups.keys()];
  for (const heading of order) {
    const members = groups.get(heading) ?? [];
    lines.push({ kind: "heading", text: heading || "no group", count: members.length });
    for (const index of members) lines.push({ kind: "case", index });
  }
  return lines;
}

export interface PivotRow {
  label: string;
  cells: (number | null)[]; ///< a case for each column, in the order of Pivot.columns
}
export interface Pivot {
  columns: string[];
  rows: PivotRow[];
}

/**
 * The values of a dim as columns, the base's first where it is known which that is. A row are cases that share every other dim; where two want one cell, the second
 * begins a row of its own.
 */
export function pivoted(report: Report, indices: readonly number[], dim: string, order?: readonly string[]): Pivot {
  const others = Object.keys(report.cases.dims).filter((name) => name !== dim);
  const own = report.cases.dims[dim] ?? [];
  const present = new Set(indices.filter((index) => own[index] !== null).map((index) => dimText(own[index])));
  const columns = [...new Set([...(order ?? []), ...valuesOf(report, dim)])].filter((value) => present.has(value));
  const places = new Map(columns.map((value, place) => [value, place]));
  const rows: PivotRow[] = [];
  const byKey = new Map<string, PivotRow[]>();
  for (const index of indices) {
    const place = own[index] === null ? undefined : places.get(dimText(own[index]));
    if (place === undefined) continue;
    const shared = others.map((name) => report.cases.dims[name]?.[index] ?? null);
    const key = JSON.stringify([shared, at(report.cases.group, index)]);
    const known = byKey.get(key) ?? [];
    let row = known.find((one) => one.cells[place] === null);
    if (!row) {
      const words = others.flatMap((name, i) => (shared[i] === null ? [] : [`${name}=${dimText(shared[i])}`]));
      row = { label: words.join(" ") || at(report.cases.group, index) || "all", cells: columns.map(() => null) };
      known.push(row);
      byKey.set(key, known);
      rows.push(row);
    }
    row.cells[place] = index;
  }
  return { columns, rows };
}

export interface Count {
  verdict: Verdict;
  count: number;
}

/** How many cases have each verdict in a column. */
export function counted(metric: Metric, column: number): Count[] {
  const counts = VERDICTS.map((verdict) => ({ verdict, count: 0 }));
  for (const code of at(metric.columns, column).verdict) {
    const one = counts[code];
    if (one) ++one.count;
  }
  return counts;
}

/** The cases of a column with that verdict, the largest change first. */
export function largest(metric: Metric, column: number, verdict: Verdict, limit: number): number[] {
  const of = at(metric.columns, column);
  const size = (index: number): number => Math.abs(magnitude(metric, of.effect[index]) ?? 0);
  const code = VERDICTS.indexOf(verdict);
  const found: number[] = [];
  of.verdict.forEach((one, index) => {
    if (one === code) found.push(index);
  });
  return found.sort((left, right) => size(right) - size(left) || left - right).slice(0, limit);
}

// Numbers of the report in words, as the command writes them.
import { withUnit } from "../../engine/functions.js";
import { at, type Changes, type Metric, type Report, type Verdict } from "./contract.ts";
import { verdictOf } from "./model.ts";

/** A verdict's mark; it stands beside the colour, so that neither is needed alone. */
export const MARKS: Record<Verdict, string> = { regressed: "▲", improved: "▼", same: "●", undecided: "○" };

export function valueText(metric: Metric, value: number | null | undefined): string {
  return value === null || value === undefined ? "" : withUnit(value, metric.unit);
}

/** A factor with three digits, as long as that is readable. */
function factorText(factor: number): string {
  if (factor >= 1e6) return factor.toExponential(2);
  if (factor >= 99.95) return factor.toFixed(0);
  if (factor >= 9.995) return factor.toFixed(1);
  return factor >= 0.0995 ? factor.toFixed(2) : String(Number(factor.toPrecision(2)));
}

const percentText = (ratio: number): string => (ratio === 1 ? "=" : `${ratio > 1 ? "+" : "\u2212"}${(Math.abs(ratio - 1) * 100).toFixed(1)}%`);

/** One form for all ratios of a cell, as src/base/units.cpp has them: the first of percent, "/12" and "x12" in which all of them read well. */
function formFor(ratios: readonly number[]): (ratio: number) => string {
  if (ratios.every((ratio) => ratio >= 0.1 && ratio < 2)) return percentText;
  if (ratios.every((ratio) => ratio > 0 && ratio < 0.5)) return (ratio) => `/${factorText(1 / ratio)}`;
  return (ratio) => `x${factorText(ratio)}`;
}

export function ratioText(ratio: number): string {
  return formFor([ratio])(ratio);
}

const WIDEST_TOLD = 10; ///< ends of an interval that lie further apart say nothing

function ratioWithInterval(ratio: number, low: number, high: number): string {
  if (ratio === low && ratio === high) return ratioText(ratio);
  if (!(low > 0) || !(high <= WIDEST_TOLD * low)) return `${ratioText(ratio)} [unknown]`;
  const form = formFor([ratio, low, high]);
  return `${form(ratio)} [${form(low)}, ${form(high)}]`;
}

function differenceText(metric: Metric, effect: number): string {
  return effect === 0 ? "=" : (effect > 0 ? "+" : "\u2212") + withUnit(Math.abs(effect), metric.unit);
}

/** `+5.0% [+4.0%, +6.0%]`, or a difference where there is no ratio; "" where there is no effect. */
function effectOf(metric: Metric, of: Changes, index: number): string {
  const effect = of.effect[index];
  if (effect === null || effect === undefined) return of.difference?.[index] ?? "";
  const low = of.effect_low[index];
  const high = of.effect_high[index];
  if (typeof low !== "number" || typeof high !== "number") return metric.relative ? ratioText(effect) : differenceText(metric, effect);
  if (metric.relative) return ratioWithInterval(effect, low, high);
  return `${differenceText(metric, effect)} [${differenceText(metric, low)}, ${differenceText(metric, high)}]`;
}

export function effectText(metric: Metric, column: number, index: number): string {
  return effectOf(metric, at(metric.columns, column), index);
}

/** A change with its mark, or why there is none. */
export function changeOf(metric: Metric, of: Changes, index: number): string {
  const verdict = verdictOf(of, index);
  const effect = effectOf(metric, of, index);
  if (verdict) return `${MARKS[verdict]} ${effect || verdict}`;
  return effect || (of.standing[index] ?? "");
}
export function changeText(metric: Metric, column: number, index: number): string {
  return changeOf(metric, at(metric.columns, column), index);
}

/** Whether the column is compared with another one. */
export function isCompared(metric: Metric, column: number): boolean {
  return at(metric.columns, column).base !== column;
}

/** What a column is compared with, as its version is called. */
export function baseText(report: Report, metric: Metric, column: number): string {
  return at(report.versions, at(metric.columns, column).base).label;
}

/** What the changes of a metric are from, as compare::describe_base has it. */
export function basesText(report: Report, metric: Metric): string {
  const compared = metric.columns.flatMap((of, column) => (of.base === column ? [] : [{ base: of.base, column }]));
  const bases = new Set(compared.map(({ base }) => base));
  if (bases.size <= 1) return at(report.versions, compared[0]?.base ?? 0).label;
  return compared.every(({ base, column }) => base + 1 === column) ? "the version before" : "the base of each";
}

/** How sure a verdict is, as its corrected error level. */
export function levelText(level: number | null | undefined): string {
  if (level === null || level === undefined) return "";
  return level < 0.0001 ? "error level < 0.0001" : `error level ${Number(level.toPrecision(2))}`;
}

export function warningsOf(metric: Metric, column: number, index: number): string[] {
  const of = at(metric.columns, column);
  const reason = of.reason[index];
  return [...(reason ? [reason] : []), ...(of.warnings[index] ?? [])];
}

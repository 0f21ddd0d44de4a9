// Numbers of the report in words, as the command writes them.
import { asChange, withUnit } from "../../engine/functions.js";
import { at, type Metric, type Verdict } from "./contract.ts";
import { verdictAt } from "./model.ts";

/** A verdict's mark; it stands beside the colour, so that neither is needed alone. */
export const MARKS: Record<Verdict, string> = { regressed: "▲", improved: "▼", same: "●", undecided: "○" };

export function valueText(metric: Metric, value: number | null | undefined): string {
  return value === null || value === undefined ? "" : withUnit(value, metric.unit);
}

function effectOf(metric: Metric, effect: number): string {
  if (metric.relative) return asChange(effect);
  return effect === 0 ? "=" : (effect > 0 ? "+" : "\u2212") + withUnit(Math.abs(effect), metric.unit);
}

/** `+5% [+4%, +6%]`; "" where there is no effect. */
export function effectText(metric: Metric, column: number, index: number): string {
  const of = at(metric.columns, column);
  const effect = of.effect[index];
  if (effect === null || effect === undefined) return "";
  const low = of.effect_low[index];
  const high = of.effect_high[index];
  const interval = typeof low === "number" && typeof high === "number" ? ` [${effectOf(metric, low)}, ${effectOf(metric, high)}]` : "";
  return effectOf(metric, effect) + interval;
}

/** A change with its mark, or why there is none. */
export function changeText(metric: Metric, column: number, index: number): string {
  const verdict = verdictAt(metric, column, index);
  const effect = effectText(metric, column, index);
  if (verdict) return `${MARKS[verdict]} ${effect || verdict}`;
  return effect || (at(metric.columns, column).standing[index] ?? "");
}

/** Whether the column is compared with another one. */
export function isCompared(metric: Metric, column: number): boolean {
  return at(metric.columns, column).base !== column;
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

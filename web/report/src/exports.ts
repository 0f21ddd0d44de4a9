// What a reader takes along: the chosen cases as Markdown, CSV and JSON.
import { at, type Report } from "./contract.ts";
import { dimText, verdictAt } from "./model.ts";
import { changeText, isCompared, valueText } from "./words.ts";

/** A cell of GitHub Markdown: what it would take for its own is escaped, and every case stays on one line. */
export function markdownCell(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+!|<>~$@]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/[\r\n]+/g, "<br>");
}

/** The cases as a table of GitHub Markdown, one column a version. */
export function toMarkdown(report: Report, metricIndex: number, indices: readonly number[]): string {
  const metric = at(report.metrics, metricIndex);
  const heads = ["case", ...report.versions.map((version) => version.label)];
  const lines = [`| ${heads.map(markdownCell).join(" | ")} |`, `| --- |${report.versions.map(() => " ---: |").join("")}`];
  for (const index of indices) {
    const cells = metric.columns.map((column, place) => {
      const value = valueText(metric, column.value[index]);
      const change = isCompared(metric, place) ? changeText(metric, place, index) : "";
      return markdownCell([value, change].filter(Boolean).join(" ") || (column.standing[index] ?? column.reason[index] ?? ""));
    });
    lines.push(`| ${[markdownCell(at(report.cases.id, index)), ...cells].join(" | ")} |`);
  }
  return lines.join("\n") + "\n";
}

/** A cell of CSV (RFC 4180). A text that a spreadsheet would run as a formula begins with an apostrophe. */
export function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** One line a case and version, in the metric's unit. */
export function toCsv(report: Report, metricIndex: number, indices: readonly number[]): string {
  const metric = at(report.metrics, metricIndex);
  const dims = Object.keys(report.cases.dims);
  const fields = ["value", "low", "high", "effect", "effect_low", "effect_high", "verdict", "level", "standing"];
  const lines = [["id", ...dims, "version", "metric", "unit", ...fields].map(csvCell).join(",")];
  for (const index of indices) {
    metric.columns.forEach((column, place) => {
      const of = dims.map((dim) => {
        const value = report.cases.dims[dim]?.[index];
        return typeof value === "number" ? value : dimText(value);
      });
      const numbers = [column.value, column.low, column.high, column.effect, column.effect_low, column.effect_high].map((list) => list[index]);
      const cells = [at(report.cases.id, index), ...of, at(report.versions, place).label, metric.name, metric.unit, ...numbers];
      cells.push(verdictAt(metric, place, index), column.level[index] ?? null, column.standing[index] ?? null);
      lines.push(cells.map(csvCell).join(","));
    });
  }
  return lines.join("\r\n") + "\r\n";
}

/** A list of objects, one for each case. */
export function toJson(report: Report, metricIndex: number, indices: readonly number[]): string {
  const metric = at(report.metrics, metricIndex);
  const cases = indices.map((index) => ({
    id: at(report.cases.id, index),
    dims: Object.fromEntries(Object.entries(report.cases.dims).flatMap(([dim, values]) => (values[index] === null ? [] : [[dim, values[index]]]))),
    metric: metric.name,
    unit: metric.unit,
    versions: metric.columns.map((column, place) => ({
      version: at(report.versions, place).label,
      value: column.value[index] ?? null,
      interval: [column.low[index] ?? null, column.high[index] ?? null],
      effect: column.effect[index] ?? null,
      effect_interval: [column.effect_low[index] ?? null, column.effect_high[index] ?? null],
      verdict: verdictAt(metric, place, index),
      level: column.level[index] ?? null,
      standing: column.standing[index] ?? null,
      warnings: column.warnings[index] ?? [],
    })),
  }));
  return JSON.stringify(cases, null, 1) + "\n";
}

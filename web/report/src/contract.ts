// The data of the page, as README.md tells it. Nothing else is known of what was measured.

export type DimValue = string | number | boolean | null;
export type Fact = [name: string, text: string];
export type Numbers = (number | null)[];
export type AtCases<T> = Record<string, T>;

export const VERDICTS = ["regressed", "improved", "same", "undecided"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** How a version is drawn, the same in every picture: colours on light and dark paper, and ECharts' symbol. */
export interface Look {
  light: string;
  dark: string;
  symbol: string;
}

export interface Version {
  label: string;
  look: Look;
  facts: Fact[];
  machine: Fact[];
}

/** What comparing with a base found, by case. */
export interface Changes {
  effect: Numbers;
  effect_low: Numbers;
  effect_high: Numbers;
  verdict: number[];
  level: Numbers;
  standing: AtCases<string>;
  reason: AtCases<string>;
  difference?: AtCases<string>; ///< in words, of cases that have no ratio among those that have one
}

export interface Column extends Changes {
  base: number;
  paired: boolean;
  labels: string[];
  value: Numbers;
  low: Numbers;
  high: Numbers;
  warnings: AtCases<string[]>;
}

export interface Metric {
  name: string;
  unit: string;
  better: "less" | "more" | "unknown";
  statistic: string;
  confidence: number;
  threshold: { amount: number; relative: boolean };
  relative: boolean;
  notes: string[];
  columns: Column[];
}

export interface Cases {
  id: string[];
  group: string[];
  part: number[];
  dims: Record<string, DimValue[]>;
}

export interface FigureHead {
  view: string;
  title: string;
  dark: boolean;
}

export interface Report {
  format: 1;
  title: string;
  made: string;
  follow?: [name: string, bytes: number][]; ///< of a report that is served: its files
  notes: string[];
  gate?: string[];
  versions: Version[];
  cases: Cases;
  metrics: Metric[];
  figures: FigureHead[];
  pivots?: string[];
}

/** Cases compared with those that have the first value of a dim instead. */
export interface PivotColumn extends Changes {
  base: number[];
}
export interface PivotData {
  values: string[];
  metrics: { relative: boolean; columns: PivotColumn[] }[];
}

interface SeriesHead {
  case: number;
  metric: number;
  column: number;
  value: number[];
}

export interface Series extends SeriesHead {
  block: number[];
  order: number[];
}

/** As it stands in the page: whole numbers as steps, each from the one before, the first from 0. */
export interface PackedSeries extends SeriesHead {
  block_steps: number[];
  order_steps: number[];
}

export interface Growth {
  case: number;
  metric: number;
  column: number;
  paths: { frames: string[]; before: number; after: number }[];
  notes?: string[];
}

export interface Part {
  samples: Series[];
  growth: Growth[];
}

export interface PackedPart {
  samples: PackedSeries[];
  growth: Growth[];
}

export interface Figure {
  option: object;
  height: number;
}

/** The entry of a list that is known to have it. Throws where it has not: the data break their contract. */
export function at<T>(list: readonly T[], index: number): T {
  if (index < 0 || index >= list.length) throw new RangeError(`the data name entry ${index} of a list of ${list.length}`);
  return list[index] as T;
}

function fail(what: string): never {
  throw new Error(`This page's data are damaged: ${what}. Write the report again.`);
}

/** Says that the value is a report whose lists have the lengths they must have. Throws an Error for a person to read. */
export function checkReport(value: unknown): Report {
  if (typeof value !== "object" || value === null) fail("they are no object");
  const report = value as Report;
  if (report.format !== 1) throw new Error(`This page reads format 1 of a report's data, and these have ${String(report.format)}.`);
  for (const name of ["versions", "metrics", "figures", "notes"] as const) {
    if (!Array.isArray(report[name])) fail(`\`${name}\` is no list`);
  }
  if (!Array.isArray(report.cases?.id)) fail("`cases` has no ids");
  const count = report.cases.id.length;
  const measure = (list: unknown, name: string, mayBeEmpty: boolean): void => {
    if (!Array.isArray(list)) fail(`\`${name}\` is no list`);
    if (list.length !== count && !(mayBeEmpty && list.length === 0)) fail(`\`${name}\` has ${list.length} entries for ${count} cases`);
  };
  if (typeof report.cases.dims !== "object" || report.cases.dims === null) fail("`cases.dims` is no object");
  measure(report.cases.group, "cases.group", false);
  measure(report.cases.part, "cases.part", false);
  for (const [name, values] of Object.entries(report.cases.dims)) measure(values, `cases.dims.${name}`, false);
  for (const metric of report.metrics) {
    if (!Array.isArray(metric.columns) || metric.columns.length !== report.versions.length) fail(`metric \`${metric.name}\` has not a column for each version`);
    for (const column of metric.columns) {
      if (!(column.base >= 0 && column.base < metric.columns.length)) fail(`a column of \`${metric.name}\` has no base`);
      for (const name of ["value", "low", "high"] as const) measure(column[name], `${metric.name}.${name}`, false);
      for (const name of ["effect", "effect_low", "effect_high", "verdict", "level"] as const) measure(column[name], `${metric.name}.${name}`, true);
    }
  }
  return report;
}

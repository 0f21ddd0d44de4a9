// Options of the pictures that follow the table: the changes it shows, and the samples of a case. They are options as src/plot makes them, and the same
// functions draw them.
import { at, type Metric, type Report, type Series, type Verdict } from "./contract.ts";
import { named } from "./dom.ts";
import { verdictAt } from "./model.ts";
import { isCompared, MARKS } from "./words.ts";

export interface Drawable {
  option: Record<string, unknown>;
  height: number;
}

/** Colours as src/plot/theme.cpp has them. */
export const THEMES = {
  light: { paper: "#ffffff", ink: "#1b1f24", faint: "#57606a", line: "#8c959f", grid: "#e6e9ec" },
  dark: { paper: "#14181d", ink: "#e6edf3", faint: "#9da7b1", line: "#6e7681", grid: "#2b3138" },
};
const LOOKS = {
  regressed: { light: "#c2410c", dark: "#f08a3c", symbol: "triangle" },
  improved: { light: "#0072b2", dark: "#4ba3db", symbol: "path://M0,0h12l-6,11z" },
  same: { light: "#57606a", dark: "#9da7b1", symbol: "circle" },
  undecided: { light: "#8c959f", dark: "#9da7b1", symbol: "circle" },
};

/** The mark of a change: undecided ones are hollow. */
export function markOf(verdict: Verdict, dark: boolean): Record<string, unknown> {
  const colour = LOOKS[verdict][dark ? "dark" : "light"];
  const paper = (dark ? THEMES.dark : THEMES.light).paper;
  const itemStyle = verdict === "undecided" ? { color: paper, borderColor: colour, borderWidth: 1.5 } : { color: colour };
  return { symbol: LOOKS[verdict].symbol, itemStyle };
}
export const MOST = 60; ///< rows in one picture; more nobody reads
export const ROW = 18;
export const FAMILY = "DejaVu Sans, Verdana, sans-serif";

export function axisOf(look: (typeof THEMES)["light"], more: Record<string, unknown>, label: Record<string, unknown>): Record<string, unknown> {
  return {
    axisLine: { show: true, onZero: false, lineStyle: { color: look.line } },
    splitLine: { show: true, lineStyle: { color: look.grid } },
    nameLocation: "middle",
    nameTextStyle: { color: look.faint },
    axisLabel: { color: look.faint, fontSize: 11, hideOverlap: true, ...label },
    ...more,
  };
}

export function common(dark: boolean, description: string): Record<string, unknown> {
  const look = dark ? THEMES.dark : THEMES.light;
  return {
    backgroundColor: look.paper,
    textStyle: { fontFamily: FAMILY, color: look.ink },
    animation: false,
    aria: { enabled: true, label: { description } },
    tooltip: {
      renderMode: "richText",
      confine: true,
      formatter: { $: "tip" },
      backgroundColor: look.paper,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: 12 },
    },
  };
}

/** Of those cases, the ones whose changes would be drawn: the largest, and the largest at the top. */
export function drawnChanges(metric: Metric, column: number, indices: readonly number[], most = MOST): number[] {
  const of = at(metric.columns, column);
  const size = (index: number): number => {
    const effect = of.effect[index] ?? 0;
    return metric.relative ? Math.abs(Math.log(effect)) : Math.abs(effect);
  };
  const usable = indices.filter((index) => {
    const effect = of.effect[index];
    return typeof effect === "number" && (!metric.relative || effect > 0);
  });
  return usable.sort((left, right) => size(right) - size(left)).slice(0, most);
}

const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/** Where an axis of ratios as log2 has its marks: at whole percents, or at powers of two where it goes beyond a doubling. */
export function changeTicks(low: number, high: number): number[] {
  const most = 8;
  const within = low > -1 && high < 1;
  const step = within ? (STEPS.find((one) => (2 ** high - 2 ** low) / one <= most) ?? 0.5) : Math.ceil((high - low) / most);
  const first = Math.ceil((within ? 2 ** low - 1 : low) / step);
  const last = Math.floor((within ? 2 ** high - 1 : high) / step);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => (within ? Math.log2(1 + (first + i) * step) : (first + i) * step));
}

/** From where to where an axis of changes goes: all of them and their intervals, but an interval that is many times as wide is cut off. */
export function changeExtent(places: readonly number[], ends: readonly number[], least: number): [number, number] {
  const reach = Math.max(...places.map(Math.abs), least) * 2.5;
  const all = [0, ...places, ...ends.map((end) => Math.min(reach, Math.max(-reach, end)))];
  const low = all.reduce((left, right) => Math.min(left, right));
  const high = all.reduce((left, right) => Math.max(left, right));
  const room = Math.max(high - low, least / 10) * 0.04;
  return [low - room, high + room];
}

/** Marks of an axis of bytes are powers of two apart, so that they read well; of another unit ECharts' own do. */
function scaleOf(unit: string, values: readonly number[]): Record<string, unknown> {
  if (unit !== "B" || values.length === 0) return { scale: true };
  const low = values.reduce((left, right) => Math.min(left, right));
  const high = values.reduce((left, right) => Math.max(left, right));
  const interval = 2 ** Math.ceil(Math.log2(Math.max((high - low) / 6, high / 64, 1)));
  return { interval, min: Math.floor(low / interval - 0.5) * interval, max: Math.ceil(high / interval + 0.5) * interval };
}

/** The changes of those cases with their intervals; null where none is to be shown. */
export function changesPicture(report: Report, metric: Metric, column: number, indices: readonly number[], dark: boolean): Drawable | null {
  if (!isCompared(metric, column)) return null;
  const drawn = drawnChanges(metric, column, indices);
  if (drawn.length === 0) return null;
  const look = dark ? THEMES.dark : THEMES.light;
  const of = at(metric.columns, column);
  const scaled = (effect: number): number => (metric.relative ? Math.log2(effect) : effect);
  const items: number[][] = [];
  const data = drawn.map((index, row) => {
    const x = scaled(of.effect[index] ?? 1);
    const low = of.effect_low[index];
    const high = of.effect_high[index];
    if (typeof low === "number" && typeof high === "number" && (!metric.relative || low > 0)) items.push([x, row, scaled(low), scaled(high)]);
    const verdict = verdictAt(metric, column, index) ?? "undecided";
    const id = at(report.cases.id, index);
    return {
      value: [x, row],
      tip: `${MARKS[verdict]} ${verdict}: ${named(id, 200)}`,
      ...markOf(verdict, dark),
    };
  });
  const names = drawn.map((index) => named(at(report.cases.id, index), 1000));
  const places = data.map((one) => one.value[0] ?? 0);
  const ends = items.flatMap((item) => item.slice(2));
  const [min, max] = changeExtent(places, ends, metric.relative ? 0.002 : Math.max(...places.map(Math.abs)) / 100);
  const ticks = metric.relative ? changeTicks(min, max) : undefined;
  const height = 60 + drawn.length * ROW;
  const change = metric.relative ? { $: "exp2change" } : { $: "unit", unit: metric.unit };
  const rows = { type: "value", inverse: true, min: -0.5, max: drawn.length - 0.5, splitLine: { show: false }, axisTick: { show: false } };
  const rowLabels = { customValues: names.map((_, row) => row), hideOverlap: false, formatter: { $: "pick", names, width: 300, font: `11px ${FAMILY}` } };
  const option = {
    ...common(dark, `Changes of ${drawn.length} cases in ${metric.name}`),
    grid: { left: 8, right: 24, top: 12, bottom: 40, outerBoundsMode: "same", outerBoundsContain: "all" },
    xAxis: axisOf(
      look,
      { type: "value", min, max, name: `change of ${metric.name}`, nameGap: 24, ...(ticks && { splitLine: { show: false }, axisTick: { customValues: ticks } }) },
      { formatter: change, ...(ticks && { customValues: ticks }) },
    ),
    yAxis: axisOf(look, rows, rowLabels),
    series: [
      { type: "custom", renderItem: { $: "interval", of: "x", items, cap: 3, width: 1.5 }, itemStyle: { color: look.faint }, data: items.slice(0, 1), silent: true, clip: true },
      { type: "line", data: [[0, -0.5], [0, drawn.length - 0.5]], symbol: "none", silent: true, lineStyle: { color: look.line, type: "dashed", width: 1 } },
      { type: "scatter", symbolSize: 9, data },
    ],
  };
  return { option, height };
}

/** Samples in the order in which they were taken: drift leans, two modes are two levels. */
export function orderPicture(report: Report, metric: Metric, series: readonly Series[], dark: boolean): Drawable | null {
  if (series.every((one) => one.value.length === 0)) return null;
  const look = dark ? THEMES.dark : THEMES.light;
  const drawn = series.map((one) => {
    const { label: name, look: mark } = at(report.versions, one.column);
    const ordered = new Set(one.order).size > 1; // files of some tools do not tell
    const data = one.value.map((value, i) => ({ value: [ordered ? (one.order[i] ?? i) : i, value], tip: `${name}, block ${(one.block[i] ?? 0) + 1}` }));
    return { type: "scatter", name, symbol: mark.symbol, symbolSize: 8, itemStyle: { color: dark ? mark.dark : mark.light, opacity: 0.8 }, data };
  });
  const option = {
    ...common(dark, `Samples of ${metric.name} in the order of time`),
    legend: { top: 4, left: 8, textStyle: { color: look.ink }, formatter: { $: "shorten", width: 260, font: `12px ${FAMILY}` } },
    grid: { left: 8, right: 24, top: 40, bottom: 40, outerBoundsMode: "same", outerBoundsContain: "all" },
    xAxis: axisOf(look, { type: "value", minInterval: 1, name: "sample, in the order of its run", nameGap: 24 }, { formatter: { $: "plain" } }),
    yAxis: axisOf(look, { type: "value", ...scaleOf(metric.unit, series.flatMap((one) => one.value)), name: metric.name, nameGap: 12 }, { formatter: { $: "unit", unit: metric.unit } }),
    series: drawn,
  };
  return { option, height: 320 };
}

/** Samples by block, a column of marks each. */
export function blocksPicture(report: Report, metric: Metric, series: readonly Series[], dark: boolean): Drawable | null {
  const picture = orderPicture(report, metric, series, dark);
  if (!picture) return null;
  const look = dark ? THEMES.dark : THEMES.light;
  const rows = picture.option["series"] as { data: { value: number[] }[] }[];
  rows.forEach((row, place) => {
    const one = at(series, place);
    const aside = (place - (series.length - 1) / 2) * (0.6 / Math.max(series.length, 1));
    row.data.forEach((item, i) => {
      item.value = [(one.block[i] ?? 0) + 1 + aside, one.value[i] ?? 0];
    });
  });
  picture.option["xAxis"] = axisOf(look, { type: "value", name: "block", nameGap: 24, minInterval: 1, scale: true }, { formatter: { $: "plain" } });
  return picture;
}

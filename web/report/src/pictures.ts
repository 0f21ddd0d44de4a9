// Options of the pictures that follow the table: the changes it shows, and the samples of a case. They are options as src/plot makes them, and the same
// functions draw them.
import { at, type Metric, type Report, type Series } from "./contract.ts";
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
export const LOOKS = {
  regressed: { light: "#c2410c", dark: "#f08a3c", symbol: "triangle" },
  improved: { light: "#0072b2", dark: "#4ba3db", symbol: "path://M0,0h12l-6,11z" },
  same: { light: "#57606a", dark: "#9da7b1", symbol: "circle" },
  undecided: { light: "#8c959f", dark: "#9da7b1", symbol: "emptyCircle" },
};
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
      tip: `${MARKS[verdict]} ${verdict}: ${id.length > 200 ? `${id.slice(0, 200)}…` : id}`,
      symbol: LOOKS[verdict].symbol,
      itemStyle: { color: LOOKS[verdict][dark ? "dark" : "light"] },
    };
  });
  const names = drawn.map((index) => at(report.cases.id, index));
  const height = 60 + drawn.length * ROW;
  const change = metric.relative ? { $: "exp2change" } : { $: "unit", unit: metric.unit };
  const rows = { type: "value", inverse: true, min: -0.5, max: drawn.length - 0.5, splitLine: { show: false }, axisTick: { show: false } };
  const rowLabels = { customValues: names.map((_, row) => row), hideOverlap: false, formatter: { $: "pick", names, width: 300, font: `11px ${FAMILY}` } };
  const option = {
    ...common(dark, `Changes of ${drawn.length} cases in ${metric.name}`),
    grid: { left: 8, right: 24, top: 12, bottom: 40, outerBoundsMode: "same", outerBoundsContain: "all" },
    xAxis: axisOf(look, { type: "value", name: `change of ${metric.name}`, nameGap: 24 }, { formatter: change }),
    yAxis: axisOf(look, rows, rowLabels),
    series: [
      { type: "custom", renderItem: { $: "interval", of: "x", items, cap: 3, width: 1.5 }, itemStyle: { color: look.faint }, data: items.slice(0, 1), silent: true },
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
    const data = one.value.map((value, i) => ({ value: [one.order[i] ?? i, value], tip: `${name}, block ${(one.block[i] ?? 0) + 1}` }));
    return { type: "scatter", name, symbol: mark.symbol, symbolSize: 6, itemStyle: { color: dark ? mark.dark : mark.light, opacity: 0.8 }, data };
  });
  const option = {
    ...common(dark, `Samples of ${metric.name} in the order of time`),
    legend: { top: 4, left: 8, textStyle: { color: look.ink }, formatter: { $: "shorten", width: 260, font: `12px ${FAMILY}` } },
    grid: { left: 8, right: 24, top: 40, bottom: 40, outerBoundsMode: "same", outerBoundsContain: "all" },
    xAxis: axisOf(look, { type: "value", name: "sample, in the order of its run", nameGap: 24 }, { formatter: { $: "plain" } }),
    yAxis: axisOf(look, { type: "value", scale: true, name: metric.name, nameGap: 12 }, { formatter: { $: "unit", unit: metric.unit } }),
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

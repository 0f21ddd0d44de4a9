// The pictures of the cases that the table shows. They follow its search and its filters; what is too much for one picture is left out, and that is said.
import { at, type Metric, type Report } from "./contract.ts";
import { dimText, verdictAt } from "./model.ts";
import { axisOf, changesPicture, common, drawnChanges, FAMILY, markOf, MOST, ROW, THEMES, type Drawable } from "./pictures.ts";
import type { State, VIEWS } from "./state.ts";
import { baseText, basesText, changeText, effectText, isCompared, MARKS, ratioText, valueText } from "./words.ts";
import { named, shown } from "./dom.ts";

export type View = Exclude<(typeof VIEWS)[number], "">;
export interface ViewPicture extends Drawable {
  title: string;
  note: string; ///< what is not in it, or ""
}

const MOST_POINTS = 2000;
const MOST_LINES = 120;
const NAMES: Record<View, string> = { changes: "Changes", scatter: "Base against head", versions: "Versions", scaling: "Cost over a dim" };

export const nameOf = (view: View): string => NAMES[view];

/** The dims over which a cost can be drawn: numbers, at least two. */
export function numericDims(report: Report): string[] {
  return Object.entries(report.cases.dims).flatMap(([name, values]) => {
    const numbers = new Set(values.filter((value) => typeof value === "number"));
    return numbers.size > 1 && values.every((value) => value === null || typeof value === "number") ? [name] : [];
  });
}

/** The views that have something to show of a metric, the first one first. */
export function viewsFor(report: Report, state: State): View[] {
  const metric = report.metrics[state.metric];
  if (!metric) return [];
  const compared = isCompared(metric, state.version);
  const several = metric.columns.length > 2 && metric.columns.some((_, column) => isCompared(metric, column)) && metric.relative;
  const views: View[] = [];
  if (several) views.push("versions");
  if (compared) views.push("changes", "scatter");
  if (numericDims(report).length > 0) views.push("scaling");
  return views;
}

function scatter(report: Report, metric: Metric, column: number, indices: readonly number[], dark: boolean): ViewPicture | null {
  const of = at(metric.columns, column);
  const base = at(metric.columns, of.base);
  const usable = indices.filter((index) => typeof of.value[index] === "number" && typeof base.value[index] === "number");
  const changed = usable.length > MOST_POINTS ? drawnChanges(metric, column, usable, MOST_POINTS) : usable;
  if (changed.length === 0) return null;
  const look = dark ? THEMES.dark : THEMES.light;
  const all = changed.flatMap((index) => [of.value[index] ?? 0, base.value[index] ?? 0]);
  const logarithmic = all.every((value) => value > 0);
  const least = all.reduce((left, right) => Math.min(left, right));
  const most = all.reduce((left, right) => Math.max(left, right));
  const data = changed.map((index) => {
    const verdict = verdictAt(metric, column, index) ?? "undecided";
    const change = isCompared(metric, column) ? changeText(metric, column, index) : "";
    return {
      value: [base.value[index] ?? 0, of.value[index] ?? 0],
      tip: `${named(at(report.cases.id, index), 200)}\n${valueText(metric, base.value[index])} → ${valueText(metric, of.value[index])}\n${change}`,
      ...markOf(verdict, dark),
    };
  });
  const scale = { type: logarithmic ? "log" : "value", scale: true, ...(logarithmic ? {} : { min: Math.min(0, least) }) };
  const label = { formatter: { $: "unit", unit: metric.unit } };
  const name = (place: number): string => `${metric.name}, ${shown(at(report.versions, place).label, 40)}`;
  const option = {
    ...common(dark, `${metric.name} of ${changed.length} cases, base against head`),
    grid: { left: 8, right: 24, top: 16, bottom: 40, outerBoundsMode: "same", outerBoundsContain: "all" },
    xAxis: axisOf(look, { ...scale, name: name(of.base), nameGap: 24 }, label),
    yAxis: axisOf(look, { ...scale, name: name(column), nameGap: 12 }, label),
    series: [
      { type: "line", data: [[least, least], [most, most]], symbol: "none", silent: true, lineStyle: { color: look.line, type: "dashed", width: 1 } },
      { type: "scatter", symbolSize: 8, data },
    ],
  };
  const note = changed.length < usable.length ? `The ${changed.length} of ${usable.length} that changed most are drawn.` : "";
  return { option, height: 440, title: "Base against head of the cases shown; on the dashed line nothing changed", note };
}

/** As src/plot/views/sweep.cpp: nine of ten changes lie within the colours. */
function endOfColours(folds: readonly number[]): number {
  const sizes = folds.map(Math.abs).sort((left, right) => left - right);
  return Math.max(sizes[Math.floor(0.9 * (sizes.length - 1))] ?? 0, 0.1);
}

function versions(report: Report, metric: Metric, indices: readonly number[], dark: boolean): ViewPicture | null {
  const fold = (column: number, index: number): number | null => {
    const effect = at(metric.columns, column).effect[index];
    return typeof effect === "number" && effect > 0 ? Math.log2(effect) : null;
  };
  const columns = metric.columns.map((_, column) => column);
  const size = (column: number, index: number): number => {
    const own = fold(column, index);
    if (own !== null) return Math.abs(own);
    return at(metric.columns, column).difference?.[index] === undefined ? -1 : 0;
  };
  const sized = indices.map((index) => ({ index, size: Math.max(...columns.map((column) => size(column, index))) }));
  const usable = sized.filter((one) => one.size >= 0);
  const rows = usable.sort((left, right) => right.size - left.size).slice(0, MOST).map(({ index }) => index);
  if (rows.length === 0) return null;
  const look = dark ? THEMES.dark : THEMES.light;
  const end = endOfColours(rows.flatMap((index) => columns.flatMap((column) => fold(column, index) ?? [])));
  const cells = rows.flatMap((index, row) =>
    columns.map((column) => {
      const of = at(metric.columns, column);
      const own = fold(column, index);
      const verdict = verdictAt(metric, column, index);
      const value = valueText(metric, of.value[index]);
      const mark = verdict === "regressed" || verdict === "improved" ? `${MARKS[verdict]} ` : "";
      const effect = effectText(metric, column, index).split(" [")[0] ?? "";
      const told = effect ? mark + effect : value || (of.standing[index] ?? "–");
      const change = isCompared(metric, column) ? `\n${changeText(metric, column, index)} against ${shown(baseText(report, metric, column), 60)}` : "";
      const tip = `${named(at(report.cases.id, index), 200)}\n${shown(at(report.versions, column).label, 60)}: ${value}${change}`;
      return { value: [column, row, Math.min(end, Math.max(-end, own ?? 0))], text: told, tip };
    }),
  );
  const names = rows.map((index) => named(at(report.cases.id, index), 1000));
  const category = { type: "category", splitLine: { show: false }, axisTick: { show: false } };
  const label = { interval: 0, hideOverlap: false };
  const option = {
    ...common(dark, `Changes of ${rows.length} cases in ${columns.length} versions`),
    grid: { left: 8, right: 16, top: 40, bottom: 40, outerBoundsMode: "same", outerBoundsContain: "all" },
    xAxis: axisOf(look, { ...category, position: "top", data: report.versions.map((version) => shown(version.label, 40)) }, { ...label, width: 90, overflow: "truncate" }),
    yAxis: axisOf(look, { ...category, inverse: true, data: names }, { ...label, formatter: { $: "shorten", width: 240, font: `11px ${FAMILY}` } }),
    visualMap: {
      type: "continuous",
      show: false,
      min: -end,
      max: end,
      dimension: 2,
      seriesIndex: 0,
      inRange: { color: dark ? ["#1f6ea8", "#14181d", "#b3541e"] : ["#7db8e0", "#ffffff", "#f2a36b"] },
    },
    series: [
      {
        type: "heatmap",
        label: { show: true, formatter: { $: "text" }, fontSize: 11, color: look.ink },
        itemStyle: { borderColor: look.paper, borderWidth: 1 },
        data: cells,
      },
    ],
  };
  const without = indices.length - usable.length;
  const notes = [
    rows.length < usable.length ? `The ${rows.length} of ${usable.length} that changed most are drawn.` : "",
    without > 0 ? `${without} without a change to show: a side has no number, or there is no ratio of the two.` : "",
    `Orange is more than the base, blue less, full from ${ratioText(2 ** end)} and ${ratioText(2 ** -end)} on; ▲ and ▼ are proven.`,
  ];
  const note = notes.filter(Boolean).join(" ");
  return { option, height: 90 + rows.length * (ROW + 4), title: `Changes of the cases shown in every version, from ${shown(basesText(report, metric), 60)}`, note };
}

/** Cases that differ in `dim` alone are a line, in each version. */
function scaling(report: Report, metric: Metric, indices: readonly number[], dark: boolean): ViewPicture | null {
  const dim = numericDims(report)[0];
  if (dim === undefined) return null;
  const own = report.cases.dims[dim] ?? [];
  const others = Object.entries(report.cases.dims).filter(([name]) => name !== dim);
  const families = new Map<string, number[]>();
  for (const index of indices) {
    if (typeof own[index] !== "number") continue;
    const words = others.flatMap(([name, values]) => (dimText(values[index]) === "" ? [] : [`${name}=${dimText(values[index])}`]));
    const key = words.join(" ") || at(report.cases.group, index) || "all";
    families.set(key, [...(families.get(key) ?? []), index]);
  }
  // On logarithms where most points have one.
  const known = indices.flatMap((index) => (typeof own[index] === "number" ? metric.columns.map((of) => [own[index], of.value[index]]) : []));
  const positive = known.filter(([x, y]) => Number(x) > 0 && typeof y === "number" && y > 0).length * 2 > known.filter(([, y]) => typeof y === "number").length;
  const lines = [...families].flatMap(([family, members]) =>
    metric.columns.flatMap((of, column) => {
      const points = members.filter((index) => typeof of.value[index] === "number" && (!positive || (Number(own[index]) > 0 && (of.value[index] ?? 0) > 0)));
      points.sort((left, right) => Number(own[left]) - Number(own[right]));
      return points.length > 0 ? [{ family, column, points }] : [];
    }),
  );
  if (lines.length === 0) return null;
  const drawn = lines.slice(0, MOST_LINES);
  const look = dark ? THEMES.dark : THEMES.light;
  const series = drawn.map(({ family, column, points }) => {
    const { label: name, look: mark } = at(report.versions, column);
    const colour = dark ? mark.dark : mark.light;
    const data = points.map((index) => {
      const value = at(metric.columns, column).value[index] ?? 0;
      return { value: [own[index], value], tip: `${shown(family, 200)}\n${shown(name, 60)}, ${dim}=${dimText(own[index])}: ${valueText(metric, value)}` };
    });
    return { type: "line", name, symbol: mark.symbol, symbolSize: 7, itemStyle: { color: colour }, lineStyle: { color: colour, width: 1.5 }, data };
  });
  const scale = { type: positive ? "log" : "value", scale: true };
  const option = {
    ...common(dark, `${metric.name} over ${dim}`),
    legend: { top: 4, left: 8, textStyle: { color: look.ink }, formatter: { $: "shorten", width: 260, font: `12px ${FAMILY}` } },
    grid: { left: 8, right: 24, top: 40, bottom: 40, outerBoundsMode: "same", outerBoundsContain: "all" },
    xAxis: axisOf(look, { ...scale, name: shown(dim, 40), nameGap: 24 }, { formatter: { $: "plain" } }),
    yAxis: axisOf(look, { ...scale, name: metric.name, nameGap: 12 }, { formatter: { $: "unit", unit: metric.unit } }),
    series,
  };
  const left = positive ? known.filter(([x, y]) => typeof y === "number" && !(Number(x) > 0 && y > 0)).length : 0;
  const sharing = drawn.reduce((sum, { points }) => sum + points.length - new Set(points.map((index) => own[index])).size, 0);
  const notes = [
    drawn.length < lines.length ? `${drawn.length} of ${lines.length} lines are drawn: filter for the others.` : "",
    left > 0 ? `${left} without a place on a logarithm's axis.` : "",
    sharing > 0 ? `${sharing} at the ${shown(dim, 40)} of another case of their line, from which no dim tells them apart.` : "",
  ];
  const note = notes.filter(Boolean).join(" ");
  return { option, height: 440, title: `Cost of the cases shown over ${shown(dim, 40)}`, note };
}

/** Null where those cases have nothing to show in that view. */
export function viewOf(view: View, report: Report, state: State, indices: readonly number[], dark: boolean): ViewPicture | null {
  const metric = at(report.metrics, state.metric);
  if (view === "scatter") return scatter(report, metric, state.version, indices, dark);
  if (view === "versions") return versions(report, metric, indices, dark);
  if (view === "scaling") return scaling(report, metric, indices, dark);
  const picture = changesPicture(report, metric, state.version, indices, dark);
  return picture && { ...picture, title: "Largest changes of the cases shown", note: "" };
}

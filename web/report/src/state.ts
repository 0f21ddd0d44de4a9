// What the page shows, and the same as the hash of its address. A hash comes from anybody: what names nothing in the report is left out.
import { VERDICTS, type Report, type Verdict } from "./contract.ts";

export const THEMES = ["", "light", "dark"] as const;
/** The pictures of what the table shows; "": the first one that there is something for. */
export const VIEWS = ["", "changes", "scatter", "versions", "scaling"] as const;

export interface State {
  metric: number;
  search: string;
  where: Map<string, Set<string>>; ///< of each dim named, the values (as texts) that are shown
  verdicts: Set<Verdict>; ///< empty: all
  sort: string; ///< "" the order of the report, "id", "dim:NAME", "value:COLUMN", "change:COLUMN"
  descending: boolean;
  group: string; ///< a dim, or ""
  pivot: string; ///< a dim, or ""
  version: number; ///< whose values a pivot shows
  view: (typeof VIEWS)[number];
  open: string | null; ///< the id of the case whose page is shown
  theme: (typeof THEMES)[number]; ///< "": as the system has it
}

export function initialState(report: Report): State {
  return {
    metric: 0,
    search: "",
    where: new Map(),
    verdicts: new Set(),
    sort: "",
    descending: false,
    group: "",
    pivot: "",
    version: Math.max(report.versions.length - 1, 0),
    view: "",
    open: null,
    theme: "",
  };
}

/** The hash without its `#`; what is as at first is left out. */
export function toHash(state: State, report: Report): string {
  const first = initialState(report);
  const words = new URLSearchParams();
  const metric = report.metrics[state.metric];
  if (state.metric !== first.metric && metric) words.set("metric", metric.name);
  if (state.search) words.set("q", state.search);
  for (const [dim, values] of state.where) for (const value of values) words.append(`where.${dim}`, value);
  for (const verdict of VERDICTS) if (state.verdicts.has(verdict)) words.append("verdict", verdict);
  if (state.sort) words.set("sort", (state.descending ? "-" : "") + state.sort);
  if (state.group) words.set("group", state.group);
  if (state.pivot) words.set("pivot", state.pivot);
  if (state.version !== first.version) words.set("version", String(state.version));
  if (state.view) words.set("view", state.view);
  if (state.open !== null) words.set("case", state.open);
  if (state.theme) words.set("theme", state.theme);
  return words.toString();
}

function isSortKey(key: string, report: Report): boolean {
  if (key === "" || key === "id") return true;
  if (key.startsWith("dim:")) return Object.hasOwn(report.cases.dims, key.slice("dim:".length));
  const column = /^(?:value|change):(\d{1,6})$/.exec(key);
  return column !== null && Number(column[1]) < report.versions.length;
}

/** The inverse of toHash(). */
export function fromHash(hash: string, report: Report): State {
  const state = initialState(report);
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const dim = (name: string | null): string => (name !== null && Object.hasOwn(report.cases.dims, name) ? name : "");
  const metric = report.metrics.findIndex((one) => one.name === words.get("metric"));
  if (metric >= 0) state.metric = metric;
  state.search = words.get("q") ?? "";
  for (const [name, value] of words) {
    const key = name.startsWith("where.") ? dim(name.slice("where.".length)) : "";
    if (!key) continue;
    const values = state.where.get(key) ?? new Set<string>();
    state.where.set(key, values.add(value));
  }
  for (const text of words.getAll("verdict")) {
    const verdict = VERDICTS.find((one) => one === text);
    if (verdict) state.verdicts.add(verdict);
  }
  const sort = words.get("sort") ?? "";
  const key = sort.replace(/^-/, "");
  if (isSortKey(key, report)) {
    state.sort = key;
    state.descending = sort.startsWith("-");
  }
  state.group = dim(words.get("group"));
  state.pivot = dim(words.get("pivot"));
  const version = words.get("version") ?? "";
  if (/^\d{1,6}$/.test(version) && Number(version) < report.versions.length) state.version = Number(version);
  state.view = VIEWS.find((one) => one === words.get("view")) ?? "";
  const open = words.get("case");
  if (open !== null && report.cases.id.includes(open)) state.open = open;
  state.theme = THEMES.find((one) => one === words.get("theme")) ?? "";
  return state;
}

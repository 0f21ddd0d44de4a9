// The fields and buttons above the table.
import { VERDICTS, type Report } from "./contract.ts";
import { button, choice, element, shown } from "./dom.ts";
import { valuesOf } from "./model.ts";
import type { State } from "./state.ts";
import { isCompared, MARKS } from "./words.ts";

const MOST_VALUES = 100; ///< of a dim to tick; whoever looks for one of more searches for it

export interface ToolActions {
  change: (change: Partial<State>) => void;
  copy: () => void;
  download: (format: "csv" | "json") => void;
}

function tick(text: string, checked: boolean, onChange: (checked: boolean) => void, className = ""): HTMLElement {
  const box = element("input", { type: "checkbox", checked });
  box.addEventListener("change", () => onChange(box.checked));
  return element("label", { class: `tick ${className}` }, box, element("span", {}, text));
}

function verdictFilter(state: State, actions: ToolActions): HTMLElement {
  const ticks = VERDICTS.map((verdict) =>
    tick(`${MARKS[verdict]} ${verdict}`, state.verdicts.has(verdict), (checked) => {
      const verdicts = new Set(state.verdicts);
      if (checked) verdicts.add(verdict);
      else verdicts.delete(verdict);
      actions.change({ verdicts });
    }, verdict),
  );
  return element("fieldset", {}, element("legend", {}, "Verdict"), ...ticks);
}

function dimFilter(report: Report, state: State, dim: string, actions: ToolActions): HTMLElement | null {
  const values = valuesOf(report, dim);
  if (values.length < 2) return null;
  const chosen = state.where.get(dim) ?? new Set<string>();
  const ticks = values.slice(0, MOST_VALUES).map((value) =>
    tick(shown(value, 40), chosen.has(value), (checked) => {
      const where = new Map(state.where);
      const next = new Set(where.get(dim));
      if (checked) next.add(value);
      else next.delete(value);
      if (next.size > 0) where.set(dim, next);
      else where.delete(dim);
      actions.change({ where });
    }),
  );
  const more = values.length > MOST_VALUES ? element("p", {}, `and ${values.length - MOST_VALUES} more; the search finds them`) : null;
  const title = chosen.size > 0 ? `${shown(dim, 40)} (${chosen.size})` : shown(dim, 40);
  const details = element("details", { class: "dim" }, element("summary", {}, title), element("div", { class: "values" }, ...ticks, more));
  details.dataset["dim"] = dim;
  return details;
}

function names(report: Report, none: string): [string, string][] {
  return [["", none], ...Object.keys(report.cases.dims).map((dim): [string, string] => [dim, shown(dim, 40)])];
}

/** Made anew whenever the state changes; the search field is the page's own and stays. */
export function tools(report: Report, state: State, search: HTMLElement, actions: ToolActions): HTMLElement[] {
  const versions = report.versions.map((version, place): [string, string] => [String(place), shown(version.label, 60)]);
  const metrics = report.metrics.map((metric, place): [string, string] => [String(place), shown(metric.name, 60)]);
  const filters = Object.keys(report.cases.dims).map((dim) => dimFilter(report, state, dim, actions));
  const ofVersion = state.pivot ? "Values of" : "Picture of";
  const all: Partial<State> = { search: "", where: new Map(), verdicts: new Set(), sort: "", descending: false, group: "", pivot: "" };
  const choices = [
    choice("Metric", metrics, String(state.metric), (value) => actions.change({ metric: Number(value) })),
    choice("Group by", names(report, "as it is"), state.group, (group) => actions.change({ group })),
    choice("Pivot", names(report, "none"), state.pivot, (pivot) => actions.change({ pivot })),
    versions.length > 1 ? choice(ofVersion, versions, String(state.version), (value) => actions.change({ version: Number(value) })) : null,
  ];
  const metric = report.metrics[state.metric];
  const hasVerdicts = metric !== undefined && metric.columns.some((_, column) => isCompared(metric, column));
  const out = [
    button("Copy as Markdown", actions.copy),
    button("CSV", () => actions.download("csv"), { title: "Download the cases shown as CSV" }),
    button("JSON", () => actions.download("json"), { title: "Download the cases shown as JSON" }),
    button("Clear", () => actions.change(all), { title: "Show all cases again" }),
  ];
  return [
    element("div", { class: "row" }, search, ...choices),
    element("div", { class: "row" }, hasVerdicts ? verdictFilter(state, actions) : null, ...filters),
    element("div", { class: "row" }, ...out),
  ];
}

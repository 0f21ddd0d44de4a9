// What stands first: what changed, by how much, and how sure that is; what a reader must know; the machines side by side.
import { at, type Metric, type Report, type Verdict } from "./contract.ts";
import { button, element, list, named, plainTable, shown } from "./dom.ts";
import { counted, largest } from "./model.ts";
import { effectText, isCompared, levelText, MARKS } from "./words.ts";

const MOST = 5;
const MOST_OPEN = 6; ///< comparisons that stand open; of more than that the table should be seen first

interface Actions {
  open: (id: string) => void;
  filter: (metric: number, verdict: Verdict) => void;
}

function changes(report: Report, place: number, column: number, verdict: Verdict, actions: Actions): HTMLElement | null {
  const metric = at(report.metrics, place);
  const found = largest(metric, column, verdict, MOST);
  if (found.length === 0) return null;
  const items = found.map((index) => {
    const id = at(report.cases.id, index);
    const sure = levelText(at(metric.columns, column).level[index]);
    const text = ` ${effectText(metric, column, index)}${sure ? `, ${sure}` : ""}`;
    return element("li", {}, button(named(id, 70), () => actions.open(id), { class: "open", title: named(id, 1000) }), text);
  });
  return element("div", {}, element("h4", { class: verdict }, `${MARKS[verdict]} The largest that ${verdict}`), element("ol", {}, ...items));
}

function comparison(report: Report, place: number, column: number, actions: Actions): HTMLElement {
  const metric = at(report.metrics, place);
  const of = at(metric.columns, column);
  const counts = counted(metric, column);
  const text = `${metric.name}: ${at(report.versions, column).label} against ${at(report.versions, of.base).label}`;
  const buttons = counts.map(({ verdict, count }) =>
    button(`${MARKS[verdict]} ${count} ${verdict}`, () => actions.filter(place, verdict), { class: `count ${verdict}`, title: `Show those of ${metric.name}` }),
  );
  const apart = Object.keys(of.standing).length;
  const labels = [...of.labels, ...(apart > 0 ? [`${apart} not compared`] : [])];
  return element(
    "section",
    { class: "comparison" },
    element("h3", {}, shown(text, 120)),
    element("p", { class: "counts" }, ...buttons),
    labels.length > 0 ? element("p", { class: "labels" }, labels.join(" · ")) : null,
    changes(report, place, column, "regressed", actions),
    changes(report, place, column, "improved", actions),
  );
}

/** The facts that any version has, a row each. */
export function factsTable(report: Report, what: "facts" | "machine", caption: string): HTMLElement | null {
  const names = [...new Set(report.versions.flatMap((version) => version[what].map(([name]) => name)))];
  if (names.length === 0) return null;
  const rows = names.map((name) => [name, ...report.versions.map((version) => version[what].find(([one]) => one === name)?.[1] ?? "")]);
  return plainTable(["", ...report.versions.map((version) => shown(version.label, 60))], rows, caption);
}

/** Of a version that is compared with none: how many cases have a number, and what became of the others. */
export function measuredText(metric: Metric, column: number): string {
  const of = at(metric.columns, column);
  const counts = new Map<string, number>();
  for (const standing of Object.values(of.standing)) counts.set(standing, (counts.get(standing) ?? 0) + 1);
  const measured = of.value.filter((value) => value !== null).length;
  const words = [`${measured} ${measured === 1 ? "case" : "cases"} measured`, ...[...counts].map(([standing, count]) => `${count} ${standing}`)];
  return `${shown(metric.name, 60)}: ${words.join(", ")}`;
}

export function summary(report: Report, actions: Actions): HTMLElement {
  const comparisons = report.metrics.flatMap((metric, place) =>
    metric.columns.flatMap((_, column) => (isCompared(metric, column) ? [comparison(report, place, column, actions)] : [])),
  );
  const all = element("div", { class: "comparisons" }, ...comparisons);
  const many = comparisons.length > MOST_OPEN;
  const notes = [...report.notes, ...report.metrics.flatMap((metric) => metric.notes)];
  const gate = report.gate ?? [];
  return element(
    "section",
    { "aria-label": "Summary" },
    gate.length > 0 ? element("div", { class: "gate" }, element("h3", {}, "The gate"), list(gate)) : null,
    notes.length > 0 ? list(notes, "notes") : null,
    report.versions.length === 1 ? list(report.metrics.map((metric) => measuredText(metric, 0))) : null,
    many ? element("details", {}, element("summary", {}, `${comparisons.length} comparisons`), all) : all,
    element(
      "details",
      {},
      element("summary", {}, `Versions and machines (${report.versions.length})`),
      factsTable(report, "facts", "Versions"),
      factsTable(report, "machine", "Machines"),
    ),
  );
}

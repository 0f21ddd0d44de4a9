// The page of one case: its numbers in every version and metric, its samples, what grew in it, and the machines.
import { at, type Part, type Report } from "./contract.ts";
import type { Data } from "./decode.ts";
import { button, element, list, named, plainTable, shown } from "./dom.ts";
import { dimText, verdictAt } from "./model.ts";
import { blocksPicture, orderPicture, type Drawable } from "./pictures.ts";
import { factsTable } from "./summary.ts";
import { baseText, effectText, isCompared, levelText, MARKS, valueText, warningsOf } from "./words.ts";

/** How a picture gets onto the page. */
export type Draw = (picture: Drawable, label: string) => HTMLElement;

function numbers(report: Report, index: number): HTMLElement[] {
  return report.metrics.map((metric) => {
    const rows = metric.columns.map((column, place) => {
      const low = valueText(metric, column.low[index]);
      const high = valueText(metric, column.high[index]);
      const verdict = verdictAt(metric, place, index);
      const state = column.standing[index] ?? "";
      return [
        shown(at(report.versions, place).label, 60),
        valueText(metric, column.value[index]),
        low && high ? `${low} to ${high}` : "",
        isCompared(metric, place) ? shown(baseText(report, metric, place), 60) : "",
        isCompared(metric, place) ? effectText(metric, place, index) : "",
        verdict ? `${MARKS[verdict]} ${verdict}` : state,
        verdict ? levelText(column.level[index]) : "",
        warningsOf(metric, place, index).join("; "),
      ];
    });
    const heads = ["version", metric.statistic, `${metric.confidence * 100}% interval`, "against", "change", "verdict", "how sure", "warnings"];
    return plainTable(heads, rows, metric.name);
  });
}

function pictures(report: Report, part: Part, index: number, dark: boolean, draw: Draw): HTMLElement[] {
  return report.metrics.flatMap((metric, place) => {
    const series = part.samples.filter((one) => one.case === index && one.metric === place);
    const order = orderPicture(report, metric, series, dark);
    const blocks = blocksPicture(report, metric, series, dark);
    if (!order || !blocks) return [];
    return [
      element("h3", {}, `Samples of ${metric.name}`),
      draw(order, `Samples of ${metric.name} in the order of time`),
      draw(blocks, `Samples of ${metric.name} by block`),
    ];
  });
}

function growth(report: Report, part: Part, index: number): HTMLElement[] {
  return part.growth
    .filter((one) => one.case === index)
    .flatMap((one) => {
      const metric = at(report.metrics, one.metric);
      const rows = one.paths.map((path) => [path.frames.join(" › "), valueText(metric, path.before), valueText(metric, path.after)]);
      const changed = `Call paths of ${metric.name} that changed in ${shown(at(report.versions, one.column).label, 60)} against ${shown(baseText(report, metric, one.column), 60)}, what grew most first`;
      const table = plainTable(["call path", "before", "after"], rows, changed);
      return one.notes && one.notes.length > 0 ? [table, list(one.notes, "notes")] : [table];
    });
}

/** Samples and call paths come when they are unpacked; what cannot be is told in their place. */
export function casePage(data: Data, index: number, dark: boolean, draw: Draw, back: () => void): HTMLElement {
  const report = data.report;
  const heading = element("h2", { tabindex: -1 }, named(at(report.cases.id, index), 400));
  const dims = Object.entries(report.cases.dims).flatMap(([name, values]) => (values[index] === null ? [] : [`${name} = ${dimText(values[index])}`]));
  const rest = element("div", { "aria-live": "polite" }, element("p", {}, "Unpacking the samples …"));
  data.part(at(report.cases.part, index)).then(
    (part) => {
      const found = [...pictures(report, part, index, dark, draw), ...growth(report, part, index)];
      rest.replaceChildren(...(found.length > 0 ? found : [element("p", {}, "No samples of this case are in the page.")]));
    },
    (error: unknown) => rest.replaceChildren(element("p", { role: "alert" }, String(error))),
  );
  return element(
    "section",
    { class: "case", "aria-label": "Case" },
    button("← All cases", back),
    heading,
    dims.length > 0 ? list(dims, "dims") : null,
    ...numbers(report, index),
    rest,
    factsTable(report, "machine", "Machines"),
  );
}

// The table of cases as elements: a head that sorts, and of the lines those that are in sight.
import { at, type PivotData, type Report } from "./contract.ts";
import { button, element, keepingFocus, named, shown } from "./dom.ts";
import { dimText, grouped, pivoted, verdictAt, verdictOf } from "./model.ts";
import type { State } from "./state.ts";
import { LINE_HEIGHT, movedBy, scrolledTo, windowOf } from "./window.ts";
import { changeOf, changeText, isCompared, valueText } from "./words.ts";

/** Lines on paper; of more than these a browser makes no pages in a reasonable time. The paper says what is left out. */
const MOST_PRINTED = 5000;

/** Widths in rem: of a value, of a value with its change, of a dim, and of names that have to leave room and of those that don't. */
const WIDTHS = {
  usual: { value: 10, change: 20, dim: 7, name: 26, leastName: 12 },
  narrow: { value: 6.5, change: 12.5, dim: 6, name: 26, leastName: 7.5 },
};
const SCROLLBAR = 16; ///< pixels

/** Columns in so many rem. `dimsFirst`: they stand between names and values; else behind the values, which come first where not all is in sight. */
export interface Layout {
  dimsFirst: boolean;
  narrow: boolean;
  name: number;
}

/** A change in words without its interval, for which there is no room; the tooltip and the case's page have it. */
const withoutInterval = (change: string): string => change.replace(/ \[[^\]]*\]$/, "");

/** `changes`, `values`, `dims`: how many columns of each there are. */
export function layoutFor(room: number, changes: number, values: number, dims: number): Layout {
  const needed = (widths: typeof WIDTHS.usual): number => changes * widths.change + values * widths.value;
  const { usual, narrow } = WIDTHS;
  if (usual.name + dims * usual.dim + needed(usual) <= room) return { dimsFirst: true, narrow: false, name: usual.name };
  // A base and one version beside it are what nobody should have to look for.
  const first = Math.min(changes, 1) * usual.change + Math.min(values, 1) * usual.value;
  const isNarrow = usual.leastName + first > room;
  const least = isNarrow ? narrow.leastName : usual.leastName;
  const left = room - needed(isNarrow ? narrow : usual);
  return { dimsFirst: false, narrow: isNarrow, name: Math.min(Math.max(left, least), usual.name) };
}

interface Head {
  text: string;
  sort: string; ///< a key as in State.sort, or "" where it doesn't sort
  also?: string; ///< a second one: of the change beside the value
  width: number; ///< in rem
}

interface Shape {
  heads: Head[];
  count: number;
  line: (place: number) => HTMLTableRowElement;
}

/** What the table asks of the page. */
export interface Actions {
  sortBy: (key: string) => void;
  open: (id: string) => void;
}

export class Table {
  readonly node: HTMLElement;
  readonly #report: Report;
  readonly #actions: Actions;
  readonly #table = element("table", { class: "cases" });
  readonly #body = element("tbody");
  #shape: Shape = { heads: [], count: 0, line: () => element("tr") };
  #state: State;
  #current = 0;
  #drawn = "";
  #given: { indices: readonly number[]; judged: PivotData | null } = { indices: [], judged: null };
  #room = 0;

  constructor(report: Report, state: State, actions: Actions) {
    this.#report = report;
    this.#state = state;
    this.#actions = actions;
    this.node = element("div", { class: "lines", tabindex: 0, role: "region", "aria-label": "Cases" }, this.#table);
    this.node.addEventListener("scroll", () => this.#draw(false));
    this.node.addEventListener("keydown", (event) => this.#onKey(event));
    addEventListener("resize", () => this.#onResize());
    addEventListener("beforeprint", () => this.#draw(true));
    addEventListener("afterprint", () => this.#draw(false));
  }

  /** Shows those cases, in their order; `judged`: what is known of them by the pivot. */
  show(state: State, indices: readonly number[], judged: PivotData | null): void {
    this.#state = state;
    this.#given = { indices, judged };
    this.#current = 0;
    this.#layOut();
    this.node.scrollTop = 0;
    this.#draw(false);
  }

  #onResize(): void {
    if (this.#roomNow() !== this.#room) this.#layOut();
    this.#draw(false);
  }

  /** In rem. Before the table stands in the page it is the window's. */
  #roomNow(): number {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || LINE_HEIGHT / 2;
    return ((this.node.clientWidth || innerWidth) - SCROLLBAR) / rem;
  }

  #layOut(): void {
    const { indices, judged } = this.#given;
    this.#room = this.#roomNow();
    this.#shape = this.#state.pivot ? this.#pivotShape(indices, judged) : this.#caseShape(indices);
    this.#drawn = "";
    const widths = this.#shape.heads.map((head) => {
      const column = element("col");
      column.style.width = `${head.width}rem`;
      return column;
    });
    this.#table.style.minWidth = `${this.#shape.heads.reduce((sum, head) => sum + head.width, 0)}rem`;
    const head = element("tr", { "aria-rowindex": 1 }, ...this.#shape.heads.map((one) => this.#headCell(one)));
    const caption = element("caption", {}, this.#caption(indices.length));
    keepingFocus(this.#table, () => this.#table.replaceChildren(caption, element("colgroup", {}, ...widths), element("thead", {}, head), this.#body));
    this.#table.setAttribute("aria-rowcount", String(this.#shape.count + 1));
  }

  /** Takes the keys, at the line where they were last. */
  focus(): void {
    this.#draw(false);
    this.#focusCurrent();
  }

  #caption(count: number): string {
    const metric = at(this.#report.metrics, this.#state.metric);
    return `${metric.name}, ${metric.statistic} of ${count} cases${this.#state.pivot ? ` by ${this.#state.pivot}` : ""}`;
  }

  #headCell(head: Head): HTMLElement {
    const direction = (key: string): "ascending" | "descending" | undefined =>
      this.#state.sort !== key || key === "" ? undefined : this.#state.descending ? "descending" : "ascending";
    const sorter = (key: string, text: string, label: string): HTMLElement => {
      const way = direction(key);
      const arrow = way === undefined ? "" : way === "ascending" ? " ↑" : " ↓";
      return button(text + arrow, () => this.#actions.sortBy(key), { title: shown(`Sort by ${label}`, 1000), class: "sort" });
    };
    if (head.sort === "") return element("th", { scope: "col", title: shown(head.text, 1000) }, shown(head.text, 40));
    const sorted = direction(head.sort) ?? direction(head.also ?? "");
    const cell = element("th", { scope: "col", title: shown(head.text, 1000), "aria-sort": sorted }, sorter(head.sort, shown(head.text, 30), head.text));
    if (head.also) cell.append(" ", sorter(head.also, "change", `the change of ${head.text}`));
    return cell;
  }

  #caseShape(indices: readonly number[]): Shape {
    const dims = Object.keys(this.#report.cases.dims);
    const metric = at(this.#report.metrics, this.#state.metric);
    const compared = this.#report.versions.map((_, column) => isCompared(metric, column));
    const changes = compared.filter(Boolean).length;
    const layout = layoutFor(this.#room, changes, compared.length - changes, dims.length);
    const widths = layout.narrow ? WIDTHS.narrow : WIDTHS.usual;
    const versions = this.#report.versions.map((version, column) => {
      const also = compared[column] ? { also: `change:${column}` } : {};
      return { text: version.label, sort: `value:${column}`, width: compared[column] ? widths.change : widths.value, ...also };
    });
    const ofDims = dims.map((dim) => ({ text: dim, sort: `dim:${dim}`, width: widths.dim }));
    const name = { text: "case", sort: "id", width: layout.name };
    const heads: Head[] = layout.dimsFirst ? [name, ...ofDims, ...versions] : [name, ...versions, ...ofDims];
    this.#table.classList.toggle("narrow", layout.narrow);
    const lines = grouped(this.#report, indices, this.#state.group);
    return {
      heads,
      count: lines.length,
      line: (place) => {
        const line = at(lines, place);
        if (line.kind === "case") return this.#caseLine(line.index, dims, place, layout);
        const text = `${shown(line.text)} (${line.count})`;
        return element("tr", { class: "heading" }, element("th", { colspan: heads.length, scope: "row", title: shown(line.text, 1000) }, text));
      },
    };
  }

  #opener(index: number, text: string, place: number): HTMLElement {
    const id = at(this.#report.cases.id, index);
    const open = (): void => {
      this.#current = place;
      this.#actions.open(id);
    };
    return button(text, open, { class: "open", title: named(id, 1000), tabindex: place === this.#current ? 0 : -1 });
  }

  #caseLine(index: number, dims: readonly string[], place: number, { dimsFirst, narrow }: Layout): HTMLTableRowElement {
    const report = this.#report;
    const metric = at(report.metrics, this.#state.metric);
    const cells = metric.columns.map((column, of) => {
      const verdict = verdictAt(metric, of, index);
      const value = valueText(metric, column.value[index]);
      const whole = isCompared(metric, of) ? changeText(metric, of, index) : (column.standing[index] ?? "");
      const change = narrow ? withoutInterval(whole) : whole;
      const warnings = column.warnings[index] ?? [];
      const reason = column.reason[index];
      const cell = element("td", { class: "number" }, element("span", { class: "value" }, value));
      if (change) cell.append(element("span", { class: `change ${verdict ?? "none"}`, title: change === whole ? reason && shown(reason, 1000) : shown([whole, reason].filter(Boolean).join("; "), 1000) }, shown(change, 60)));
      if (warnings.length > 0) cell.append(element("span", { class: "doubt", title: shown(warnings.join("; "), 1000), role: "img", "aria-label": "has a warning" }, " !"));
      return cell;
    });
    const values = dims.map((dim) => element("td", {}, shown(dimText(report.cases.dims[dim]?.[index]), 40)));
    const name = element("th", { scope: "row" }, this.#opener(index, named(at(report.cases.id, index)), place));
    return element("tr", {}, name, ...(dimsFirst ? [...values, ...cells] : [...cells, ...values]));
  }

  #pivotShape(indices: readonly number[], judged: PivotData | null): Shape {
    const pivot = pivoted(this.#report, indices, this.#state.pivot, judged?.values);
    const metric = at(this.#report.metrics, this.#state.metric);
    const values = at(metric.columns, this.#state.version).value;
    const of = judged?.metrics[this.#state.metric];
    const changes = of?.columns[this.#state.version];
    const told = { ...metric, relative: of?.relative ?? metric.relative };
    const count = pivot.columns.length;
    const layout = layoutFor(this.#room, changes ? count : 0, changes ? 0 : count, 0);
    const widths = layout.narrow ? WIDTHS.narrow : WIDTHS.usual;
    const columns = pivot.columns.map((value) => ({ text: `${this.#state.pivot}=${value}`, sort: "", width: changes ? widths.change : widths.value }));
    const heads: Head[] = [{ text: "shared dims", sort: "", width: layout.name }, ...columns];
    this.#table.classList.toggle("narrow", layout.narrow);
    const cellOf = (index: number, place: number): HTMLElement => {
      const cell = element("td", { class: "number" }, this.#opener(index, valueText(metric, values[index]) || "none", place));
      if (!changes || changes.base[index] === -1) return cell;
      const reason = changes.reason[index];
      const kind = verdictOf(changes, index) ?? "none";
      cell.append(" ", element("span", { class: `change ${kind}`, title: reason && shown(reason, 1000) }, shown(layout.narrow ? withoutInterval(changeOf(told, changes, index)) : changeOf(told, changes, index), 60)));
      return cell;
    };
    return {
      heads,
      count: pivot.rows.length,
      line: (place) => {
        const row = at(pivot.rows, place);
        const cells = row.cells.map((index) => (index === null ? element("td", { class: "number" }) : cellOf(index, place)));
        return element("tr", {}, element("th", { scope: "row", title: shown(row.label, 1000) }, shown(row.label)), ...cells);
      },
    };
  }

  #draw(all: boolean): void {
    const { count, line } = this.#shape;
    const sight = all ? { first: 0, end: Math.min(count, MOST_PRINTED) } : windowOf(count, this.node.scrollTop, innerHeight);
    const key = `${sight.first}-${sight.end}-${this.#current}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    const rows: HTMLElement[] = [this.#space(all ? 0 : sight.first)];
    for (let place = sight.first; place < sight.end; ++place) {
      const row = line(place);
      row.setAttribute("aria-rowindex", String(place + 2));
      row.dataset["place"] = String(place);
      if (place === this.#current) row.classList.add("current");
      rows.push(row);
    }
    if (!all) rows.push(this.#space(count - sight.end));
    else if (sight.end < count) rows.push(this.#leftOut(count - sight.end));
    const focused = this.#body.contains(document.activeElement);
    this.#body.replaceChildren(...rows);
    if (focused) this.#focusCurrent();
  }

  #leftOut(lines: number): HTMLElement {
    const text = `${lines} more lines are not printed. Search and filters choose which are; CSV and JSON hold all of them.`;
    return element("tr", { class: "heading" }, element("td", { colspan: Math.max(this.#shape.heads.length, 1) }, text));
  }

  #space(lines: number): HTMLElement {
    const row = element("tr", { class: "space", "aria-hidden": "true" }, element("td", { colspan: Math.max(this.#shape.heads.length, 1) }));
    row.style.height = `${lines * LINE_HEIGHT}px`;
    return row;
  }

  #focusCurrent(): void {
    const target = this.#body.querySelector<HTMLElement>(`tr[data-place="${this.#current}"] button`);
    (target ?? this.node).focus({ preventScroll: true });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && event.target === this.node) {
      this.#body.querySelector<HTMLElement>(`tr[data-place="${this.#current}"] button`)?.click();
      return;
    }
    const place = (event.target as HTMLElement).closest<HTMLElement>("tr[data-place]")?.dataset["place"];
    const from = place === undefined ? this.#current : Number(place);
    const moved = movedBy(event.key, from, this.#shape.count, this.node.clientHeight);
    if (moved === null) return;
    event.preventDefault();
    this.#current = moved;
    this.node.scrollTop = scrolledTo(moved, this.node.scrollTop, this.node.clientHeight, LINE_HEIGHT * 2);
    this.#draw(false);
    this.#focusCurrent();
  }
}

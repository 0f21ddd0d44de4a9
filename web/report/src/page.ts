// The page: a state, and what is shown of it. Whatever changes, changes the state; the address follows it, and what is shown follows the address.
import { draw } from "../../engine/engine.js";
import { type FigureHead, type PivotData, type Verdict } from "./contract.ts";
import { casePage } from "./casepage.ts";
import type { Data } from "./decode.ts";
import { button, choice, element, keepingFocus, plainOption, shown } from "./dom.ts";
import { toCsv, toJson, toMarkdown } from "./exports.ts";
import { selected } from "./model.ts";
import type { Drawable } from "./pictures.ts";
import { announce } from "./served.ts";
import { fromHash, THEMES, toHash, type State } from "./state.ts";
import { summary } from "./summary.ts";
import { Table } from "./table.ts";
import { tools, type ToolActions } from "./tools.ts";
import { nameOf, viewOf, viewsFor } from "./views.ts";

const PICTURE_DELAY = 120; ///< milliseconds after the last key, so that typing waits for no picture

export class Page {
  readonly #data: Data;
  readonly #table: Table;
  readonly #search = element("input", { type: "search", id: "search", placeholder: "words of the id  ( / )" });
  readonly #tools = element("div", { class: "tools", role: "search", "aria-label": "Choose cases" });
  readonly #said = element("p", { class: "said", role: "status" });
  readonly #picture = element("div", { class: "pictures" });
  readonly #figures = element("section", { "aria-label": "Pictures of all cases" });
  readonly #theme = element("div", { class: "theme" });
  readonly #all: HTMLElement;
  readonly #one = element("div");
  readonly #charts = new Map<HTMLElement, { resize(): void; dispose(): void }>();
  #state: State;
  #indices: number[] = [];
  #shown = ""; ///< the state that the table shows, as a hash
  #timer: ReturnType<typeof setTimeout> | undefined;
  #judged: { dim: string; data: PivotData | null } = { dim: "", data: null };

  constructor(data: Data, root: HTMLElement) {
    this.#data = data;
    this.#state = fromHash(location.hash, data.report);
    const open = (id: string): void => this.#change({ open: id });
    this.#table = new Table(data.report, this.#state, { open, sortBy: (key) => this.#sortBy(key) });
    const filter = (metric: number, verdict: Verdict): void => {
      this.#change({ metric, verdicts: new Set([verdict]) });
      this.#table.node.focus();
    };
    const head = summary(data.report, { open, filter });
    this.#all = element("div", {}, head, this.#tools, this.#said, this.#table.node, this.#picture, this.#figures);
    this.#search.addEventListener("input", () => this.#change({ search: this.#search.value }));
    addEventListener("hashchange", () => this.#follow());
    addEventListener("resize", () => this.#charts.forEach((chart) => chart.resize()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#render());
    document.addEventListener("keydown", (event) => this.#onKey(event));
    const made = new Date(data.report.made);
    const date = Number.isNaN(made.getTime()) ? data.report.made : made.toISOString().slice(0, 16).replace("T", " ") + " UTC";
    const header = element("header", {}, element("h1", {}, shown(data.report.title, 200)), element("p", {}, shown(date, 40)), this.#theme);
    root.replaceChildren(header, element("main", {}, this.#all, this.#one));
    document.title = shown(data.report.title, 200);
    this.#render();
    if (data.report.follow) announce({ followed: data.report.follow, header, lines: this.#table.node });
  }

  #dark(): boolean {
    return this.#state.theme === "dark" || (this.#state.theme === "" && matchMedia("(prefers-color-scheme: dark)").matches);
  }

  #change(change: Partial<State>): void {
    const opens = change.open !== undefined && change.open !== this.#state.open;
    this.#state = { ...this.#state, ...change };
    const hash = toHash(this.#state, this.#data.report);
    const address = hash ? `#${hash}` : location.pathname + location.search;
    if (opens) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.#render();
  }

  #follow(): void {
    this.#state = fromHash(location.hash, this.#data.report);
    this.#render();
  }

  #sortBy(key: string): void {
    const same = this.#state.sort === key;
    if (same && this.#state.descending !== key.startsWith("change:")) this.#change({ sort: "", descending: false });
    else this.#change({ sort: key, descending: same ? !this.#state.descending : key.startsWith("change:") });
  }

  #render(): void {
    const report = this.#data.report;
    document.documentElement.dataset["theme"] = this.#dark() ? "dark" : "light";
    const colours = choice("Colours", THEMES.map((theme) => [theme, theme || "as the system"] as const), this.#state.theme, (value) => {
      this.#change({ theme: THEMES.find((theme) => theme === value) ?? "" });
    });
    keepingFocus(this.#theme, () => this.#theme.replaceChildren(colours));
    const index = this.#state.open !== null ? report.cases.id.indexOf(this.#state.open) : -1;
    this.#all.hidden = index >= 0;
    this.#one.hidden = index < 0;
    this.#forget(this.#one);
    if (index >= 0) {
      const back = (): void => this.#change({ open: null });
      const page = casePage(this.#data, index, this.#dark(), (picture, label) => this.#drawn(picture, label), back);
      this.#one.replaceChildren(page);
      if (this.#theme.contains(document.activeElement)) return;
      page.querySelector("h2")?.focus();
      scrollTo(0, 0);
      return;
    }
    const returns = this.#one.hasChildNodes();
    this.#one.replaceChildren();
    const wanted = `${toHash({ ...this.#state, open: null }, report)} ${document.documentElement.dataset["theme"] ?? ""}`;
    if (wanted !== this.#shown) this.#renderTable();
    this.#shown = wanted;
    if (!returns) return;
    this.#table.focus();
    this.#charts.forEach((chart) => chart.resize()); // one that was drawn out of sight has no width yet
  }

  #renderTable(): void {
    const report = this.#data.report;
    if (report.metrics.length === 0) {
      this.#said.textContent = "Nothing was measured: the report has no metric.";
      return;
    }
    if (this.#search.value !== this.#state.search) this.#search.value = this.#state.search;
    const opened = [...this.#tools.querySelectorAll<HTMLDetailsElement>("details[open]")].map((one) => one.dataset["dim"]);
    const actions: ToolActions = {
      change: (change) => this.#change(change),
      copy: () => void this.#copy(),
      download: (format) => this.#download(format),
    };
    keepingFocus(this.#tools, () => {
      const field = element("label", { for: "search" }, element("span", {}, "Search"), this.#search);
      this.#tools.replaceChildren(...tools(report, this.#state, field, actions));
      this.#tools.querySelectorAll("details").forEach((one) => (one.open = opened.includes(one.dataset["dim"])));
    });
    this.#indices = selected(report, this.#state);
    this.#said.textContent = `${this.#indices.length} of ${report.cases.id.length} cases`;
    this.#showLines();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renderPicture(), PICTURE_DELAY);
  }

  /** What is known by a pivot comes when it is unpacked; until then the values stand there alone. */
  #showLines(): void {
    const dim = this.#state.pivot;
    this.#table.show(this.#state, this.#indices, this.#judged.dim === dim ? this.#judged.data : null);
    if (dim === "" || this.#judged.dim === dim) return;
    this.#judged = { dim, data: null };
    this.#data.pivot(dim).then(
      (data) => {
        if (this.#judged.dim !== dim) return;
        this.#judged = { dim, data };
        if (this.#state.pivot === dim) this.#table.show(this.#state, this.#indices, data);
      },
      (error: unknown) => (this.#said.textContent = String(error)),
    );
  }

  #renderPicture(): void {
    const report = this.#data.report;
    this.#forget(this.#picture);
    const views = viewsFor(report, this.#state);
    const view = views.find((one) => one === this.#state.view) ?? views[0];
    if (view === undefined) {
      this.#picture.replaceChildren();
    } else {
      const picture = viewOf(view, report, this.#state, this.#indices, this.#dark());
      const names = views.map((one) => [one, nameOf(one)] as const);
      const chosen = choice("Picture", names, view, (value) => this.#change({ view: views.find((one) => one === value) ?? "" }));
      const title = picture?.title ?? `${nameOf(view)}: nothing of the cases shown`;
      keepingFocus(this.#picture, () =>
        this.#picture.replaceChildren(
          element("h2", {}, title),
          views.length > 1 ? chosen : "",
          picture?.note ? element("p", { class: "notes" }, picture.note) : "",
          picture ? this.#drawn(picture, title) : "",
        ),
      );
    }
    this.#renderFigures();
  }

  /** A picture in an element of its own, drawn once the page has given it a width. */
  #drawn(picture: Drawable, label: string): HTMLElement {
    const box = element("div", { class: "picture", role: "img", "aria-label": label });
    box.style.height = `${picture.height}px`;
    requestAnimationFrame(() => {
      if (box.isConnected) this.#charts.set(box, draw(box, { ...picture, option: plainOption(picture.option) }));
    });
    return box;
  }

  #forget(parent: HTMLElement): void {
    for (const [box, chart] of this.#charts) {
      if (!parent.contains(box) && box.isConnected) continue;
      chart.dispose();
      this.#charts.delete(box);
    }
  }

  /** Those on paper of the page's colour; one that was open stays so. */
  #renderFigures(): void {
    const theme = this.#dark() ? "dark" : "light";
    if (this.#data.report.figures.length === 0 || this.#figures.dataset["theme"] === theme) return;
    this.#figures.dataset["theme"] = theme;
    const opened = [...this.#figures.querySelectorAll("details[open] summary")].map((one) => one.textContent);
    const heads = this.#data.report.figures;
    const has = (dark: boolean): boolean => heads.some((head) => head.dark === dark);
    const dark = has(this.#dark()) ? this.#dark() : !this.#dark();
    const figures = heads.flatMap((head, place) => (head.dark === dark ? [this.#figure(head, place, opened)] : []));
    this.#figures.replaceChildren(element("h2", {}, "Pictures of all cases"), ...figures);
    this.#forget(this.#figures);
  }

  #figure(head: FigureHead, place: number, opened: readonly (string | null)[]): HTMLElement {
    const title = `${shown(head.view, 40)}: ${shown(head.title, 120)}`;
    const details = element("details", {}, element("summary", {}, title));
    const load = async (): Promise<void> => {
      const figure = await this.#data.figure(place);
      details.append(this.#drawn({ option: figure.option as Record<string, unknown>, height: figure.height }, shown(head.title, 200)));
    };
    let loaded = false;
    details.addEventListener("toggle", () => {
      if (!details.open || loaded) return;
      loaded = true;
      load().catch((error: unknown) => details.append(element("p", { role: "alert" }, String(error))));
    });
    details.open = opened.includes(title);
    return details;
  }

  async #copy(): Promise<void> {
    const text = toMarkdown(this.#data.report, this.#state.metric, this.#indices);
    try {
      await navigator.clipboard.writeText(text);
      this.#said.textContent = `Copied ${this.#indices.length} cases as Markdown.`;
    } catch {
      // A page from a disk may not reach the clipboard; then the text is there to be copied by hand.
      const area = element("textarea", { "aria-label": "The cases as Markdown" });
      area.value = text;
      area.readOnly = true;
      this.#said.replaceChildren("Press Ctrl+C to copy: ", area, button("Close", () => this.#renderTable()));
      area.select();
    }
  }

  #download(format: "csv" | "json"): void {
    const text = (format === "csv" ? toCsv : toJson)(this.#data.report, this.#state.metric, this.#indices);
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([text], { type: format === "csv" ? "text/csv" : "application/json" }));
    link.download = `benchkit.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  #onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const writes = target.matches("input[type=search], textarea, select");
    if (event.key === "Escape" && this.#state.open !== null) this.#change({ open: null });
    else if (event.key === "Escape" && target === this.#search) this.#change({ search: "" });
    else if (event.key === "/" && !writes && this.#state.open === null) {
      event.preventDefault();
      this.#search.focus();
    }
  }
}

// The page of `benchkit serve`: the snapshots of a folder, asked for anew every few seconds while it is looked at, and reports of those that are chosen.
import { checkEntries, oldestFirst, pause, progressText, reportAddress, sizeText, type Entry } from "./entries.ts";
import { button, element, keepingFocus, shown } from "./dom.ts";

const chosen = new Set<string>();
const body = element("tbody");
const said = element("p", { class: "said", role: "status" }, "Asking …");
const open = button("Report of the chosen", () => location.assign(reportAddress(chosen, entries)));
let entries: readonly Entry[] = [];

function rowOf(entry: Entry): HTMLElement {
  const box = element("input", { type: "checkbox", id: `choose ${entry.name}`, checked: chosen.has(entry.name), "aria-label": `Choose ${shown(entry.name, 200)}` });
  box.addEventListener("change", () => {
    if (box.checked) chosen.add(entry.name);
    else chosen.delete(entry.name);
    render();
  });
  const readable = entry.state !== "unreadable";
  const go = readable ? button("Report", () => location.assign(reportAddress(new Set([entry.name]), entries)), { title: `Report of ${shown(entry.name, 200)}` }) : "";
  const progress = element("td", {}, progressText(entry));
  if (entry.state === "being written" && entry.cases) {
    const bar = element("progress", { "aria-label": "cases measured" });
    bar.max = entry.cases;
    bar.value = entry.measured ?? 0;
    progress.prepend(bar, " ");
  }
  return element(
    "tr",
    {},
    element("td", {}, readable ? box : ""),
    element("th", { scope: "row", title: shown(entry.name, 1000) }, shown(entry.name, 60)),
    element("td", { class: entry.state === "being written" ? "improved" : entry.state === "ended" ? "" : "regressed" }, entry.state),
    progress,
    element("td", {}, shown((entry.versions ?? []).join(", "), 60)),
    element("td", {}, new Date(entry.changed * 1000).toISOString().slice(0, 19).replace("T", " ")),
    element("td", {}, sizeText(entry.bytes)),
    element("td", {}, go),
  );
}

function render(): void {
  keepingFocus(body, () => body.replaceChildren(...entries.map(rowOf)));
  open.disabled = chosen.size === 0;
  const [base] = oldestFirst(chosen, entries);
  open.title = chosen.size > 1 && base ? `${shown(base.name, 200)} is the base` : "";
}

/** Nobody sees a page that lies behind others: it asks again when it is seen. */
function next(): void {
  if (document.hidden) document.addEventListener("visibilitychange", next, { once: true });
  else void ask();
}

async function ask(): Promise<void> {
  try {
    const response = await fetch("snapshots", { cache: "no-store" });
    if (!response.ok) throw new Error(`the server says ${response.status}`);
    entries = checkEntries(await response.json());
    for (const name of chosen) if (!entries.some((entry) => entry.name === name)) chosen.delete(name);
    const writing = entries.filter((entry) => entry.state === "being written").length;
    said.textContent = entries.length === 0 ? "No snapshot is here yet; those that a run writes will appear." : `${entries.length} snapshots, ${writing} being written`;
    render();
  } catch (error) {
    said.textContent = `No answer (${String(error)}): is \`benchkit serve\` still running?`;
  }
  setTimeout(next, pause(entries));
}

const heads = ["", "snapshot", "state", "how far", "versions", "last written (UTC)", "size", ""];
const head = element("tr", {}, ...heads.map((text) => (text ? element("th", { scope: "col" }, text) : element("td"))));
const table = element("table", { class: "plain" }, element("caption", {}, "Snapshots, the newest first"), element("thead", {}, head), body);
const scheme = matchMedia("(prefers-color-scheme: dark)");
const paint = (): void => {
  document.documentElement.dataset["theme"] = scheme.matches ? "dark" : "light";
};
scheme.addEventListener("change", paint);
paint();
document.getElementById("page")?.replaceChildren(
  element("header", {}, element("h1", {}, "benchkit: snapshots"), open),
  element("main", {}, said, element("p", { class: "notes" }, "Of several that are chosen the oldest, the one that was begun first, is the base of the others."), element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Snapshots" }, table)),
);
void ask();

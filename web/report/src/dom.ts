// The one place where text reaches the document: as text. No other file makes elements, and none sets innerHTML.

/** Attributes that the page sets. None of them can run anything or name a place to fetch from. */
interface Attributes {
  class?: string;
  id?: string;
  type?: "button" | "search" | "checkbox";
  title?: string | undefined;
  role?: string;
  for?: string;
  value?: string;
  placeholder?: string;
  colspan?: number;
  tabindex?: number;
  scope?: "col" | "row";
  selected?: boolean;
  checked?: boolean;
  [aria: `aria-${string}`]: string | number | undefined;
}

export type Child = Node | string | null;

/** An element with its attributes and children; texts become text nodes. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    const read = name === "title" || name.startsWith("aria-"); // by people
    made.setAttribute(name, value === true ? "" : read ? plain(String(value)) : String(value));
  }
  made.append(...children.filter((child) => child !== null).map((child) => (typeof child === "string" ? plain(child) : child)));
  return made;
}

export function button(text: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", onClick);
  return made;
}

/** A list to choose one from, with its label. */
export function choice(label: string, options: readonly (readonly [value: string, text: string])[], value: string, onChange: (value: string) => void): HTMLElement {
  const select = element("select", {}, ...options.map(([key, text]) => element("option", { value: key, selected: key === value }, text)));
  select.addEventListener("change", () => onChange(select.value));
  return element("label", {}, element("span", {}, label), select);
}

export function list(texts: readonly string[], className = ""): HTMLElement {
  return element("ul", { class: className }, ...texts.map((text) => element("li", {}, text)));
}

/** A table of texts; the first cell of each row is its heading. */
export function plainTable(heads: readonly string[], rows: readonly (readonly string[])[], caption: string): HTMLElement {
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map(([first, ...rest]) =>
    element("tr", {}, element("th", { scope: "row", title: first ?? "" }, first ?? ""), ...rest.map((text) => element("td", {}, text))),
  );
  const table = element("table", { class: "plain" }, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body));
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, table);
}

/** What a field or button is known by when its surroundings are made anew. */
function nameOf(control: Element): string {
  const dim = control.closest<HTMLElement>("[data-dim]")?.dataset["dim"] ?? "";
  return `${control.tagName} ${dim} ${control.id || control.getAttribute("title") || (control.closest("label") ?? control).textContent}`;
}

/** Makes what is in `parent` anew, and gives the focus back to the field or button that had it. */
export function keepingFocus(parent: HTMLElement, make: () => void): void {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const name = focused && focused !== parent ? nameOf(focused) : null;
  make();
  if (name === null) return;
  [...parent.querySelectorAll<HTMLElement>("button, input, select, summary")].find((one) => nameOf(one) === name)?.focus({ preventScroll: true });
}

/** The text with a mark for each control character, and for each letter that turns the direction of writing. */
export function plain(text: string): string {
  return text.replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
}

/** An option of ECharts with all its texts plain; those of tooltips keep their lines. */
export function plainOption<T>(value: T, lines = false): T {
  if (typeof value === "string") return (lines ? value.split("\n").map(plain).join("\n") : plain(value)) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => plainOption(one, lines)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainOption<unknown>(one, lines || key === "tip")])) as T;
}

/** What a case is called. */
export function named(id: string, letters = 90): string {
  return id === "" ? "(no id)" : shown(id, letters);
}

/** The text plain, with its middle left out, at most so many letters. */
export function shown(text: string, letters = 90): string {
  const all = text.length > letters ? Array.from(plain(text)) : null;
  if (!all || all.length <= letters) return plain(text);
  const left = Math.ceil(letters * 0.6);
  return `${all.slice(0, left).join("")}…${all.slice(all.length - (letters - left - 1)).join("")}`;
}

// A report that `benchkit serve` shows follows its snapshots: where one of them has another size than it had, the page is loaded anew, and shows the same place.
// Only while somebody looks and wants it, and never while a field has the focus. To make a report takes time from a run that is being timed, so a page that took long to
// come is asked for less often. A report that was opened from a disk asks nobody.
import { element } from "./dom.ts";
import { checkEntries, pause, type Entry } from "./entries.ts";

/** Names and sizes in bytes of the files that a report was made of. */
type Followed = readonly (readonly [name: string, bytes: number])[];

/** What the server works for a page takes at most such a share of the time. */
const SHARE = 1 / 10;
const KEY = "benchkit-follow";

export function hasChanged(followed: Followed, entries: readonly Entry[]): boolean {
  return followed.some(([name, bytes]) => entries.find((entry) => entry.name === name)?.bytes !== bytes);
}

/** Milliseconds until the server is asked again. */
export function waitFor(entries: readonly Entry[], took: number): number {
  return Math.max(pause(entries), took / SHARE);
}

interface Kept {
  off: boolean;
  address: string;
  top: number; ///< of the window
  lines: number; ///< of the table
}

function kept(): Partial<Kept> {
  try {
    return (JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Partial<Kept> | null) ?? {};
  } catch {
    return {}; // a browser may keep nothing
  }
}

function keep(what: Partial<Kept>): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...kept(), ...what }));
  } catch {
    // Then the page is at its top again.
  }
}

function isTyping(): boolean {
  return document.activeElement?.matches("input:not([type=checkbox]), select, textarea") ?? false;
}

/** A box to say whether the page follows, and what became of it. `lines`: what scrolls beside the window. */
export function follow(followed: Followed, lines: HTMLElement): HTMLElement {
  const box = element("input", { type: "checkbox", id: "follow", checked: !kept().off });
  const said = element("span", { role: "status" });
  const came = performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined;
  const took = came ? came.responseStart - came.requestStart : 0;
  let grown = false;
  const load = (): void => {
    keep({ address: location.href, top: scrollY, lines: lines.scrollTop });
    location.reload();
  };
  const settle = (): void => {
    if (grown && box.checked && !isTyping()) load();
    else said.textContent = grown ? " Its snapshots have changed." : "";
  };
  box.addEventListener("change", () => {
    keep({ off: !box.checked });
    settle();
  });
  const ask = async (): Promise<void> => {
    let entries: Entry[] = [];
    try {
      const response = await fetch("snapshots", { cache: "no-store" });
      entries = checkEntries(await response.json());
      grown = hasChanged(followed, entries);
      settle();
    } catch {
      said.textContent = " No answer: is `benchkit serve` still running?";
    }
    setTimeout(next, waitFor(entries, took));
  };
  const next = (): void => {
    if (document.hidden) document.addEventListener("visibilitychange", next, { once: true });
    else void ask();
  };
  setTimeout(next, waitFor([], took));
  const before = kept();
  if (before.address === location.href) {
    requestAnimationFrame(() => {
      lines.scrollTop = before.lines ?? 0;
      scrollTo(0, before.top ?? 0);
    });
    keep({ address: "" });
  }
  return element("p", {}, element("label", { for: "follow", class: "tick" }, box, " show changes as they are written"), said);
}

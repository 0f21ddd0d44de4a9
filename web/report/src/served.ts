// What a report's page says when it is shown: to the script that `benchkit serve` adds to it, and to nobody where it is a file.
import type { Report } from "./contract.ts";

export interface Served {
  followed: NonNullable<Report["follow"]>;
  header: HTMLElement;
  lines: HTMLElement; ///< what scrolls beside the window
}

const EVENT = "benchkit-shown";

export function announce(served: Served): void {
  document.dispatchEvent(new CustomEvent<Served>(EVENT, { detail: served }));
}

export function whenShown(then: (served: Served) => void): void {
  document.addEventListener(EVENT, (event) => then((event as CustomEvent<Served>).detail), { once: true });
}

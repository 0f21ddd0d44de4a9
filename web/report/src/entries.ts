// What `benchkit serve` says of a folder (src/serve/folder.hpp), in words.
import { withUnit } from "../../engine/functions.js";

export interface Entry {
  name: string;
  bytes: number;
  changed: number; ///< seconds since 1970
  state: "being written" | "ended" | "cut off" | "unreadable";
  reason?: string;
  versions?: string[];
  cases?: number;
  measured?: number;
  samples?: number;
  blocks?: number;
  planned_blocks?: number;
  started?: string; ///< ISO 8601; "" where the file does not say
}

/** Throws where it is no list of entries. */
export function checkEntries(value: unknown): Entry[] {
  if (!Array.isArray(value) || !value.every((one: unknown) => typeof (one as Entry | null)?.name === "string")) throw new Error("the answer is no list of snapshots");
  return value as Entry[];
}

export function sizeText(bytes: number): string {
  return withUnit(bytes, "B");
}

export function progressText(entry: Entry): string {
  if (entry.state === "unreadable") return entry.reason ?? "";
  const cases = `${entry.measured ?? 0} of ${entry.cases ?? 0} cases`;
  const blocks = entry.planned_blocks ? `${entry.blocks ?? 0} of at most ${entry.planned_blocks} blocks` : `${entry.blocks ?? 0} blocks`;
  return `${cases}, ${blocks}, ${entry.samples ?? 0} samples`;
}

/** The chosen, the oldest first: by when they were begun where all of them say it, else by when they were written last. A copy has a new date and an old beginning. */
export function oldestFirst(chosen: ReadonlySet<string>, entries: readonly Entry[]): Entry[] {
  const names = [...entries].reverse().filter((entry) => chosen.has(entry.name));
  if (!names.every((entry) => entry.started)) return names;
  return names.sort((left, right) => Date.parse(left.started ?? "") - Date.parse(right.started ?? ""));
}

/** The oldest is the base. `entries` are those that were written last first. */
export function reportAddress(chosen: ReadonlySet<string>, entries: readonly Entry[]): string {
  const words = new URLSearchParams();
  for (const entry of oldestFirst(chosen, entries)) words.append("file", entry.name);
  return `report?${words.toString()}`;
}

/** Milliseconds until the folder is asked for again: to look takes time from a run that is being timed. */
export function pause(entries: readonly Entry[]): number {
  return entries.some((entry) => entry.state === "being written") ? 10_000 : 2_000;
}

// Which lines of a long list are in sight. Only they are elements of the page, so that a list of 100,000 costs what one of 50 does.

export const LINE_HEIGHT = 28; ///< in pixels; page.css says the same
const MORE = 10; ///< lines made on either side of what is in sight, so that scrolling meets no gap

export interface Window {
  first: number;
  end: number; ///< one after the last
}

export function windowOf(count: number, scrollTop: number, height: number): Window {
  const first = Math.max(0, Math.min(Math.floor(scrollTop / LINE_HEIGHT) - MORE, count));
  const end = Math.min(count, Math.ceil((Math.max(scrollTop, 0) + height) / LINE_HEIGHT) + MORE);
  return { first, end: Math.max(first, end) };
}

/** Where the list must be scrolled to so that a line is in sight; where it is already, `scrollTop`. `head` pixels at the top are covered. */
export function scrolledTo(line: number, scrollTop: number, height: number, head: number): number {
  const top = line * LINE_HEIGHT;
  if (top < scrollTop) return top;
  const bottom = top + LINE_HEIGHT + head;
  return bottom > scrollTop + height ? bottom - height : scrollTop;
}

/** The line that a key moves to from `line`; null: the key moves nothing. */
export function movedBy(key: string, line: number, count: number, height: number): number | null {
  const page = Math.max(1, Math.floor(height / LINE_HEIGHT) - 2);
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count };
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (step === undefined || count === 0) return null;
  return Math.min(count - 1, Math.max(0, line + step));
}

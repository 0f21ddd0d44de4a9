// Data as the page's blocks. Tests and example.mjs make them so; src/report is to make the same.
import { deflateSync } from "node:zlib";

export function packed(value) {
  return deflateSync(JSON.stringify(value), { level: 9 }).toString("base64");
}

/** The elements that stand in the template's place for data. */
export function blocksOf({ report, parts, figures }) {
  const block = (name, value) => `<script type="application/octet-stream" id="benchkit-${name}">${packed(value)}</script>`;
  return [block("report", report), ...parts.map((part, i) => block(`part-${i}`, part)), ...figures.map((figure, i) => block(`figure-${i}`, figure))].join("\n");
}

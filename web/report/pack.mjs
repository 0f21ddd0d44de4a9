// Data as the page's blocks. Tests and example.mjs make them so; src/report is to make the same.
import { deflateSync } from "node:zlib";

export function packed(value) {
  return deflateSync(JSON.stringify(value), { level: 9 }).toString("base64");
}

const steps = (list) => list.map((value, i) => value - (i > 0 ? list[i - 1] : 0));

/** A part as it stands in the page, of one as the page hands it out. */
export function packedPart({ samples, growth }) {
  const packedSeries = ({ block, order, ...head }) => ({ ...head, block_steps: steps(block), order_steps: steps(order) });
  return packed({ samples: samples.map(packedSeries), growth });
}

/** The elements that stand in the template's place for data. */
export function blocksOf({ report, parts, figures }) {
  const block = (name, text) => `<script type="application/octet-stream" id="benchkit-${name}">${text}</script>`;
  const blocks = [block("report", packed(report))];
  for (const [i, part] of parts.entries()) blocks.push(block(`part-${i}`, packedPart(part)));
  for (const [i, figure] of figures.entries()) blocks.push(block(`figure-${i}`, packed(figure)));
  return blocks.join("\n");
}

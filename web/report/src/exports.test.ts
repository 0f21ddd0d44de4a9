import assert from "node:assert/strict";
import { test } from "node:test";
import { example, HOSTILE } from "./example.ts";
import { csvCell, markdownCell, toCsv, toJson, toMarkdown } from "./exports.ts";
import { changeText, effectText, levelText, ratioText, valueText } from "./words.ts";

const { report } = example(60, 2);
const time = report.metrics[0] ?? assert.fail();

test("Markdown has a line for each case, whatever its id, and runs nothing of it", () => {
  const lines = toMarkdown(report, 0, [0, 1, 3]).trimEnd().split("\n");
  assert.equal(lines.length, 5);
  assert.equal(lines[0], "| case | v1 | v2 |");
  for (const line of lines) assert.equal(line.replace(/\\\|/g, "").split("|").length, 5);
  assert.ok(!lines.join("").replace(/\\</g, "").includes("<img"));
  assert.equal(markdownCell("a|b\r\n`c`"), "a\\|b<br>\\`c\\`");
});

test("CSV keeps the numbers whole and quotes what it must", () => {
  const text = toCsv(report, 0, [5]);
  const [head, first, second] = text.split("\r\n").map((line) => line.split(","));
  assert.equal(head?.[0], "id");
  assert.equal(Number(first?.[head?.indexOf("value") ?? -1]), time.columns[0]?.value[5]);
  assert.equal(Number(second?.[head?.indexOf("effect") ?? -1]), time.columns[1]?.effect[5]);
  assert.equal(csvCell('a "b", c'), '"a ""b"", c"');
  assert.equal(csvCell(-1.5), "-1.5");
});

test("no cell of CSV is a formula", () => {
  for (const text of ["=1+1", "+1", "-1", "@sum", "\t=1"]) assert.match(csvCell(text), /^"?'/);
  assert.ok(toCsv(report, 0, [3]).includes(`"'=HYPERLINK(""http`));
});

test("JSON says the same, ids untouched", () => {
  const cases = JSON.parse(toJson(report, 0, [0, 41])) as { id: string; versions: { verdict: string | null; standing: string | null }[] }[];
  assert.equal(cases[0]?.id, HOSTILE[0]);
  assert.equal(cases[1]?.versions[1]?.standing, "failed");
  assert.equal(cases[1]?.versions[1]?.verdict, null);
});

test("numbers read as those of the command", () => {
  const metric = structuredClone(time);
  const column = metric.columns[1] ?? assert.fail();
  [column.effect[0], column.effect_low[0], column.effect_high[0], column.verdict[0]] = [1.05, 1.04, 1.06, 0];
  assert.equal(effectText(metric, 1, 0), "+5.0% [+4.0%, +6.0%]");
  assert.equal(changeText(metric, 1, 0), "▲ +5.0% [+4.0%, +6.0%]");
  [column.effect[1], column.effect_low[1], column.effect_high[1]] = [3.021, 2.9, 3.05];
  assert.equal(effectText(metric, 1, 1), "x3.02 [x2.90, x3.05]");
  [column.effect[1], column.effect_low[1], column.effect_high[1]] = [0.01, 0.009, 0.011];
  assert.equal(effectText(metric, 1, 1), "/100 [/111, /90.9]");
  [column.effect[1], column.effect_low[1], column.effect_high[1]] = [1.5, 0.4, 9];
  assert.equal(effectText(metric, 1, 1), "+50.0% [unknown]");
  assert.equal(ratioText(1), "=");
  assert.equal(changeText(metric, 1, 41), "failed");
  metric.relative = false;
  [column.effect[0], column.effect_low[0], column.effect_high[0]] = [-1500, -2000, 0];
  assert.equal(effectText(metric, 1, 0), "\u22121.5 us [\u22122 us, =]");
  assert.equal(valueText(metric, 2.5e6), "2.5 ms");
  assert.equal(valueText(metric, null), "");
  assert.equal(levelText(0.00001), "error level < 0.0001");
  assert.equal(levelText(0.01234), "error level 0.012");
});

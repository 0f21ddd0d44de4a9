import assert from "node:assert/strict";
import { test } from "node:test";
import { packed, packedPart } from "../pack.mjs";
import { checkReport } from "./contract.ts";
import { Data, decoded } from "./decode.ts";
import { example } from "./example.ts";

test("what was packed is read back, whatever stands in it", async () => {
  const value = { text: "</script> \u202e 😀", numbers: [0.1, -1e300, null] };
  assert.deepEqual(await decoded(packed(value)), value);
});

test("parts are read when they are asked for, each once", async () => {
  const { report, parts } = example(60, 2);
  const asked: string[] = [];
  const data = await Data.read((name) => {
    asked.push(name);
    if (name === "benchkit-report") return packed(report);
    return name === "benchkit-part-1" && parts[1] ? packedPart(parts[1]) : null;
  });
  assert.deepEqual(asked, ["benchkit-report"]);
  assert.deepEqual(await data.part(1), parts[1]);
  await data.part(1);
  assert.deepEqual(asked, ["benchkit-report", "benchkit-part-1"]);
  assert.deepEqual(await data.part(-1), { samples: [], growth: [] });
  await assert.rejects(data.part(7), /lacks its part `benchkit-part-7`/);
});

test("damaged data are told of, and how to mend them", async () => {
  const text = packed(example(3, 2).report);
  await assert.rejects(Data.read(() => null), /it is the template/);
  await assert.rejects(Data.read(() => text.slice(0, text.length / 2)), /Was the file cut off\?/);
  await assert.rejects(Data.read(() => "no base64!"), /Write the report again/);
  await assert.rejects(Data.read(() => packed({ format: 2 })), /format 1 .* these have 2/);
  await assert.rejects(Data.read(() => packed(null)), /no object/);
});

test("lists that don't have an entry for each case are refused", () => {
  const shorter = example(3, 2).report;
  shorter.metrics[0]?.columns[1]?.effect.pop();
  assert.throws(() => checkReport(shorter), /`time.effect` has 2 entries for 3 cases/);
  const dimless = example(3, 2).report;
  assert.throws(() => checkReport({ ...dimless, cases: { ...dimless.cases, dims: undefined } }), /`cases.dims` is no object/);
  const lost = example(3, 2).report;
  lost.metrics[1]?.columns.pop();
  assert.throws(() => checkReport(lost), /metric `peak` has not a column for each version/);
  const baseless = example(3, 2).report;
  const column = baseless.metrics[0]?.columns[1];
  if (column) column.base = 9;
  assert.throws(() => checkReport(baseless), /has no base/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { example } from "./example.ts";
import { measuredText } from "./summary.ts";

test("of a version that is compared with none it is told what became of its cases", () => {
  const { report } = example(60, 2);
  const metric = report.metrics[0] ?? assert.fail();
  assert.equal(measuredText(metric, 0), "time: 60 cases measured");
  assert.equal(measuredText(metric, 1), "time: 59 cases measured, 1 failed");
});

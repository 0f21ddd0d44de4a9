import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folderPage, following, PLACE, template } from "./build.mjs";
import { blocksOf } from "./pack.mjs";
import { example } from "./src/example.ts";

const page = await template();

test("the policy lets the page's one script run and nothing be fetched", () => {
  const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)];
  assert.equal(scripts.length, 1);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
  assert.ok(policy.startsWith("default-src 'none'; "));
  assert.ok(policy.includes(`'sha256-${createHash("sha256").update(scripts[0][1]).digest("base64")}'`));
  assert.doesNotMatch(policy, /script-src[^;]*unsafe|https?:|connect-src|img-src/);
  assert.ok(page.indexOf("Content-Security-Policy") < page.indexOf("<script>"));
});

test("the page of a folder may ask its own server, and the report's template knows nothing of it", async () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(await folderPage())?.[1] ?? "";
  assert.match(policy, /^default-src 'none'; .*; connect-src 'self'$/);
  assert.ok(!page.includes("fetch("));
});

test("what makes a served report follow its files is a script of its own, with what the policy must allow", async () => {
  const [, allowed, code] = /^(.*)\n<script>([^]*)<\/script>\n$/.exec(await following()) ?? assert.fail();
  assert.equal(allowed, `'sha256-${createHash("sha256").update(code).digest("base64")}'`);
  assert.ok(code.includes('fetch("snapshots"'));
});

test("data have one place, and nothing in them leaves their elements", () => {
  assert.equal(page.split(PLACE).length, 2);
  const blocks = blocksOf(example(60, 2));
  assert.equal(blocks.replace(/<script type="application\/octet-stream" id="benchkit-(?:report|part-\d+|figure-\d+)">[A-Za-z0-9+/=]*<\/script>/g, "").trim(), "");
});

test("1,000 cases of 2 snapshots with their samples take at most 1.5 MB", () => {
  const size = page.length + blocksOf(example(1000, 2)).length;
  assert.ok(size <= 1.5e6, `${size} bytes`);
});

test("no source but dom.ts makes elements, and none makes them of text or fetches", () => {
  const folder = join(import.meta.dirname, "src");
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".ts") && !one.endsWith(".test.ts"))) {
    const text = readFileSync(join(folder, name), "utf8").replace(/\/\/.*$/gm, "");
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\b|new Function/, name);
    // What is in pages of `serve` alone asks the server that they came from; the report asks nobody.
    assert.doesNotMatch(["folder.ts", "follow.ts"].includes(name) ? text.replace('fetch("snapshots", ', "") : text, /\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\(/, name);
    if (name !== "dom.ts") assert.doesNotMatch(text, /createElement/, name);
  }
});

// The page in a real Chromium, as its reader uses it: found as `chromium` or by $BENCHKIT_CHROMIUM. Where there is none these tests are skipped.
import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { PLACE, template } from "./build.mjs";
import { blocksOf } from "./pack.mjs";
import { example, HOSTILE } from "./src/example.ts";

const places = [process.env.BENCHKIT_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const browserPath = places.find((path) => path && existsSync(path));
const options = { skip: browserPath ? false : "no Chromium here; $BENCHKIT_CHROMIUM names one" };
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "benchkit-report-"));
const data = example(300, 3);
const file = join(folder, "report.html");
let browser;
let page;
let requests;

before(async () => {
  if (!browserPath) return;
  writeFileSync(file, (await template()).replace(PLACE, () => blocksOf(data)));
  browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu"] });
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Opens the page anew; whatever it says on the console is an error. */
async function open(hash = "", settings = {}, what = file) {
  await page?.context().close();
  page = await (await browser.newContext({ viewport: { width: 1200, height: 900 }, ...settings })).newPage();
  requests = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => assert.fail(message.text()));
  page.on("pageerror", (error) => assert.fail(error));
  await page.goto(pathToFileURL(what).href + hash);
  await page.locator(".cases tbody, .case h2").first().waitFor();
}
const said = () => page.locator(".said").textContent();
const hash = () => page.evaluate("location.hash");
const textsOf = (column) => page.locator(`.cases tbody tr:not(.space) > :nth-child(${column})`).allTextContents();

test("typing into the search filters the table and keeps the caret", options, async () => {
  await open();
  await page.keyboard.press("/");
  await page.keyboard.type("SORT n=1000-");
  assert.equal(await page.locator("#search").inputValue(), "SORT n=1000-");
  assert.ok((await textsOf(1)).every((id) => /sort.*n=1000-/.test(id)));
  assert.equal(await said(), "15 of 300 cases");
  await page.keyboard.press("Escape");
  assert.equal(await said(), "300 of 300 cases");
});

test("filters by dim and verdict narrow, a head sorts, and a link shows the same", options, async () => {
  await open();
  await page.locator("details[data-dim=op] summary").click();
  await page.locator("details[data-dim=op]").getByText("solve").click();
  await page.locator("fieldset").getByText("regressed").click();
  await page.getByRole("button", { name: "change", exact: true }).first().click();
  const ids = await textsOf(1);
  assert.ok(ids.length > 0 && ids.every((id) => id.includes("solve")));
  assert.equal(await page.locator(".cases th[aria-sort]").getAttribute("aria-sort"), "descending");
  const link = await hash();
  await open(link);
  assert.deepEqual(await textsOf(1), ids);
});

test("a long list holds few rows, and keys reach its end and open a case", options, async () => {
  await open();
  await page.locator(".lines").focus();
  await page.keyboard.press("End");
  assert.ok((await page.locator(".cases tbody tr").count()) < 80);
  const last = data.report.cases.id.at(-1);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".case h2").textContent(), last);
  await page.locator(".case svg").first().waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate("document.activeElement.textContent"), last);
  await page.goBack();
  assert.equal(await page.locator(".case h2").textContent(), last);
});

test("groups and pivots show every case once", options, async () => {
  await open("#group=op");
  assert.match((await textsOf(1))[0], /^op=build \(75\)$/);
  await open("#pivot=n");
  assert.deepEqual(await page.locator(".cases thead th").allTextContents(), ["shared dims", "n=10", "n=100", "n=1000", "n=10000", "n=100000"]);
});

test("nothing of hostile names is run, anywhere, and nothing is fetched", options, async () => {
  await open();
  for (const id of HOSTILE) {
    await page.evaluate((one) => (location.hash = `case=${encodeURIComponent(one)}`), id);
    await page.locator(".case svg").first().waitFor();
    assert.equal(await page.title(), data.report.title);
    assert.equal(await page.evaluate("document.images.length + document.querySelectorAll('script:not([type])').length"), 1);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
  }
  await page.evaluate(() => (location.hash = "where.op=%3Cimg%20src=x%3E&sort=value:9999999&q=%3Cscript%3E"));
  assert.equal(await said(), "0 of 300 cases");
  assert.equal(requests.length, 1);
});

test("on narrow screens values and changes are in sight, and nothing makes the page wider than it is", options, async () => {
  for (const width of [400, 700]) {
    await open("", { viewport: { width, height: 900 } });
    const right = (place) => page.evaluate((at) => document.querySelectorAll(".cases tbody tr[data-place] td.number")[at].getBoundingClientRect().right, place);
    assert.ok((await right(0)) <= width, `the base, of ${width}`);
    assert.ok((await right(1)) <= width, `a change, of ${width}`);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
    await open(`#case=${encodeURIComponent(data.report.cases.id[10])}`, { viewport: { width, height: 900 } });
    await page.locator(".case svg").first().waitFor();
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
  }
});

test("CSV and JSON of the cases shown can be had", options, async () => {
  await open("#q=n%3D10-1%5D");
  for (const [name, lines] of [["CSV", 13], ["JSON", null]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
    const text = readFileSync(await download.path(), "utf8");
    if (lines === null) assert.equal(JSON.parse(text).length, 4);
    else assert.equal(text.trimEnd().split("\r\n").length, lines);
  }
});

test("dark is what the system or the reader says; print is light and shows all lines", options, async () => {
  await open("", { colorScheme: "dark" });
  const theme = () => page.evaluate("document.documentElement.dataset.theme");
  assert.equal(await theme(), "dark");
  await page.getByLabel("Colours").selectOption("light");
  assert.equal(await theme(), "light");
  assert.equal(await hash(), "#theme=light");
  await open("#theme=dark");
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator(".cases tbody tr:not(.space)").count(), 300);
  assert.equal(await page.evaluate("getComputedStyle(document.documentElement).backgroundColor"), "rgb(255, 255, 255)");
});

test("paper says which lines it leaves out", options, async () => {
  const path = join(folder, "many.html");
  writeFileSync(path, (await template()).replace(PLACE, () => blocksOf(example(6000, 1))));
  await open("", {}, path);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const last = page.locator(".cases tbody tr").last();
  assert.equal(await last.textContent(), "1000 more lines are not printed. Search and filters choose which are; CSV and JSON hold all of them.");
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.ok((await page.locator(".cases tbody tr").count()) < 80);
});

const command = join(process.env.BENCHKIT_BUILD ?? join(import.meta.dirname, "../../build/release"), "benchkit");
const snapshots = join(import.meta.dirname, "../../tests/cli/data");
const written = { skip: options.skip || (existsSync(command) ? false : "the command is not built") };

/** A page as the command writes it. */
function write(name, ...words) {
  const path = join(folder, `${name}.html`);
  execFileSync(command, ["report", ...words, "-o", path], { cwd: snapshots, stdio: "pipe" });
  return path;
}

test("a page of the command shows its table, its pictures, its cases and verdicts by a pivot", written, async () => {
  const path = write("two", "v1.jsonl", "v2.jsonl");
  await open("", {}, path);
  assert.equal(await said(), "10 of 10 cases");
  await page.locator(".pictures svg").first().waitFor();
  for (const view of await page.locator(".pictures option").allTextContents()) {
    await page.locator(".pictures select").selectOption({ label: view });
    await page.locator(".pictures svg").first().waitFor();
  }
  await page.locator("section[aria-label='Pictures of all cases'] summary").first().click();
  await page.locator("section[aria-label='Pictures of all cases'] svg").first().waitFor();
  await open("#pivot=impl", {}, path);
  assert.deepEqual(await page.locator(".cases thead th").allTextContents(), ["shared dims", "impl=set", "impl=hash"]);
  await page.locator(".cases .change").first().waitFor();
  assert.match((await textsOf(3)).join("|"), /[▲▼●○] /);
  await open("#case=set-find%5B10%5D", {}, path);
  await page.locator(".case svg").nth(1).waitFor();
  assert.equal(requests.length, 1);
});

test("call paths that grew stand on the page of their case", written, async () => {
  await open("#case=build%5B100%5D", {}, write("held", "held1.jsonl", "held2.jsonl"));
  const table = page.locator("table", { hasText: "Call paths of peak that changed" });
  await table.waitFor();
  assert.ok((await table.locator("tbody tr").count()) > 0);
});

test("one version has no verdicts, and a picture all the same", written, async () => {
  await open("", {}, write("one", "sizes1.jsonl"));
  assert.equal(await page.locator("fieldset").count(), 0);
  await page.locator(".pictures svg").first().waitFor();
});

test("a folder is shown as it becomes, and what is chosen of it is a report", written, async () => {
  const served = join(folder, "served");
  mkdirSync(served);
  copyFileSync(join(snapshots, "v1.jsonl"), join(served, "v1.jsonl"));
  const server = spawn(command, ["serve", served], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const address = await new Promise((resolve) => server.stdout.once("data", (text) => resolve(/http:\S+/.exec(String(text))[0])));
    await page?.context().close();
    page = await (await browser.newContext()).newPage();
    page.on("pageerror", (error) => assert.fail(error));
    await page.goto(address);
    await page.getByLabel("Choose v1.jsonl").check();
    copyFileSync(join(snapshots, "v2.jsonl"), join(served, "v2.jsonl"));
    await page.getByLabel("Choose v2.jsonl").check();
    assert.ok(await page.getByLabel("Choose v1.jsonl").isChecked());
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
    assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`), []);
    await page.getByRole("button", { name: "Report of the chosen" }).click();
    await page.locator(".cases tbody tr[data-place]").first().waitFor();
    assert.equal(await page.title(), "v2 against v1");
    // A file that grows is shown as it is, at the same place, unless somebody is writing in a field or has said that it shall not.
    await page.evaluate("location.hash = 'sort=id'");
    const grown = () => appendFileSync(join(served, "v2.jsonl"), "\n");
    const loaded = page.waitForEvent("load");
    grown();
    await loaded;
    await page.locator(".cases tbody tr[data-place]").first().waitFor();
    assert.equal(await hash(), "#sort=id");
    await page.getByLabel("show changes as they are written").uncheck();
    grown();
    await page.getByText("Its snapshots have changed.").waitFor();
    await page.evaluate("window.still = true");
    await page.locator("#search").focus();
    await page.evaluate("document.getElementById('follow').click()");
    assert.ok(await page.evaluate("window.still"));
    await page.evaluate(axe);
    const left = await page.evaluate(() => window.axe.run({ exclude: [["svg"]] }, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
    assert.deepEqual(left.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`), []);
  } finally {
    server.kill("SIGINT");
  }
  assert.equal(await new Promise((resolve) => server.once("exit", resolve)), 0);
});

test("axe finds no violation of level A or AA in the table, in groups, in a pivot and in a case", options, async () => {
  const id = encodeURIComponent(data.report.cases.id[10]);
  for (const state of ["", "#theme=dark&group=op&sort=-change%3A1", "#pivot=n", "#view=scatter&theme=dark", `#theme=dark&case=${id}`]) {
    await open(state);
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
    await page.locator("svg").first().waitFor();
    // What is in a picture is one image to a screen reader, with a name.
    await page.evaluate(axe); // the protocol's own way in: the page's policy would not let it in
    const found = await page.evaluate(() => window.axe.run({ exclude: [["svg"]] }, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
    assert.ok(found.passes.length > 10);
    assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`), [], state);
  }
});

// How long a report takes a Chromium: prints a JSON object with seconds, by the clock of the page from when the file was asked for.
// usage: node report_speed.mjs CHROMIUM PAGE.html
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const require = createRequire(join(dirname(fileURLToPath(import.meta.url)), "../web/package.json"));
const { chromium } = require("playwright-core");
const [chromiumPath, file] = process.argv.slice(2);
const LONG = 120_000;

const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await (await browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
page.setDefaultTimeout(LONG);
const now = async () => (await page.evaluate("performance.now()")) / 1000;
await page.goto(pathToFileURL(file).href, { timeout: LONG });
await page.locator(".cases tbody tr[data-place]").first().waitFor();
const table = await now();

// A letter typed into the search, until the table shows what is left.
const letter = await page.evaluate(() => {
  const field = document.getElementById("search");
  const began = performance.now();
  field.value = "n=1000";
  field.dispatchEvent(new Event("input"));
  document.querySelector(".lines").getBoundingClientRect();
  return (performance.now() - began) / 1000;
});
const cases = await page.locator(".said").textContent();

// A case's page, until its first picture stands.
await page.evaluate("location.hash = ''");
await page.locator(".cases tbody button.open").first().waitFor();
const picture = await page.evaluate(
  () =>
    new Promise((resolve) => {
      const began = performance.now();
      document.querySelector(".cases tbody button.open").click();
      const look = () => (document.querySelector(".case svg path") ? resolve((performance.now() - began) / 1000) : requestAnimationFrame(look));
      look();
    }),
);
console.log(JSON.stringify({ table, letter, picture, first_picture: table + picture, cases }));
await browser.close();

// Makes the report's template, the page without data, and what `benchkit serve` needs: its own page, and the script that it adds to a report.
// usage: node build.mjs TEMPLATE.html [FOLDER.html FOLLOW.html]
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL, fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

/** Where the data go. */
export const PLACE = "<!--benchkit:data-->";

async function script(entry) {
  const result = await build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  const text = result.outputFiles[0].text;
  if (/<\/script|<!--/i.test(text)) throw new Error("the script would end or hide its own element");
  return text;
}

const hashOf = (code) => `'sha256-${createHash("sha256").update(code).digest("base64")}'`;

/** A page that may run its one script and nothing else; `more` is what else its policy allows. */
async function page(entry, title, content, more = "") {
  const code = await script(entry);
  const css = readFileSync(join(here, "page.css"), "utf8");
  // Styles may stand in the page since ECharts sets them on what it draws; none of them can fetch.
  const policy = `default-src 'none'; script-src ${hashOf(code)}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'${more}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${css}</style>
</head>
<body>
${content}
<script>${code}</script>
</body>
</html>
`;
}

export function template() {
  const none = "This page needs JavaScript to show its report. It asks nothing of any network.";
  return page("main.ts", "benchkit report", `<div id="page"><noscript>${none}</noscript></div>\n${PLACE}`);
}

/** Asks the server that it came from, and no other one. */
export function folderPage() {
  return page("folder.ts", "benchkit: snapshots", `<div id="page"><noscript>This page needs JavaScript.</noscript></div>`, "; connect-src 'self'");
}

/** What makes a report follow its files: in the first line what its policy must allow, then the script, which stands before the page's own. */
export async function following() {
  const code = await script("following.ts");
  return `${hashOf(code)}\n<script>${code}</script>\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [templatePath, folderPath, followPath] = process.argv.slice(2);
  writeFileSync(templatePath, await template());
  if (folderPath) writeFileSync(folderPath, await folderPage());
  if (followPath) writeFileSync(followPath, await following());
}

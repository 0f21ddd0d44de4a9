// Makes the report's template: the page without data. usage: node build.mjs OUTPUT.html
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL, fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

/** Where the data go. */
export const PLACE = "<!--benchkit:data-->";

async function script() {
  const result = await build({
    entryPoints: [join(here, "src/main.ts")],
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

export async function template() {
  const code = await script();
  const hash = createHash("sha256").update(code).digest("base64");
  const css = readFileSync(join(here, "page.css"), "utf8");
  // Styles may stand in the page since ECharts sets them on what it draws; none of them can fetch.
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>benchkit report</title>
<style>${css}</style>
</head>
<body>
<div id="page"><noscript>This page needs JavaScript to show its report. It asks nothing of any network.</noscript></div>
${PLACE}
<script>${code}</script>
</body>
</html>
`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(process.argv[2], await template());

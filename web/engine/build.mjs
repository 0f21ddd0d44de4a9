// Bundles the drawing engine: ECharts with the parts that pictures need, as one ES5 script. usage: node build.mjs OUTPUT.js
// The script runs in Duktape, which draws SVG, and in the page of a picture; its hash is what the page's policy lets run.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const output = process.argv[2];

await build({
  entryPoints: [join(here, "engine.js")],
  outfile: output,
  bundle: true,
  minifyIdentifiers: true,
  minifyWhitespace: true, // minifySyntax draws an `in` into the head of a loop, which Duktape 2.7 cannot parse
  format: "iife",
  globalName: "benchkitPictures",
  target: "es5",
  charset: "ascii",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
const script = readFileSync(output);
if (script.includes("</script")) throw new Error("the engine would end the page's script element");
writeFileSync(`${output}.sha256`, createHash("sha256").update(script).digest("base64"));

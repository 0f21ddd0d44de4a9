// Makes a page of invented data. usage: node example.mjs OUTPUT.html [CASES [VERSIONS]]
import { writeFileSync } from "node:fs";
import { PLACE, template } from "./build.mjs";
import { blocksOf } from "./pack.mjs";
import { example } from "./src/example.ts";

const [output, cases = "200", versions = "2"] = process.argv.slice(2);
const page = await template();
writeFileSync(output, page.replace(PLACE, () => blocksOf(example(Number(cases), Number(versions)))));

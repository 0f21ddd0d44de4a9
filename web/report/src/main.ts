// Begins: reads the data, shows the page; or says what is wrong with them.
import { blocksOf, Data } from "./decode.ts";
import { element } from "./dom.ts";
import { Page } from "./page.ts";

const root = document.getElementById("page");
if (root) {
  Data.read(blocksOf(document))
    .then((data) => new Page(data, root))
    .catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      root.replaceChildren(element("main", {}, element("h1", {}, "benchkit report"), element("p", { role: "alert" }, text)));
    });
}

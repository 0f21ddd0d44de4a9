import assert from "node:assert/strict";
import { test } from "node:test";
import { element, list, named, plainOption, shown } from "./dom.ts";

interface Made {
  children: unknown[];
  attributes: Record<string, string>;
}

/** As much of a document as element() asks for. */
function withDocument<T>(use: () => T): T {
  const createElement = (): unknown => {
    const made: Made = { children: [], attributes: {} };
    return Object.assign(made, {
      append: (...children: unknown[]) => made.children.push(...children),
      setAttribute: (name: string, value: string) => (made.attributes[name] = value),
    });
  };
  Object.assign(globalThis, { document: { createElement } });
  try {
    return use();
  } finally {
    Reflect.deleteProperty(globalThis, "document");
  }
}

test("no text turns the direction of what stands beside it, wherever it stands", () => {
  const [notes, titled] = withDocument(() => [list(["v\u202e2: unknown machine"]), element("button", { title: "a\u2066b", value: "k\u202ey" })] as unknown as Made[]);
  assert.deepEqual((notes?.children[0] as Made).children, ["v\ufffd2: unknown machine"]);
  assert.deepEqual(titled?.attributes, { title: "a\ufffdb", value: "k\u202ey" }); // a value is no text
});

test("texts of pictures are plain, and tooltips keep their lines", () => {
  const option = { title: { text: "a\nb" }, series: [{ data: [{ value: [1, null], tip: "x\u202e\ny" }] }], show: true };
  assert.deepEqual(plainOption(option), { title: { text: "a\ufffdb" }, series: [{ data: [{ value: [1, null], tip: "x\ufffd\ny" }] }], show: true });
});

test("a case without a name has one to be clicked on", () => {
  assert.equal(named(""), "(no id)");
  assert.equal(named("sort"), "sort");
  assert.equal(shown(""), "");
});

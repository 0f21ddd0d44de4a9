// Reads the data blocks of the page: base64 of JSON compressed with zlib.
import { checkReport, type Figure, type PackedPart, type PackedSeries, type Part, type PivotData, type Report, type Series } from "./contract.ts";

/** The value that such a text holds. Rejects where it is damaged. */
export async function decoded(text: string): Promise<unknown> {
  const packed = atob(text.trim());
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; ++i) bytes[i] = packed.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text()) as unknown;
}

function summed(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step) => (sum += step));
}

function unpacked({ block_steps, order_steps, ...head }: PackedSeries): Series {
  return { ...head, block: summed(block_steps), order: summed(order_steps) };
}

/** Where texts are found by the names of their elements; null: there is none. */
export type Blocks = (name: string) => string | null;

export const blocksOf =
  (document: Document): Blocks =>
  (name) =>
    document.getElementById(name)?.textContent ?? null;

/** The page's data. Parts and figures are decoded when they are asked for, each once. */
export class Data {
  readonly report: Report;
  readonly #blocks: Blocks;
  readonly #known = new Map<string, Promise<unknown>>();
  readonly #parts = new Map<number, Promise<Part>>();

  private constructor(report: Report, blocks: Blocks) {
    this.report = report;
    this.#blocks = blocks;
  }

  static async read(blocks: Blocks): Promise<Data> {
    const text = blocks("benchkit-report");
    if (text === null) throw new Error("This page holds no report: it is the template that a report is made of.");
    let value: unknown;
    try {
      value = await decoded(text);
    } catch {
      throw new Error("This page's data are damaged: they cannot be unpacked. Was the file cut off? Write the report again.");
    }
    return new Data(checkReport(value), blocks);
  }

  async part(index: number): Promise<Part> {
    if (index < 0) return { samples: [], growth: [] };
    const known = this.#parts.get(index);
    if (known) return known;
    const part = this.#block(`benchkit-part-${index}`).then((value) => {
      const packed = value as PackedPart;
      return { samples: packed.samples.map(unpacked), growth: packed.growth };
    });
    this.#parts.set(index, part);
    return part;
  }

  async figure(index: number): Promise<Figure> {
    return (await this.#block(`benchkit-figure-${index}`)) as Figure;
  }

  /** Null where the report judged nothing by that dim. */
  async pivot(dim: string): Promise<PivotData | null> {
    const place = this.report.pivots?.indexOf(dim) ?? -1;
    return place < 0 ? null : ((await this.#block(`benchkit-pivot-${place}`)) as PivotData);
  }

  #block(name: string): Promise<unknown> {
    let value = this.#known.get(name);
    if (!value) {
      const text = this.#blocks(name);
      value = text === null ? Promise.reject(new Error(`This page lacks its part \`${name}\`.`)) : decoded(text);
      this.#known.set(name, value);
    }
    return value;
  }
}

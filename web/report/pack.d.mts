import type { Part } from "./src/contract.ts";

export declare function packed(value: unknown): string;
export declare function packedPart(part: Part): string;
export declare function blocksOf(data: { report: unknown; parts: Part[]; figures: unknown[] }): string;

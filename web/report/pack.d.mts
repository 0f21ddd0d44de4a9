export declare function packed(value: unknown): string;
export declare function blocksOf(data: { report: unknown; parts: unknown[]; figures: unknown[] }): string;

// What functions.js exports, for the report page.
export declare function withUnit(value: number, unit: string): string;

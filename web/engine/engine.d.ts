// What engine.js exports, for the report page.
export interface Drawable {
  option: object;
  height: number;
}
export declare function draw(box: HTMLElement, figure: Drawable): { resize(): void; dispose(): void };

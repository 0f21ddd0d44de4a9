// What draws a figure: ECharts with the parts that pictures need. ES5, because Duktape runs it too.
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from "echarts/components";
import { graphic, init, setPlatformAPI, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { measureWith, revive } from "./functions.js";
import { apart } from "./still.js";

use([
  AriaComponent,
  BarChart,
  CustomChart,
  DataZoomComponent,
  GraphicComponent,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  ScatterChart,
  SVGRenderer,
  TitleComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
]);

// Many lines as one shape, [x1, y1, x2, y2] each.
graphic.registerShape(
  "lines",
  graphic.extendShape({
    type: "lines",
    shape: { lines: [] },
    buildPath: function (path, shape) {
      shape.lines.forEach(function (line) {
        path.moveTo(line[0], line[1]);
        path.lineTo(line[2], line[3]);
      });
    },
  }),
);

/** Hands ECharts a way to measure text: `measure(text, font)` is its width in pixels, `font` as in CSS. */
export function setMeasure(measure) {
  measureWith(measure);
  setPlatformAPI({
    measureText: function (text, font) {
      return { width: measure(String(text), font) };
    },
  });
}

/** A figure (JSON: option, width, height, key) as SVG. Ids in it are made of `key`, so that the same figure is the same text always. */
export function svg(json) {
  var figure = JSON.parse(json);
  var chart = init(null, null, { renderer: "svg", ssr: true, width: figure.width, height: figure.height });
  var drawStill = apart(figure.option);
  var option = revive(figure.option);
  option.animation = false;
  chart.setOption(option);
  var still = drawStill(chart);
  var text = chart.renderToSVGString();
  chart.dispose();
  // Texts hold no bare quotation mark or bracket, so that these are attributes and elements wherever they stand. What the mouse would do is left out;
  // librsvg does not know where a baseline is dominant.
  text = text
    .replace(/<style >[^]*?<\/style>\n?/g, "")
    .replace(/ (?:ecmeta_[a-z_]+|pointer-events)="[^"]*"/g, "")
    .replace(/ class="[^"]*"/g, "")
    .replace(/ dominant-baseline="central"/g, ' dy="0.35em"');
  return (text.slice(0, text.lastIndexOf("</svg>")) + still + "</svg>").replace(/(["#(])zr\d+-/g, "$1" + figure.key + "-");
}

/** Draws a figure into an element of a page, and hands out the chart. */
export function draw(box, figure) {
  var canvas = document.createElement("canvas").getContext("2d");
  measureWith(function (text, font) {
    canvas.font = font;
    return canvas.measureText(text).width;
  });
  box.style.height = figure.height + "px";
  var chart = init(box, null, { renderer: "svg" });
  chart.setOption(revive(figure.option));
  return chart;
}

/** Shows the figure that the page holds. */
export function show() {
  var chart = draw(document.getElementById("picture"), JSON.parse(document.getElementById("figure").textContent));
  window.addEventListener("resize", function () {
    chart.resize();
  });
}

if (typeof document !== "undefined" && document.getElementById("figure")) show();

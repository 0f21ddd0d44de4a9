// Pictures that stand still. Every series costs ECharts some milliseconds, and every mark of one some more, most of it for what a mouse could do. Where there is
// none, the lines, marks and intervals of a panel are drawn as one series of few shapes, which look the same.
import { addMakers, made } from "./functions.js";

var OUTLINES = {
  triangle: [
    [0, -0.5],
    [0.5, 0.5],
    [-0.5, 0.5],
  ],
  diamond: [
    [0, -0.5],
    [0.5, 0],
    [0, 0.5],
    [-0.5, 0],
  ],
};

/** The corners of a symbol "path://..." of straight lines, around 0 and 1 in size. */
function outlineOf(symbol) {
  if (OUTLINES[symbol]) return OUTLINES[symbol];
  var points = [];
  var at = [0, 0];
  symbol
    .slice("path://".length)
    .match(/[MLhvlz][^MLhvlz]*/g)
    .forEach(function (step) {
      var kind = step.charAt(0);
      var numbers = (step.slice(1).match(/-?[\d.]+/g) || []).map(Number);
      if (kind === "z") return;
      if (kind === "h") at = [at[0] + numbers[0], at[1]];
      else if (kind === "v") at = [at[0], at[1] + numbers[0]];
      else if (kind === "l") at = [at[0] + numbers[0], at[1] + numbers[1]];
      else at = numbers;
      points.push(at);
    });
  function range(axis) {
    var values = points.map(function (point) {
      return point[axis];
    });
    return [Math.min.apply(null, values), Math.max.apply(null, values)];
  }
  var xs = range(0);
  var ys = range(1);
  var size = Math.max(xs[1] - xs[0], ys[1] - ys[0]);
  OUTLINES[symbol] = points.map(function (point) {
    return [(point[0] - (xs[0] + xs[1]) / 2) / size, (point[1] - (ys[0] + ys[1]) / 2) / size];
  });
  return OUTLINES[symbol];
}

/** Shapes of a series' marks at `places`, [x, y, size] each. */
function marks(series, places) {
  var style = series.itemStyle;
  var opacity = style.opacity === undefined ? 1 : style.opacity;
  var paint = { fill: style.color, stroke: style.borderColor, lineWidth: style.borderColor ? style.borderWidth : 0, opacity: opacity };
  if (series.symbol === "circle" && style.borderColor) return [{ type: "circles", shape: { places: places }, style: paint }];
  if (series.symbol !== "circle" && series.symbol !== "rect") {
    return [{ type: "outlines", shape: { outline: outlineOf(series.symbol), places: places }, style: paint }];
  }
  // A line of no length with a cap is a mark, and the shortest one to write.
  var sizes = {};
  places.forEach(function (place) {
    var lines = sizes[place[2]] || (sizes[place[2]] = []);
    lines.push([place[0], place[1], place[0] + 0.01, place[1]]);
  });
  return Object.keys(sizes).map(function (size) {
    return {
      type: "lines",
      shape: { lines: sizes[size] },
      style: { stroke: style.color, lineWidth: Number(size), lineCap: series.symbol === "circle" ? "round" : "square", fill: "none", opacity: opacity },
    };
  });
}

function label(text, x, y, options, align) {
  return {
    type: "text",
    style: {
      text: text,
      x: x,
      y: y,
      font: options.fontSize + "px DejaVu Sans, Verdana, sans-serif",
      fill: options.color,
      align: align,
      verticalAlign: align === "left" ? "middle" : "bottom",
    },
  };
}

/** Shapes of a series of lines or marks. */
function shapesOf(series, api) {
  if (series.type === "custom") {
    var own = {
      coord: api.coord,
      size: api.size,
      visual: function () {
        return series.itemStyle && series.itemStyle.color;
      },
    };
    return [made(series.renderItem)({ dataIndex: 0 }, own)];
  }
  var shapes = [];
  var places = [];
  var labels = [];
  series.data.forEach(function (item) {
    var value = item.value || item;
    if (value[1] === null) return;
    var at = api.coord(value);
    places.push([at[0], at[1], item.symbolSize || series.symbolSize || 4]);
    if (item.label) labels.push(label(item.label.formatter, at[0], at[1] - item.symbolSize / 2 - 2, item.label, "center"));
  });
  if (series.type === "line" && places.length > 1) {
    shapes.push({
      type: "polyline",
      shape: { points: places },
      style: {
        stroke: series.lineStyle.color,
        lineWidth: series.lineStyle.width,
        lineDash: series.lineStyle.type === "dashed" ? [4, 3] : undefined,
        lineJoin: "bevel",
        fill: "none",
      },
    });
  }
  if (series.symbol !== "none" && places.length > 0) shapes = shapes.concat(marks(series, places));
  var end = series.endLabel;
  if (end && places.length > 0) {
    var last = places[places.length - 1];
    shapes.push(label(end.formatter, last[0] + end.distance + end.offset[0], last[1] + end.offset[1], end, "left"));
  }
  return shapes.concat(labels);
}

function level(series) {
  return series.z === undefined ? 2 : series.z;
}

function still(args) {
  return function (params, api) {
    if (params.dataIndex > 0) return null;
    var children = [];
    args.parts.forEach(function (part) {
      children = children.concat(shapesOf(part, api));
    });
    return { type: "group", children: children };
  };
}

addMakers({ still: still });

function fits(series) {
  if (series.type === "custom") return ["interval", "polygon"].indexOf(series.renderItem.$) >= 0;
  var known = ["none", "circle", "rect", "triangle", "diamond"];
  var drawn = known.indexOf(series.symbol) >= 0 || /^path:\/\/[MLhvlz0-9.,-]+$/.test(series.symbol);
  return (series.type === "line" || series.type === "scatter") && drawn && !series.step && !series.label && !series.markLine && series.data.length > 0;
}

/** The series of an option, those of a panel that can be drawn together as one. */
export function together(all) {
  var panels = {};
  var names = {};
  var result = [];
  all.forEach(function (series) {
    if (!fits(series)) {
      result.push(series);
      return;
    }
    (panels[series.xAxisIndex] || (panels[series.xAxisIndex] = [])).push(series);
    if (series.name !== undefined) names["$" + series.name] = series;
  });
  Object.keys(panels).forEach(function (index) {
    var order = panels[index].map(function (series, i) {
      return [level(series), i, series];
    });
    order.sort(function (left, right) {
      return left[0] - right[0] || left[1] - right[1];
    });
    var parts = order.map(function (one) {
      return one[2];
    });
    result.push({
      type: "custom",
      z: 3,
      silent: true,
      xAxisIndex: Number(index),
      yAxisIndex: Number(index),
      renderItem: { $: "still", parts: parts },
      data: [[0, 0]],
    });
  });
  // A legend knows names of series alone.
  Object.keys(names).forEach(function (key) {
    result.push({ type: "scatter", name: names[key].name, symbol: names[key].symbol, itemStyle: names[key].itemStyle, data: [] });
  });
  return result;
}

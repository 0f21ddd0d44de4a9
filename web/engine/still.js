// Pictures that stand still. Every series, axis and title costs ECharts some milliseconds in Duktape, and every mark some more, most of it for what a mouse could do.
// Where there is none, ECharts lays the page out and draws the axes that have labels and the legend; marks, lines, cells, titles and the grids of panels
// without labels are written as SVG here, at the places that its axes give, with the same look. What an option holds beyond what is named here stays with ECharts.
import { shortened } from "./functions.js";

var FAMILY = "DejaVu Sans, Verdana, sans-serif";

/** With two decimals at most; by integers, because Duktape writes those ten times faster. */
function number(value) {
  var hundredths = Math.round(Math.abs(value) * 100);
  var rest = hundredths % 100;
  var text = String((hundredths - rest) / 100);
  if (rest > 0) text += rest % 10 === 0 ? "." + rest / 10 : rest < 10 ? ".0" + rest : "." + rest;
  return value < 0 && hundredths > 0 ? "-" + text : text;
}

function escaped(text) {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

function attributes(values) {
  return Object.keys(values)
    .map(function (name) {
      var value = values[name];
      return value === undefined ? "" : " " + name + '="' + (typeof value === "number" ? number(value) : escaped(value)) + '"';
    })
    .join("");
}

/** `look`: attributes; `opacity` is that of its paints, because for that of an element librsvg takes a page of pixels more. */
function path(d, look, opacity) {
  var seen = opacity === undefined || opacity === 1 ? {} : { "fill-opacity": look.fill === "none" ? undefined : opacity, "stroke-opacity": look.stroke ? opacity : undefined };
  return d === "" ? "" : '<path d="' + d + '"' + attributes(look) + attributes(seen) + "/>\n";
}

/** `size`, `colour`, `anchor` and `bold` of texts in one group. */
function texts(inside, size, colour, anchor, bold) {
  var look = { "font-family": FAMILY, "font-size": size, "font-weight": bold ? "bold" : undefined, "text-anchor": anchor, fill: colour };
  return inside === "" ? "" : "<g" + attributes(look) + ">\n" + inside + "</g>\n";
}

/** A text whose middle is at `y`. */
function text(words, x, y) {
  return '<text x="' + number(x) + '" y="' + number(y) + '" dy="0.35em">' + escaped(words) + "</text>\n";
}

// ---- symbols ----

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

/** What is written for a mark of this form at x, y. */
function markOf(symbol, size, filled) {
  if (symbol === "circle" && !filled) {
    var arc = "a" + number(size / 2) + " " + number(size / 2) + " 0 1 0 ";
    var ring = arc + number(size) + " 0" + arc + number(-size) + " 0z";
    return function (x, y) {
      return "M" + number(x - size / 2) + " " + number(y) + ring;
    };
  }
  if (symbol === "circle" || symbol === "rect") {
    // A line of no length with a cap is a mark, and the shortest one to write.
    return function (x, y) {
      return "M" + number(x) + " " + number(y) + "h.01";
    };
  }
  var outline = outlineOf(symbol);
  var rest = "";
  for (var i = 1; i < outline.length; ++i) {
    rest += "l" + number((outline[i][0] - outline[i - 1][0]) * size) + " " + number((outline[i][1] - outline[i - 1][1]) * size);
  }
  rest += "z";
  return function (x, y) {
    return "M" + number(x + outline[0][0] * size) + " " + number(y + outline[0][1] * size) + rest;
  };
}

/** The marks of a series at `places`, [x, y, size] each. Two at the same tenth of a pixel are one. */
function marks(series, places) {
  var style = series.itemStyle;
  var filled = !style.borderColor;
  var sizes = {};
  var seen = {};
  places.forEach(function (place) {
    var key = Math.round(place[0] * 10) * 16777216 + Math.round(place[1] * 10);
    if (seen[key] === place[2]) return;
    seen[key] = place[2];
    var one = sizes[place[2]] || (sizes[place[2]] = { mark: markOf(series.symbol, place[2], filled), d: [] });
    one.d.push(one.mark(place[0], place[1]));
  });
  return Object.keys(sizes)
    .map(function (size) {
      var by_cap = filled && (series.symbol === "circle" || series.symbol === "rect");
      var look = by_cap
        ? { fill: "none", stroke: style.color, "stroke-width": Number(size), "stroke-linecap": series.symbol === "circle" ? "round" : "square" }
        : { fill: style.color, stroke: style.borderColor, "stroke-width": filled ? undefined : style.borderWidth };
      return path(sizes[size].d.join(""), look, style.opacity);
    })
    .join("");
}

// ---- series ----

function valueOf(item) {
  return item.value || item;
}

/** A line, its marks, the texts beside them, and its mark lines. */
function drawLine(series, panel) {
  var result = "";
  var places = [];
  var labels = "";
  series.data.forEach(function (item) {
    var value = valueOf(item);
    if (value[1] === null) return;
    var place = [panel.x(value[0]), panel.y(value[1]), item.symbolSize || series.symbolSize || 4];
    places.push(place);
    if (item.label) labels += texts(text(item.label.formatter, place[0], place[1] - place[2] / 2 - 7), item.label.fontSize, item.label.color, "middle");
  });
  ((series.markLine && series.markLine.data) || []).forEach(function (line) {
    var upright = line.xAxis !== undefined;
    var at = Math.round(upright ? panel.x(line.xAxis) : panel.y(line.yAxis)) + 0.5;
    var d = upright ? "M" + at + " " + number(panel.top) + "v" + number(panel.height) : "M" + number(panel.left) + " " + at + "h" + number(panel.width);
    result += path(d, { stroke: series.markLine.lineStyle.color, "stroke-width": series.markLine.lineStyle.width });
  });
  if (series.type === "line" && places.length > 1) {
    var d = "";
    places.forEach(function (place, i) {
      if (i === 0) d = "M" + number(place[0]) + " " + number(place[1]);
      else if (series.step === "end") d += "H" + number(place[0]) + "V" + number(place[1]);
      else d += "L" + number(place[0]) + " " + number(place[1]);
    });
    var look = series.lineStyle;
    var dashes = look.type === "dashed" ? "4 3" : undefined;
    result += path(d, { fill: "none", stroke: look.color, "stroke-width": look.width, "stroke-dasharray": dashes, "stroke-linejoin": "bevel" });
  }
  if (series.symbol !== "none" && places.length > 0) result += marks(series, places);
  var end = series.endLabel;
  if (end && places.length > 0) {
    var last = places[places.length - 1];
    var words = text(end.formatter, last[0] + end.distance + end.offset[0], last[1] + end.offset[1]);
    result += texts(words, end.fontSize, end.color, "start");
  }
  return result + labels;
}

/** Words in places without a mark. */
function drawWords(series, panel) {
  var inside = "";
  series.data.forEach(function (item) {
    inside += text(item.text || "", panel.x(item.value[0]), panel.y(item.value[1]));
  });
  return texts(inside, series.label.fontSize, series.label.color, "middle");
}

function drawInterval(series, panel) {
  var args = series.renderItem;
  var across = args.of === "x";
  var cap = args.cap;
  var d = [];
  args.items.forEach(function (item) {
    var at = across ? panel.y(item[1]) : panel.x(item[0]);
    var low = across ? panel.x(item[2]) : panel.y(item[2]);
    var high = across ? panel.x(item[3]) : panel.y(item[3]);
    if (across) {
      d.push("M" + number(low) + " " + number(at) + "H" + number(high));
      [low, high].forEach(function (x) {
        d.push("M" + number(x) + " " + number(at - cap) + "v" + 2 * cap);
      });
    } else {
      d.push("M" + number(at) + " " + number(low) + "V" + number(high));
      [low, high].forEach(function (y) {
        d.push("M" + number(at - cap) + " " + number(y) + "h" + 2 * cap);
      });
    }
  });
  return path(d.join(""), { fill: "none", stroke: series.itemStyle.color, "stroke-width": args.width }, 0.8);
}

function drawPolygon(series, panel) {
  var args = series.renderItem;
  var d = args.points
    .map(function (point, i) {
      return (i === 0 ? "M" : "L") + number(panel.x(point[0])) + " " + number(panel.y(point[1]));
    })
    .join("");
  return path(d + "z", { fill: args.fill }, args.opacity);
}

function drawBoxes(series, panel) {
  var colour = series.itemStyle.color;
  var height = Math.abs(panel.y(1) - panel.y(0)) * series.renderItem.height;
  var result = "";
  series.data.forEach(function (item) {
    var value = valueOf(item);
    var left = panel.x(value[0]);
    var top = panel.y(value[3]) - height / 2;
    var wide = number(Math.max(panel.x(value[2]) - left, 1));
    result += path("M" + number(left) + " " + number(top) + "h" + wide + "v" + number(height) + "h-" + wide + "z", { fill: colour }, 0.14);
    result += path("M" + number(panel.x(value[1])) + " " + number(top) + "v" + number(height), { stroke: colour, "stroke-width": 2 });
  });
  return result;
}

/** Between the colours of a scale, `share` 0 to 1. */
function between(colours, share) {
  var at = Math.min(Math.max(share, 0), 1) * (colours.length - 1);
  var low = Math.min(Math.floor(at), colours.length - 2);
  var result = "#";
  [1, 3, 5].forEach(function (from) {
    var left = parseInt(colours[low].substr(from, 2), 16);
    var right = parseInt(colours[low + 1].substr(from, 2), 16);
    var mixed = Math.round(left + (right - left) * (at - low));
    result += (mixed < 16 ? "0" : "") + mixed.toString(16);
  });
  return result;
}

/** Cells of one shade as one path. More shades than these nobody tells apart. */
function drawHeat(series, panel, scale) {
  var shades = 64;
  var wide = Math.abs(panel.x(1) - panel.x(0)) - 1;
  var high = Math.abs(panel.y(1) - panel.y(0)) - 1;
  var rest = "h" + number(wide) + "v" + number(high) + "h" + number(-wide) + "z";
  var cells = {};
  var words = "";
  series.data.forEach(function (item) {
    var value = valueOf(item);
    var x = panel.x(value[0]);
    var y = panel.y(value[1]);
    var shade = Math.round(((value[2] - scale.min) / (scale.max - scale.min)) * shades);
    (cells[shade] || (cells[shade] = [])).push("M" + number(x - wide / 2) + " " + number(y - high / 2) + rest);
    if (item.text) words += text(item.text, x, y);
  });
  var result = "";
  Object.keys(cells).forEach(function (shade) {
    result += path(cells[shade].join(""), { fill: between(scale.inRange.color, Number(shade) / shades) });
  });
  return result + texts(words, series.label.fontSize, series.label.color, "middle");
}

// ---- what is drawn here, and what is not ----
//
// Of an option all that is drawn here is named in these shapes: a key that they lack, or another value, is one that ECharts alone knows, and then it draws.

function isNumber(value) {
  return typeof value === "number";
}

function isString(value) {
  return typeof value === "string";
}

/** Whether a value holds nothing but what its shape names: `true` for anything, a list of what it may be, a function that tells, or such an object. */
function within(value, shape) {
  if (value === undefined || shape === true) return true;
  if (typeof shape === "function") return shape(value);
  if (Array.isArray(shape)) return shape.indexOf(value) >= 0;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  for (var key in value) {
    if (!Object.prototype.hasOwnProperty.call(shape, key) || !within(value[key], shape[key])) return false;
  }
  return true;
}

var CUSTOM = { interval: drawInterval, polygon: drawPolygon, box: drawBoxes };
var CUSTOM_KEYS = {
  interval: { $: true, of: ["x", "y"], items: Array.isArray, cap: isNumber, width: isNumber },
  polygon: { $: true, points: Array.isArray, fill: isString, opacity: isNumber },
  box: { $: true, height: isNumber },
};
var LINE = { color: isString, width: isNumber, type: ["solid", "dashed"] };
var SERIES = {
  type: isString,
  name: true,
  symbol: isString,
  symbolSize: isNumber,
  itemStyle: { color: isString, borderColor: isString, borderWidth: isNumber, opacity: isNumber },
  lineStyle: LINE,
  z: isNumber,
  data: Array.isArray,
  xAxisIndex: true,
  yAxisIndex: true,
  silent: true,
  clip: true,
  showAllSymbol: [true],
  connectNulls: true,
  endLabel: { show: [true], formatter: isString, distance: isNumber, offset: Array.isArray, fontSize: isNumber, color: isString },
  step: ["end"],
  markLine: { z: true, silent: true, symbol: ["none"], label: { show: [false] }, lineStyle: { color: isString, width: isNumber, type: ["solid"] }, data: Array.isArray },
  label: { show: [true], formatter: { $: ["text"] }, position: ["inside"], fontSize: isNumber, color: isString },
  renderItem: true,
  encode: true,
};
var ITEM = {
  value: Array.isArray,
  tip: true,
  text: true,
  symbolSize: isNumber,
  label: { show: [true], formatter: isString, position: ["top"], fontSize: isNumber, color: isString },
};
var MARK_LINE = { xAxis: isNumber, yAxis: isNumber };
var SCALE = {
  type: ["continuous"],
  min: isNumber,
  max: isNumber,
  inRange: { color: Array.isArray },
  seriesIndex: true,
  // These are of the scale that ECharts draws beside the picture.
  calculable: [false],
  itemHeight: true,
  itemWidth: true,
  left: true,
  top: true,
  orient: true,
  precision: true,
  text: true,
  textStyle: true,
};
var TITLE = {
  text: function (words) {
    return isString(words) && words.indexOf("\n") < 0;
  },
  left: isNumber,
  top: isNumber,
  padding: [0],
  textStyle: { color: isString, fontSize: isNumber, fontWeight: ["bold", "normal"], width: isNumber, overflow: ["truncate"], ellipsis: ["…"] },
};
var AXIS = {
  type: true,
  gridIndex: true,
  min: true,
  max: true,
  interval: true,
  logBase: true,
  inverse: true,
  scale: true,
  data: true,
  show: [true],
  axisLine: { show: true, onZero: [false], lineStyle: { color: isString } },
  axisTick: { show: [false], lineStyle: true },
  splitLine: { show: true, lineStyle: { color: isString } },
  axisLabel: true,
  name: [""],
  nameGap: true,
  nameLocation: true,
  nameMoveOverlap: true,
  nameTextStyle: true,
};
/** Beside them nothing decides where things are: a zoom would, for one. */
var OPTION = {
  animation: true,
  aria: true,
  backgroundColor: true,
  grid: true,
  graphic: true,
  legend: function (legend) {
    return [].concat(legend).every(function (one) {
      return !one || one.selected === undefined;
    });
  },
  series: true,
  textStyle: { fontFamily: [FAMILY], color: true },
  title: true,
  tooltip: true,
  visualMap: true,
  xAxis: true,
  yAxis: true,
};

function everyItem(series) {
  return series.data.every(function (item) {
    if (item === null || typeof item !== "object") return false;
    if (!Array.isArray(item) && !within(item, ITEM)) return false;
    return series.type !== "line" || series.connectNulls === true || valueOf(item)[1] !== null;
  });
}

/** Who draws a series here; undefined where ECharts must. */
function drawerOf(series, option) {
  var axis = option.xAxis[series.xAxisIndex];
  if (!within(series, SERIES) || !Array.isArray(series.data) || !axis || axis.type === "time") return undefined;
  var style = series.itemStyle || {};
  if (series.type === "custom") {
    var kind = series.renderItem && series.renderItem.$;
    var can_draw = Object.prototype.hasOwnProperty.call(CUSTOM, kind) && within(series.renderItem, CUSTOM_KEYS[kind]);
    return can_draw && (kind === "polygon" || (typeof style.color === "string" && style.opacity === undefined)) ? CUSTOM[kind] : undefined;
  }
  if (!everyItem(series)) return undefined;
  if (series.type === "heatmap") return option.visualMap && within(option.visualMap, SCALE) && isFont(series.label) && isCells(style) ? drawHeat : undefined;
  if (series.label) return series.type === "scatter" && isFont(series.label) ? drawWords : undefined;
  if (series.endLabel && !isFont(series.endLabel)) return undefined;
  if (series.type !== "line" && series.type !== "scatter") return undefined;
  if (series.markLine && !series.markLine.data.every(isMarkLine)) return undefined;
  if (series.data.length === 0) return series.markLine ? drawLine : undefined;
  var symbols = ["none", "circle", "rect", "triangle", "diamond"];
  var can = symbols.indexOf(series.symbol) >= 0 || /^path:\/\/[MLhvlz0-9.,-]+$/.test(series.symbol);
  return can && typeof style.color === "string" && (series.type === "scatter" || series.lineStyle) ? drawLine : undefined;
}

/** What is not said ECharts takes from elsewhere. */
function isFont(style) {
  return Boolean(style) && isString(style.color) && isNumber(style.fontSize);
}

/** Cells stand a pixel apart here, which is what a border of one in the colour of the paper is. */
function isCells(style) {
  return style.color === undefined && style.opacity === undefined && (style.borderWidth === undefined || style.borderWidth === 1);
}

function isMarkLine(line) {
  return !Array.isArray(line) && within(line, MARK_LINE);
}

function level(series) {
  return series.z === undefined ? 2 : series.z;
}

// ---- titles ----

function isPlain(title) {
  return isNumber(title.left) && isNumber(title.top) && title.padding === 0 && within(title, TITLE) && isFont(title.textStyle);
}

function drawTitle(title) {
  var style = title.textStyle;
  var font = (style.fontWeight === "bold" ? "bold " : "") + style.fontSize + "px " + FAMILY;
  var words = shortened(title.text, style.width, font, true);
  return texts(text(words, title.left, title.top + style.fontSize / 2), style.fontSize, style.color, "start", style.fontWeight === "bold");
}

// ---- axes ----

/** Where a value of an axis is. Axes are straight in their values, or in the logarithms of those. */
function placesOn(axis) {
  var ends = axis.type === "category" ? [0, 1] : axis.scale.getExtent();
  var of = axis.type === "log" ? Math.log : Number;
  function at(value) {
    return axis.toGlobalCoord(axis.dataToCoord(value));
  }
  var first = at(ends[0]);
  var slope = (at(ends[1]) - first) / (of(ends[1]) - of(ends[0]));
  var start = of(ends[0]);
  return function (value) {
    return first + (of(value) - start) * slope;
  };
}

/** Lines at the ticks of an axis without labels, and the axis itself. */
function drawGrid(axis, option, panel, across) {
  var result = "";
  function line(at) {
    var place = Math.round(at) + 0.5;
    return across ? "M" + place + " " + number(panel.top) + "v" + number(panel.height) : "M" + number(panel.left) + " " + place + "h" + number(panel.width);
  }
  if (option.splitLine && option.splitLine.show) {
    var d = "";
    axis.getTicksCoords().forEach(function (tick) {
      var at = axis.toGlobalCoord(tick.coord);
      if (across || at < panel.top + panel.height - 0.5) d += line(at); // the lowest one is the x axis
    });
    result += path(d, { stroke: option.splitLine.lineStyle.color });
  }
  if (across && option.axisLine.show) {
    var bottom = Math.round(panel.top + panel.height) + 0.5;
    result += path("M" + number(panel.left) + " " + bottom + "h" + number(panel.width), { stroke: option.axisLine.lineStyle.color });
  }
  return result;
}

/** Takes from an option what is drawn here. The result draws it: `(chart)` is SVG. */
export function apart(option) {
  var taken = [];
  var left = [];
  var names = {};
  // What a person wrote may be one instead of a list of one.
  ["series", "title", "xAxis", "yAxis"].forEach(function (kind) {
    option[kind] = [].concat(option[kind] || []);
  });
  var scale = option.visualMap;
  if (!within(option, OPTION)) return function () { return ""; };
  // What is drawn here lies over what ECharts draws: a panel with a series that is not for here is its own as a whole, or the order would be another one.
  var drawers = option.series.map(function (series) {
    return drawerOf(series, option);
  });
  var foreign = {};
  option.series.forEach(function (series, i) {
    var empty = Array.isArray(series.data) && series.data.length === 0 && within(series, SERIES);
    if (drawers[i] === undefined && !empty) foreign[series.xAxisIndex] = true;
  });
  option.series.forEach(function (series, i) {
    var draw = drawers[i];
    if (draw === undefined || foreign[series.xAxisIndex]) {
      left.push(series);
      return;
    }
    taken.push({ draw: draw, series: series });
    if (series.name !== undefined && series.type !== "custom") names["$" + series.name] = series;
  });
  // By level, in their order within each.
  var levels = {};
  taken.forEach(function (one) {
    var z = level(one.series);
    (levels[z] || (levels[z] = [])).push(one);
  });
  taken = Object.keys(levels)
    .map(Number)
    .sort(function (low, high) {
      return low - high;
    })
    .reduce(function (all, z) {
      return all.concat(levels[z]);
    }, []);
  if (scale && left.length < option.series.length) {
    // A scale of colours wants a series, too.
    left.unshift({ type: "heatmap", data: [] });
    scale.seriesIndex = 0;
  }
  // A legend knows names of series alone.
  Object.keys(names).forEach(function (key) {
    left.push({ type: "scatter", name: names[key].name, symbol: names[key].symbol, itemStyle: names[key].itemStyle, data: [] });
  });
  option.series = left;
  var titles = option.title.filter(isPlain);
  option.title = option.title.filter(function (title) {
    return !isPlain(title);
  });
  var bare = [];
  // The x axis last: its line lies on the lowest one of the other's grid.
  ["yAxis", "xAxis"].forEach(function (kind) {
    option[kind].forEach(function (axis, index) {
      if (!axis.axisLabel || axis.axisLabel.show !== false || !within(axis, AXIS) || (kind === "yAxis" && (!axis.axisLine || axis.axisLine.show))) return;
      axis.show = false;
      bare.push({ kind: kind, index: index, option: axis });
    });
  });
  delete option.tooltip;
  delete option.aria;

  return function (chart) {
    var model = chart.getModel();
    var panels = {};
    function panelOf(index) {
      if (panels[index]) return panels[index];
      var x = model.getComponent("xAxis", index).axis;
      var y = model.getComponent("yAxis", index).axis;
      var rect = x.grid.getRect();
      panels[index] = { x: placesOn(x), y: placesOn(y), left: rect.x, top: rect.y, width: rect.width, height: rect.height, under: "", over: "", cut: "" };
      return panels[index];
    }
    bare.forEach(function (axis) {
      var panel = panelOf(axis.index);
      panel.under += drawGrid(model.getComponent(axis.kind, axis.index).axis, axis.option, panel, axis.kind === "xAxis");
    });
    taken.forEach(function (one) {
      var panel = panelOf(one.series.xAxisIndex);
      var drawn = one.draw(one.series, panel, scale);
      if (one.series.clip && one.series.type === "custom") panel.cut += drawn;
      else panel.over += drawn;
    });
    var result = titles.map(drawTitle).join("");
    Object.keys(panels).forEach(function (index) {
      var panel = panels[index];
      result += panel.under;
      if (panel.cut !== "") {
        var rect = attributes({ x: panel.left, y: panel.top, width: panel.width, height: panel.height });
        result += '<clipPath id="zr0-panel' + index + '"><rect' + rect + "/></clipPath>\n";
        result += '<g clip-path="url(#zr0-panel' + index + ')">\n' + panel.cut + "</g>\n";
      }
      result += panel.over;
    });
    return result;
  };
}

// The functions of an option. An option is plain JSON; where ECharts takes a function it holds {"$": NAME, ...arguments}, and revive() puts the
// function of that name in its place. No text of an option is ever run.

var measure = function (text, font) {
  return String(text).length * 0.6 * parseFloat(font);
};

/** `with_(text, font)`: the width of a text in pixels. */
export function measureWith(with_) {
  measure = with_;
}

var TIMES = [
  ["ns", 1],
  ["us", 1e3],
  ["ms", 1e6],
  ["s", 1e9],
];
var SIZES = [
  ["B", 1],
  ["KiB", 1024],
  ["MiB", 1048576],
  ["GiB", 1073741824],
  ["TiB", 1099511627776],
];
var COUNTS = [
  ["", 1],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
];

function short(value) {
  return String(Number(value.toPrecision(4)));
}

/** A value of a metric with the unit in which it reads best: 1500 of "ns" is "1.5 us". */
export function withUnit(value, unit) {
  var scales = unit === "ns" ? TIMES : unit === "B" ? SIZES : unit ? [["", 1]] : COUNTS;
  var chosen = scales[0];
  for (var i = 1; i < scales.length; ++i) {
    if (Math.abs(value) >= scales[i][1] * 0.9999999) chosen = scales[i];
  }
  var number = short(value / chosen[1]);
  if (scales === COUNTS) return number + chosen[0];
  return value === 0 ? "0" : number + " " + (chosen[0] || unit);
}

/** A ratio as a change: +1.2%, x2.3, /3. */
export function asChange(ratio) {
  if (ratio === 1) return "=";
  if (ratio >= 2) return "x" + short(ratio);
  if (ratio <= 0.5) return "/" + short(1 / ratio);
  return (ratio > 1 ? "+" : "\u2212") + short(Math.abs(ratio - 1) * 100) + "%";
}

var cuts = {};

/** The text in at most `width` pixels, its middle, or with `at_end` its end, replaced by an ellipsis. */
export function shortened(text, width, font, at_end) {
  if (measure(text, font) <= width) return text;
  var key = [width, font, at_end, text].join();
  if (cuts[key]) return cuts[key];
  var letters = Array.from ? Array.from(text) : text.split("");
  var low = 1;
  var high = letters.length - 1;
  function cut(kept) {
    var left = at_end ? kept : Math.ceil(kept / 2);
    return letters.slice(0, left).join("") + "\u2026" + letters.slice(letters.length - (kept - left)).join("");
  }
  while (low < high) {
    var middle = Math.ceil((low + high) / 2);
    if (measure(cut(middle), font) <= width) low = middle;
    else high = middle - 1;
  }
  cuts[key] = cut(low);
  return cuts[key];
}

/** Intervals as lines with a mark at each end, as one shape. Items of `args.items`: [x, y, low, high]; `of` says whether x or y is uncertain. */
function interval(args) {
  var across = args.of === "x";
  return function (params, api) {
    if (params.dataIndex > 0) return null;
    var cap = args.cap;
    var lines = [];
    args.items.forEach(function (item) {
      var low = api.coord(across ? [item[2], item[1]] : [item[0], item[2]]);
      var high = api.coord(across ? [item[3], item[1]] : [item[0], item[3]]);
      var x = across ? 0 : cap;
      var y = across ? cap : 0;
      lines.push([low[0], low[1], high[0], high[1]]);
      lines.push([low[0] - x, low[1] - y, low[0] + x, low[1] + y]);
      lines.push([high[0] - x, high[1] - y, high[0] + x, high[1] + y]);
    });
    return {
      type: "lines",
      silent: true,
      shape: { lines: lines },
      style: { stroke: api.visual("color"), lineWidth: args.width, fill: "none", opacity: 0.8 },
    };
  };
}

/** A closed shape. Values of a point: [x, y]; the data's only item holds them all in `args.points`. */
function polygon(args) {
  return function (params, api) {
    if (params.dataIndex > 0) return null;
    return {
      type: "polygon",
      shape: {
        points: args.points.map(function (point) {
          return api.coord(point);
        }),
      },
      style: { fill: args.fill, opacity: args.opacity },
      silent: true,
    };
  };
}

/** A box from the first value to the third with a line at the second; the fourth is its row, of which it takes `args.height`. */
function box(args) {
  return function (params, api) {
    var left = api.coord([api.value(0), api.value(3)]);
    var middle = api.coord([api.value(1), api.value(3)]);
    var right = api.coord([api.value(2), api.value(3)]);
    var height = Math.abs(api.size([0, 1])[1]) * args.height;
    var top = left[1] - height / 2;
    var colour = api.visual("color");
    return {
      type: "group",
      children: [
        {
          type: "rect",
          shape: { x: left[0], y: top, width: Math.max(right[0] - left[0], 1), height: height },
          style: { fill: colour, opacity: 0.14 },
        },
        {
          type: "line",
          shape: { x1: middle[0], y1: top, x2: middle[0], y2: top + height },
          style: { stroke: colour, lineWidth: 2, fill: "none" },
        },
      ],
    };
  };
}

/** Named rectangles. Values: [left, right, level]; `args.names` and `args.fills` are theirs. */
function rectangles(args) {
  return function (params, api) {
    var left = api.coord([api.value(0), api.value(2)]);
    var right = api.coord([api.value(1), api.value(2)]);
    var height = Math.abs(api.size([0, 1])[1]);
    var width = Math.max(right[0] - left[0] - 1, 0.5);
    var font = args.font;
    var rect = { x: left[0], y: left[1] - height / 2, width: width, height: Math.max(height - 1, 1) };
    var parts = [{ type: "rect", shape: rect, style: { fill: args.fills[params.dataIndex] } }];
    if (width > 28) {
      parts.push({
        type: "text",
        silent: true,
        style: {
          text: shortened(args.names[params.dataIndex], width - 8, font),
          x: rect.x + 4,
          y: left[1],
          font: font,
          fill: args.ink,
          verticalAlign: "middle",
        },
      });
    }
    return { type: "group", children: parts };
  };
}

var MAKERS = {
  unit: function (args) {
    return function (value) {
      return withUnit(Number(value), args.unit);
    };
  },
  change: function () {
    return function (value) {
      return asChange(Number(value));
    };
  },
  exp2change: function () {
    return function (value) {
      return asChange(Math.pow(2, Number(value)));
    };
  },
  percent: function () {
    return function (value) {
      return (value > 0 ? "+" : value < 0 ? "\u2212" : "") + short(Math.abs(value)) + "%";
    };
  },
  shorten: function (args) {
    return function (value) {
      return shortened(String(value), args.width, args.font);
    };
  },
  text: function () {
    return function (params) {
      return (params.data && params.data.text) || "";
    };
  },
  pick: function (args) {
    return function (value) {
      var name = args.names[Math.round(Number(value))];
      return name === undefined ? "" : shortened(name, args.width, args.font);
    };
  },
  tip: function () {
    return function (params) {
      return (params.data && params.data.tip) || params.name || "";
    };
  },
  share: function () {
    return function (value) {
      return short(Number(value)) + "%";
    };
  },
  plain: function () {
    return function (value) {
      return short(Number(value));
    };
  },
  box: box,
  interval: interval,
  polygon: polygon,
  rectangles: rectangles,
};

/** The option with its functions. Throws for a name that is none. */
export function revive(value) {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$ === "string") {
    if (!Object.prototype.hasOwnProperty.call(MAKERS, value.$)) throw new Error("the option names an unknown function: " + value.$);
    return MAKERS[value.$](value);
  }
  var result = {};
  Object.keys(value).forEach(function (key) {
    result[key] = revive(value[key]);
  });
  return result;
}

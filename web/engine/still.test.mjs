import assert from "node:assert/strict";
import { test } from "node:test";
import { apart } from "./still.js";

const axis = { type: "value", axisLabel: { show: true } };
const line = { type: "line", name: "a", symbol: "circle", symbolSize: 7, xAxisIndex: 0, yAxisIndex: 0, itemStyle: { color: "#0072b2" }, lineStyle: { color: "#0072b2", width: 2 }, data: [{ value: [1, 2], tip: "x" }, [2, 3]] };
const heat = { type: "heatmap", xAxisIndex: 0, yAxisIndex: 0, data: [{ value: [0, 0, 1], text: "+1%" }], label: { show: true, formatter: { $: "text" }, fontSize: 11, color: "#000" }, itemStyle: { borderColor: "#fff", borderWidth: 1 } };
const scale = { type: "continuous", min: 0, max: 1, inRange: { color: ["#ffffff", "#000000"] } };

/** How many series ECharts is left with that have data, of an option with these series. */
function left(series, more = {}) {
  const option = structuredClone({ series, xAxis: [axis], yAxis: [axis], title: [], ...more });
  apart(option);
  return option.series.filter((one) => one.data.length > 0).length;
}

test("what is known is drawn here", () => {
  assert.equal(left([line]), 0);
  assert.equal(left([{ ...line, step: "end", lineStyle: { ...line.lineStyle, type: "dashed" } }]), 0);
  assert.equal(left([heat], { visualMap: scale }), 0);
});

test("what a series, its items or the whole option say beyond that stays with ECharts", () => {
  const others = [
    { smooth: true },
    { step: "start" },
    { symbolRotate: 45 },
    { symbolSize: [4, 8] },
    { symbol: "pin" },
    { itemStyle: { color: "#0072b2", shadowBlur: 4 } },
    { itemStyle: { color: { type: "linear" } } },
    { lineStyle: { color: "#0072b2", width: 2, type: "dotted" } },
    { lineStyle: { color: "#0072b2", width: 2, opacity: 0.3 } },
    { data: [{ value: [1, 2], itemStyle: { color: "red" } }] },
    { data: [{ value: [1, 2], symbol: "rect" }] },
    { data: [[1, 2], [2, null], [3, 4]] },
    { label: { show: true, position: "top", formatter: "{c}" } },
    { endLabel: { show: true, formatter: "n", distance: 4, offset: [0, 0], fontSize: 11, color: "#000", rotate: 30 } },
    { endLabel: { show: true, formatter: "n", distance: 4, offset: [0, 0], fontSize: 11 } },
    { markLine: { data: [{ type: "average" }], lineStyle: { color: "#000", width: 1 } } },
  ];
  for (const other of others) assert.equal(left([{ ...line, ...other }]), 1, JSON.stringify(other));
  assert.equal(left([line], { dataZoom: [{ start: 50 }] }), 1);
  assert.equal(left([line], { legend: { selected: { a: false } } }), 1);
  assert.equal(left([line], { textStyle: { fontFamily: "serif" } }), 1);
  assert.ok(left([heat], { visualMap: { ...scale, inRange: { color: ["#ffffff", "#000000"], opacity: [0, 1] } } }) > 0);
  assert.ok(left([heat], { visualMap: { ...scale, dimension: 1 } }) > 0);
  assert.ok(left([{ ...heat, itemStyle: { borderWidth: 4 } }], { visualMap: scale }) > 0);
});

test("a panel is drawn by one of the two, so that what lies over what stays as it is", () => {
  assert.equal(left([line, { ...line, name: "b", smooth: true }]), 2);
});

test("titles and bare axes say all that is drawn of them", () => {
  const title = { text: "time", left: 10, top: 10, padding: 0, textStyle: { fontSize: 14, color: "#000", width: 100 } };
  const bare = { type: "value", axisLabel: { show: false }, axisLine: { show: false, onZero: false }, axisTick: { show: false }, splitLine: { show: true, lineStyle: { color: "#ccc" } } };
  const option = structuredClone({
    series: [line],
    title: [title, { ...title, subtext: "more" }, { ...title, textStyle: { ...title.textStyle, fontStyle: "italic" } }, { ...title, text: "two\nlines" }],
    xAxis: [bare, { ...bare, splitLine: { show: true, lineStyle: { color: "#ccc", type: "dashed" } } }, { ...bare, minorTick: { show: true } }],
    yAxis: [bare, { ...bare, axisLine: { show: true } }, { ...bare, position: "right" }],
  });
  apart(option);
  assert.equal(option.title.length, 3);
  assert.deepEqual(option.xAxis.map((one) => one.show), [false, undefined, undefined]);
  assert.deepEqual(option.yAxis.map((one) => one.show), [false, undefined, undefined]);
});

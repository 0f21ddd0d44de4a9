"""Draws docs/pictures: `pictures.py` from the numbers that lie there, `pictures.py BUILD` from new ones.

verdicts.svg: one comparison of the eight kernels of bench/verdicts with themselves, half of them slower by a planted share on one side, as
`aa` makes it. Of several comparisons the first is drawn in which all four verdicts occur. power.svg: what bench_power_curves simulates.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURES = Path(__file__).resolve().parent.parent / "docs/pictures"
THRESHOLD = 1.0  # percent
PLANTED = 1.5
COMPARISONS = 30
RUNS = "400"  # of each point of the curves
RULES = {"fixed": "fixed: one look, at the end", "sequential": "a look after each block", "looks": "twelve looks"}

STYLE = """
  .paper { fill: #ffffff; stroke: #d0d7de; }
  .band { fill: #ddf4ff; }
  .edge { stroke: #57606a; stroke-width: 1.5; stroke-dasharray: 5 4; }
  .axis { stroke: #8c959f; }
  .grid { stroke: #d8dee4; }
  text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 14px; fill: #1f2328; }
  .small { font-size: 12.5px; fill: #57606a; }
  .name { font-size: 14px; font-weight: 600; }
  .improved, .fixed { stroke: #1a7f37; fill: #1a7f37; }
  .same, .sequential { stroke: #0969da; fill: #0969da; }
  .regressed, .looks { stroke: #cf222e; fill: #cf222e; }
  .undecided { stroke: #6e7781; fill: #6e7781; }
  .bar { stroke-width: 3; }
  .curve { stroke-width: 2; fill: none; }
  .curve.fixed { stroke-width: 5; opacity: 0.5; }
  .dashed { stroke-dasharray: 3 4; }
  text.name { stroke: none; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; stroke: #30363d; }
    .band { fill: #132e4a; }
    .edge { stroke: #9198a1; }
    .axis { stroke: #6e7681; }
    .grid { stroke: #21262d; }
    text { fill: #e6edf3; }
    .small { fill: #9198a1; }
    .improved, .fixed { stroke: #3fb950; fill: #3fb950; }
    .same, .sequential { stroke: #58a6ff; fill: #58a6ff; }
    .regressed, .looks { stroke: #ff7b72; fill: #ff7b72; }
    .undecided { stroke: #9198a1; fill: #9198a1; }
    .curve { fill: none; }
  }
"""


# ---- the numbers ----


def measured_verdicts(build: Path) -> dict:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for upto in range(1, COMPARISONS + 1):
            argv = [build / "bench/bench_verdicts", "aa", "--mode", "exec", "--inject", f"{PLANTED}%", "--threshold", f"{THRESHOLD}%"]
            argv += ["--budget", "500ms", "--seed", "3", "--comparisons", str(upto), "-o", folder]
            subprocess.run(argv, check=True, capture_output=True)
            found = read_comparison(build, folder / f"{upto:04}.jsonl")
            if {row["verdict"] for row in found["rows"]} >= {"improved", "same", "regressed", "undecided"}:
                return {**found, "comparison": upto}
    raise SystemExit(f"no comparison of {COMPARISONS} has all four verdicts")


def read_comparison(build: Path, path: Path) -> dict:
    argv: list[str | Path] = [build / "benchkit", "compare", path, "--threshold", f"{THRESHOLD}%", "--format", "json"]
    [table] = json.loads(subprocess.run(argv, check=True, capture_output=True, text=True).stdout)
    header = json.loads(path.read_text().split("\n", 1)[0])
    planted = header["options"].get("planted", {})
    rows = []
    for row in (row for group in table["groups"] for row in group["rows"]):
        ratio, verdict = row["cells"][1]["ratio"], row["cells"][1]["judgement"]["verdict"]
        one = planted.get(row["case"], {})
        share = 100 * one.get("share", 0) * (1 if one.get("version") == 1 else -1)
        percents = {
            name: round(100 * (value - 1), 3) for name, value in (("ratio", ratio["value"]), *zip("lh", ratio["interval"], strict=True))
        }
        rows.append({"case": row["case"], "verdict": verdict, "planted": share, **percents})
    return {"machine": header["machine"].get("cpu", ""), "rows": rows}


def simulated_power(build: Path) -> dict:
    shown = subprocess.run([build / "bench/bench_power_curves", RUNS], check=True, capture_output=True, text=True).stdout
    return {"power": json.loads(shown)["power"]}


# ---- drawing ----


def text(at: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{at:g}" y="{y:g}" text-anchor="{anchor}" class="{kind}">{words}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" class="{kind}"/>'


def picture(width: int, height: int, title: str, marks: list[str]) -> str:
    body = "\n  ".join([f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" class="paper"/>', *marks])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">\n'
        f"  <title>{title}</title>\n  <style>{STYLE}  </style>\n  {body}\n</svg>\n"
    )


WHAT = {
    "improved": "the interval lies wholly below the band",
    "same": "the interval lies wholly within the band",
    "regressed": "the interval lies wholly above the band",
    "undecided": "it reaches over an edge: measure more",
}


def draw_verdicts(data: dict) -> str:
    rows = sorted(data["rows"], key=lambda row: (list(WHAT).index(row["verdict"]), row["ratio"]))
    left, right, top, step = 262, 670, 104, 40
    low = min(-2 * THRESHOLD, *(row["l"] for row in rows)) - 0.2
    high = max(2 * THRESHOLD, *(row["h"] for row in rows)) + 0.2
    bottom = top + (len(rows) - 1) * step + 30

    def x(percent: float) -> float:
        return round(left + (percent - low) / (high - low) * (right - left), 1)

    marks = [
        f'<rect x="{x(-THRESHOLD):g}" y="66" width="{x(THRESHOLD) - x(-THRESHOLD):g}" height="{bottom - 66}" class="band"/>',
        text(
            24,
            32,
            "Eight kernels beside themselves, half a second each: a bar is the interval of the change, a dot its best estimate",
            "name",
        ),
        text((x(-THRESHOLD) + x(THRESHOLD)) / 2, 58, "no change: within the threshold", "small", "middle"),
        *(line(x(at), 66, x(at), bottom, "edge") for at in (-THRESHOLD, THRESHOLD)),
        line(left, bottom, right, bottom, "axis"),
    ]
    for at in range(int(low), int(high) + 1):
        marks += [line(x(at), bottom, x(at), bottom + 5, "axis"), text(x(at), bottom + 21, f"{at:+} %" if at else "0", "small", "middle")]
    marks += [text(left, bottom + 44, "← faster", "small"), text(right, bottom + 44, "slower →", "small", "end")]
    told: set[str] = set()
    for number, row in enumerate(rows):
        y, verdict = top + number * step, row["verdict"]
        planted = (
            "nothing planted" if row["planted"] == 0 else f"{'head' if row['planted'] > 0 else 'base'} slowed by {abs(row['planted']):g} %"
        )
        marks += [
            text(24, y + 5, row["case"], "name"),
            text(118, y + 5, planted, "small"),
            line(x(row["l"]), y, x(row["h"]), y, f"bar {verdict}"),
            *(line(x(row[end]), y - 7, x(row[end]), y + 7, f"bar {verdict}") for end in "lh"),
            f'<circle cx="{x(row["ratio"]):g}" cy="{y}" r="4.5" class="{verdict}"/>',
            text(right + 22, y + 5, verdict, f"name {verdict}"),
        ]
        if verdict not in told:
            marks.append(text(right + 112, y + 5, WHAT[verdict], "small"))
        told.add(verdict)
    title = "The verdicts on eight kernels: where the interval of a change lies, against a band from minus to plus the threshold"
    return picture(1040, bottom + 62, title, marks)


def draw_power(data: dict) -> str:
    left, right, top, bottom, most = 70, 660, 60, 380, 5.0

    def at(percent: float, share: float) -> str:
        return f"{left + percent / most * (right - left):.1f},{bottom - share * (bottom - top):.1f}"

    marks = [text(24, 32, "How often each rule calls a change regressed, or the same, by the true change", "name")]
    for share in range(0, 101, 25):
        y = bottom - share / 100 * (bottom - top)
        marks += [line(left, y, right, y, "grid"), text(left - 8, y + 4, f"{share} %", "small", "end")]
    for percent in range(int(most) + 1):
        x = left + percent / most * (right - left)
        marks += [line(x, bottom, x, bottom + 5, "axis"), text(x, bottom + 21, f"{percent} %", "small", "middle")]
    edge = left + THRESHOLD / most * (right - left)
    marks += [
        line(left, bottom, right, bottom, "axis"),
        line(edge, top, edge, bottom, "edge"),
        text(edge, top - 8, "threshold", "small", "middle"),
        text((left + right) / 2, bottom + 44, "true change: slower by", "small", "middle"),
    ]
    for number, (rule, words) in enumerate(RULES.items()):
        rows = sorted((row for row in data["power"] if row["design"] == rule), key=lambda row: row["change"])
        shown = [row for row in rows if 100 * row["change"] <= most + 1e-9]
        for verdict, kind in (("regressed", ""), ("same", " dashed")):
            points = " ".join(at(100 * row["change"], row[verdict] / row["runs"]) for row in shown)
            marks.append(f'<polyline points="{points}" class="curve {rule}{kind}"/>')
        y = 90 + 26 * number
        marks += [line(690, y, 720, y, f"bar {rule}"), text(730, y + 5, words, "small")]
    marks += [
        '<line x1="690" y1="186" x2="720" y2="186" class="axis" stroke-width="2.5"/>',
        text(730, 191, "called regressed", "small"),
        '<line x1="690" y1="212" x2="720" y2="212" class="axis dashed" stroke-width="2.5"/>',
        text(730, 217, "called same", "small"),
        text(690, 248, f"{data['power'][0]['runs']} runs a point; what is", "small"),
        text(690, 266, "neither is undecided", "small"),
    ]
    return picture(
        1000, 446, "Power curves of the three rules: the share of runs that are called regressed or same, by the true change", marks
    )


DRAWN = {"verdicts": (measured_verdicts, draw_verdicts), "power": (simulated_power, draw_power)}


def main() -> None:
    for name, (measure, draw) in DRAWN.items():
        path = PICTURES / f"{name}.json"
        if len(sys.argv) > 1:
            path.write_text(json.dumps(measure(Path(sys.argv[1]).resolve()), indent=1) + "\n")
        path.with_suffix(".svg").write_text(draw(json.loads(path.read_text())))


if __name__ == "__main__":
    main()

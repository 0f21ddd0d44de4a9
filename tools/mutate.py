#!/usr/bin/env python3
"""Do the tests bite? Changes one operator or constant of stats, compare and runner at a time, and looks whether a test fails.

    tools/mutate.py                     200 seeded mutants; the survivors and the share that was killed go into docs/mutation.md
    tools/mutate.py --count 20 --seed 7 others
    tools/mutate.py --list              the mutants, without trying them
    tools/mutate.py --again             the survivors that stand open in docs/mutation.md, tried on the sources and tests of today

A mutant is tried in a copy of the tree under build/mutants: the unit tests of its own layer first, then those of the layers that
use it, until one fails, crashes or takes five times as long as usual. One that does not compile, or compiles to the same program,
is no mutant, and another takes its place. What was tried stands in build/mutants/tried-*.jsonl, and the same command goes on with it.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import dataclasses
import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from kept import Kept  # noqa: E402

LAYERS = {
    "stats": ("test_stats", "test_compare", "test_runner"),
    "compare": ("test_compare", "test_runner", "test_cli"),
    "runner": ("test_runner", "test_cli"),
}
COPIED = ("CMakeLists.txt", "cmake", "include", "src", "tests", "tools", "examples", "LICENSE", "THIRD_PARTY_NOTICES", "pyproject.toml")
USUAL_TIMES = 5  # a program that takes so many times as long as usual, and ten seconds more, hangs
MOST_SECONDS = 900  # for a build, or for a program without a mutant
MOST_MEMORY = 4 << 30  # bytes

# clang-format leaves spaces around what takes two operands, and none within template brackets.
OPERATORS = (
    (r" < ", (" <= ", " > ")),
    (r" <= ", (" < ",)),
    (r" > ", (" >= ", " < ")),
    (r" >= ", (" > ",)),
    (r" == ", (" != ",)),
    (r" != ", (" == ",)),
    (r" && ", (" || ",)),
    (r" \|\| ", (" && ",)),
    (r" \+ ", (" - ",)),
    (r" - ", (" + ",)),
    (r" \* ", (" / ",)),
    (r" / ", (" * ",)),
    (r" \+= ", (" -= ",)),
    (r" -= ", (" += ",)),
    (r"\bstd::max\b", ("std::min",)),
    (r"\bstd::min\b", ("std::max",)),
    (r"\btrue\b", ("false",)),
    (r"\bfalse\b", ("true",)),
)
NUMBER = re.compile(r"(?<![\w.'\"])(\d+(?:\.\d+)?)(?![\w.'\"])")


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One change of one line."""

    path: str  # relative to the tree
    line: int  # from 1
    column: int
    old: str
    new: str

    def apply(self, text: str) -> str:
        lines = text.split("\n")
        line = lines[self.line - 1]
        assert line[self.column : self.column + len(self.old)] == self.old
        lines[self.line - 1] = line[: self.column] + self.new + line[self.column + len(self.old) :]
        return "\n".join(lines)

    def shown(self, text: str) -> str:
        line = text.split("\n")[self.line - 1]
        return f"{self.path}:{self.line}:{self.column + 1}: `{self.old.strip()}` → `{self.new.strip()}` in `{line.strip()}`"


SHOWN = re.compile(
    r"(?P<path>[\w/.]+):(?P<line>\d+):(?P<column>\d+): `(?P<old>.+?)` → `(?P<new>.+?)` in `(?P<text>.+?)`(?:: (?P<remark>.*))?"
)
KILLED_SINCE, EQUIVALENT, GONE = "killed since", "equivalent", "its code is gone"


def found_again(shown: re.Match[str]) -> Mutant | None:
    """The mutant that was shown so, in the sources of today; None if there is no such line any more."""
    path = ROOT / shown["path"]
    lines = path.read_text().split("\n") if path.exists() else []
    column = int(shown["column"]) - 1
    at = re.compile(r" ?" + re.escape(shown["old"]))
    places = [number for number, line in enumerate(lines, 1) if line.strip() == shown["text"] and at.match(line, column)]
    if not places:
        return None
    number = min(places, key=lambda place: abs(place - int(shown["line"])))
    spaced = (lambda word: f" {word} ") if lines[number - 1][column] == " " else (lambda word: word)
    return Mutant(shown["path"], number, column, spaced(shown["old"]), spaced(shown["new"]))


def code_of(line: str) -> str:
    """The line with comments and the insides of texts blanked out; columns stay."""
    line = re.sub(r'"(?:[^"\\]|\\.)*"', lambda text: '"' + " " * (len(text[0]) - 2) + '"', line)
    return re.sub(r"//.*", lambda comment: " " * len(comment[0]), line)


def mutants_of(path: Path) -> list[Mutant]:
    found = []
    name = str(path.relative_to(ROOT))
    for number, line in enumerate(path.read_text().split("\n"), 1):
        code = code_of(line)
        if code.lstrip().startswith(("#", "static_assert", "template", "using", "namespace")):
            continue
        for pattern, replacements in OPERATORS:
            for place in re.finditer(pattern, code):
                found += [Mutant(name, number, place.start(), place[0], new) for new in replacements]
        for place in NUMBER.finditer(code):
            value = place[1]
            changed = str(int(value) + 1) if "." not in value else f"{float(value) * 1.5:g}"
            found.append(Mutant(name, number, place.start(), value, changed))
    return found


def all_mutants() -> list[Mutant]:
    found: list[Mutant] = []
    for layer in LAYERS:
        for path in sorted((ROOT / "src" / layer).rglob("*.[ch]pp")):
            if not path.stem.endswith("_test"):
                found += mutants_of(path)
    return found


class Workshop:
    """A copy of the tree with a build of its own, in which one mutant after another is tried."""

    def __init__(self, number: int) -> None:
        self.source = ROOT / "build/mutants" / str(number)
        self.build = self.source / "build"
        self.usual: dict[str, float] = {}  # seconds
        self.unchanged: dict[str, str] = {}  # what the programs are without any mutant

    def prepare(self) -> None:
        self.source.mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            self.copy(name)
        options = ("-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g0", "-DBENCHKIT_NPM=OFF")  # nothing of web/ is tried
        subprocess.run(
            ["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja", *options],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        programs = sorted({program for row in LAYERS.values() for program in row})
        if not self.compile(programs):
            sys.exit(f"mutate: the tree as it is does not build; see {self.build}")
        for program in programs:
            self.unchanged[program] = self.fingerprint(program)
            began = time.monotonic()
            if not self.passes(program, MOST_SECONDS):
                sys.exit(f"mutate: {program} fails without any mutant")
            self.usual[program] = time.monotonic() - began
        for layer in LAYERS:
            self.unchanged[archive_of(layer)] = self.fingerprint(archive_of(layer))

    def copy(self, name: str) -> None:
        """Files that are the same keep their times, so that what is built stays built."""
        for path in sorted((ROOT / name).rglob("*")) if (ROOT / name).is_dir() else [ROOT / name]:
            target = self.source / path.relative_to(ROOT)
            if path.is_dir() or "__pycache__" in path.parts:
                continue
            if not target.exists() or target.read_bytes() != path.read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
        if (ROOT / name).is_dir():
            for target in sorted((self.source / name).rglob("*")):
                if target.is_file() and not (ROOT / target.relative_to(self.source)).exists():
                    target.unlink()

    def compile(self, programs: list[str]) -> bool:
        # A file that is put back comes out of ccache.
        environment = {**os.environ, "CCACHE_BASEDIR": str(self.source), "CCACHE_NOHASHDIR": "1"}
        command = ["cmake", "--build", self.build, "--target", *programs, "--", "-j1" if self.usual else f"-j{os.cpu_count()}"]
        return ended_well(command, MOST_SECONDS if self.usual else None, environment)

    def passes(self, program: str, most_seconds: float) -> bool:
        # Some mutants ask for memory without end.
        limits = ["prlimit", f"--as={MOST_MEMORY}", f"--fsize={MOST_MEMORY}", "--core=0"]
        return ended_well([*limits, self.build / program, "--gtest_fail_fast", "--gtest_brief=1"], most_seconds, cwd=self.build)

    def fingerprint(self, program: str) -> str:
        return hashlib.sha256((self.build / program).read_bytes()).hexdigest()

    def try_out(self, mutant: Mutant) -> str | None:
        """The program that killed it, "" if it survived, None if it is no mutant."""
        path = self.source / mutant.path
        original = path.read_text()
        path.write_text(mutant.apply(original))
        try:
            layer = mutant.path.split("/")[1]
            is_other = False
            for program in LAYERS[layer]:
                if not self.compile([program]):
                    return None
                if self.fingerprint(program) == self.unchanged[program]:
                    continue
                is_other = True
                if not self.passes(program, USUAL_TIMES * self.usual[program] + 10):
                    return program
            # Code that no test program has in it is tested by none.
            is_other = is_other or self.fingerprint(archive_of(layer)) != self.unchanged[archive_of(layer)]
            return "" if is_other else None
        finally:
            path.write_text(original)


def archive_of(layer: str) -> str:
    return f"libbenchkit_{layer}.a"


def ended_well(command: list[str | Path], most_seconds: float | None, environment: dict[str, str] | None = None, cwd: Path = ROOT) -> bool:
    """What it started is ended with it."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=cwd, start_new_session=True
    )
    try:
        return process.wait(most_seconds) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class State:
    """What became of which mutant: an interrupted run goes on where it was. Other sources have a file of their own."""

    def __init__(self, candidates: list[Mutant], seed: int) -> None:
        texts = "".join(path.read_text() for path in sorted((ROOT / "src").rglob("*.[ch]pp")))
        digest = hashlib.sha256(texts.encode()).hexdigest()[:12]
        self.candidates = candidates
        self.tried = Kept(ROOT / f"build/mutants/tried-{seed}-{digest}.jsonl")

    def untried(self) -> list[int]:
        return [number for number in range(len(self.candidates)) if str(number) not in self.tried]

    def add(self, number: int, by: str | None) -> None:
        self.tried.add(str(number), by)

    def mutants(self) -> list[tuple[Mutant, str]]:
        """Those that are mutants, in the order in which they were drawn."""
        numbers = sorted(int(name) for name, by in self.tried.values.items() if by is not None)
        return [(self.candidates[number], self.tried.values[str(number)]) for number in numbers]


def report(tried: list[tuple[Mutant, str]], seed: int, path: Path) -> None:
    killed = [mutant for mutant, by in tried if by]
    survivors = [mutant for mutant, by in tried if not by]
    texts = {mutant.path: (ROOT / mutant.path).read_text() for mutant, _ in tried}
    lines = [
        "# Mutants: do the tests bite?",
        "",
        f"`tools/mutate.py --count {len(tried)} --seed {seed}` changes one operator or constant of `src/stats`, `src/compare` and",
        "`src/runner` at a time, and runs the unit tests of that layer and of those that use it. What no test noticed is listed below.",
        "",
        f"{len(killed)} of {len(tried)} killed: {100 * len(killed) / len(tried):.1f} %.",
        "",
        "| layer | mutants | killed |",
        "| --- | ---: | ---: |",
    ]
    for layer in LAYERS:
        of_layer = [by for mutant, by in tried if mutant.path.startswith(f"src/{layer}/")]
        lines.append(f"| {layer} | {len(of_layer)} | {sum(bool(by) for by in of_layer)} |")
    lines += ["", "## Survivors", ""]
    lines += [f"- {mutant.shown(texts[mutant.path])}" for mutant in sorted(survivors, key=lambda one: (one.path, one.line))]
    path.write_text("\n".join(lines) + "\n")


def try_again(page: Path) -> None:
    """A survivor whose remark settles it is left alone; one that survives again keeps the remark that it had."""
    workshop = Workshop(0)
    print("mutate: building a copy of the tree", flush=True)
    workshop.prepare()
    lines = page.read_text().split("\n")
    for place, line in enumerate(lines):
        shown = SHOWN.fullmatch(line.removeprefix("- "))
        if not line.startswith("- ") or shown is None or (shown["remark"] or "").startswith((KILLED_SINCE, EQUIVALENT, GONE)):
            continue
        mutant = found_again(shown)
        by = workshop.try_out(mutant) if mutant else None
        if mutant is None:
            remark = GONE
        elif by is None:
            remark = f"{EQUIVALENT}: it compiles to the same program"
        else:
            remark = f"{KILLED_SINCE} by {by}" if by else shown["remark"] or ""
        lines[place] = line[: shown.end("text") + len("- `")] + (f": {remark}" if remark else "")
        print(f"mutate: {lines[place].removeprefix('- ')}{': SURVIVES' if by == '' else ''}", flush=True)
        page.write_text("\n".join(summed_up(lines)))


def summed_up(lines: list[str]) -> list[str]:
    """The page with what the remarks come to under the heading of the survivors."""
    survivors = [shown["remark"] or "" for line in lines if line.startswith("- ") and (shown := SHOWN.fullmatch(line[2:]))]
    since, equivalent, gone = (sum(remark.startswith(kind) for remark in survivors) for kind in (KILLED_SINCE, EQUIVALENT, GONE))
    first = next(shown for line in lines if (shown := re.match(r"(\d+) of (\d+) killed", line)))
    killed, count = int(first[1]) + since, int(first[2])
    share, still = f"{killed} of {count} ({100 * killed / count:.1f} %)", len(survivors) - since - equivalent - gone
    heading = lines.index("## Survivors")
    return [
        *lines[: heading + 1],
        "",
        f"Of the {len(survivors)} survivors {since} have been killed since by new tests (`tools/mutate.py --again`): {share}.",
        f"{equivalent} are equivalent, with the reason beside them; the code of {gone} is gone. The other {still} are open.",
        "",
        *[line for line in lines[heading:] if line.startswith("- ")],
        "",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--list", action="store_true", help="show the mutants, try none")
    parser.add_argument("--again", action="store_true", help="try the survivors again that stand open")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs/mutation.md")
    options = parser.parse_args()

    if options.again:
        try_again(options.output)
        return 0
    candidates = all_mutants()
    random.Random(options.seed).shuffle(candidates)
    if options.list:
        for mutant in candidates[: options.count]:
            print(mutant.shown((ROOT / mutant.path).read_text()))
        return 0
    state = State(candidates, options.seed)
    if len(state.mutants()) < options.count:
        try_all(state, options.count, options.jobs)
    tried = state.mutants()[: options.count]
    report(tried, options.seed, options.output)
    killed = sum(bool(by) for _, by in tried)
    print(f"mutate: {killed} of {len(tried)} killed; survivors in {options.output}")
    return 0


def try_all(state: State, count: int, jobs: int) -> None:
    workshops = [Workshop(number) for number in range(jobs)]
    print(f"mutate: building {len(workshops)} copies of the tree", flush=True)
    for workshop in workshops:
        workshop.prepare()
        print(", ".join(f"{program} {seconds:.1f} s" for program, seconds in workshop.usual.items()), flush=True)
    lock, stopped = threading.Lock(), threading.Event()
    queue = iter(state.untried())

    def work(workshop: Workshop) -> None:
        while True:
            with lock:
                number = next(queue, None) if len(state.mutants()) < count and not stopped.is_set() else None
            if number is None:
                return
            began = time.monotonic()
            mutant = state.candidates[number]
            by = workshop.try_out(mutant)
            with lock:
                state.add(number, by)
                word = "is none" if by is None else f"killed by {by}" if by else "SURVIVED"
                change = f"{mutant.path}:{mutant.line} {mutant.old.strip()} → {mutant.new.strip()}"
                print(f"mutate: {len(state.mutants())}/{count} {change}: {word} ({time.monotonic() - began:.0f} s)", flush=True)

    with concurrent.futures.ThreadPoolExecutor(len(workshops)) as pool:
        futures = [pool.submit(work, workshop) for workshop in workshops]
        try:
            for future in futures:
                future.result()
        finally:
            stopped.set()


if __name__ == "__main__":
    sys.exit(main())

"""Suites: what Python adds to the registry, and what a command line makes of it."""

import gc
import json
import subprocess
import sys
import weakref
from contextlib import contextmanager
from pathlib import Path

import benchkit
import pytest
from benchkit.suite import Dial, Selection, Subject, Suite, Variant, lazy

SUITE = Path(__file__).parent / "suite_of_lists.py"


def make() -> Suite:
    suite = Suite("s", dials=[Dial("n", kind="model", option="--size")], features=("dense",))

    @suite.subject("basic", sizes=(1, 2, 3), long=(3,), quick=(1,), features=("dense",))
    def basic(n):
        return [0] * n

    @suite.operation("build")
    @contextmanager
    def build_it(build):
        yield build

    return suite


def test_a_case_knows_what_it_is_made_of():
    case = make().cases()[1]
    assert (case.id, case.param_id, case.subject.name, case.value, case.operation.name, case.variant) == (
        "build[basic-n=2]", "basic-n=2", "basic", 2, "build", None,
    )  # fmt: skip
    assert case.dims == {"operation": "build", "subject": "basic", "n": 2}
    with case.run() as action:
        assert action() == [0, 0]


def test_nothing_of_benchkit_is_called_where_a_build_is_measured():
    suite = make()
    with suite.cases()[0].run() as action:
        assert action.func is suite.subjects["basic"].build
        assert action.args == (1,)


def test_skip_reasons_are_those_of_the_registry():
    suite = make()
    small, middle, large = suite.cases()
    assert suite.skip_reason(small, Selection(quick=True)) is None
    assert suite.skip_reason(middle, Selection(quick=True)) == "--quick: skipping basic n=2"
    assert suite.skip_reason(large, Selection()) == "long sweep needs --long: skipping basic n=3"
    assert suite.skip_reason(large, Selection(values={"n": {3}})) is None
    assert suite.skip_reason(large, suite.selection([("--size", "1,2")])) == "n=3 not selected"


def test_what_the_suite_fills_in_stands_in_the_subject():
    suite = Suite("s", dials=[Dial("k", sizes=(1, 5, 9))], features=("a",), default_features=("a",))
    subject = suite.add(Subject("x", build=list))
    assert (subject.dial, subject.sizes, subject.features, suite.quick(subject)) == ("k", (1, 5, 9), ("a",), (1, 5, 9))
    assert suite.with_feature("a") == [subject]
    given = suite.add(Subject("y", build=list)) and Subject("y", build=list)  # as it was given, and not as it came back
    assert suite.quick(given) == (1, 5, 9)
    with pytest.raises(ValueError, match="suite 's' has no subject 'z'"):
        suite.quick(Subject("z", build=list))


def test_registration_names_both_places():
    suite = make()
    with pytest.raises(benchkit.Error, match=r"test_suite\.py:\d+: model 'basic' already registered\n.*test_suite\.py:\d+"):
        suite.add(Subject("basic", build=list, sizes=(1,)))
    with pytest.raises(benchkit.Error, match=r"test_suite\.py:\d+: model 'other': unknown features \['huge', 'sparse'\]"):
        suite.add(Subject("other", build=list, sizes=(1,), features=("sparse", "huge")))
    with pytest.raises(ValueError, match="its sizes is"):
        suite.add(Subject("other", build=list, sizes=("one",)))


def test_gates_are_callables_and_give_reasons():
    suite = Suite("s")
    suite.add(Subject("there", build=list, sizes=(1,), gate=lambda: True))
    suite.add(Subject("gone", build=list, sizes=(1,), gate=lambda: False))
    suite.add(Subject("late", build=list, sizes=(1,), gate=lambda: "since 2.0"))
    suite.operation("walk", variants=[Variant("left"), Variant("right", gate=lambda: False)], variant_dim="side",
                    param_id="{side}-{subject}-{value}")(contextmanager(lambda build, side: iter([build])))  # fmt: skip
    assert [case.id for case in suite.resolved_cases()] == ["walk[left-there-1]"]
    assert suite.iter_params("walk") == [(suite.subjects["there"], 1)]
    reasons = {case.param_id: suite.absent(case) for case in suite.cases()}
    assert reasons["left-gone-1"] == "this version has no gone"
    assert reasons["left-late-1"] == "since 2.0"
    assert reasons["right-there-1"] == "this version has no walk with right"


def test_what_a_gate_raises_comes_back():
    suite = Suite("s")
    suite.add(Subject("x", build=list, sizes=(1,), gate=lambda: 1 / 0))
    suite.operation("walk")(contextmanager(lambda build: iter([build])))
    with pytest.raises(ZeroDivisionError):
        suite.resolved_cases()


def test_a_gate_that_fails_is_a_record_of_its_cases(tmp_path):
    suite = tmp_path / "suite.py"
    suite.write_text("""
from contextlib import contextmanager
import benchkit.cli
from benchkit.suite import Suite

suite = Suite("s")
asked = []

def gate():
    asked.append(1)
    assert len(asked) == 1, "asked twice"
    import no_such_library

for name, given in (("whole", None), ("broken", gate)):
    suite.subject(name, sizes=(1, 2), gate=given)(lambda n: list(range(n)))

@suite.operation("walk")
@contextmanager
def walk(build):
    yield build

if __name__ == "__main__":
    benchkit.cli.main(suite)
""")
    words = [sys.executable, str(suite)]
    done = subprocess.run([*words, "run", "--budget", "1ms", "-o", "out.jsonl"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert (done.stdout + done.stderr).count("No module named 'no_such_library'") >= 2
    read = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert sorted(line["status"] for line in read if line["kind"] in ("series", "outcome") and "status" in line).count("error") == 2
    told = subprocess.run([*words, "list", "-d", "--resolved"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "its gate fails: ModuleNotFoundError" in told.stdout + told.stderr


@contextmanager
def given_back(build):
    model = build()
    yield lambda: model


def test_a_shared_build_is_one_build_and_is_recorded():
    built = []
    suite = Suite("s")
    suite.add(Subject("x", build=lambda n: built.append(n) or [n], sizes=(1,)))
    for name in ("first", "second"):
        suite.operation(name, share_build=True)(given_back)
    suite.operation("own")(given_back)
    models = []
    for case in suite.cases():
        with case.run() as action:
            models.append(action())
    assert models[0] is models[1]
    assert models[2] is not models[0]
    assert built == [1, 1]
    assert [case.labels for case in suite.cases()] == [{"shared_build": 1}, {"shared_build": 1}, None]


def test_a_resource_is_made_once():
    made = []
    suite = make()
    network = suite.resource("network", lambda: made.append(1) or "up")
    assert (network(), network(), made) == ("up", "up", [1])


def test_a_suite_whose_gate_knows_the_suite_is_collected():
    def gone_suite():
        suite = make()
        suite.add(Subject("x", build=list, sizes=(1,), gate=lambda: suite is not None))
        return weakref.ref(suite)

    gone = gone_suite()
    gc.collect()
    assert gone() is None


def test_a_lazy_module_is_imported_at_its_first_use():
    code = """
import sys
from benchkit.suite import lazy
module = lazy("colorsys")
print("colorsys" in sys.modules, module.rgb_to_hsv(0, 0, 0), "rgb_to_hsv" in vars(module))
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out == "False (0.0, 0.0, 0) True\n"
    assert lazy("sys") is sys


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SUITE), *arguments], capture_output=True, text=True, check=False)


def test_list_imports_nothing_that_is_measured_unless_it_is_told_to():
    told = command("list", "--cases")
    assert "sort[gone-n=10]" in told.stdout
    assert "fractions was imported" not in told.stderr + told.stdout
    resolved = command("list", "--cases", "--resolved")
    assert "sort[gone-n=10]" not in resolved.stdout
    assert "sort[plain-n=10]" in resolved.stdout


def test_a_missing_requirement_is_a_skip_and_an_absent_subject_is_absent(tmp_path):
    snapshot = tmp_path / "s.jsonl"
    done = command("run", "--quick", "--operation", "sort", "--budget", "50ms", "-o", str(snapshot))
    assert done.returncode == 0, done.stderr
    text = snapshot.read_text()
    assert "could not import 'not_there': No module named 'not_there'" in text
    assert "this version has no gone" in text
    assert '"suite_options":["--quick","--operation","sort"]' in text
    assert "sort[plain-n=1000]" not in text


def test_a_builder_that_says_skip_is_skipped_with_its_reason(tmp_path):
    done = command("smoke", "-k", "skips")
    assert "no data today" in done.stdout
    assert "0 failed, 2 skipped" in done.stdout, done.stdout


def test_opt_in_operations_are_left_out_until_they_are_asked_for():
    assert "pipeline[" not in command("list", "--cases").stdout
    assert "pipeline[plain-n=10]" in command("list", "--cases", "--pipeline").stdout
    assert "pipeline[plain-n=10]" in command("list", "--cases", "--operation", "pipeline").stdout


def test_what_the_suite_does_not_know_is_refused_with_the_way_out():
    unknown = command("run", "--operation", "srot")
    assert (unknown.returncode, "did you mean sort?" in unknown.stderr) == (2, True)
    size = command("run", "--size", "7")
    assert (size.returncode, "no model has n=7" in size.stderr, "there are 10, 100, 1000" in size.stderr) == (2, True, True)
    assert "did you mean --quick?" in command("run", "--qick").stderr


def test_a_host_s_own_commands_and_names():
    assert command("hello", "a", "--b").stdout == "hello ['a', '--b']\n"
    assert "hello                       Say hello" in command("--help").stdout
    named = command("list", "--cases", "--model", "plain")
    assert named.stdout.splitlines() == ["sort[plain-n=10]", "sort[plain-n=100]"]


def test_a_worker_of_plain_cases_imports_what_main_is_told_before_the_first_of_them(tmp_path):
    (tmp_path / "dear.py").write_text("")
    (tmp_path / "host.py").write_text(
        "import sys\n"
        "from contextlib import contextmanager\n"
        "import benchkit, benchkit.cli\n"
        "@contextmanager\n"
        "def setup():\n"
        "    assert 'dear' in sys.modules\n"
        "    yield lambda: None\n"
        "def cases():\n"
        "    yield benchkit.Case('dear' if 'dear' in sys.modules else 'a', {}, setup)\n"
        "benchkit.cli.main(cases, imports=('not_there', 'dear'))\n"
    )
    words = [sys.executable, str(tmp_path / "host.py")]
    listed = subprocess.run([*words, "list"], capture_output=True, text=True, check=True)
    assert "dear" not in listed.stdout
    ran = subprocess.run([*words, "run", "--budget", "20ms"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_an_environment_that_is_not_there_is_named_as_one():
    done = command("run", "--against", "old=python:../none")
    assert done.returncode == 2
    assert 'there is no Python environment "../none"' in done.stderr
    assert "benchkit" in done.stderr.partition("hint:")[2]

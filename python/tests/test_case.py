"""run_case in process, as in a notebook."""

from __future__ import annotations

import gc
import time
import timeit
from contextlib import contextmanager

import benchkit
import pytest


@contextmanager
def calling(action):
    yield action


def test_run_case_gives_samples_and_an_interval() -> None:
    result = benchkit.run_case(benchkit.Case("sum", {}, lambda: calling(lambda: sum(range(100)))), budget=0.05)
    assert (result.id, result.metric, result.unit) == ("sum", "time", "ns")
    assert len(result.samples) >= 6
    assert min(result.samples) <= result.median <= max(result.samples)
    assert result.low <= result.median <= result.high
    assert repr(result).startswith("sum: ")


def test_exactly_so_many_samples() -> None:
    assert len(benchkit.run_case(benchkit.Case("x", run=lambda: calling(int)), samples=7).samples) == 7


def test_setup_and_teardown_frame_the_calls() -> None:
    events: list[str] = []

    @contextmanager
    def case():
        events.append("setup")
        yield lambda: events.append("call")
        events.append("teardown")

    benchkit.run_case(benchkit.Case("x", run=case), samples=2)
    assert events[0] == "setup"
    assert events[-1] == "teardown"
    assert set(events[1:-1]) == {"call"}


def test_without_reuse_each_call_has_a_setup_of_its_own() -> None:
    live: list[list[int]] = []

    @contextmanager
    def case():
        state: list[int] = []
        live.append(state)
        yield lambda: state.append(1)

    benchkit.run_case(benchkit.Case("x", run=case, reuse=False), samples=3)
    assert len(live) > 3
    assert all(len(state) == 1 for state in live)


def test_a_failure_is_raised_as_it_was() -> None:
    def fails():
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        benchkit.run_case(benchkit.Case("x", run=lambda: calling(fails)))


@pytest.mark.parametrize(
    ("case", "complaint"),
    [
        (benchkit.Case(17, run=lambda: calling(int)), "its id is 17"),
        (benchkit.Case("x", {"n": [1]}, lambda: calling(int)), 'its dim "n"'),
        (benchkit.Case("x"), "its run is None"),
        (benchkit.Case("x", run=lambda: calling(int), work={"rows": 3}), 'its work has "rows"'),
        ("x", "not a benchkit.Case"),
        (("x", {}), r"cases\(\) gave \('x', \{\}\) \(tuple\), not a benchkit.Case"),
        (benchkit.Case(None, run=lambda: calling(int)), "its id is None"),
        (benchkit.Case("\udcff", run=lambda: calling(int)), "its id is .* not a text that UTF-8 can hold"),
        (benchkit.Case("x", {"n": float("nan")}, lambda: calling(int)), 'its dim "n" is nan, not a finite number'),
        (benchkit.Case("x", {"n": "\udcff"}, lambda: calling(int)), 'its dim "n" is'),
        (benchkit.Case("x", run=lambda: calling(int), labels={"rows": float("inf")}), 'its label "rows" is inf'),
        (benchkit.Case("x", run=lambda: calling(int), work={"items": float("inf")}), "its work in items is inf"),
        (benchkit.Case("x", run=lambda: calling(int), timeout=float("nan")), "its timeout is nan"),
        (benchkit.Case("x", run=lambda: calling(int), threads=float("nan")), "its threads is nan"),
        (benchkit.Case("x", run=lambda: calling(int), max_states=0), "its max_states is 0"),
        (benchkit.Case("x", run=calling(int)), r"write run=f, not run=f\(\)"),
        (benchkit.Case("x", run=lambda: calling(int), skip="needs a GPU"), "the case is skipped: needs a GPU"),
    ],
)
def test_a_bad_case_is_refused_with_its_field(case, complaint: str) -> None:
    with pytest.raises(benchkit.Error, match=complaint) as caught:
        benchkit.run_case(case)
    assert isinstance(caught.value, ValueError)


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(benchkit.Error, match="weight"):
        benchkit.run_case(benchkit.Case("x", run=lambda: calling(int)), metric="weight")


def test_collection_is_off_while_it_is_measured_and_on_again_after() -> None:
    seen: set[bool] = set()
    assert gc.isenabled()
    benchkit.run_case(benchkit.Case("x", run=lambda: calling(lambda: seen.add(gc.isenabled()))), samples=3)
    assert seen == {False}
    assert gc.isenabled()


def test_a_probe_reports_and_times() -> None:
    def action(probe: benchkit.Probe) -> None:
        probe.report("rows", 12, "", "more")
        probe.time(5000.0)

    result = benchkit.run_case(benchkit.Case("x", run=lambda: calling(action), probe=True), samples=5)
    assert result.samples == [5000.0] * 5


def test_a_probe_is_dead_outside_its_call() -> None:
    kept = []
    benchkit.run_case(benchkit.Case("x", run=lambda: calling(kept.append), probe=True), samples=1)
    with pytest.raises(benchkit.Error, match="only while its action runs"):
        kept[0].time(1.0)


def test_numpy_like_scalars_are_plain_dims() -> None:
    class Scalar:
        def item(self) -> int:
            return 12

    benchkit.run_case(benchkit.Case("x", {"n": Scalar()}, lambda: calling(int)), samples=1)


def test_the_loop_costs_no_more_than_timeits() -> None:
    """In one run, the best of several: an empty function as benchkit and as timeit see it."""

    def empty():
        pass

    ours = min(min(benchkit.run_case(benchkit.Case("x", run=lambda: calling(empty)), budget=0.1).samples) for _ in range(3))
    theirs = min(timeit.repeat(empty, number=200_000, repeat=15)) / 200_000 * 1e9
    assert ours <= theirs * 1.15 + 1


def test_threads_call_one_setup_at_once() -> None:
    import threading

    names: set[str] = set()
    case = benchkit.Case("x", run=lambda: calling(lambda: names.add(threading.get_ident())), threads=3)
    benchkit.run_case(case, samples=5)
    assert len(names) == 3


def test_threads_have_a_probe_each_and_time_themselves_at_once() -> None:
    def action(probe: benchkit.Probe) -> None:
        probe.time(5000.0)

    case = benchkit.Case("x", run=lambda: calling(action), probe=True, threads=3)
    assert benchkit.run_case(case, samples=5).samples == [5000.0] * 5


def test_collection_stays_off_until_the_last_thread_is_through() -> None:
    seen: set[bool] = set()
    case = benchkit.Case("x", run=lambda: calling(lambda: seen.add(gc.isenabled())), threads=3)
    benchkit.run_case(case, samples=20)
    assert seen == {False}
    assert gc.isenabled()


def test_a_slow_first_call_is_not_what_the_others_take() -> None:
    def action() -> None:
        if not done:
            done.append(1)
            time.sleep(0.05)

    done: list[int] = []
    for budget in (0.2, 0.02):
        done.clear()
        result = benchkit.run_case(benchkit.Case("x", run=lambda: calling(action)), budget=budget)
        assert result.iterations > 10
        assert result.median < 1e6


def test_fresh_setups_count_against_the_budget_and_a_short_window_is_a_doubt() -> None:
    @contextmanager
    def case():
        time.sleep(20e-6)
        yield int

    began = time.monotonic()
    result = benchkit.run_case(benchkit.Case("x", run=case, reuse=False), budget=0.1)
    assert time.monotonic() - began < 5
    assert any("clock too coarse" in warning for warning in result.warnings)


async def coroutine() -> None:
    pass


async def async_generator():
    yield 1


@pytest.mark.parametrize("settings", [{}, {"keep_result": True}, {"reuse": False}])
@pytest.mark.parametrize(
    ("action", "complaint"),
    [
        (coroutine, "returned a coroutine, which nobody awaits: run it"),
        (lambda: (i for i in range(3)), "returned a generator, which has done no work yet: consume it"),
        (async_generator, "returned an async_generator, which"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_an_action_that_only_begins_its_work_is_refused(action, complaint: str, settings: dict[str, bool]) -> None:
    with pytest.raises(RuntimeError, match=complaint):
        benchkit.run_case(benchkit.Case("x", run=lambda: calling(action), **settings))


@contextmanager
def yields_twice():
    yield int
    yield int


@contextmanager
def never_yields():
    if gc is None:
        yield


@contextmanager
def returns():
    return int


@contextmanager
def yields_a_number():
    yield 42


@pytest.mark.parametrize(
    ("run", "complaint"),
    [
        (yields_twice, "run yields twice: it must yield the action once"),
        (never_yields, "run never yields: it must yield the action once"),
        (returns, "run returned a type where it should yield: write `yield action`"),
        (yields_a_number, r"run\(\) yielded an int, which cannot be called"),
        (lambda: 42, r"run\(\) gave an int, which is no context manager"),
    ],
)
def test_a_mistake_in_run_is_told_with_the_way_out(run, complaint: str) -> None:
    with pytest.raises(RuntimeError, match=complaint):
        benchkit.run_case(benchkit.Case("x", run=run), samples=1)

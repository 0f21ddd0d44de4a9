"""Taking the fixture `benchmark` over from plugins that have one of that name."""

from __future__ import annotations

import pytest

_OTHERS = ("pytest_benchmark.plugin", "pytest_benchmem.pytest_plugin")
_MARKERS = (
    "benchmark(group, max_time, ...): how a benchmark is measured and shown",
    "benchmem(repeats, warmup, calls, isolate, max_peak, ...): as the marker benchkit",
)


def take_over(config: pytest.Config) -> None:
    """Their options stay known, so that a suite's ini file and command line go on working; their hooks and fixtures leave."""
    manager = config.pluginmanager
    leave_out_others = getattr(config.option, "benchmark_only", False)
    for plugin in manager.get_plugins():
        if getattr(plugin, "__name__", "") in _OTHERS:
            manager.unregister(plugin)
    for line in _MARKERS:
        config.addinivalue_line("markers", line)
    if leave_out_others:
        manager.register(_Only(), "benchkit-only")


class _Only:
    """What --benchmark-only asks for."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        from .settings import uses_benchmark

        for item in items:
            if not uses_benchmark(item):
                item.add_marker(pytest.mark.skip(reason="no benchmark (--benchmark-only)"))

"""Some suites have options of these names: a plugin that had them too would break them."""


def pytest_addoption(parser):
    for name in ("--quick", "--long", "--size", "--metric", "--budget", "--max", "--isolate"):
        parser.addoption(name, action="store_true", default=False)

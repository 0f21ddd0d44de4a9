import contextlib

import benchkit
import benchkit.cli


@contextlib.contextmanager
def summing(n):
    yield lambda: sum(range(n))


def failing():
    raise ValueError("no such column")


@contextlib.contextmanager
def broken():
    yield failing


def cases():
    for n in (10, 1000):
        yield benchkit.Case(f"sum[{n}]", {"op": "sum", "n": n}, lambda n=n: summing(n), work={"items": n})
    yield benchkit.Case("broken", {"op": "broken"}, broken)


if __name__ == "__main__":
    benchkit.cli.main(cases)

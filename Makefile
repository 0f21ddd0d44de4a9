# Thin: each target calls a script in tools/, which installs what it needs on a fresh Debian 12 and says what it does.
.PHONY: all demo test test-long lint bench docs format clean

all:            ## build/release/benchkit and .venv with the Python package
	@tools/setup
	@tools/build

demo:           ## build, then measure a C++ suite and two releases of linopy, compare them and write a report
	@tools/setup
	@tools/build
	@tools/demo

test:           ## every test: C++, command line, Python; and the native ones under ASan and UBSan
	@tools/setup
	@tools/test

test-long:      ## long fuzzing, ThreadSanitizer, repetition
	@tools/setup
	@tools/test-long

lint:           ## layers, format, clang-tidy, ruff, mypy
	@tools/setup
	@tools/lint/run

format:         ## rewrite the sources in the house's format
	@tools/setup
	@tools/lint/format

docs:           ## draw docs/gallery anew, of what the C++ example measures here and of linopy's files
	@tools/setup
	@tools/docs

bench:          ## benchkit against its peers; writes docs/benchmarks.md
	@tools/setup
	@tools/bench

clean:
	rm -rf build .venv .cache

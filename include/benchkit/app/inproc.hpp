// What the CMake function benchkit_host() includes ahead of a host's files when it builds them once more, as a shared object: `main` is visible
// there, so that `run --mode inproc` finds it.
#pragma once

__attribute__((visibility("default"))) int main(int argc, char** argv);

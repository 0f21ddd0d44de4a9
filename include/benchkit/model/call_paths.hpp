// Call paths: who held the bytes at a peak. Plain values: the worker makes them, a snapshot keeps them, `memory` and `compare --explain` show them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace benchkit {

/// One place in the code. Native code is known by `module` and `offset` until somebody has looked up its symbol.
struct Frame {
  std::string function;      ///< demangled, or a Python function's qualified name; empty: not known
  std::string file;          ///< as the debug information or the interpreter has it; empty: not known
  std::uint32_t line = 0;    ///< 0: not known
  std::string module;        ///< the loaded object's path; empty for Python
  std::uint64_t offset = 0;  ///< of the instruction, from where the object was loaded
  friend bool operator==(const Frame&, const Frame&) = default;
};

struct CallPath {
  std::vector<std::uint32_t> frames;  ///< indices into CallPaths::frames, the outermost call first
  std::int64_t bytes = 0;             ///< held by what this path allocated, when the peak was reached
  std::int64_t allocations = 0;       ///< how many blocks that was
  friend bool operator==(const CallPath&, const CallPath&) = default;
};

/// The paths of one peak, heaviest first. Those that were too small to keep are summed up in `rest`.
struct CallPaths {
  std::vector<Frame> frames;
  std::vector<CallPath> paths;
  std::int64_t peak_bytes = 0;
  std::int64_t rest_bytes = 0;
  std::int64_t rest_allocations = 0;
  bool cut_off = false;  ///< the call did not return: this is the last that was known of it
  friend bool operator==(const CallPaths&, const CallPaths&) = default;
};

}  // namespace benchkit

// What the tests of attributed windows share: a victim, and the paths in it by name.
#pragma once

#include <dlfcn.h>

#include <cstdint>
#include <map>
#include <ostream>
#include <string>

#include "window.hpp"

/// The functions of victim_paths.cpp, in one of its two libraries.
struct Victim {
  explicit Victim(const char* library) : handle(dlopen((std::string(BENCHKIT_VICTIMS) + library).c_str(), RTLD_NOW)) {
    EXPECT_NE(handle, nullptr) << dlerror();
    find(a, "a");
    find(b, "b");
    find(aligned_block, "aligned_block");
    find(regrow, "regrow");
    find(free, "free");
    find(map, "map");
    find(reserve, "reserve");
    find(recurse, "recurse");
    find(tree, "tree");
    find(variable_frame, "variable_frame");
    find(aligned_frame, "aligned_frame");
    find(many_registers, "many_registers");
  }
  void* handle;
  void* (*a)(std::size_t);
  void* (*b)(std::size_t);
  void* (*aligned_block)(std::size_t);
  void* (*regrow)(void*, std::size_t);
  void (*free)(void*);
  void* (*map)(std::size_t);
  void* (*reserve)(std::size_t);
  void* (*recurse)(int, std::size_t);
  void** (*tree)(int, void**);
  void* (*variable_frame)(std::size_t, std::size_t);
  void* (*aligned_frame)(std::size_t);
  void* (*many_registers)(std::size_t, long, long, long, long, long);

 private:
  template <class Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(handle, (std::string("victim_") + name).c_str()));
    EXPECT_NE(function, nullptr) << name;
  }
};

struct Bytes {
  std::int64_t bytes = 0;
  std::int64_t blocks = 0;
  friend bool operator==(const Bytes&, const Bytes&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Bytes& it) { return out << it.bytes << " in " << it.blocks; }
};
/// By the victim's functions, outermost first: "recurse>a". What others held, the test itself and its threads, is left out.
using Held = std::map<std::string, Bytes>;

class AttributionTest : public MemoryTest, public testing::WithParamInterface<const char*> {
 protected:
  Victim v{GetParam()};

  /// Also makes sure that all paths and the rest add up to the peak.
  Held held(const benchkit::MemoryWindow& window) {
    EXPECT_EQ(window.call_paths().peak_bytes, window.read().peak_bytes);
    return held(window.call_paths());
  }
  static Held held(const benchkit::CallPaths& all) {
    Held result;
    std::int64_t sum = all.rest_bytes;
    for (const benchkit::CallPath& path : all.paths) {
      sum += path.bytes;
      std::string name;
      for (const std::uint32_t index : path.frames) {
        const benchkit::Frame& frame = all.frames.at(index);
        if (frame.module.find("victim_paths") == std::string::npos) continue;
        name += (name.empty() ? "" : ">") + frame.function.substr(frame.function.find('_') + 1);
      }
      if (name.empty()) continue;
      result[name].bytes += path.bytes;
      result[name].blocks += path.allocations;
    }
    EXPECT_EQ(all.peak_bytes, sum);
    return result;
  }
};

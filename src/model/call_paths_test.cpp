#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include <benchkit/base/error.hpp>

#include "model/call_paths_json.hpp"

namespace benchkit {
namespace {

CallPaths example() {
  CallPaths paths;
  paths.frames = {{"main", "main.cpp", 12, "/usr/bin/suite", 0x1040},
                  {"Model.build", "model.py", 31},
                  {"", "", 0, "/lib/libc.so.6", std::numeric_limits<std::uint64_t>::max()},
                  {"größe", "", 7}};
  paths.paths = {{{0, 1, 2}, 4096, 3}, {{0, 1, 1, 3}, 100, 1}, {{}, 0, 0}};
  paths.peak_bytes = std::numeric_limits<std::int64_t>::max();
  paths.rest_bytes = 17;
  paths.rest_allocations = 2;
  return paths;
}

std::string complaint(const char* text) {
  try {
    (void)call_paths_from_json(base::parse_json(text, "test"), "there");
  } catch (const Error& error) {
    return describe(error);
  }
  return "no complaint";
}

TEST(CallPathsJson, ComesBackAsItWas) {
  const CallPaths paths = example();
  EXPECT_EQ(call_paths_from_json(to_json(paths), "test"), paths) << "as it was built";
  EXPECT_EQ(call_paths_from_json(base::parse_json(base::dump_line(to_json(paths)), "test"), "test"), paths) << "as text";
  EXPECT_EQ(call_paths_from_json(to_json(CallPaths{}), "test"), CallPaths{});
}

TEST(CallPathsJson, FramesAreShort) {
  CallPaths paths;
  paths.frames = {{"f"}, {"f", "", 7}, {"", "", 0, "m", 1}};
  EXPECT_EQ(base::dump_line(to_json(paths)["frames"]), R"([["f"],["f","",7],["","",0,"m",1]])");
}

TEST(CallPathsJson, ComplaintsSayWhatIsWrong) {
  EXPECT_EQ(complaint("[]"), "there: the call paths are no object");
  EXPECT_EQ(complaint(R"({"peak":-1})"), "there: \"peak\" holds -1, expected an integer of 0 to 9223372036854775807");
  EXPECT_EQ(complaint(R"({"frames":{}})"), "there: \"frames\" is object, expected an array");
  EXPECT_EQ(complaint(R"({"frames":[[]]})"), "there: a frame must be [function, file, line, module, offset]");
  EXPECT_EQ(complaint(R"({"frames":[["f",3]]})"), "there: a frame holds number where a text is expected");
  EXPECT_EQ(complaint(R"({"frames":[["f","",4294967296]]})"), "there: \"frames\" holds 4294967296, expected an integer of 0 to 4294967295");
  EXPECT_EQ(complaint(R"({"frames":[["f"]],"paths":[[1,1,[1]]]})"), "there: \"paths\" holds 1, expected an integer of 0 to 0");
  EXPECT_EQ(complaint(R"({"paths":[[1,1,[0]]]})"), "there: a path names a frame, and there is none");
  EXPECT_EQ(complaint(R"({"paths":[[1,1.5,[]]]})"), "there: \"paths\" holds 1.5, expected an integer of 0 to 9223372036854775807");
  EXPECT_EQ(complaint(R"({"paths":[[1,[0]]]})"), "there: a path must be [bytes, allocations, [frame...]]");
  EXPECT_EQ(complaint(R"({"rest":[1]})"), "there: \"rest\" must be [bytes, allocations]");
  EXPECT_EQ(complaint(R"({"x-mine":1})"), "no complaint");
}

}  // namespace
}  // namespace benchkit

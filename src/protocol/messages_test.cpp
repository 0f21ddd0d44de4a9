#include "protocol/messages.hpp"

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

namespace benchkit::protocol {
namespace {

/// What a message becomes on the other side of the socket.
template <class T>
T round_trip(const T& message) {
  return std::get<T>(from_line(to_line(message), "test"));
}

std::string complaint(std::string_view line) {
  try {
    (void)from_line(line, "worker");
  } catch (const Error& error) {
    return describe(error);
  }
  return "no complaint";
}

TEST(Messages, HelloKeepsMetersAndTheirLaunchRecipes) {
  Hello hello{.program = "sorting", .pid = 7, .language = "c++", .clock = {"CLOCK_MONOTONIC", 10, 25.5}};
  hello.meters.push_back({.name = "instructions",
                          .help = "counts",
                          .metrics = {{"instructions", "", Better::less}},
                          .attributes = true,
                          .exclusive = false,
                          .launch = {{{"A", "1"}}, {"x.so"}, {"valgrind", "-q"}},
                          .unavailable = "no valgrind",
                          .modes = {{"kernel", "the kernel's too", {{{"B", "2"}}, {}, {}}}}});
  hello.toolchain = {{"compiler", "g++ 12"}};
  EXPECT_EQ(round_trip(hello), hello);
}

TEST(Messages, CasesKeepTypesAndOrderOfDims) {
  CaseDescription description;
  description.info.id = "a[\"\\\n]\x01é";
  description.info.dims = {{"op", "sort"}, {"n", 100}, {"x", 100.0}, {"on", true}};
  description.info.labels = {{"rows", 3.5}};
  description.info.work = {{"bytes", 1e9}};
  description.info.group = "g";
  description.info.extra = {{"x-mine", Json::array({1, 2})}};
  description.timeout_s = 2.5;
  description.threads = 4;
  description.reuse = false;
  description.limits = {"peak:10MiB"};
  description.skip = "not today";
  description.broken = "no id";
  const Cases back = round_trip(Cases{{description}});
  ASSERT_EQ(back.cases.size(), 1u);
  const CaseDescription& got = back.cases[0];
  EXPECT_EQ(got.info.id, description.info.id);
  EXPECT_EQ(got.info.dims, description.info.dims);
  EXPECT_EQ(got.info.labels, description.info.labels);
  EXPECT_EQ(got.info.work, description.info.work);
  EXPECT_EQ(got.info.extra, description.info.extra);
  EXPECT_EQ(got.timeout_s, 2.5);
  EXPECT_EQ(got.threads, 4);
  EXPECT_FALSE(got.reuse);
  EXPECT_EQ(got.limits, description.limits);
  EXPECT_EQ(got.skip, "not today");
  EXPECT_EQ(got.broken, "no id");
}

TEST(Messages, SampledRoundTripsNumbersExactly) {
  Sampled sampled;
  sampled.values = {0.1 + 0.2, 5e-324, 1.7976931348623157e308};
  sampled.circumstances = {
      .iterations = 1ull << 40, .start_ns = 123456789012345, .cpu_ns = 1.5, .steal_ns = 1, .switches = 2, .faults = 3, .cpu = 1};
  sampled.reports = {{{"residual", "", Better::less}, 1e-9}};
  sampled.warnings = {"w"};
  const Sampled got = round_trip(sampled);
  EXPECT_EQ(got.values, sampled.values);
  EXPECT_EQ(got.circumstances.iterations, 1ull << 40);
  EXPECT_EQ(got.circumstances.start_ns, 123456789012345);
  EXPECT_EQ(got.reports, sampled.reports);
  EXPECT_EQ(got.warnings, sampled.warnings);
}

TEST(Messages, EveryOtherMessageComesBack) {
  EXPECT_EQ(round_trip(Opened{5}).setup_ns, 5);
  const Calibrated calibrated = round_trip(Calibrated{8, 2.5, 3, 0.9, Sampled{.values = {7.5}}, {"w"}});
  EXPECT_EQ(calibrated.iterations, 8u);
  ASSERT_TRUE(calibrated.cold.has_value());
  EXPECT_EQ(calibrated.cold->values, std::vector<double>{7.5});
  EXPECT_FALSE(round_trip(Calibrated{}).cold.has_value());
  const Failed failed = round_trip(Failed{{Status::exit, "exit code 3", {{"exit_code", 3}}}});
  EXPECT_EQ(failed.outcome, (Outcome{Status::exit, "exit code 3", {{"exit_code", 3}}}));
  EXPECT_EQ(round_trip(Refused{"a", "b", "c"}).hint, "c");
  EXPECT_EQ(round_trip(Describe{{"--quick"}}).options, std::vector<std::string>{"--quick"});
  EXPECT_EQ(round_trip(Open{"id", "time"}).case_id, "id");
  EXPECT_EQ(round_trip(Calibrate{7, 9}).target_ns, 7);
  EXPECT_EQ(round_trip(Calibrate{7, 9}).budget_ns, 9);
  EXPECT_EQ(round_trip(Take{1, 2, 3, 4}).warmup, 4u);
  EXPECT_FALSE(round_trip(Take{}).attribute);
  for (const Message& message : {Message{Done{}}, Message{Prepare{}}, Message{Once{}}, Message{Close{}}, Message{Quit{}}}) {
    EXPECT_EQ(from_line(to_line(message), "test").index(), message.index());
  }
}

TEST(Messages, CallPathsComeWithDone) {
  EXPECT_TRUE(round_trip(Take{.attribute = true}).attribute);
  CallPaths paths;
  paths.frames = {{"main"}, {"", "", 0, "/lib/libm.so", 0xffff'ffff'ffff}};
  paths.paths = {{{0, 1}, 1 << 20, 2}};
  paths.peak_bytes = 1 << 21;
  paths.rest_bytes = 5;
  EXPECT_EQ(round_trip(Done{paths}).call_paths, paths);
  EXPECT_FALSE(round_trip(Done{}).call_paths.has_value());
  EXPECT_EQ(complaint(R"({"type":"done","call_paths":{"paths":[[1,1,[0]]]}})"),
            "worker, field \"call_paths\": a path names a frame, and there is none");
  EXPECT_EQ(complaint(R"({"type":"done","call_paths":3})"), "worker: field \"call_paths\" is number, expected an object");
}

TEST(Messages, ComplaintsNameThePlaceAndTheField) {
  EXPECT_EQ(complaint(R"({"type":"opne"})"), "worker: unknown message type \"opne\"");
  EXPECT_EQ(complaint(R"({"type":"open","case":5})"), "worker: field \"case\" is number, expected a text");
  EXPECT_EQ(complaint(R"({"type":"open","case":"a"})"), "worker: field \"meter\" is missing (a text expected)");
  EXPECT_EQ(complaint(R"({"type":"take","iterations":0})"), "worker: field \"iterations\" must be at least 1");
  EXPECT_EQ(complaint(R"({"type":"sampled","values":[1],"iterations":0})"), "worker: field \"iterations\" must be at least 1");
  EXPECT_EQ(complaint(R"({"type":"take","iterations":-1})"), "worker: field \"iterations\" is number, expected an integer of 0 or more");
  EXPECT_EQ(complaint(R"({"type":"failed","status":"sad"})"), "worker: unknown status \"sad\"");
  EXPECT_EQ(complaint(R"({"type":"cases","cases":[{"id":"a","dims":{"":1}}]})"), "worker, case 0: a dim has no name");
  EXPECT_EQ(complaint(R"({"type":"cases","cases":[{"id":"a","dims":{"n":18446744073709551615}}]})"),
            "worker, case 0: dim \"n\" is 18446744073709551615; a dim is a text, an integer of 64 bits, a real or a boolean");
  EXPECT_EQ(complaint("[1]"), "worker: expected an object, got array");
  EXPECT_NE(complaint(R"({"type":)").find("worker:1:"), std::string::npos);
}

TEST(Messages, AnotherProtocolVersionIsRefusedWithTheWayOut) {
  EXPECT_EQ(complaint(R"({"type":"hello","protocol":2,"program":"x","pid":1})"),
            "worker: the worker speaks version 2 of the protocol, this benchkit speaks 1\n"
            "  hint: build the suite and the command from the same release of benchkit");
}

}  // namespace
}  // namespace benchkit::protocol

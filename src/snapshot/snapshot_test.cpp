// The file as a whole: what is written is what is read, sealed or not, cut anywhere, damaged anyhow.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>
#include <thread>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "snapshot/journal.hpp"
#include "snapshot/mutations_test.hpp"
#include "snapshot/read.hpp"

namespace benchkit::snapshot {
namespace {

namespace fs = std::filesystem;

std::string content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A folder that is gone after the test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "benchkit-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

Sample sample(double value, std::int64_t block, std::int64_t order) {
  return {.value = value,
          .iterations = 1000,
          .block = block,
          .order = order,
          .start_ns = 12345 + order,
          .cpu_ns = 1.25,
          .switches = order % 2,
          .cpu = 1};
}

/// One path of so many bytes.
CallPaths paths_of(std::int64_t bytes) {
  CallPaths paths;
  paths.frames = {{"main", "/home/me/main.cpp", 3, "/home/me/suite", 64}, {"f\"", "g.py", 7}};
  paths.paths = {{{0, 1}, bytes, 2}};
  paths.peak_bytes = bytes + 10;
  paths.rest_bytes = 10;
  return paths;
}

/// A journal with all kinds of lines: three cases, two blocks complete and one cut off.
void write_example(const std::string& path) {
  Session session{{{"benchkit", "0.1.0"}, {"seed", 7}, {"machine", {{"cpu", "A"}}}, {"x-mine", {1, 2, 3}}}};
  Journal journal = Journal::create(base::file_system(), path, session);
  const std::size_t version = journal.add_version({"v1", {{"commit", "abc"}}});
  const std::size_t time = journal.add_metric({"time", "ns", Better::less});
  const std::size_t rows = journal.add_metric({"rows", "", Better::more});
  const std::size_t a = journal.add_case({.id = "a[\"quoted\\]",
                                          .dims = {{"op", "sort"}, {"n", 100}, {"x", 0.1}, {"on", true}},
                                          .labels = {{"size", 3.5}},
                                          .work = {{"items", 10}},
                                          .group = "g"});
  const std::size_t b = journal.add_case({.id = "b é 日本\n"});
  const std::size_t c = journal.add_case({.id = "c"});
  std::int64_t order = 0;
  for (std::int64_t block = 0; block < 3; ++block) {
    for (int i = 0; i < 4; ++i) {
      journal.sample(version, a, time, sample(0.1 + 1.0 / (1.0 + static_cast<double>(order)), block, order));
      ++order;
    }
    journal.sample(version, b, rows, sample(1e300, block, order++));
    if (block == 1) journal.outcome(version, c, time, block, {Status::signal, "killed by SIGSEGV", {{"signal", "SIGSEGV"}}});
    if (block == 1) journal.warning(version, a, time, "the clock is too coarse");
    if (block > 0) journal.call_paths(version, a, time, block, paths_of(1000 * (block + 1)));
    if (block < 2) journal.block({.session = 0, .block = block, .complete = true, .details = {{"spent", {{"0", 123}}}}});
  }
}

/// Everything a reader of the result can see of two snapshots.
void expect_same(const Snapshot& left, const Snapshot& right) {
  ASSERT_EQ(left.sessions.size(), right.sessions.size());
  for (std::size_t i = 0; i < left.sessions.size(); ++i) EXPECT_EQ(left.sessions[i].header, right.sessions[i].header);
  ASSERT_EQ(left.versions.size(), right.versions.size());
  for (std::size_t i = 0; i < left.versions.size(); ++i) EXPECT_EQ(left.versions[i].details, right.versions[i].details);
  EXPECT_EQ(left.metrics, right.metrics);
  ASSERT_EQ(left.cases.size(), right.cases.size());
  for (std::size_t i = 0; i < left.cases.size(); ++i) {
    EXPECT_EQ(left.cases[i].id, right.cases[i].id);
    EXPECT_EQ(left.cases[i].dims, right.cases[i].dims);
    EXPECT_EQ(left.cases[i].labels, right.cases[i].labels);
    EXPECT_EQ(left.cases[i].work, right.cases[i].work);
  }
  ASSERT_EQ(left.records.size(), right.records.size());
  for (std::size_t i = 0; i < left.records.size(); ++i) {
    EXPECT_EQ(left.records[i].samples, right.records[i].samples) << i;
    EXPECT_EQ(left.records[i].partial, right.records[i].partial) << i;
    EXPECT_EQ(left.records[i].outcome, right.records[i].outcome) << i;
    EXPECT_EQ(left.records[i].warnings, right.records[i].warnings) << i;
  }
  EXPECT_EQ(left.blocks.size(), right.blocks.size());
  ASSERT_EQ(left.call_paths.size(), right.call_paths.size());
  for (std::size_t i = 0; i < left.call_paths.size(); ++i) {
    EXPECT_EQ(left.call_paths[i].case_index, right.call_paths[i].case_index);
    EXPECT_EQ(left.call_paths[i].block, right.call_paths[i].block);
    EXPECT_EQ(left.call_paths[i].paths, right.call_paths[i].paths);
  }
}

TEST(Snapshot, TheJournalIsReadBackWhole) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  const Snapshot snapshot = read(path);
  EXPECT_TRUE(snapshot.diagnostics.empty());
  EXPECT_FALSE(snapshot.sealed);
  EXPECT_EQ(snapshot.sessions[0].header["x-mine"], Json({1, 2, 3}));
  EXPECT_EQ(snapshot.cases[0].dims, (Dims{{"op", "sort"}, {"n", 100}, {"x", 0.1}, {"on", true}}));
  EXPECT_EQ(snapshot.cases[1].id, "b é 日本\n");
  ASSERT_EQ(snapshot.records.size(), 3u);
  EXPECT_EQ(snapshot.records[0].samples.size(), 8u);
  EXPECT_EQ(snapshot.records[0].partial->size(), 4u) << "the third block was cut off";
  EXPECT_EQ(snapshot.records[0].samples.value[1], 0.1 + 1.0 / 2.0) << "numbers round-trip exactly";
  EXPECT_EQ(snapshot.records[0].samples.at(3).start_ns, 12348);
  EXPECT_EQ(snapshot.records[0].warnings, std::vector<std::string>{"the clock is too coarse"});
  EXPECT_EQ(snapshot.records[2].outcome.status, Status::signal);
  ASSERT_EQ(snapshot.call_paths.size(), 1u) << "those of the block that was cut off tell nothing";
  EXPECT_EQ(snapshot.call_paths[0].block, 1);
  EXPECT_EQ(snapshot.call_paths[0].paths, paths_of(2000));
}

TEST(Snapshot, OfSeveralAttributedBlocksTheLastWholeOneCounts) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  {
    Journal journal = Journal::create(base::file_system(), path, {});
    const std::size_t version = journal.add_version({"v1"});
    const std::size_t peak = journal.add_metric({"peak", "B", Better::less});
    const std::size_t a = journal.add_case({.id = "a"});
    const std::size_t b = journal.add_case({.id = "b"});
    for (std::int64_t block = 0; block < 3; ++block) {
      journal.call_paths(version, a, peak, block, paths_of(block));
      journal.call_paths(version, b, peak, block, paths_of(100 + block));
      Json details = Json::object();
      if (block == 2) details["cut_off"] = {b};
      journal.block({.session = 0, .block = block, .complete = true, .details = details});
    }
  }
  seal(base::file_system(), path);
  const Snapshot snapshot = read(path);
  ASSERT_EQ(snapshot.call_paths.size(), 2u);
  EXPECT_EQ(snapshot.call_paths[0].paths, paths_of(2));
  EXPECT_EQ(snapshot.call_paths[1].paths, paths_of(101)) << "b did not get through the last block";
}

TEST(Snapshot, DamagedCallPathsAreNamedWithTheirPlace) {
  const std::string golden = content_of(std::string(BENCHKIT_SOURCE_DIR) + "/src/snapshot/testdata/golden-1.jsonl");
  const Snapshot snapshot = read_text(golden +
                                          "{\"kind\":\"paths\",\"session\":0,\"version\":0,\"case\":1,\"metric\":0,"
                                          "\"frames\":[[\"f\"]],\"paths\":[[1,1,[0,1]]]}\n"
                                          "{\"kind\":\"paths\",\"session\":0,\"version\":0,\"case\":9,\"metric\":0}\n"
                                          "{\"kind\":\"paths\",\"session\":0,\"version\":0,\"case\":1,\"metric\":0,\"frames\":[[\"f\",}\n",
                                      "g.jsonl");
  ASSERT_EQ(snapshot.diagnostics.size(), 3u);
  EXPECT_EQ(snapshot.diagnostics[0].where, "g.jsonl:17:1");
  EXPECT_EQ(snapshot.diagnostics[0].message, "\"paths\" holds 1, expected an integer of 0 to 0");
  EXPECT_EQ(snapshot.diagnostics[1].where, "g.jsonl:18:1");
  EXPECT_EQ(snapshot.diagnostics[1].message, "there is no case 9");
  EXPECT_EQ(snapshot.diagnostics[2].where, "g.jsonl:19:76");
  EXPECT_EQ(snapshot.call_paths.size(), 1u) << "the whole one is there";
}

TEST(Snapshot, TheSealedFormSaysTheSameInFewerLines) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  const Snapshot before = read(path);
  const std::string journal = content_of(path);
  seal(base::file_system(), path);
  const Snapshot after = read(path);
  EXPECT_TRUE(after.sealed);
  EXPECT_TRUE(after.diagnostics.empty());
  expect_same(before, after);
  const std::string sealed = content_of(path);
  EXPECT_LT(std::count(sealed.begin(), sealed.end(), '\n'), std::count(journal.begin(), journal.end(), '\n'));
  seal(base::file_system(), path);
  EXPECT_EQ(content_of(path), sealed) << "sealing twice changes nothing";
}

TEST(Snapshot, ADamagedFileIsNotSealedAway) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  std::ofstream(path, std::ios::app) << "{\"kind\":\"sample\",\"oops\n";
  const std::string before = content_of(path);
  seal(base::file_system(), path);
  EXPECT_EQ(content_of(path), before);
}

// What a kill leaves is the file up to some byte. It reads, without a complaint, and all whole lines are there.
TEST(Snapshot, CutAtEveryByteItReads) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  const std::string whole = content_of(path);
  const std::size_t head = whole.find('\n') + 1;
  std::size_t samples_before = 0;
  for (std::size_t size = head; size <= whole.size(); ++size) {
    const Snapshot snapshot = read_text(whole.substr(0, size), "cut.jsonl");
    ASSERT_TRUE(snapshot.diagnostics.empty()) << size << ": " << snapshot.diagnostics[0].message;
    std::size_t samples = 0;
    for (const Record& record : snapshot.records) samples += record.samples.size() + record.partial->size();
    ASSERT_GE(samples, samples_before);
    ASSERT_LE(samples, samples_before + 1);
    samples_before = samples;
  }
  EXPECT_EQ(samples_before, 15u);
}

// A file is born with its whole first line (by rename), so a cut within it is damage, and is refused with a place.
TEST(Snapshot, CutWithinItsFirstLineItIsRefusedWithAPlace) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  const std::string whole = content_of(path);
  for (std::size_t size = 0; size + 1 < whole.find('\n'); ++size) {
    try {
      (void)read_text(whole.substr(0, size), "cut.jsonl");
      FAIL() << size;
    } catch (const Error& error) {
      ASSERT_EQ(error.where(), "cut.jsonl:1:1");
    }
  }
}

TEST(Snapshot, AnExtendedFileKeepsItsHandles) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  std::ofstream(path, std::ios::app) << "{\"kind\":\"sample\",\"val";  // what a kill leaves
  {
    const Snapshot before = read(path);
    const Session again{{{"seed", 8}}};
    Journal journal = Journal::extend(base::file_system(), path, before, &again);
    EXPECT_EQ(journal.add_case({.id = "c"}), 2u);
    EXPECT_EQ(journal.add_case({.id = "d"}), 3u);
    EXPECT_EQ(journal.session(), 1u);
    journal.sample(0, 3, 0, sample(5, 0, 0));
    journal.block({.session = 1, .block = 0, .complete = true});
  }
  const Snapshot after = read(path);
  EXPECT_TRUE(after.diagnostics.empty());
  EXPECT_EQ(after.sessions.size(), 2u);
  EXPECT_EQ(after.cases.size(), 4u);
  EXPECT_EQ(after.records.back().session, 1u);
  EXPECT_EQ(after.records.back().samples.value[0], 5);
}

TEST(Snapshot, NothingIsOverwritten) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  EXPECT_THROW(write_example(path), Error);
}

TEST(Snapshot, NumbersThatJsonHasNoWordForRoundTrip) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  const std::vector<double> values{std::numeric_limits<double>::infinity(),
                                   -std::numeric_limits<double>::infinity(),
                                   std::numeric_limits<double>::quiet_NaN(),
                                   std::numeric_limits<double>::denorm_min(),
                                   -0.0,
                                   0.1,
                                   1.0 / 3,
                                   std::numeric_limits<double>::max()};
  {
    Journal journal = Journal::create(base::file_system(), path, {});
    journal.add_version({"v"});
    journal.add_metric({"m", "", Better::unknown});
    journal.add_case({.id = "c"});
    for (std::size_t i = 0; i < values.size(); ++i) journal.sample(0, 0, 0, sample(values[i], 0, static_cast<std::int64_t>(i)));
    journal.block({.session = 0, .block = 0, .complete = true});
  }
  for (int sealed = 0; sealed < 2; ++sealed) {
    const Snapshot snapshot = read(path);
    ASSERT_TRUE(snapshot.diagnostics.empty()) << snapshot.diagnostics[0].message;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double value = snapshot.records[0].samples.value[i];
      EXPECT_TRUE(std::isnan(values[i]) ? std::isnan(value) : value == values[i] && std::signbit(value) == std::signbit(values[i]))
          << values[i];
    }
    seal(base::file_system(), path);
  }
}

TEST(Snapshot, ANewerFormatIsRefusedByName) {
  try {
    (void)read_text("{\"kind\":\"session\",\"format\":2,\"session\":0}\n", "new.jsonl");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the file has format 2, this benchkit reads format 1");
    EXPECT_EQ(error.where(), "new.jsonl:1:1");
    EXPECT_EQ(error.hint(), "read it with a newer benchkit");
  }
}

TEST(Snapshot, WhatIsNoResultIsNamed) {
  try {
    (void)read_text(R"({"type":"hello","protocol":1})", "talk.jsonl");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("worker protocol"), std::string::npos);
  }
}

TEST(Snapshot, EachBadLineIsNamedAndReadingGoesOn) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  std::string text = content_of(path);
  const std::vector<std::string> bad{
      "not json", R"({"kind":"sample"})", R"({"kind":"sample","session":0,"version":0,"case":99,"metric":0,"value":1})",
      R"({"kind":"sample","session":0,"version":0,"case":0,"metric":0,"value":"many"})",
      R"({"kind":"sample","session":0,"version":0,"case":0,"metric":0,"value":1,"iterations":0})", R"({"kind":"no-such-kind"})", R"([1,2])",
      R"({"kind":"case","case":7,"id":"c"})", R"({"kind":"outcome","session":0,"version":0,"case":0,"metric":0,"status":"fine"})",
      R"({"kind":"series","session":0,"version":0,"case":0,"metric":1,"count":3,"value":[1,2]})",
      // A count is not believed before an array bears it out: these asked for terabytes.
      R"({"kind":"series","session":0,"version":0,"case":0,"metric":1,"count":549755813888,"value":[1,2]})",
      R"({"kind":"series","session":0,"version":0,"case":0,"metric":1,"count":549755813888,"value":1})",
      R"({"kind":"series","session":0,"version":0,"case":0,"metric":1,"count":2,"value":1,"iterations":0})",
      R"({"kind":"series","session":0,"version":0,"case":0,"metric":1,"count":2,"value":1,"iterations":[1,0]})"};
  const auto first = std::count(text.begin(), text.end(), '\n') + 1;
  for (const std::string& line : bad) text += line + "\n";
  text += R"({"kind":"case","case":50,"id":"after all that"})"
          "\n";
  const Snapshot snapshot = read_text(text, "bad.jsonl");
  ASSERT_EQ(snapshot.diagnostics.size(), bad.size());
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_TRUE(snapshot.diagnostics[i].where.starts_with("bad.jsonl:" + std::to_string(first + static_cast<long>(i)) + ":"))
        << snapshot.diagnostics[i].where;
    EXPECT_FALSE(snapshot.diagnostics[i].message.empty());
  }
  EXPECT_EQ(snapshot.cases.back().id, "after all that");
}

// Its last series was lost without a word.
TEST(Snapshot, ASealedFileWithoutItsLastNewlineIsWhole) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  seal(base::file_system(), path);
  const Snapshot whole = read(path);
  std::string text = content_of(path);
  text.pop_back();
  expect_same(read_text(text, "a.jsonl"), whole);
  text.resize(text.size() - 5);
  const Snapshot cut = read_text(text, "a.jsonl");
  ASSERT_EQ(cut.diagnostics.size(), 1u) << "a sealed file that was cut within a line is damaged";
  EXPECT_TRUE(cut.diagnostics[0].where.starts_with("a.jsonl:"));
}

TEST(Snapshot, ASealedFileWithoutItsLastNewlineIsExtendedBehindIt) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  seal(base::file_system(), path);
  const Snapshot whole = read(path);
  fs::resize_file(path, fs::file_size(path) - 1);
  {
    const Snapshot before = read(path);
    Journal journal = Journal::extend(base::file_system(), path, before, &whole.sessions[0]);
    journal.add_case({.id = "d"});
  }
  const Snapshot after = read(path);
  EXPECT_TRUE(after.diagnostics.empty());
  EXPECT_EQ(after.records.size(), whole.records.size());
  EXPECT_EQ(after.cases.size(), whole.cases.size() + 1);
}

TEST(Snapshot, APipeIsReadToItsEnd) {
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  const std::string pipe = folder.file("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << content_of(path); });
  const Snapshot snapshot = read(pipe);
  writer.join();
  expect_same(snapshot, read(path));
}

TEST(Snapshot, RedactLeavesOutWhatIsPrivate) {
  Session session{{{"command", {"run"}},
                   {"command_cases", {{"commands", {"x=/home/me/x"}}}},
                   {"host", "/home/me/suite"},
                   {"host_name", "box"},
                   {"user", "me"},
                   {"working_directory", "/home/me"},
                   {"seed", 1}}};
  redact(session);
  EXPECT_EQ(session.header, Json({{"seed", 1}}));
  CallPaths paths = paths_of(1);
  redact(paths);
  EXPECT_EQ(paths.frames[0], (Frame{"main", "main.cpp", 3, "suite", 64}));
  EXPECT_EQ(paths.frames[1], (Frame{"f\"", "g.py", 7}));
}

// What verdicts do not rest on takes no room, and is wrong all the same where it is wrong.
TEST(Snapshot, WhatIsNotKeptIsCheckedAllTheSame) {
  const auto text = [](const std::string& start) {
    return R"({"kind":"session","format":1,"session":0,"sealed":true})"
           "\n"
           R"({"kind":"version","version":0,"label":"v"})"
           "\n"
           R"({"kind":"metric","metric":0,"name":"time","unit":"ns"})"
           "\n"
           R"({"kind":"case","case":0,"id":"a"})"
           "\n"
           R"({"kind":"series","session":0,"version":0,"case":0,"metric":0,"count":2,"value":[1.5,2.5],"block":[0,1],"start":)" +
           start + "}\n";
  };
  const Snapshot snapshot = read_text(text("[7,8]"), "a.jsonl", {}, Facts::judged);
  EXPECT_TRUE(snapshot.diagnostics.empty());
  const Samples& samples = snapshot.records.at(0).samples;
  EXPECT_EQ(samples.value.values(), (std::vector<double>{1.5, 2.5}));
  EXPECT_EQ(samples.block.values(), (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(samples.start_ns, Column<std::int64_t>(0, 2));
  for (const char* wrong : {"[7]", "[7,8,9]", "[7,\"x\"]", "\"x\""}) {
    const std::vector<Diagnostic> whole = read_text(text(wrong), "a.jsonl").diagnostics;
    const std::vector<Diagnostic> judged = read_text(text(wrong), "a.jsonl", {}, Facts::judged).diagnostics;
    ASSERT_EQ(whole.size(), 1U) << wrong;
    ASSERT_EQ(judged.size(), 1U) << wrong;
    EXPECT_EQ(judged[0].message, whole[0].message);
    EXPECT_EQ(judged[0].where, whole[0].where);
  }
}

// The golden file of format 1: read for ever.
TEST(Snapshot, TheGoldenFileOfFormat1) {
  const Snapshot snapshot = read(std::string(BENCHKIT_SOURCE_DIR) + "/src/snapshot/testdata/golden-1.jsonl");
  EXPECT_TRUE(snapshot.diagnostics.empty());
  EXPECT_EQ(snapshot.format, "benchkit 1");
  ASSERT_EQ(snapshot.cases.size(), 3u);
  EXPECT_EQ(snapshot.cases[0].id, "benchmarks/test_build.py::test_build[basic-n=10]");
  EXPECT_EQ(snapshot.cases[0].dims, (Dims{{"phase", "build"}, {"spec", "basic"}, {"n", 10}, {"share", 0.5}, {"warm", true}}));
  ASSERT_EQ(snapshot.records.size(), 3u);
  EXPECT_EQ(snapshot.records[0].samples.size(), 4u);
  EXPECT_EQ(snapshot.records[0].samples.value[2], 1002.25);
  EXPECT_EQ(snapshot.records[0].samples.block[2], 1);
  EXPECT_EQ(snapshot.records[0].partial->size(), 1u);
  EXPECT_EQ(snapshot.records[0].warnings.size(), 1u);
  EXPECT_EQ(snapshot.records[1].outcome.status, Status::timeout);
  EXPECT_EQ(snapshot.records[2].extra["x-note"], "kept");
  EXPECT_EQ(snapshot.sessions[0].header["x-lab"], "basement");
  ASSERT_EQ(snapshot.call_paths.size(), 1u);
  EXPECT_EQ(snapshot.call_paths[0].block, 1);
  const CallPaths& paths = snapshot.call_paths[0].paths;
  EXPECT_EQ(paths.peak_bytes, 5000);
  EXPECT_EQ(paths.frames[2], (Frame{"", "", 0, "/lib/libm.so.6", 64}));
  EXPECT_EQ(paths.paths[1], (CallPath{{0, 2}, 1500, 7}));
  EXPECT_EQ(paths.rest_allocations, 9);
}

// 10,000 damaged files: each is read, or refused with its place; what is wrong within has a place as well. Under ASan and UBSan this is the
// test that the reader does not crash.
TEST(Snapshot, TenThousandMutations) {
  const std::string golden = content_of(std::string(BENCHKIT_SOURCE_DIR) + "/src/snapshot/testdata/golden-1.jsonl");
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  write_example(path);
  const std::string journal = content_of(path);
  const char* seed = std::getenv("BENCHKIT_TEST_SEED");
  std::mt19937_64 random(seed != nullptr ? std::stoull(seed) : 20261124);
  std::size_t refused = 0;
  std::size_t complained = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = mutated(i % 2 == 0 ? golden : journal, random);
    try {
      const Snapshot snapshot = read_text(text, "m.jsonl");
      for (const Diagnostic& diagnostic : snapshot.diagnostics) {
        ++complained;
        ASSERT_TRUE(diagnostic.where.starts_with("m.jsonl")) << diagnostic.where;
        ASSERT_FALSE(diagnostic.message.empty());
      }
      for (const Attribution& one : snapshot.call_paths) {
        ASSERT_LT(one.case_index, snapshot.cases.size());
        for (const CallPath& call_path : one.paths.paths) {
          for (const std::uint32_t frame : call_path.frames) ASSERT_LT(frame, one.paths.frames.size());
        }
      }
      for (const Record& record : snapshot.records) {
        ASSERT_LT(record.case_index, snapshot.cases.size());
        ASSERT_LT(record.version, snapshot.versions.size());
        ASSERT_LT(record.metric, snapshot.metrics.size());
      }
    } catch (const Error& error) {
      ++refused;
      ASSERT_TRUE(error.where().starts_with("m.jsonl:")) << error.where() << error.what();
    }
  }
  EXPECT_GT(refused, 300u);
  EXPECT_GT(complained, 3000u);
}

rc::Gen<std::string> ascii() { return rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127)); }

RC_GTEST_PROP(SnapshotProperty, AnyIdAndAnyDimsComeBack, (std::int64_t number)) {
  const std::string id = *ascii();
  const std::string name = *rc::gen::nonEmpty(ascii());
  const std::string text = *ascii();
  const Folder folder;
  const std::string path = folder.file("a.jsonl");
  Dims dims;
  dims.set(name, text);
  dims.set(name + "2", number);
  {
    Journal journal = Journal::create(base::file_system(), path, {});
    journal.add_case({.id = id, .dims = dims});
  }
  for (int sealed = 0; sealed < 2; ++sealed) {
    const Snapshot snapshot = read(path);
    RC_ASSERT(snapshot.diagnostics.empty());
    RC_ASSERT(snapshot.cases.at(0).id == id);
    RC_ASSERT(snapshot.cases.at(0).dims == dims);
    seal(base::file_system(), path);
  }
}

}  // namespace
}  // namespace benchkit::snapshot

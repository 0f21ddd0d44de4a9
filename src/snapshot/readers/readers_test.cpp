// What holds for every reader: how it is found, what it does with damage.
#include "snapshot/readers/readers_test.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>

#include <benchkit/base/error.hpp>

#include "base/json.hpp"
#include "snapshot/mutations_test.hpp"
#include "snapshot/readers/reader.hpp"

namespace benchkit::snapshot {
namespace {

struct Known {
  const char* file;
  const char* reader;
};
constexpr std::array<Known, 8> kFiles{{{"pytest-benchmark-5.3.json", "pytest-benchmark"},
                                       {"pytest-benchmark-2.5.json", "pytest-benchmark"},
                                       {"google-benchmark-1.9.json", "google-benchmark"},
                                       {"google-benchmark-1.3.json", "google-benchmark"},
                                       {"hyperfine-1.15.json", "hyperfine"},
                                       {"hyperfine-odd.json", "hyperfine"},
                                       {"linopy-time.json", "linopy"},
                                       {"linopy-memory.json", "linopy"}}};

TEST(Readers, AFileIsKnownByWhatStandsInIt) {
  for (const Known& known : kFiles) {
    const ReaderEntry* found = reader_of(test_data(known.file));
    ASSERT_NE(found, nullptr) << known.file;
    EXPECT_STREQ(found->name, known.reader) << known.file;
    EXPECT_FALSE(read_text("\xef\xbb\xbf" + test_data(known.file), "x").cases.empty()) << "behind a byte order mark";
  }
  for (const char* other : {"", "{", "[]", "{}", "[{\"fullname\":1}]", "{\"benchmarks\":[]}", "{\"results\":[{\"title\":\"nanobench\"}]}",
                            "{\"kind\":\"session\",\"format\":1,\"session\":0}\n", "benchmark,1,2\n"}) {
    EXPECT_EQ(reader_of(other), nullptr) << other;
  }
}

TEST(Readers, EmptyListsAreReadAndSaid) {
  for (const char* text :
       {R"({"machine_info":{},"benchmarks":[]})", R"({"context":{},"benchmarks":[]})", R"({"label":"x","peak_mib":{}})"}) {
    const Snapshot snapshot = read_text(text, "empty.json");
    EXPECT_TRUE(snapshot.cases.empty());
    ASSERT_EQ(snapshot.diagnostics.size(), 1U) << text;
    EXPECT_EQ(snapshot.diagnostics[0].message, "there is no benchmark in it");
  }
}

TEST(Readers, FromInsists) {
  // What linopy wrote itself is read as pytest-benchmark's too, where somebody wants it.
  const Snapshot snapshot = read_text(test_data("linopy-time.json"), "t.json", "pytest-benchmark");
  EXPECT_EQ(snapshot.format, "pytest-benchmark");
  EXPECT_EQ(snapshot.cases.size(), 2U);
  const auto refusal = [](const std::string& text, std::string_view from) -> std::string {
    try {
      (void)read_text(text, "t.json", from);
    } catch (const Error& error) {
      return error.where() + " " + error.what();
    }
    return {};
  };
  EXPECT_TRUE(refusal(test_data("linopy-time.json"), "hyperfine").starts_with("t.json:1:1 "));
  EXPECT_TRUE(refusal(test_data("linopy-time.json"), "benchkit").starts_with("t.json:1:1 "));
  EXPECT_TRUE(refusal("{}", "no such tool").starts_with("--from "));
  EXPECT_TRUE(refusal("", "hyperfine").starts_with("t.json:1:1 "));
}

TEST(Readers, RowsBeforeATornEndAreKept) {
  for (const Known& known : kFiles) {
    const std::string text = test_data(known.file);
    const std::size_t last_row = std::max({text.rfind("\"name\"") + 1, text.rfind("\"command\"") + 1, text.rfind("\"fullname\"") + 1,
                                           text.rfind("\"benchmarks/test_to_lp") + 1});
    const Snapshot torn = read_text(text.substr(0, last_row + 4), "t.json", known.reader);
    EXPECT_EQ(torn.cases.size() + 1, read_text(text, "t.json").cases.size()) << known.file;
    EXPECT_FALSE(torn.diagnostics.empty()) << known.file;
    for (const Diagnostic& found : torn.diagnostics) EXPECT_TRUE(found.where.starts_with("t.json:")) << found.where;
  }
}

TEST(Readers, ADamagedRowCostsItselfAndHasAPlace) {
  const std::string good = R"({"command":"ok","mean":1,"times":[1,2]})";
  const auto read_with = [&](const std::string& bad) {
    return read_text("{\"results\": [\n    " + good + ",\n    " + bad + ",\n    {\"command\":\"after\",\"mean\":1}\n]}", "h.json");
  };
  struct Damage {
    const char* row;
    const char* where;
  };
  for (const Damage& damage : {Damage{R"({"command":"x","mean":1,"times":[1,"2"]})", "h.json:3:37"},
                               {R"({"command":"x","mean":})", "h.json:3:27"},
                               {R"({"command":7,"mean":1})", "h.json:3:16"},
                               {R"({"mean":1})", "h.json:3:5"},
                               {R"(17)", "h.json:3:5"},
                               {R"({"command":"x","mean":1,"exit_codes":[0.5]})", "h.json:3:42"},
                               {R"({"command":"no numbers"})", "h.json:3:5"},
                               {R"({"command":"a "quoted" word","mean":1})", "h.json:3:20"}}) {
    const Snapshot snapshot = read_with(damage.row);
    ASSERT_EQ(snapshot.diagnostics.size(), 1U) << damage.row;
    EXPECT_EQ(snapshot.diagnostics[0].where, damage.where) << damage.row << snapshot.diagnostics[0].message;
    ASSERT_EQ(snapshot.cases.size(), 2U) << damage.row;
    EXPECT_EQ(snapshot.cases[1].id, "after");
  }
  // A quote too many or a bracket that is not closed swallows what follows, up to the next row of the file.
  for (const char* row : {R"({"command":"x,"mean":1})", R"({"command":"x","times":[1,2})", R"({"command":"x","mean":1)"}) {
    const Snapshot snapshot = read_with(row);
    EXPECT_FALSE(snapshot.diagnostics.empty()) << row;
    ASSERT_EQ(snapshot.cases.size(), 2U) << row;
    EXPECT_EQ(snapshot.cases[1].id, "after") << row;
  }
}

TEST(Readers, ManyComplaintsAreCounted) {
  std::string text = "{\"results\":[{\"command\":\"ok\",\"mean\":1}";
  for (int i = 0; i < 300; ++i) text += ",{\"command\":" + std::to_string(i) + "}";
  const Snapshot snapshot = read_text(text + "]}", "h.json");
  EXPECT_EQ(snapshot.diagnostics.size(), kMostDiagnostics + 1);
  EXPECT_EQ(snapshot.diagnostics.back().message, "and 200 more complaints like these");
}

TEST(Readers, ACompressedFileIsNamed) {
  try {
    (void)read_text("\x1f\x8b\x08 more", "a.json.gz");
    FAIL() << "it was read";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("gzip"), std::string::npos);
    EXPECT_NE(error.hint().find("zcat"), std::string::npos);
  }
}

// 10,000 damaged files, of each reader in turn: read or refused with a place, whatever they are taken for.
TEST(Readers, TenThousandMutations) {
  const char* seed = std::getenv("BENCHKIT_TEST_SEED");
  std::mt19937_64 random(seed != nullptr ? std::stoull(seed) : 20261125);
  std::vector<std::string> texts;
  for (const Known& known : kFiles) texts.push_back(test_data(known.file));
  std::size_t refused = 0;
  std::size_t complained = 0;
  std::size_t cases = 0;
  for (std::size_t i = 0; i < 10'000; ++i) {
    const Known& known = kFiles[i % kFiles.size()];
    const std::string text = mutated(texts[i % kFiles.size()], random);
    const std::string_view from = i / kFiles.size() % 2 == 0 ? std::string_view() : known.reader;
    try {
      const Snapshot snapshot = read_text(text, "m.json", from);
      cases += snapshot.cases.size();
      for (const Diagnostic& found : snapshot.diagnostics) {
        ++complained;
        ASSERT_TRUE(found.where.starts_with("m.json")) << found.where;
        ASSERT_FALSE(found.message.empty());
      }
      for (const Record& record : snapshot.records) {
        ASSERT_LT(record.case_index, snapshot.cases.size());
        ASSERT_LT(record.metric, snapshot.metrics.size());
        ASSERT_EQ(record.session + record.version, 0U);
        for (std::size_t k = 0; k < record.samples.size(); ++k) ASSERT_EQ(record.samples.block[k], 0);
      }
    } catch (const Error& error) {
      ++refused;
      ASSERT_TRUE(error.where().starts_with("m.json:")) << error.where() << error.what();
    }
  }
  EXPECT_GT(refused, 100U);
  EXPECT_GT(complained, 3000U);
  EXPECT_GT(cases, 20'000U) << "most of a damaged file is read all the same";
}

double stated_or_counted(const Record& record, const std::string& statistic) {
  std::vector<double> values = values_of(record);
  if (values.empty()) {
    const Summary& summary = record.summary;
    return (statistic == "min"      ? summary.min
            : statistic == "stddev" ? summary.stddev
            : statistic == "mean"   ? summary.mean
                                    : summary.median)
        .value();
  }
  std::sort(values.begin(), values.end());
  return statistic == "min" ? values.front() : (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

// Files of other projects, which are not ours to keep: the folder $BENCHKIT_FOREIGN holds them, with expected.json beside them, which says
// of each how many cases it has and what some of their values are.
TEST(Readers, FilesOfOtherProjects) {
  const char* folder = std::getenv("BENCHKIT_FOREIGN");
  if (folder == nullptr) GTEST_SKIP() << "BENCHKIT_FOREIGN names no folder";
  const std::string base = std::string(folder) + "/";
  for (const Json& wanted : base::parse_json(content_of_file(base + "expected.json"), "expected.json")) {
    const std::string name = wanted["file"];
    const Snapshot snapshot = read(base + name);
    EXPECT_TRUE(snapshot.diagnostics.empty()) << name;
    EXPECT_TRUE(snapshot.format.starts_with(wanted["format"].get<std::string>())) << name;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < snapshot.cases.size(); ++i) {
      if (has_record(snapshot, snapshot.cases[i].id, "time")) ids.push_back(snapshot.cases[i].id);
    }
    EXPECT_EQ(ids.size(), wanted["cases"].get<std::size_t>()) << name;
    if (wanted.contains("ids")) {
      EXPECT_EQ(Json(ids), wanted["ids"]) << name;
    }
    for (const Json& probe : wanted["probe"]) {
      const Record& record = record_of(snapshot, probe["id"].get<std::string>(), probe["metric"].get<std::string>());
      const std::string unit = snapshot.metrics[record.metric].unit;
      EXPECT_EQ(unit.empty() && probe["unit"] == "1" ? "1" : unit, probe["unit"]) << name;
      const double value = probe["value"];
      EXPECT_NEAR(stated_or_counted(record, probe["statistic"]), value, 1e-12 * std::fabs(value)) << name << probe;
      if (probe.contains("samples")) {
        EXPECT_EQ(record.samples.size(), probe["samples"].get<std::size_t>()) << name;
      }
      if (!probe.contains("dims")) continue;
      for (const auto& [dim, wanted_value] : probe["dims"].items()) {
        const DimValue* found = snapshot.cases[record.case_index].dims.find(dim);
        ASSERT_NE(found, nullptr) << dim;
        EXPECT_EQ(found->text(), wanted_value.is_string() ? wanted_value.get<std::string>() : wanted_value.dump());
      }
    }
  }
}

}  // namespace
}  // namespace benchkit::snapshot

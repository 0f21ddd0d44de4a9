#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "compare/align.hpp"
#include "plot/arrange.hpp"
#include "plot/page.hpp"
#include "plot/renderers/renderer.hpp"
#include "plot/views/made_files_test.hpp"
#include "plot/views/view.hpp"

namespace benchkit::plot {
namespace {

enum class Odd { none, missing, zero, negative };

/// Files of one version each: cases of an operation, a size and a library, with a time, a peak and the call paths of it.
std::vector<Snapshot> files(std::size_t cases, std::size_t versions, Odd odd = Odd::none) {
  std::vector<Snapshot> all;
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  for (std::size_t version = 0; version < versions; ++version) {
    Snapshot snapshot;
    snapshot.path = fmt::format("v{}.jsonl", version);
    snapshot.ended = true;
    snapshot.sessions.push_back(
        {{{"machine", {{"cpu", "A"}}}, {"started", fmt::format("2026-{:02d}-01T00:00:00.000Z", version % 12 + 1)}}});
    snapshot.versions.push_back({fmt::format("v{}", version)});
    snapshot.metrics = {{"time", "ns", Better::less}, {"peak", "B", Better::less}};
    for (std::size_t i = 0; i < cases; ++i) {
      const double n = std::pow(10.0, static_cast<double>(i % 5));
      Dims dims{{"library", fmt::format("library{}", i / 20)}, {"op", fmt::format("op{}", i / 5 % 4)}, {"n", static_cast<int>(n)}};
      snapshot.cases.push_back({.id = fmt::format("tests/test_a_long_name.py::test_{}[{}]", i, n), .dims = std::move(dims)});
      if (odd == Odd::missing && (i + version) % 3 == 0) continue;
      Record time{.case_index = i};
      Record peak{.case_index = i, .metric = 1};
      for (std::int64_t k = 0; k < 24; ++k) {
        double value = 100 * n * std::exp(0.02 * normal(random)) * (1 + 0.05 * static_cast<double>(version * (i % 3)));
        if (odd == Odd::zero && i % 2 == 0) value = 0;
        if (odd == Odd::negative && i % 2 == 0) value = -value;
        time.samples.push_back({.value = value, .block = k / 4, .order = static_cast<std::int64_t>(i) * 24 + k});
        peak.samples.push_back({.value = 1000 * n, .block = k / 4});
      }
      snapshot.records.push_back(std::move(time));
      snapshot.records.push_back(std::move(peak));
      CallPaths paths{.frames = {{.function = "main"}, {.function = "grow"}},
                      .paths = {{{0, 1}, 4096, 2}, {{0}, 1024 + static_cast<int>(version), 1}}};
      paths.peak_bytes = 5120;
      snapshot.call_paths.push_back({.case_index = i, .metric = 1, .paths = std::move(paths)});
    }
    all.push_back(std::move(snapshot));
  }
  return all;
}

bool holds_null(const Json& json) {
  if (json.is_null()) return true;
  return (json.is_array() || json.is_object()) && std::any_of(json.begin(), json.end(), holds_null);
}

/// What every figure has to be, whatever it shows.
void check(const Figure& figure, const std::string& what) {
  SCOPED_TRACE(what);
  EXPECT_FALSE(figure.title.empty());
  EXPECT_GT(figure.height, 100);
  ASSERT_FALSE(figure.option["series"].empty());
  ASSERT_EQ(figure.option["xAxis"].size(), figure.option["grid"].size());
  std::size_t values = 0;
  for (const Json& series : figure.option["series"]) {
    ASSERT_LT(series["xAxisIndex"].get<std::size_t>(), figure.option["grid"].size());
    // A number that is none has no form in JSON: ECharts would draw it at 0. A history alone has gaps, which stand as such.
    EXPECT_TRUE(figure.view == "history" || !holds_null(series["data"])) << series["data"].dump();
    values += series["data"].size();
  }
  EXPECT_GT(values, 0u);
  for (const Json& axis : figure.option["yAxis"]) EXPECT_FALSE(holds_null(axis)) << axis.dump();
  ASSERT_FALSE(figure.text.empty());
  Drawing drawing;
  for (const std::size_t width : {20u, 40u, 80u, 200u}) {
    const std::string text = renderer_named("txt").draw(figure, drawing, {width, false});
    for (std::size_t begin = text.find('\n') + 1; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      const std::string line = text.substr(begin, end - begin);
      EXPECT_LE(base::display_width(line), width) << line;
      begin = end + 1;
    }
  }
}

struct Extent2 {
  std::size_t cases, versions;
};

TEST(Views, ShowOneTenAndThreeHundredCasesOfOneAndTwelveVersions) {
  for (const auto& [cases, versions] : {Extent2{1, 1}, {10, 1}, {300, 1}, {1, 2}, {10, 2}, {300, 2}, {10, 12}, {60, 12}}) {
    const std::vector<Snapshot> snapshots = files(cases, versions);
    for (const ViewEntry& view : views()) {
      const std::string name = view.name;
      const bool compares = name == "compare" || name == "scatter" || name == "power";
      if (versions == 1 && compares) continue;
      if (cases == 1 && (name == "scaling" || name == "power")) continue;  // a size, and two blocks to tell noise from
      check(view.make(snapshots, {}), fmt::format("{} of {} cases and {} versions", name, cases, versions));
    }
  }
}

TEST(Views, ShowMissingCellsZerosAndNegativeNumbers) {
  for (const Odd odd : {Odd::missing, Odd::zero, Odd::negative}) {
    const std::vector<Snapshot> snapshots = files(30, 3, odd);
    for (const ViewEntry& view : views()) {
      for (const bool absolute : {false, true}) {
        ViewOptions options;
        options.absolute = absolute;
        check(view.make(snapshots, options), fmt::format("{} of {}, {}", view.name, static_cast<int>(odd), absolute));
      }
    }
  }
}

TEST(Views, TakeTheCommonOptions) {
  const std::vector<Snapshot> snapshots = files(60, 3);
  ViewOptions options;
  options.facets = {"op"};
  options.clip = 1.5;
  options.free_axes = options.band = options.dark = true;
  options.log = LogAxes{false, false};
  options.title = "mine";
  for (const ViewEntry& view : views()) {
    const Figure figure = view.make(snapshots, options);
    check(figure, view.name);
    EXPECT_EQ(figure.title, "mine");
    EXPECT_EQ(figure.option["backgroundColor"], theme(true).paper);
  }
}

TEST(Views, WhatIsShownWhereNobodySays) {
  EXPECT_EQ(default_view(files(10, 1), {}), "scaling");
  EXPECT_EQ(default_view(files(1, 1), {}), "distribution");
  EXPECT_EQ(default_view(files(10, 2), {}), "scatter");
  EXPECT_EQ(default_view(files(10, 3), {}), "sweep");
  ViewOptions options;
  options.compare.pivot = "op";
  EXPECT_EQ(default_view(files(10, 1), options), "compare");
}

TEST(Views, RefuseWhatTheyCannotShow) {
  const std::vector<Snapshot> one = files(10, 1);
  EXPECT_THROW((void)view_named("scatter").make(one, {}), Error);
  std::vector<Snapshot> bare = one;
  for (Snapshot& snapshot : bare) {
    snapshot.call_paths.clear();
    for (CaseInfo& info : snapshot.cases) info.dims = {};
  }
  EXPECT_THROW((void)view_named("memory").make(bare, {}), Error);
  EXPECT_THROW((void)view_named("scaling").make(bare, {}), Error);
  ViewOptions options;
  options.facets = {"colour"};
  EXPECT_THROW((void)view_named("scaling").make(one, options), Error);
}

TEST(Views, ChangesAreSortedByTheirSize) {
  const Figure figure = view_named("compare").make(files(60, 2), {});
  double before = std::numeric_limits<double>::infinity();
  for (const TextRow& row : figure.text.at(0).rows) {
    EXPECT_LE(row.values.at(0), before);
    before = row.values.at(0);
  }
}

/// Versions of one file of which each states the one before as its base, as a sweep does: each costs a tenth more.
Snapshot chain_of_versions(std::size_t versions) {
  Snapshot chain = files(10, 1)[0];
  const std::vector<Record> first = chain.records;
  for (std::size_t version = 1; version < versions; ++version) {
    chain.versions.push_back({fmt::format("v{}", version), {{"base", fmt::format("v{}", version - 1)}}});
    for (const Record& before : first) {
      Record record{.version = version, .case_index = before.case_index, .metric = before.metric};
      for (std::size_t i = 0; i < before.samples.size(); ++i) {
        const double value = before.samples.value[i] * std::pow(1.1, static_cast<double>(version));
        record.samples.push_back({.value = value, .block = before.samples.block[i], .order = before.samples.order[i]});
      }
      chain.records.push_back(std::move(record));
    }
  }
  return chain;
}

TEST(Views, ChangesAreFromTheBaseThatIsNamed) {
  const auto of = [](const char* view, const std::vector<Snapshot>& snapshots) {
    const Figure figure = view_named(view).make(snapshots, {});
    return figure.title + "\n" + figure.option["title"].dump();
  };
  const std::vector<Snapshot> chain{chain_of_versions(3)};
  const std::string words = of("sweep", chain);
  EXPECT_NE(words.find("v1, v2 against the version before"), std::string::npos) << words;
  EXPECT_NE(words.find("change from the version before;"), std::string::npos) << words;
  EXPECT_NE(of("scatter", chain).find("against the version before"), std::string::npos);
  EXPECT_EQ(view_named("scatter").make(chain, {}).option["xAxis"][0]["name"], "time of the version before");
  const std::string change = view_named("sweep").make(chain, {}).text.at(0).rows.at(0).cells.at(2).text;
  EXPECT_NE(change.find("+10.0%"), std::string::npos) << change;
  EXPECT_NE(of("sweep", files(10, 3)).find("change from v0;"), std::string::npos);
  EXPECT_NE(of("sweep", files(10, 3)).find("v1, v2 against v0"), std::string::npos);
}

TEST(Views, AHeatMapOfManyCasesThatChangedAlikeKeepsTheFirstOnes) {
  std::vector<Snapshot> snapshots = files(450, 2);
  for (std::size_t i = 0; i < snapshots[1].records.size(); ++i) snapshots[1].records[i] = snapshots[0].records[i];
  ViewOptions options;
  options.compare.metrics = {"time"};
  const Figure figure = view_named("sweep").make(snapshots, options);
  ASSERT_EQ(figure.text.at(0).rows.size(), 400u);
  EXPECT_EQ(figure.text[0].rows[0].label, snapshots[0].cases[0].id);
  EXPECT_EQ(figure.text[0].rows[399].label, snapshots[0].cases[399].id);
}

TEST(Views, WithoutAWordTheMetricIsTheFilesFirst) {
  std::vector<Snapshot> snapshots = files(10, 2);
  for (Snapshot& snapshot : snapshots) std::reverse(snapshot.records.begin(), snapshot.records.end());  // as the run's order had it
  for (const char* view : {"scatter", "distribution"}) {
    const std::string title = view_named(view).make(snapshots, {}).title;
    EXPECT_NE(title.find("time"), title.npos) << title;
    EXPECT_EQ(title.find("peak"), title.npos) << title;
  }
}

TEST(Views, NoLawIsFittedThroughCasesThatNoDimTellsApart) {
  std::vector<Snapshot> snapshots = files(10, 1);
  const auto is_told = [&] {
    const std::vector<std::string> notes = view_named("scaling").make(snapshots, {}).notes;
    return std::any_of(notes.begin(), notes.end(),
                       [](const std::string& note) { return note.find("no dim tells them apart") != note.npos; });
  };
  EXPECT_FALSE(is_told());
  for (CaseInfo& info : snapshots[0].cases) info.dims = compare::without(compare::without(info.dims, "op"), "library");
  EXPECT_TRUE(is_told());
}

TEST(Arrange, NoPanelHasTooManyColours) {
  const std::vector<Snapshot> snapshots = files(300, 1);
  std::vector<Member> members;
  for (const CaseInfo& info : snapshots[0].cases) members.push_back({&info.dims, 0});
  const Arrangement arrangement = arrange(members, {"v0"}, {"n"}, {});
  std::map<std::size_t, std::set<std::size_t>> colours;
  for (const Place& place : arrangement.places) colours[place.panel].insert(place.colour);
  for (const auto& [panel, of_it] : colours) EXPECT_LE(of_it.size(), kMostColours);
}

TEST(Theme, AVersionKeepsItsColour) {
  const std::vector<Look> alone = looks_of({"v1"}, false);
  const std::vector<Look> first = looks_of({"v1", "v2", "v3"}, false);
  EXPECT_STREQ(alone[0].colour, first[0].colour);
  std::set<std::string> colours, symbols;
  for (const Look& look : looks_of({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}, true)) {
    colours.insert(look.colour);
    symbols.insert(look.symbol);
  }
  EXPECT_EQ(colours.size(), 10u);
  EXPECT_EQ(symbols.size(), 10u);
}

TEST(Theme, TwoVersionsAreNoTwoShadesOfAHue) {
  const std::set<std::string> blues{"#0072b2", "#56b4e9", "#332288"}, pinks{"#cc79a7", "#882255"};
  for (int i = 0; i < 50; ++i) {
    const std::vector<Look> two = looks_of({fmt::format("v{}", i), fmt::format("v{}", i + 1)}, false);
    for (const std::set<std::string>& hue : {blues, pinks}) EXPECT_FALSE(hue.contains(two[0].colour) && hue.contains(two[1].colour)) << i;
  }
}

TEST(Page, PanelsWithTheSameAxesHaveTheLabelsOnce) {
  Page page{.view = "scaling", .title = "t", .subtitle = {}, .panels = {}, .legend = {}};
  for (int i = 0; i < 5; ++i) {
    Panel panel{.title = "p", .x = {.name = "n"}, .y = {.name = "time"}, .xs = {}, .ys = {}, .series = {}};
    panel.xs.add(1);
    panel.ys.add(i);
    page.panels.push_back(std::move(panel));
  }
  const auto shown = [](const Figure& figure, const char* axis) {
    std::string text;
    for (const Json& one : figure.option[axis]) text += one["axisLabel"].value("show", true) ? one["name"].get<std::string>() + " " : "- ";
    return text;
  };
  // Three in the first row and two in the second.
  EXPECT_EQ(shown(compose(page, {}), "yAxis"), "time - - time - ");
  EXPECT_EQ(shown(compose(page, {}), "xAxis"), "- - n n n ");
  ViewOptions free;
  free.free_axes = true;
  EXPECT_EQ(shown(compose(page, free), "yAxis"), "time time time time time ");
}

TEST(Theme, VerdictsAreToldApartWithoutColours) {
  std::set<std::string> looks;
  for (const compare::Verdict verdict :
       {compare::Verdict::regressed, compare::Verdict::improved, compare::Verdict::same, compare::Verdict::undecided}) {
    const VerdictLook look = look_of(verdict, false);
    looks.insert(fmt::format("{} {}", look.symbol, look.hollow));
  }
  EXPECT_EQ(looks.size(), 4u);
}

TEST(Views, WhatIsBetterIsSaidOfEachMetricWhereTheyDiffer) {
  std::vector<Snapshot> two = files(10, 2);
  for (Snapshot& snapshot : two) snapshot.metrics[1].better = Better::more;
  ViewOptions options;
  options.compare.metrics = {"time", "peak"};
  for (const char* view : {"compare", "scatter", "sweep"}) {
    const std::string titles = view_named(view).make(two, options).option["title"].dump();
    EXPECT_NE(titles.find("time: less is better, peak: more is better"), std::string::npos) << titles;
  }
}

TEST(Views, ScalingSaysWhatAnAxisOfLogarithmsLeavesOut) {
  std::vector<Snapshot> one = files(10, 1);
  for (Record& record : one[0].records) {
    if (record.case_index >= 2 || record.metric != 0) continue;
    record.samples = {};
    for (std::int64_t k = 0; k < 24; ++k) record.samples.push_back({.value = -1, .block = k / 4, .order = k});
  }
  EXPECT_TRUE(is_noted(view_named("scaling").make(one, {}), "2 left out: an axis of logarithms"));
}

TEST(Views, AVersionLooksTheSameInEveryViewOfTheSameFiles) {
  std::vector<Snapshot> three = files(10, 3);
  for (CaseInfo& info : three[0].cases) info.id = "first-" + info.id;  // the first version has no case in common with the others
  std::reverse(three[0].cases.begin(), three[0].cases.end());
  const auto looks = [&](const char* view) {
    std::map<std::string, std::string> colours;
    const Figure figure = view_named(view).make(three, {});
    for (const Json& entry : figure.option["legend"]["data"]) {
      const std::string name = entry["name"];
      if (name == "v0" || name == "v1" || name == "v2") colours[name] = entry["itemStyle"]["color"];
    }
    return colours;
  };
  const std::map<std::string, std::string> expected = looks("distribution");
  ASSERT_EQ(expected.size(), 3u);
  for (const char* view : {"order", "scaling", "pareto"}) EXPECT_EQ(looks(view), expected) << view;
  // The order in which versions get a first point must not matter.
  Arrangement late{.panels = {""}, .colours = {"v0", "v1", "v2"}, .places = {{0, 2}, {0, 1}, {0, 0}}};
  EXPECT_STREQ(looks_of(late, false)[0].colour, looks_of({"v0", "v1", "v2"}, false)[0].colour);
  const std::vector<Member> members{{&three[0].cases[0].dims, 2}, {&three[0].cases[0].dims, 0}};
  EXPECT_EQ(arrange(members, {"v0", "v1", "v2"}, {}, {}).colours, (std::vector<std::string>{"v0", "v1", "v2"}));
}

}  // namespace
}  // namespace benchkit::plot

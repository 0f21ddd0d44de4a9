// What pictures say is true, and what is not in them is said: a test for each way in which one was not.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "compare/compare.hpp"
#include "plot/arrange.hpp"
#include "plot/page.hpp"
#include "plot/views/made_files_test.hpp"

namespace benchkit::plot {
namespace {

TEST(Views, AHeatMapSaysNoChangeWhereThereIsNoneToTell) {
  const std::vector<Snapshot> two{
      snapshot_of("v0", {{"zero", std::vector<double>(40, 0.0)}, {"neg", about(-50, 40)}, {"same", about(10, 40)}}),
      snapshot_of("v1", {{"zero", about(500, 40)}, {"neg", about(-70, 40)}, {"same", about(10, 40)}, {"new", about(30, 40)}})};
  const Figure figure = view_named("sweep").make(two, {});
  std::map<std::string, std::vector<TextCell>> rows;
  for (const TextRow& row : figure.text.at(0).rows) rows[row.label] = row.cells;
  EXPECT_EQ(rows.at("zero").at(1).text.find("50"), 0u) << rows.at("zero")[1].text;
  EXPECT_EQ(rows.at("zero")[1].mark, "·");
  EXPECT_EQ(rows.at("new").at(0).text, "–");
  EXPECT_EQ(rows.at("new").at(1).mark, "·");
  EXPECT_EQ(in_characters(figure, 80).find("+0.00"), std::string::npos);
  EXPECT_TRUE(is_noted(figure, "3 without a change"));
}

TEST(Views, AClipChangesNoNumber) {
  const std::vector<Snapshot> two{snapshot_of("v0", {{"ten", about(100, 40)}}), snapshot_of("v1", {{"ten", about(1000, 40)}})};
  ViewOptions options;
  options.clip = 4;
  const Figure heat = view_named("sweep").make(two, options);
  EXPECT_NE(heat.text.at(0).rows.at(0).cells.at(1).text.find("x10.0"), std::string::npos);
  EXPECT_NE(heat.option["series"].dump().find("x10.0"), std::string::npos);
  EXPECT_EQ(heat.option["visualMap"]["max"], 2.0);
  const Figure bars = view_named("compare").make(two, options);
  EXPECT_DOUBLE_EQ(bars.text.at(0).rows.at(0).values.at(0), 4);
  EXPECT_NE(bars.text[0].rows[0].text.find("x10.0"), std::string::npos);
  EXPECT_TRUE(is_noted(bars, "1 beyond x4.00"));
}

TEST(Views, DifferencesStandAroundZero) {
  const std::vector<Snapshot> two{snapshot_of("v0", {{"a", about(0.05, 40)}, {"b", about(0.05, 40)}}),
                                  snapshot_of("v1", {{"a", about(0.055, 40)}, {"b", about(0.03, 40)}})};
  ViewOptions options;
  options.absolute = true;
  const std::string text = in_characters(view_named("compare").make(two, options), 80);
  const std::size_t a = text.find("\na "), b = text.find("\nb ");
  ASSERT_NE(a, std::string::npos) << text;
  const auto column = [&](std::size_t line, const char* mark) {
    const std::string one = text.substr(line + 1, text.find('\n', line + 1) - line - 1);
    return base::display_width(one.substr(0, one.find(mark)));
  };
  EXPECT_LT(column(a, "│"), column(a, "○")) << text;
  EXPECT_GT(column(b, "│"), column(b, "○")) << text;
}

TEST(Views, ANarrowHeatMapMarksWhatIsProven) {
  std::vector<Snapshot> many;
  for (int version = 0; version < 12; ++version) {
    std::vector<double> wide = about(version == 0 ? 100 : 110, 40);
    if (version > 0) {
      for (std::size_t i = 0; i < wide.size(); ++i) wide[i] *= i / 10 % 2 == 0 ? 0.5 : 2;  // nobody knows
    }
    many.push_back(snapshot_of(fmt::format("version-{}", version), {{"proven", about(version == 0 ? 100 : 103, 120)}, {"unknown", wide}}));
  }
  const std::string text = in_characters(view_named("sweep").make(many, {}), 40);
  const auto line = [&](const std::string& name) {
    return text.substr(text.find("\n" + name) + 1, 60).substr(0, text.substr(text.find("\n" + name) + 1).find('\n'));
  };
  EXPECT_NE(line("unknown").find("○"), std::string::npos) << text;
  EXPECT_EQ(line("unknown").find("▲"), std::string::npos) << text;
  EXPECT_EQ(line("unknown").find("▼"), std::string::npos) << text;
  EXPECT_NE(text.find("a: version-0, b: version-1"), std::string::npos) << text;
}

TEST(Views, SamplesFarAwayAreMarkedAtTheEdgeAndCounted) {
  std::vector<double> values = about(100, 200);
  values[50] = values[150] = 10'000;
  const std::vector<Snapshot> one{snapshot_of("v0", {{"a", values}, {"b", about(100, 200)}})};
  for (const char* view : {"order", "distribution"}) {
    const Figure figure = view_named(view).make(one, {});
    EXPECT_TRUE(is_noted(figure, "2 of 400 samples beyond the edge")) << view << Json(figure.notes).dump();
    const Json& series = figure.option["series"];
    const auto marked = std::count_if(series.begin(), series.end(), [](const Json& of) {
      const std::string symbol = of.value("symbol", "");
      return of["data"].size() == 2 && (symbol == "triangle" || symbol.find("path://") == 0);
    });
    EXPECT_EQ(marked, 1) << view;
  }
  const std::vector<Snapshot> calm{snapshot_of("v0", {{"a", about(100, 200)}, {"b", about(100, 200)}})};
  for (const char* view : {"order", "distribution"}) EXPECT_TRUE(view_named(view).make(calm, {}).notes.empty()) << view;
}

TEST(Views, AStripSaysThatItShowsEveryFewSamplesOnly) {
  const std::vector<Snapshot> one{snapshot_of("v0", {{"a", about(100, 960)}})};
  EXPECT_TRUE(is_noted(view_named("distribution").make(one, {}), "240 of 960 samples are drawn"));
  const std::vector<Snapshot> many{snapshot_of("v0", {{"a", about(100, 9000)}})};
  EXPECT_TRUE(is_noted(view_named("order").make(many, {}), "4500 of 9000 samples are drawn"));
}

TEST(Views, SessionsStandOneAfterTheOther) {
  const std::vector<Snapshot> one{snapshot_of("v0", {{"a", about(100, 30), 0}, {"a", about(200, 30), 1}, {"b", about(5, 30), 0}})};
  const Figure order = view_named("order").make(one, {});
  double last_of_first = -1, first_of_second = 1e9;
  std::size_t upright = 0;
  for (const Json& series : order.option["series"]) {
    if (series.contains("markLine")) upright += series["markLine"]["data"].size();
    if (series["type"] != "scatter") continue;
    for (const Json& point : series["data"]) {
      const std::string tip = point["tip"];
      if (tip.find("session 0") != tip.npos) last_of_first = std::max(last_of_first, point["value"][0].get<double>());
      if (tip.find("session 1") != tip.npos) first_of_second = std::min(first_of_second, point["value"][0].get<double>());
    }
  }
  EXPECT_GE(last_of_first, 0);
  EXPECT_LT(last_of_first, first_of_second);
  EXPECT_EQ(upright, 1u);
  EXPECT_TRUE(is_noted(order, "sessions stand one after the other"));
  const Figure strips = view_named("distribution").make(one, {});
  double lowest = -1, highest = 1e9;
  for (const Json& series : strips.option["series"]) {
    if (series["type"] != "scatter") continue;
    for (const Json& point : series["data"]) {
      const std::string tip = point["tip"];
      if (tip.find("session 0") != tip.npos) lowest = std::max(lowest, point["value"][1].get<double>());
      if (tip.find("session 1") != tip.npos) highest = std::min(highest, point["value"][1].get<double>());
    }
  }
  EXPECT_LT(lowest + 0.03, highest);
}

TEST(Views, SamplesAreFromTheCentreThatCompareHas) {
  Snapshot uneven = snapshot_of("v0", {{"a", {}}, {"b", about(10, 40)}});
  std::int64_t order = 0;
  for (const auto& [count, value] : {std::pair{3, 100.0}, {2, 101.0}, {2, 102.0}, {2, 100.0}, {60, 200.0}}) {
    for (int i = 0; i < count; ++i)
      uneven.records[0].samples.push_back({.value = value, .block = static_cast<std::int64_t>(value) + count, .order = order++});
  }
  const std::vector<Snapshot> one{uneven};
  const double centre = compare::compare(one, {}).at(0).groups.at(0).rows.at(0).cells.at(0).centre.value;
  EXPECT_LT(centre, 110);
  const TextRow row = view_named("distribution").make(one, {}).text.at(0).rows.at(0);
  EXPECT_EQ(row.text.find("101.0 ns"), 0u) << row.text;
  EXPECT_NEAR(row.values.at(2), (200 / centre - 1) * 100, 1e-9) << "the box is of all samples, from that centre";
}

TEST(Views, BoxesOfNegativeValuesStandUpright) {
  const std::vector<Snapshot> one{snapshot_of("v0", {{"a", about(-50, 40)}, {"b", about(50, 40)}, {"zero", std::vector<double>(40, 0.0)}})};
  const Figure figure = view_named("distribution").make(one, {});
  ASSERT_EQ(figure.text.at(0).rows.size(), 2u);
  for (const TextRow& row : figure.text[0].rows) EXPECT_TRUE(std::is_sorted(row.values.begin(), row.values.end())) << row.label;
  EXPECT_TRUE(is_noted(figure, "1 left out: from a median of 0"));
  const Figure order = view_named("order").make(one, {});
  EXPECT_TRUE(is_noted(order, "1 left out: from a median of 0"));
  EXPECT_EQ(order.text.at(0).rows.at(0).text, "80 samples");
}

TEST(Views, AHistoryByDateIsInTheOrderOfTheDates) {
  const std::vector<Snapshot> mixed{snapshot_of("c", {{"a", about(120, 40)}}, "2026-11-22T00:00:00Z"),
                                    snapshot_of("a", {{"a", about(100, 40)}}, "2026-11-20T00:00:00Z"),
                                    snapshot_of("b", {{"a", about(110, 40)}}, "2026-11-21T00:00:00Z")};
  ViewOptions options;
  options.x = "date";
  const Figure figure = view_named("history").make(mixed, options);
  std::vector<std::string> dates;
  for (const Json& point : figure.option["series"][0]["data"]) dates.push_back(point["value"][0]);
  EXPECT_EQ(dates, (std::vector<std::string>{"2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"}));
  const TextRow& row = figure.text.at(0).rows.at(0);
  EXPECT_TRUE(std::is_sorted(row.values.begin(), row.values.end()));
  EXPECT_NE(row.text.find("+20"), std::string::npos) << row.text;
}

TEST(Views, NoTwoLinesOfAPanelLookAlike) {
  Arrangement many{.panels = {"a", "b", "c", "d"}, .colours = {}, .places = {}};
  for (std::size_t i = 0; i < 32; ++i) {
    many.colours.push_back(fmt::format("m={}", i));
    many.places.push_back({i % 4, i});
  }
  const std::vector<Look> looks = looks_of(many, false);
  for (std::size_t i = 0; i < 32; ++i) {
    for (std::size_t j = i + 4; j < 32; j += 4) EXPECT_STRNE(looks[i].colour, looks[j].colour) << i << " " << j;
  }
}

TEST(Page, NoTextHoldsWhatNoXmlMayHold) {
  std::vector<Snapshot> two{
      snapshot_of("v\x1b[2J0", {{"a\x01", about(100, 200)}, {"b\uffff", about(100, 40)}, {"c\u202ed\ne", about(9, 40)}}),
      snapshot_of("v\u202e2\n3", {{"a\x01", about(100, 200)}, {"b\uffff", about(100, 40)}, {"c\u202ed\ne", about(9, 40)}})};
  for (Snapshot& snapshot : two) {
    snapshot.metrics.push_back({"pe\x7f\x61k", "B\x02", Better::less});
    const std::size_t records = snapshot.records.size();
    for (std::size_t i = 0; i < records; ++i) {
      snapshot.records.push_back(snapshot.records[i]);
      snapshot.records.back().metric = 1;
      snapshot.cases[i].dims = {{"n", static_cast<int>(i + 1)}};
    }
  }
  ViewOptions options;
  for (const ViewEntry& view : views()) {
    if (const std::string name = view.name; name == "memory" || name == "power") continue;  // of these files there is none
    const Figure figure = view.make(two, options);
    for (const std::string& text : {figure.title, base::dump_line(figure.option)}) {
      for (const char* bad : {"\x1b", "\\u001b", "\\u0001", "\\u0002", "\x7f", "\u202e", "\uffff"})
        EXPECT_EQ(text.find(bad), std::string::npos) << view.name << text;
    }
    for (const Json& title : figure.option["title"]) EXPECT_EQ(title["text"].get<std::string>().find('\n'), std::string::npos);
  }
}

TEST(Page, ALegendHasAsManyLinesAsItsNamesTake) {
  Page page{.view = "history",
            .title = "t",
            .subtitle = {},
            .panels = {{.title = "p", .x = {}, .y = {}, .xs = {}, .ys = {}, .series = {}}},
            .legend = {}};
  for (int i = 0; i < 26; ++i) page.legend.push_back({fmt::format("m={}", i), "#000000", "circle"});
  const auto top = [&] { return compose(page, {}).option["grid"][0]["top"].get<double>(); };
  const double many = top();
  page.legend.resize(2);
  EXPECT_GE(many - top(), 2 * 22) << "26 names of some 70 pixels are three lines";
}

TEST(Page, PanelsThatShareAnAxisAreOfOneWidth) {
  Page page{.view = "compare", .title = "t", .subtitle = {}, .panels = {}, .legend = {}, .columns = 1};
  for (const char* name : {"a", "a name that is a good deal longer"}) {
    Panel panel{.title = "p",
                .x = {.name = "change"},
                .y = {.scale = Axis::Scale::category, .name = {}, .categories = {name}, .label_width = 300},
                .xs = {},
                .ys = {},
                .series = {}};
    panel.xs.add(1);
    page.panels.push_back(std::move(panel));
  }
  const Json grids = compose(page, {}).option["grid"];
  EXPECT_EQ(grids[0]["left"], grids[1]["left"]);
  EXPECT_GT(grids[0]["left"].get<double>(), 20 + 33 * 6) << "the longer name has its room";
}

}  // namespace
}  // namespace benchkit::plot

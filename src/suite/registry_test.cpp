#include <benchkit/suite/registry.hpp>

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

namespace benchkit {
namespace {

using Values = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

template <class Do>
std::string complaint(Do&& act) {
  try {
    act();
  } catch (const Error& error) {
    return describe(error);
  }
  return "no complaint";
}

/// A suite like that of a modelling library: models of a size, patterns of a severity.
struct Models : testing::Test {
  static SuiteSpec spec() {
    return {.name = "models",
            .dials = {{.axis = "n", .kind = "model", .option = "--size"},
                      {.axis = "severity",
                       .kind = "pattern",
                       .option = "--severity",
                       .values = "severities",
                       .low = 0,
                       .high = 100,
                       .sizes = {0, 25, 50, 75, 100},
                       .quick = Values{0, 50, 100},
                       .described = true}},
            .features = {"continuous", "binary"},
            .default_features = {"continuous"},
            .tags = {"build", "to_lp", "to_a", "to_b"},
            .subject_dim = "spec",
            .operation_dim = "phase"};
  }

  Models() {
    registry.add(Subject{.name = "rolling", .dial = "severity", .description = "0 nothing, 100 all"}, "p.py:1");
    registry.add(Subject{.name = "basic", .sizes = {10, 50, 100, 250, 1000}, .quick = Values{10, 250}, .long_sizes = {1000}}, "m.py:1");
    registry.add(Subject{.name = "sos", .sizes = {10, 100}, .features = {"binary"}, .lacks = {"to_a"}}, "m.py:9");
    registry.add(Operation{.name = "build", .node = "t.py::test_build"}, "o.py:1");
    registry.add(Operation{.name = "pipeline", .node = "t.py::test_pipeline", .applies = "to_lp", .opt_in = "--pipeline"}, "o.py:5");
    registry.add(Operation{.name = "to_solver",
                           .node = "t.py::test_to_solver",
                           .variants = {{.name = "a", .applies = "to_a", .missing = [] { return std::string("a not installed"); }},
                                        {.name = "b", .applies = "to_b"}},
                           .variant_dim = "solver",
                           .param_id = "{solver}-{subject}-{axis}={value}"},
                 "o.py:9");
  }

  Names ids(const std::string& operation) const {
    Names ids;
    for (const Point& point : registry.points()) {
      if (registry.operation(point.operation).name == operation) ids.push_back(registry.param_id(point));
    }
    return ids;
  }
  std::string why(const std::string& id, const std::vector<std::pair<std::string, std::string>>& options) const {
    return registry.skip_reason(*registry.find(id), registry.selection(options));
  }

  Registry registry{spec()};
};

TEST_F(Models, CasesGoByDialThenRegistrationThenLadder) {
  EXPECT_EQ(ids("build"),
            (Names{"basic-n=10", "basic-n=50", "basic-n=100", "basic-n=250", "basic-n=1000", "sos-n=10", "sos-n=100", "rolling-severity=0",
                   "rolling-severity=25", "rolling-severity=50", "rolling-severity=75", "rolling-severity=100"}));
}

TEST_F(Models, VariantsAreOutermostAndASubjectLacksOne) {
  const Names solver = ids("to_solver");
  ASSERT_EQ(solver.size(), 10u + 12u);
  EXPECT_EQ(solver.front(), "a-basic-n=10");
  EXPECT_EQ(solver[10], "b-basic-n=10");
  EXPECT_EQ(std::count(solver.begin(), solver.end(), "a-sos-n=10"), 0);
  EXPECT_EQ(std::count(solver.begin(), solver.end(), "b-sos-n=10"), 1);
}

TEST_F(Models, IdsHoldTheNodeAndDimsHoldTheParts) {
  const Point* point = registry.find("t.py::test_to_solver[b-rolling-severity=50]");
  ASSERT_NE(point, nullptr);
  EXPECT_EQ(registry.dims(*point), (Dims{{"phase", "to_solver"}, {"spec", "rolling"}, {"severity", 50}, {"solver", "b"}}));
  EXPECT_EQ(registry.find("t.py::test_build[basic-n=11]"), nullptr);
}

TEST_F(Models, EachRuleSpeaksInItsTurn) {
  const std::string small = "t.py::test_build[basic-n=10]", middle = "t.py::test_build[basic-n=50]",
                    large = "t.py::test_build[basic-n=1000]";
  EXPECT_EQ(why(small, {}), "");
  EXPECT_EQ(why(large, {}), "long sweep needs --long: skipping basic n=1000");
  EXPECT_EQ(why(large, {{"--long", ""}}), "");
  EXPECT_EQ(why(middle, {{"--quick", ""}}), "--quick: skipping basic n=50");
  EXPECT_EQ(why(middle, {{"--quick", ""}, {"--long", ""}}), "--quick: skipping basic n=50");
  EXPECT_EQ(why(large, {{"--size", "1000"}, {"--quick", ""}}), "");
  EXPECT_EQ(why(middle, {{"--size", "10,100"}}), "n=50 not selected");
  EXPECT_EQ(why("t.py::test_build[rolling-severity=25]", {{"--size", "10"}}), "");
  EXPECT_EQ(why("t.py::test_build[rolling-severity=25]", {{"--severity", "50"}}), "severity=25 not selected");
  EXPECT_EQ(why("t.py::test_build[rolling-severity=25]", {{"--quick", ""}}), "--quick: skipping rolling severity=25");
}

TEST_F(Models, WhatIsMissingSpeaksBeforeTheTiers) {
  EXPECT_EQ(why("t.py::test_to_solver[a-basic-n=50]", {{"--quick", ""}}), "a not installed");
  EXPECT_EQ(why("t.py::test_to_solver[b-basic-n=50]", {{"--quick", ""}}), "--quick: skipping basic n=50");
}

TEST_F(Models, AnOptInOperationIsAskedForByItsOptionOrItsName) {
  const Point& point = *registry.find("t.py::test_pipeline[basic-n=10]");
  EXPECT_EQ(registry.not_asked_for(point, registry.selection({})), "pipeline needs --pipeline");
  EXPECT_EQ(registry.not_asked_for(point, registry.selection({{"--pipeline", ""}})), "");
  EXPECT_EQ(registry.not_asked_for(point, registry.selection({{"--phase", "build,pipeline"}})), "");
}

TEST_F(Models, TheQuickTierOfASubjectThatGivesNone) {
  Registry plain(SuiteSpec{.name = "plain"});
  const auto quick = [&](Values sizes, Values long_sizes = {}) {
    const std::string name = "s" + std::to_string(sizes.size()) + "-" + std::to_string(long_sizes.size());
    return plain.quick_of(
        plain.subject(plain.add(Subject{.name = name, .sizes = std::move(sizes), .long_sizes = std::move(long_sizes)}, "here")));
  };
  EXPECT_EQ(quick({7}), (Values{7}));
  EXPECT_EQ(quick({1, 2}), (Values{1, 2}));
  EXPECT_EQ(quick({1, 2, 3, 4}), (Values{1, 3, 4}));
  EXPECT_EQ(quick({1, 2, 3, 4, 5}), (Values{1, 3, 5}));
  EXPECT_EQ(quick({1, 2, 3, 4, 5}, {5}), (Values{1, 3, 4})) << "what --long alone runs is not in the quick tier";
  EXPECT_EQ(quick({1, 2}, {1, 2}), Values{});
  EXPECT_EQ(registry.quick_of(registry.subject(0)), (Values{0, 50, 100}));
}

TEST_F(Models, AnEmptyQuickTierStaysOutOfIt) {
  registry.add(Subject{.name = "grid", .sizes = {10}, .quick = Values{}}, "m.py:20");
  EXPECT_EQ(why("t.py::test_build[grid-n=10]", {{"--quick", ""}}), "--quick: skipping grid n=10");
}

TEST_F(Models, RegistrationRefusesWithBothPlaces) {
  EXPECT_EQ(complaint([&] { registry.add(Subject{.name = "basic", .sizes = {1}}, "x.py:7"); }),
            "x.py:7: model 'basic' already registered\n  hint: the other one is at m.py:1");
  EXPECT_EQ(complaint([&] { registry.add(Subject{.name = "rolling", .sizes = {1}}, "x.py:7"); }),
            "x.py:7: model 'rolling' already registered as a pattern\n  hint: the other one is at p.py:1");
  EXPECT_EQ(complaint([&] { registry.add(Operation{.name = "build"}, "x.py:8"); }),
            "x.py:8: operation 'build' already registered\n  hint: the other one is at o.py:1");
  EXPECT_NE(complaint([&] { registry.add(Operation{.name = "to_lp", .node = "t.py::test_build"}, "x.py:8"); }).find("o.py:1"),
            std::string::npos);
}

TEST_F(Models, RegistrationRefusesWhatIsUnknown) {
  const auto refused = [&](Subject subject) { return complaint([&] { registry.add(std::move(subject), "x.py:1"); }); };
  EXPECT_EQ(refused({.name = "s", .sizes = {1}, .features = {"sos", "binary", "qp", "sos"}}),
            "x.py:1: model 's': unknown features ['qp', 'sos']\n  hint: known are continuous, binary");
  EXPECT_EQ(refused({.name = "s", .sizes = {1}, .applies = Names{"build", "to_z"}}),
            "x.py:1: model 's': unknown phases ['to_z']\n  hint: known are build, to_lp, to_a, to_b");
  EXPECT_EQ(refused({.name = "s", .dial = "severity", .sizes = {-1, 50}, .description = "d"}),
            "x.py:1: pattern 's': severities must be ints in [0, 100], got (-1, 50)");
  EXPECT_EQ(refused({.name = "s", .dial = "severity", .sizes = {101}, .description = "d"}),
            "x.py:1: pattern 's': severities must be ints in [0, 100], got (101,)");
  EXPECT_NE(refused({.name = "s", .dial = "severity"}).find("needs a description"), std::string::npos);
  EXPECT_NE(refused({.name = "s", .dial = "m", .sizes = {1}}).find("known are n, severity"), std::string::npos);
  EXPECT_NE(refused({.name = "s"}).find("it has no sizes"), std::string::npos);
  EXPECT_NE(refused({.name = "s", .sizes = {1, 2, 1}}).find("1 stands twice"), std::string::npos);
  EXPECT_NE(refused({.name = "s", .sizes = {1, 2}, .quick = Values{3}}).find("3 of its quick tier is no part of its ladder (1, 2)"),
            std::string::npos);
  EXPECT_NE(refused({.name = "s", .sizes = {1, 2}, .long_sizes = {3}}).find("3 of its long tier"), std::string::npos);
  EXPECT_EQ(registry.subjects().size(), 3u);
}

TEST_F(Models, OptionsThatNoCaseAnswersAreRefused) {
  EXPECT_EQ(complaint([&] {
              (void)registry.selection({{"--size", "7"}});
            }),
            "--size: no model has n=7\n  hint: there are 10, 50, 100, 250, 1000");
  EXPECT_EQ(complaint([&] { (void)registry.selection({{"--size", "x"}}); }), "--size: \"x\" is no integer");
  EXPECT_EQ(complaint([&] {
              (void)registry.selection({{"--phase", "biuld"}});
            }),
            "unknown phase 'biuld'\n  hint: did you mean build? known are build, pipeline, to_solver");
}

TEST(Registry, TwoCasesOfOneIdAreRefusedWithBothPlaces) {
  Registry registry(SuiteSpec{.name = "s", .param_id = "{subject}{value}"});
  registry.add(Operation{.name = "o"}, "o.py:1");
  registry.add(Subject{.name = "a1", .sizes = {1}}, "a.py:1");
  EXPECT_EQ(
      complaint([&] {
        registry.add(Subject{.name = "a", .sizes = {1, 11}}, "a.py:2");
      }),
      "a.py:2: two cases have the id \"o[a11]\": of 'a1' and of 'a'\n  hint: 'a1' is at a.py:1, 'a' at a.py:2; give a param_id that tells "
      "them apart, such as {subject}-{value}");
  EXPECT_EQ(registry.points().size(), 1u) << "what is refused leaves nothing behind";
  registry.add(Subject{.name = "a", .sizes = {1}}, "a.py:3");
  Registry later(SuiteSpec{.name = "s", .param_id = "{subject}{value}"});
  later.add(Subject{.name = "a1", .sizes = {1}}, "a.py:1");
  later.add(Subject{.name = "a", .sizes = {11}}, "a.py:2");
  EXPECT_NE(complaint([&] { later.add(Operation{.name = "o"}, "o.py:1"); }).find("'a1' is at a.py:1, 'a' at a.py:2"), std::string::npos);
  EXPECT_EQ(later.operations(), 0u);
}

TEST(Registry, ATemplateThatCannotTellCasesApartIsRefused) {
  const auto of_template = [](const std::string& text) { return complaint([&] { Registry(SuiteSpec{.name = "s", .param_id = text}); }); };
  EXPECT_EQ(of_template("{subject}/{value}"), "no complaint");
  EXPECT_NE(of_template("{subject}").find("does not hold {value}"), std::string::npos);
  EXPECT_NE(of_template("{subject}-{size}").find("holds {size}"), std::string::npos);
  EXPECT_NE(of_template("{subject}-{value").find("holds {value"), std::string::npos);
  Registry registry(SuiteSpec{.name = "s"});
  EXPECT_NE(complaint([&] {
              registry.add(Operation{.name = "o", .variants = {{.name = "a"}}, .variant_dim = "how"}, "here");
            }).find("does not hold {how}"),
            std::string::npos);
  EXPECT_NE(complaint([&] { registry.add(Operation{.name = "o", .variants = {{.name = "a"}}}, "here"); }).find("no dim"),
            std::string::npos);
}

TEST(Registry, WithoutAClosedSetOfTagsThoseOfTheOperationsAreKnown) {
  Registry registry(SuiteSpec{.name = "s"});
  registry.add(Subject{.name = "a", .sizes = {1}, .lacks = {"fly"}}, "a.py:1");
  registry.add(Operation{.name = "walk"}, "a.py:2");
  EXPECT_EQ(complaint([&] { (void)registry.points(); }), "a.py:1: subject 'a': unknown operations ['fly']\n  hint: known are walk");
  registry.add(Operation{.name = "fly"}, "a.py:3");
  EXPECT_EQ(registry.points().size(), 1u);
}

TEST(Registry, ADialMaySayThatItsSubjectsHaveNoFeatures) {
  Registry registry(SuiteSpec{.name = "s",
                              .dials = {{.axis = "n"}, {.axis = "k", .default_features = Names{}}},
                              .features = {"dense"},
                              .default_features = {"dense"}});
  registry.add(Subject{.name = "a", .sizes = {1}}, "here");
  registry.add(Subject{.name = "b", .dial = "k", .sizes = {1}}, "here");
  EXPECT_EQ(registry.subject(0).features, Names{"dense"});
  EXPECT_EQ(registry.subject(1).features, Names{});
}

TEST(Registry, TwoDialsWithOneOptionAreRefused) {
  EXPECT_EQ(
      complaint([] {
        const Registry registry(SuiteSpec{.name = "s", .dials = {{.axis = "n", .option = "--size"}, {.axis = "k", .option = "--size"}}});
      }),
      "s: two dials have the option --size");
}

TEST(Registry, GatesAreAskedOnceAndOnlyWhenSomebodyMustKnow) {
  int asked = 0;
  Registry registry(SuiteSpec{.name = "s"});
  registry.add(Subject{.name = "a", .sizes = {1, 2}, .gate = [&] { return ++asked, std::string("no a before 2.0"); }}, "here");
  registry.add(Operation{.name = "walk"}, "here");
  ASSERT_EQ(registry.points().size(), 2u);
  (void)registry.skip_reason(registry.points()[0], registry.selection({}));
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(registry.absent(registry.points()[0]), "no a before 2.0");
  EXPECT_EQ(registry.absent(registry.points()[1]), "no a before 2.0");
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace benchkit

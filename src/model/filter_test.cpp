#include "model/filter.hpp"

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

namespace benchkit {
namespace {

bool id_matches(const char* expression, const char* id) {
  Filter filter;
  filter.add_expression(expression);
  return filter.matches(id, {});
}

bool dims_match(const char* condition, const Dims& dims) {
  Filter filter;
  filter.add_where(condition);
  return filter.matches("id", dims);
}

TEST(Filter, ExpressionsAreThoseOfPytest) {
  const char* id = "benchmarks/test_build.py::test_build[basic-n=10]";
  EXPECT_TRUE(id_matches("build", id));
  EXPECT_TRUE(id_matches("BUILD", id));
  EXPECT_TRUE(id_matches("[basic-n=10]", id));
  EXPECT_TRUE(id_matches("test_build.py::test_build", id));
  EXPECT_FALSE(id_matches("not build", id));
  EXPECT_TRUE(id_matches("basic and not (to_lp or netcdf)", id));
  EXPECT_TRUE(id_matches("to_lp or basic and n=10", id));
  EXPECT_FALSE(id_matches("(to_lp or basic) and n=50", id));
  EXPECT_TRUE(id_matches("not not build", id));
  EXPECT_TRUE(id_matches("'n=10]'", id));
}

TEST(Filter, ABadExpressionIsRefusedWithItsColumn) {
  for (const char* text : {"", "and", "a and", "a or or b", "(a", "a)", "a b", "not", "'open", "a and (b or )"}) {
    Filter filter;
    try {
      filter.add_expression(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_TRUE(error.where().starts_with("-k:")) << error.where();
      EXPECT_FALSE(error.hint().empty());
    }
  }
  Filter filter;
  EXPECT_THROW(filter.add_expression(std::string(10'000, '(')), Error) << "deep nesting must not overflow the stack";
}

TEST(Filter, ANumberMatchesByValueWhateverItsType) {
  EXPECT_TRUE(dims_match("n=100", {{"n", 100}}));
  EXPECT_TRUE(dims_match("n=100", {{"n", 100.0}}));
  EXPECT_TRUE(dims_match("n=100", {{"n", "100"}}));
  EXPECT_TRUE(dims_match("n=1e2", {{"n", 100}}));
  EXPECT_FALSE(dims_match("n=100", {{"n", 1000}}));
  EXPECT_TRUE(dims_match("on=true", {{"on", true}}));
  EXPECT_TRUE(dims_match("on=True", {{"on", true}})) << "as Python writes it";
  EXPECT_FALSE(dims_match("on=True", {{"on", "true"}})) << "a text is no flag";
}

TEST(Filter, RangesAreOfNumbersAlone) {
  EXPECT_TRUE(dims_match("n>=10", {{"n", 10}}));
  EXPECT_FALSE(dims_match("n>10", {{"n", 10}}));
  EXPECT_TRUE(dims_match("n=10..100", {{"n", 100}}));
  EXPECT_FALSE(dims_match("n=10..100", {{"n", 101}}));
  EXPECT_FALSE(dims_match("n>=10", {{"n", "many"}}));
  EXPECT_TRUE(dims_match("path=../x", {{"path", "../x"}})) << "a range has numbers at both ends";
  EXPECT_TRUE(dims_match("range=1..", {{"range", "1.."}}));
  EXPECT_TRUE(dims_match("op=sort,find", {{"op", "find"}}));
  EXPECT_TRUE(dims_match("op!=sort", {{"op", "find"}}));
}

TEST(Filter, ACaseWithoutTheDimDoesNotMatch) {
  EXPECT_FALSE(dims_match("n=100", {{"m", 100}}));
  EXPECT_FALSE(dims_match("n!=100", {{"m", 100}}));
}

TEST(Filter, ABadConditionIsRefused) {
  for (const char* text : {"n", "=5", "n>=many", "n!5", "n<"}) {
    Filter filter;
    EXPECT_THROW(filter.add_where(text), Error) << text;
  }
}

std::string why_nothing(const char* condition, const std::vector<Dims>& cases) {
  Filter filter;
  filter.add_where(condition);
  std::vector<const Dims*> all;
  for (const Dims& dims : cases) all.push_back(&dims);
  return filter.why_nothing(all);
}

TEST(Filter, AMistakenConditionIsToldWhatThereIs) {
  const std::vector<Dims> cases{{{"op", "sort"}, {"n", 10}}, {{"op", "find"}, {"n", 20}}};
  EXPECT_EQ(why_nothing("size=10", cases), "no case has the dim \"size\"; there are: op, n");
  EXPECT_EQ(why_nothing("op=srot", cases), "no case has op=srot; op is one of: sort, find");
  EXPECT_EQ(why_nothing("op=sort", cases), "");
  EXPECT_EQ(why_nothing("op=sort", {{}}), "--where op=sort: these cases have no dims");
}

TEST(Filter, AllThatWasAddedMustHold) {
  Filter filter;
  filter.add_expression("sort");
  filter.add_where("n>=10");
  EXPECT_TRUE(filter.matches("sort[10]", {{"n", 10}}));
  EXPECT_FALSE(filter.matches("find[10]", {{"n", 10}}));
  EXPECT_FALSE(filter.matches("sort[5]", {{"n", 5}}));
}

TEST(Filter, AnIdIsOneCaseWhateverItsLetters) {
  Filter filter;
  EXPECT_TRUE(filter.empty());
  filter.add_id("sort (big) and \"all\"");
  EXPECT_FALSE(filter.empty());
  EXPECT_TRUE(filter.matches("sort (big) and \"all\"", {}));
  EXPECT_FALSE(filter.matches("sort (big) and \"all\" of it", {}));
  EXPECT_FALSE(filter.matches("Sort (big) and \"all\"", {}));
  filter.add_id("b");
  EXPECT_TRUE(filter.matches("b", {}));
  EXPECT_EQ(filter.ids().size(), 2u);
}

TEST(Dims, ANameStandsOnce) {
  EXPECT_THROW((Dims{{"n", 1}, {"n", 2}}), Error);
  EXPECT_THROW((Dims{{"", 1}}), Error);
  Dims dims{{"b", 1}, {"a", 2}};
  dims.set("b", "text");
  EXPECT_EQ(dims.begin()->first, "b");
  EXPECT_EQ(dims.find("b")->type_name(), "string");
}

TEST(Dims, TheTypeIsPartOfTheValue) {
  EXPECT_NE(DimValue(100), DimValue("100"));
  EXPECT_NE(DimValue(100), DimValue(100.0));
  EXPECT_LT(DimValue(2), DimValue(10.5));
  EXPECT_LT(DimValue(1e9), DimValue("0"));
}

}  // namespace
}  // namespace benchkit

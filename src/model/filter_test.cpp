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
}

TEST(Filter, RangesAreOfNumbersAlone) {
  EXPECT_TRUE(dims_match("n>=10", {{"n", 10}}));
  EXPECT_FALSE(dims_match("n>10", {{"n", 10}}));
  EXPECT_TRUE(dims_match("n=10..100", {{"n", 100}}));
  EXPECT_FALSE(dims_match("n=10..100", {{"n", 101}}));
  EXPECT_FALSE(dims_match("n>=10", {{"n", "many"}}));
  EXPECT_TRUE(dims_match("op=sort,find", {{"op", "find"}}));
  EXPECT_TRUE(dims_match("op!=sort", {{"op", "find"}}));
}

TEST(Filter, ACaseWithoutTheDimDoesNotMatch) {
  EXPECT_FALSE(dims_match("n=100", {{"m", 100}}));
  EXPECT_FALSE(dims_match("n!=100", {{"m", 100}}));
}

TEST(Filter, ABadConditionIsRefused) {
  for (const char* text : {"n", "=5", "n>=many", "n=1..x", "n!5", "n<"}) {
    Filter filter;
    EXPECT_THROW(filter.add_where(text), Error) << text;
  }
}

TEST(Filter, AllThatWasAddedMustHold) {
  Filter filter;
  filter.add_expression("sort");
  filter.add_where("n>=10");
  EXPECT_TRUE(filter.matches("sort[10]", {{"n", 10}}));
  EXPECT_FALSE(filter.matches("find[10]", {{"n", 10}}));
  EXPECT_FALSE(filter.matches("sort[5]", {{"n", 5}}));
  EXPECT_EQ(filter.dims_mentioned(), std::vector<std::string>{"n"});
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

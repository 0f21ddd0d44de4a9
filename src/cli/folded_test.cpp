#include "cli/folded.hpp"

#include <gtest/gtest.h>

namespace benchkit::cli {
namespace {

TEST(Folded, LinesArePartedBetweenWords) {
  EXPECT_EQ(folded("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(folded("incomprehensible", 7), (std::vector<std::string>{"incomprehensible"})) << "a word stays whole";
  EXPECT_EQ(folded("", 7), (std::vector<std::string>{""}));
}

TEST(Folded, HelpGoesOnBehindTheNamesOfItsOptions) {
  const std::string page = "measure\n\n  --budget TIME   time for each case, starts included\n  -k EXPR         cases\n";
  EXPECT_EQ(folded_help(page, 40),
            "measure\n\n"
            "  --budget TIME   time for each case,\n"
            "                  starts included\n"
            "  -k EXPR         cases\n");
  EXPECT_EQ(folded_help(page, 0), page) << "a pipe has no width";
  EXPECT_EQ(folded_help("Usage: benchkit run [OPTIONS] [SUBCOMMAND]\n", 30), "Usage: benchkit run [OPTIONS]\n[SUBCOMMAND]\n");
}

}  // namespace
}  // namespace benchkit::cli

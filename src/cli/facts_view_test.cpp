#include "cli/facts_view.hpp"

#include <gtest/gtest.h>

namespace benchkit::cli {
namespace {

TEST(FactsView, WhatIsTooLongGoesOnBelow) {
  base::Table facts;
  facts.columns = {{.title = "case"}, {.title = "sort"}};
  facts.rows = {{.cells = {{"meter time"}, {"how long a call takes by the monotonic clock"}}}, {.cells = {{"state"}, {"reused"}}}};
  EXPECT_EQ(render_facts(facts, {.width = 40}),
            "case        sort\n"
            "meter time  how long a call takes by the\n"
            "            monotonic clock\n"
            "state       reused\n");
  EXPECT_EQ(render_facts(facts, {}), base::render_text(facts, {})) << "a pipe has no width";
}

}  // namespace
}  // namespace benchkit::cli

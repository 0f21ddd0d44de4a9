#include <gtest/gtest.h>

#include <string>

#include "base/json.hpp"
#include "report/json_text.hpp"
#include "report/packed.hpp"

namespace benchkit::report {
namespace {

TEST(Packed, HoldsNothingThatAPageWouldRead) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (const std::string& text : {std::string(), std::string("</script><!--"), all, all + all + "x"}) {
    const std::string page = packed(text);
    EXPECT_EQ(page.size() % 4, 0U);
    EXPECT_EQ(page.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="), std::string::npos);
  }
}

TEST(Packed, RepeatsAreSmall) { EXPECT_LT(packed(std::string(100'000, 'x')).size(), 1000U); }

TEST(JsonText, NumbersAreJson) {
  ListText list;
  for (const double value : {1.5, 0.0, -1e300, 134217729.0, 1e-12}) list.add_number(value, 7);
  list.add_number(std::nan(""), 7);
  list.add_number(HUGE_VAL, 7);
  list.add_integer(-3);
  const Json json = base::parse_json(std::move(list).text(), "the list");
  EXPECT_EQ(json, (Json{1.5, 0.0, -1e300, 134217729.0, 1e-12, nullptr, nullptr, -3}));
}

TEST(JsonText, WholeNumbersStayWholeWhereOthersAreRounded) {
  ListText list;
  for (const double value : {134217729.0, -8.0, 1234567.891}) list.add_number(value, 5);
  EXPECT_EQ(base::parse_json(std::move(list).text(), "the list"), (Json{134217729.0, -8.0, 1234600.0}));
}

TEST(JsonText, NamesAreEscaped) {
  ObjectText object;
  EXPECT_TRUE(object.empty());
  object.add("a\"\n\xff", "b").add_raw("list", "[]");
  EXPECT_EQ(base::parse_json(std::move(object).text(), "the object").size(), 2U);
}

}  // namespace
}  // namespace benchkit::report

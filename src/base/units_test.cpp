#include "base/units.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include <benchkit/base/error.hpp>

namespace benchkit::base {
namespace {

TEST(Units, AValueTakesItsOwnBestUnit) {
  EXPECT_EQ(format_value(0.5, "ns"), "0.500 ns");
  EXPECT_EQ(format_value(999.9, "ns"), "999.9 ns");
  EXPECT_EQ(format_value(1234, "ns"), "1.234 us");
  EXPECT_EQ(format_value(2.5e9, "ns"), "2.500 s");
  EXPECT_EQ(format_value(1536, "B"), "1.500 KiB");
  EXPECT_EQ(format_value(1234567, ""), "1.235 M");
  EXPECT_EQ(format_value(3, "furlongs"), "3.000 furlongs");
}

TEST(Units, AColumnTakesTheUnitOfItsMiddle) {
  const std::array<double, 3> values{5, 2'000'000, 4'000'000};
  EXPECT_EQ(scale_for(values, "ns").unit, "ms");
  const std::array<double, 3> with_nothing{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 0};
  EXPECT_EQ(scale_for(with_nothing, "ns").unit, "ns");
}

TEST(Units, WhatIsNoNumberIsShownAsSuch) {
  EXPECT_EQ(format_value(std::numeric_limits<double>::quiet_NaN(), "ns"), "-");
  EXPECT_EQ(format_scaled(-std::numeric_limits<double>::infinity(), {1, "ns"}), "-inf");
  EXPECT_EQ(format_value(0, "ns"), "0 ns");
}

TEST(Units, BelowAPicosecondThereIsNoFigure) { EXPECT_EQ(format_value(2e-9, "ns"), "0.000 ns"); }

TEST(Units, FourDigitsAreKeptAtEveryBorder) {
  EXPECT_EQ(format_scaled(9.99949, {1, ""}), "9.999");
  EXPECT_EQ(format_scaled(9.9995, {1, ""}), "10.00");
  EXPECT_EQ(format_scaled(99.995, {1, ""}), "100.0");
  EXPECT_EQ(format_scaled(999.95, {1, ""}), "1000");
}

TEST(Units, ChangesReadAsPeopleSayThem) {
  EXPECT_EQ(format_change(1), "=");
  EXPECT_EQ(format_change(1.012), "+1.2%");
  EXPECT_EQ(format_change(0.5), "-50.0%");
  EXPECT_EQ(format_change(2), "x2.00");
  EXPECT_EQ(format_change(1e-7), "/1.00e+07") << "a percentage would say -100.0%";
  EXPECT_EQ(format_change(0.01), "/100");
  EXPECT_EQ(format_change(12345.6), "x12346");
  EXPECT_EQ(format_change(0), "x0");
  EXPECT_EQ(format_change(std::nan("")), "-");
}

TEST(Units, AChangeAndItsIntervalHaveOneForm) {
  EXPECT_EQ(format_change(1.2, 1.1, 1.3), "+20.0% [+10.0%, +30.0%]");
  EXPECT_EQ(format_change(1.426, 0.96, 2.12), "x1.43 [x0.96, x2.12]") << "it was +42.6% [-4.0%, x2.12]";
  EXPECT_EQ(format_change(1e-4, 0.99e-4, 1.01e-4), "/10000 [/10101, /9901]");
  EXPECT_EQ(format_change(0.15, 0.09, 0.2), "/6.67 [/11.1, /5.00]");
  EXPECT_EQ(format_change(1, 1, 1), "=");
  EXPECT_EQ(format_change(1.2, 0.001, 326016), "+20.0% [unknown]");
  EXPECT_EQ(format_change(1.2, 0, std::numeric_limits<double>::infinity()), "+20.0% [unknown]");
}

TEST(Units, DurationsForPeople) {
  EXPECT_EQ(format_duration(0.44), "0.4 s");
  EXPECT_EQ(format_duration(59.6), "1 min 00 s");
  EXPECT_EQ(format_duration(200), "3 min 20 s");
  EXPECT_EQ(format_duration(7500), "2 h 05 min");
}

TEST(Units, TimesSizesAndSharesAreReadWithTheirUnit) {
  EXPECT_EQ(parse_duration_ns("500ms", "--budget"), 5e8);
  EXPECT_EQ(parse_duration_ns("1.5 s", "--budget"), 1.5e9);
  EXPECT_EQ(parse_bytes("1.5GiB", "--memory-limit"), 1.5 * 1024 * 1024 * 1024);
  EXPECT_DOUBLE_EQ(parse_percent("0.5%", "--precision"), 0.005);
}

TEST(Units, ABareNumberIsRefusedWithTheOptionAndTheWayOut) {
  for (const char* text : {"500", "", "ms", "-1s", "0s", "1e400s", "nan s", "5 parsecs", "1s2"}) {
    try {
      (void)parse_duration_ns(text, "--budget");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.where(), "--budget");
      EXPECT_NE(error.hint().find("500ms"), std::string::npos);
    }
  }
  EXPECT_THROW((void)parse_percent("150%", "--precision"), Error);
  EXPECT_THROW((void)parse_bytes("10", "--memory-limit"), Error);
}

TEST(Units, AQuantityFitsTheUnitOfAMetric) {
  const auto fits = [](const char* text, const char* unit) { return in_unit(parse_quantity(text).value(), unit); };
  EXPECT_EQ(parse_quantity("10MiB"), (Quantity{10, "MiB"}));
  EXPECT_EQ(parse_quantity("0.5 ms"), (Quantity{0.5, "ms"}));
  for (const char* text : {"", "MiB", "nan", "inf", "+5"}) EXPECT_EQ(parse_quantity(text), std::nullopt) << text;
  EXPECT_EQ(fits("10MiB", "B"), 10 * 1048576.0);
  EXPECT_EQ(fits("5ms", "ns"), 5e6);
  EXPECT_EQ(fits("2k", ""), 2000);
  EXPECT_EQ(fits("7", "rows"), 7);
  EXPECT_EQ(fits("7 rows", "rows"), 7);
  EXPECT_EQ(fits("5%", "%"), 5);
  EXPECT_EQ(fits("0", "B"), 0) << "nothing is nothing in any unit";
  EXPECT_EQ(fits("10", "B"), std::nullopt) << "bytes, or MiB?";
  EXPECT_EQ(fits("5ms", "B"), std::nullopt);
  EXPECT_EQ(fits("10MiB", ""), std::nullopt);
  EXPECT_EQ(fits("7 columns", "rows"), std::nullopt);
  EXPECT_EQ(to_text({10, "MiB"}), "10 MiB");
  EXPECT_EQ(to_text({1000, ""}), "1000");
}

TEST(Units, APercentageHasNoPowersOfTen) {
  EXPECT_EQ(format_percent(0.0525), "5.2%");
  EXPECT_EQ(format_percent(110.4), "11040%");
  EXPECT_EQ(format_percent(std::numeric_limits<double>::infinity()), "inf%");
}

TEST(Units, ADifferenceHasItsSignAndItsUnit) {
  EXPECT_EQ(format_difference(1536, "B"), "+1.500 KiB");
  EXPECT_EQ(format_difference(-20, ""), "-20.00");
  EXPECT_EQ(format_difference(0, "B"), "=");
  EXPECT_EQ(format_difference(-10, -12, 2, "B"), "-10.00 B [-12.00 B, +2.000 B]");
  EXPECT_EQ(format_difference(7, 7, 7, "B"), "+7.000 B");
}

}  // namespace
}  // namespace benchkit::base

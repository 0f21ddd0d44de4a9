#include <benchkit/model/dims.hpp>

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

namespace benchkit {
namespace {

TEST(DimValue, AnIntegerThatWouldWrapIsRefused) {
  EXPECT_EQ(DimValue(std::uint64_t{INT64_MAX}).text(), "9223372036854775807");
  EXPECT_EQ(DimValue(INT64_MIN).text(), "-9223372036854775808");
  EXPECT_THROW(DimValue(std::uint64_t{INT64_MAX} + 1), Error);
  EXPECT_THROW(DimValue(UINT64_MAX), Error);
}

}  // namespace
}  // namespace benchkit

#include "base/demangle.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace benchkit::base {
namespace {

TEST(Demangle, SymbolsOfFunctionsAndNothingElse) {
  EXPECT_EQ(demangled("_Z3addii"), "add(int, int)");
  EXPECT_EQ(demangled("f"), "f") << "a function of C is no float";
  EXPECT_EQ(demangled("malloc"), "malloc");
  EXPECT_EQ(demangled("_Znonsense"), "_Znonsense");
  EXPECT_EQ(demangled(""), "");
}

TEST(Demangle, Types) { EXPECT_EQ(type_name(typeid(std::vector<int>)), "std::vector<int, std::allocator<int> >"); }

}  // namespace
}  // namespace benchkit::base

#include "cli/call_paths_view.hpp"

#include <gtest/gtest.h>

namespace benchkit::cli {
namespace {

std::string native(const std::string& name) { return short_name({name, "", 0, "/lib/l.so", 64}); }

TEST(ShortName, ParametersAndLongArgumentsAreLeftOut) {
  EXPECT_EQ(native("main"), "main");
  EXPECT_EQ(native("add(int, int)"), "add");
  EXPECT_EQ(native("shop::Shelf::fill(unsigned long) const"), "shop::Shelf::fill");
  EXPECT_EQ(native("std::vector<double, std::allocator<double> >::reserve(unsigned long)"), "std::vector<…>::reserve");
  EXPECT_EQ(native("std::vector<int>::reserve(unsigned long)"), "std::vector<int>::reserve");
  EXPECT_EQ(native("f(std::function<void (int)>)"), "f");
  EXPECT_EQ(native("std::invoke<main(int, char**)::<lambda()>&>"), "std::invoke<…>");
  EXPECT_EQ(native("(anonymous namespace)::f(int)"), "(anonymous namespace)::f");
}

TEST(ShortName, OperatorsAndLambdasKeepTheirNames) {
  EXPECT_EQ(native("Shelf::operator()(int) const"), "Shelf::operator()");
  EXPECT_EQ(native("operator new(unsigned long)"), "operator new");
  EXPECT_EQ(native("Shelf::operator<(Shelf const&) const"), "Shelf::operator<");
  EXPECT_EQ(native("Shelf::operator<<(Shelf const&)"), "Shelf::operator<<");
  EXPECT_EQ(native("Shelf::operator->()"), "Shelf::operator->");
  EXPECT_EQ(native("f(int)::{lambda(int)#1}::operator()(int) const"), "f(int)::{lambda(int)#1}::operator()");
}

TEST(ShortName, OtherNamesAreLeftAlone) {
  EXPECT_EQ(short_name({"Model.build.<locals>.<a long lambda's name>"}), "Model.build.<locals>.<a long lambda's name>");
  EXPECT_EQ(native(""), "l.so+0x40");
  EXPECT_EQ(native("a<b"), "a<b") << "brackets that do not match";
  EXPECT_EQ(native(")("), ")(");
  EXPECT_EQ(native("f<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "f<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
}

TEST(WithoutRepeats, TellsARecursionOnce) {
  EXPECT_EQ(without_repeats({"a", "b", "b", "b", "a", "c", "c"}), (std::vector<std::string>{"a", "b ×3", "a", "c ×2"}));
  EXPECT_TRUE(without_repeats({}).empty());
}

/// The lines of a tree of one case, without what stands above them.
std::string tree(const CallPaths& paths, const TreeOptions& options, std::size_t width) {
  const Attribution attribution{.paths = paths};
  const std::string text = render_tree({.attribution = &attribution, .case_id = "a"}, options, {.width = width});
  return text.substr(text.find('\n') + 1);
}

TEST(Tree, AChainIsOneLineAndLosesItsMiddleWhereItIsTooLong) {
  CallPaths paths;
  for (const char* name : {"outermost", "second", "third", "fourth", "innermost"}) paths.frames.push_back({name, "/a/b.py", 7});
  paths.paths = {{{0, 1, 2, 3, 4}, 2048, 1}};
  EXPECT_EQ(tree(paths, {}, 0), "2.000 KiB  100.0%            1  outermost › second › third › fourth › innermost (b.py:7)\n");
  EXPECT_EQ(tree(paths, {}, 84), "2.000 KiB  100.0%            1  outermost › … 3 more … › innermost (b.py:7)\n");
}

TEST(Tree, DepthAndShareCutIt) {
  CallPaths paths;
  for (const char* name : {"a", "b", "c", "d"}) paths.frames.push_back({name});
  paths.paths = {{{0, 1, 2}, 600, 6}, {{0, 1, 3}, 300, 3}, {{0, 2}, 95, 1}, {{0, 3}, 5, 1}};
  EXPECT_EQ(tree(paths, {.depth = 1}, 0),
            "1000 B  100.0%           11  a\n"
            "1000 B  100.0%           11  └ (3 calls deeper)\n");
  EXPECT_EQ(tree(paths, {.least = 0.5}, 0),
            " 1000 B  100.0%           11  a\n"
            "900.0 B   90.0%            9  ├ b\n"
            "600.0 B   60.0%            6  │ ├ c\n"
            "300.0 B   30.0%            3  │ └ (1 call below 50%)\n"
            "100.0 B   10.0%            2  └ (2 calls below 50%)\n");
}

TEST(Tree, APathWithoutFramesIsNoReasonToFail) {
  CallPaths paths;
  paths.paths = {{{}, 100, 1}};
  paths.peak_bytes = 100;
  EXPECT_EQ(tree(paths, {}, 0), "100.0 B  100.0%            1  (no stack)\n");
}

}  // namespace
}  // namespace benchkit::cli

#include "runner/path_names.hpp"

#include <gtest/gtest.h>

namespace benchkit::runner {
namespace {

std::vector<std::string> names(const CallPaths& paths, std::size_t path) {
  std::vector<std::string> result;
  for (const std::uint32_t frame : paths.paths.at(path).frames) result.push_back(paths.frames.at(frame).function);
  return result;
}

TEST(PathNames, WhatLedToTheCaseIsNobodysQuestion) {
  CallPaths paths;
  for (const char* name :
       {"benchkit::Run::Typed<f>::Live::batch(unsigned long)", "std::invoke<f&>", "work()", "operator new(unsigned long)"})
    paths.frames.push_back({name, "a.cpp", 1, "/no/such/program", 64 + paths.frames.size()});
  paths.paths = {{{0, 1, 2, 3}, 10, 1}, {{0, 3}, 5, 1}, {{0}, 1, 1}};
  PathNames().add_to(paths);
  EXPECT_EQ(names(paths, 0), (std::vector<std::string>{"work()", "operator new(unsigned long)"}));
  EXPECT_EQ(names(paths, 1).size(), 2u) << "an action that was inlined: its batch stands for it";
  EXPECT_EQ(names(paths, 2).size(), 1u);
}

TEST(PathNames, PythonsFramesAreLeftAlone) {
  CallPaths paths;
  paths.frames = {{"std::invoke", "invoke.py", 3}};
  paths.paths = {{{0}, 10, 1}};
  PathNames names_of;
  names_of.add_to(paths);
  EXPECT_EQ(names(paths, 0), std::vector<std::string>{"std::invoke"});
  EXPECT_TRUE(names_of.missing().empty()) << "no library was looked for";
}

}  // namespace
}  // namespace benchkit::runner

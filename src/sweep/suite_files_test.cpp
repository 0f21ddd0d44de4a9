#include "sweep/suite_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace benchkit::sweep {
namespace {

namespace fs = std::filesystem;

class SuiteFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("benchkit_suite_files_" + std::to_string(getpid()));
    fs::remove_all(folder_);
    write("pyproject.toml", "[project]");
    write("pkg/core.py", "N = 1");
    whole_ = hash_of_source(folder_.string());
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  [[nodiscard]] bool is_the_same() const { return hash_of_source(folder_.string()) == whole_; }

  fs::path folder_;
  std::string whole_;
};

TEST_F(SuiteFiles, AnyFileCounts) {
  EXPECT_TRUE(is_the_same());
  write("pkg/n.yaml", "2000");
  EXPECT_FALSE(is_the_same());
}

// Once every folder of that name was skipped.
TEST_F(SuiteFiles, APackageCalledBuildCounts) {
  write("pkg/build/core.py", "N = 2");
  EXPECT_FALSE(is_the_same());
}

// Once contents alone were hashed, to which a pattern or an #include is another thing.
TEST_F(SuiteFiles, TheNameOfAFileCounts) {
  fs::rename(folder_ / "pkg/core.py", folder_ / "pkg/other.py");
  EXPECT_FALSE(is_the_same());
}

TEST_F(SuiteFiles, WhatIsMadeDoesNotCount) {
  write("build/lib/core.py", "N = 3");
  write("dist/pkg.whl", "zip");
  write("pkg/__pycache__/core.cpython-311.pyc", "code");
  write(".git/HEAD", "main");
  write("pkg.egg-info/PKG-INFO", "Name: pkg");
  write("env/pyvenv.cfg", "home = /usr/bin");
  write("changes.svg", "<svg/>");
  write("before.jsonl", R"({"kind":"session","format":1})");
  EXPECT_TRUE(is_the_same());
  write("s/logs/1.0.log", "made");
  EXPECT_FALSE(is_the_same());
  EXPECT_EQ(hash_of_source(folder_.string(), {(folder_ / "s").string()}), whole_);
}

TEST(SuiteFilesOfPython, TheWordBehindDashM) {
  EXPECT_EQ(module_in({"python", "-m", "benchmarks"}), "benchmarks");
  EXPECT_EQ(module_in({"python", "suite.py"}), "");
}

}  // namespace
}  // namespace benchkit::sweep

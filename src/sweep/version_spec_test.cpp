#include "sweep/version_spec.hpp"

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>

namespace benchkit::sweep {
namespace {

using Kind = VersionSpec::Kind;

TEST(VersionSpec, ALabelEndsAtItsEqualsSign) {
  const VersionSpec spec = parse_version_spec("old=./bench-old", "sweep");
  EXPECT_EQ(spec.label, "old");
  EXPECT_EQ(spec.what, "./bench-old");
  EXPECT_EQ(spec.kind, Kind::program);
  EXPECT_EQ(parse_version_spec("linopy==0.5.5", "sweep").label, "");
  EXPECT_EQ(parse_version_spec("old=linopy==0.5.5", "sweep").what, "linopy==0.5.5");
  EXPECT_EQ(parse_version_spec(">=0.5", "sweep").label, "");
  EXPECT_EQ(parse_version_spec("./a=b", "sweep").label, "");
  EXPECT_EQ(parse_version_spec("cmd:env A=1 sleep 1", "sweep").what, "env A=1 sleep 1");
}

TEST(VersionSpec, EveryKindIsTold) {
  const auto kind = [](const std::string& text) { return parse_version_spec(text, "sweep").kind; };
  EXPECT_EQ(kind("0.5.5"), Kind::word);
  EXPECT_EQ(kind("HEAD~5"), Kind::word);
  EXPECT_EQ(kind("HEAD~5..HEAD"), Kind::git);
  EXPECT_EQ(kind("git:feat/a"), Kind::git);
  EXPECT_EQ(kind("WORKTREE"), Kind::git);
  EXPECT_EQ(kind(">=0.5"), Kind::releases);
  EXPECT_EQ(kind("~=0.5"), Kind::releases);
  EXPECT_EQ(kind("linopy@git+https://github.com/PyPSA/linopy"), Kind::package);
  EXPECT_EQ(kind("-e ."), Kind::package);
  EXPECT_EQ(kind("dist/linopy-0.5-py3-none-any.whl"), Kind::package);
  EXPECT_EQ(kind("python:/opt/venv"), Kind::python);
  EXPECT_EQ(kind("fake:a,ns=100"), Kind::fake);
  EXPECT_THROW((void)parse_version_spec("", "sweep"), Error);
  EXPECT_THROW((void)parse_version_spec("old=", "sweep"), Error);
}

TEST(VersionSpec, AReleaseStaysWhatItIs) {
  const auto is_fixed = [](const std::string& requirement) {
    VersionSpec spec = parse_version_spec("0.5", "sweep");
    spec.install = {requirement};
    return spec.is_fixed();
  };
  EXPECT_TRUE(is_fixed("linopy==0.5.5"));
  EXPECT_TRUE(is_fixed("linopy[all]==0.5.5 ; python_version>'3'"));
  EXPECT_FALSE(is_fixed("linopy==0.5.*"));
  EXPECT_FALSE(is_fixed("linopy>=0.5"));
  EXPECT_FALSE(is_fixed("linopy @ git+https://example.org/linopy@main"));
  EXPECT_FALSE(is_fixed("-e ."));
  EXPECT_FALSE(parse_version_spec("v1.0", "sweep").is_fixed());  // a tag of whatever
  EXPECT_FALSE(parse_version_spec("./old", "sweep").is_fixed());
  EXPECT_TRUE(parse_version_spec("fake:a", "sweep").is_fixed());
}

TEST(VersionSpec, LabelsAreUniqueAndSafeAsFileNames) {
  std::vector<VersionSpec> specs{parse_version_spec("./a", ""), parse_version_spec("./a", ""), parse_version_spec("x=./b", "")};
  make_unique(specs);
  EXPECT_EQ(specs[0].label, "./a");
  EXPECT_EQ(specs[1].label, "./a (2)");
  EXPECT_EQ(file_name_of("1.2.0.post1"), "1.2.0.post1");
  EXPECT_NE(file_name_of("feat/a"), file_name_of("feat-a"));
  EXPECT_EQ(file_name_of("feat/a").find('/'), std::string::npos);
  EXPECT_NE(file_name_of(".."), "..");
}

}  // namespace
}  // namespace benchkit::sweep

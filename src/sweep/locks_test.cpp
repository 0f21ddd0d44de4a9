#include "sweep/locks.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <benchkit/base/error.hpp>

namespace benchkit::sweep {
namespace {

namespace fs = std::filesystem;

class Locks : public testing::Test {
 protected:
  Locks() : folder_(fs::temp_directory_path() / ("benchkit-locks-" + std::to_string(::getpid()))) { fs::create_directories(folder_); }
  ~Locks() override { fs::remove_all(folder_); }

  std::string lock(const std::string& name, const std::string& text) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path) << text;
    return path;
  }
  std::vector<VersionSpec> between(const std::string& good, const std::string& bad) {
    return between_locks(lock("good.txt", good), lock("bad.txt", bad), (folder_ / "mixtures").string(), python_);
  }

  Host python_{.worker_argv = {"python3"}, .command_argv = {}};

 private:
  fs::path folder_;
};

TEST_F(Locks, CommentsAreNone) {
  EXPECT_EQ(requirements_in(lock("a", "# made\n a==1  # via b\n\n    # via c\nb @ file:///x#egg=b\n"), {}),
            (std::vector<std::string>{"a==1", "b @ file:///x#egg=b"}));
}

TEST_F(Locks, ALineThatGoesOnIsOne) {
  EXPECT_EQ(requirements_in(lock("a", "a==1 ; \\\n  python_version < '3.13'\nb==2\n"), "b"),
            (std::vector<std::string>{"b==2", "a==1 ;  python_version < '3.13'"}));
}

// They would be sorted away from what they are of.
TEST_F(Locks, HashesAndOptionsAreRefused) {
  for (const char* text : {"a==1 \\\n    --hash=sha256:00\n", "a==1 --hash=sha256:00\n", "--index-url https://x\na==1\n", "-r other.txt\n"})
    EXPECT_THROW((void)requirements_in(lock("a", text), {}), Error) << text;
  EXPECT_EQ(requirements_in(lock("a", "-e ./here\n"), {}), (std::vector<std::string>{"-e ./here"}));
}

TEST_F(Locks, ThePackagesOfAUniversalLockKeepAllTheirLines) {
  const std::string numpy = "numpy==1.26 ; python_version < '3.10'\nnumpy==2.0 ; python_version >= '3.10'\n";
  const auto specs = between("a==1\n" + numpy, "a==2\nnumpy==2.1\n");
  ASSERT_EQ(specs.size(), 3u);
  EXPECT_EQ(specs[0].install,
            (std::vector<std::string>{"a==1", "numpy==1.26 ; python_version < '3.10'", "numpy==2.0 ; python_version >= '3.10'"}));
  EXPECT_EQ(specs[1].label, "a==2");
  EXPECT_EQ(specs[1].install.size(), 3u);
  EXPECT_EQ(specs[2].label, "numpy==2.1");
  EXPECT_EQ(specs[2].install, (std::vector<std::string>{"a==2", "numpy==2.1"}));
  const auto back = between("numpy==2.1\n", numpy);
  EXPECT_EQ(back[1].label, "numpy==1.26 ; python_version < '3.10', numpy==2.0 ; python_version >= '3.10'");
}

TEST_F(Locks, NamesAreThoseOfPep503) {
  const auto specs = between("A__b.-c==1\n", "a-b-c==2\n");
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[1].install, (std::vector<std::string>{"a-b-c==2"}));
}

TEST_F(Locks, ASuiteThatNamesNoPackageIsAMistake) {
  python_.install_spec = [](const std::string&) { return std::vector<std::string>(); };
  EXPECT_THROW((void)between("a==1\n", "a==2\n"), Error);
}

}  // namespace
}  // namespace benchkit::sweep

#include "base/files.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include <sys/wait.h>
#include <unistd.h>

#include <benchkit/base/error.hpp>

namespace benchkit::base {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  Files() {
    std::string name = (fs::temp_directory_path() / "benchkit-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = folder_ / "a.jsonl";
  }
  ~Files() override { fs::remove_all(folder_); }
  template <class Work>
  static std::string complaint(Work work) {
    try {
      work();
    } catch (const Error& error) {
      return describe(error);
    }
    return {};
  }
  fs::path folder_;
  std::string path_;
};

TEST_F(Files, WhoWritesAFileHasItAlone) {
  auto file = file_system().create(path_, "one\n");
  EXPECT_EQ(writer_of(path_), std::optional<int>(getpid()));
  EXPECT_NE(complaint([&] { (void)file_system().reopen(path_); }).find("another process is writing it: " + std::to_string(getpid())),
            std::string::npos);
  file.reset();
  EXPECT_EQ(writer_of(path_), std::nullopt);
  file = file_system().reopen(path_);
  EXPECT_TRUE(writer_of(path_));
  file->cut(2);
  file->append("ce\n");
  EXPECT_EQ(FileText(path_).text(), "once\n");
}

// What is killed between fork and exec leaves a child with the file open, for a moment.
TEST_F(Files, AChildOfOneThatWasKilledIsNoWriter) {
  const int parent = fork();
  if (parent == 0) {
    const auto file = file_system().create(path_, "one\n");
    if (fork() == 0) usleep(200'000);
    _exit(0);
  }
  (void)waitpid(parent, nullptr, 0);
  EXPECT_EQ(writer_of(path_), std::nullopt);
}

// Both look, see nothing, and write: the second one must find out at the rename.
TEST_F(Files, OfTwoThatCreateAFileAtOnceOneIsTold) {
  std::unique_ptr<AppendFile> other;
  const auto slow = hooked_file_system([&](const char* step, const std::string&) {
    if (std::string_view(step) == "rename" && !other) other = file_system().create(path_, "the quick one\n");
  });
  EXPECT_NE(complaint([&] { (void)slow->create(path_, "the slow one\n"); }).find("exists already"), std::string::npos);
  EXPECT_EQ(FileText(path_).text(), "the quick one\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator{}), 1) << "and leaves nothing behind";
}

// A run that begins anew, or a plain `cp` over it, cuts a file off while somebody reads it.
TEST_F(Files, WhatWasReadStaysWhereItsFileIsCutOff) {
  const std::string text(std::size_t{1} << 20, 'x');
  write_output(path_, text);
  const FileText file(path_);
  fs::resize_file(path_, 0);
  EXPECT_TRUE(file.text() == text);
}

TEST_F(Files, AnOutputGoesThroughALinkAndIntoADeviceAndReplacesAFile) {
  const std::string link = (folder_ / "link").string();
  write_output(path_, "old, and longer\n");
  fs::create_symlink(path_, link);
  write_output(link, "new\n");
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(FileText(path_).text(), "new\n");
  write_output("/dev/null", "text");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  write_output(path_, "newer\n");
  EXPECT_EQ(FileText(path_).text(), "newer\n");
  const std::string nowhere = (folder_ / "none/such").string();
  EXPECT_NE(complaint([&] { write_output(nowhere, "text"); }).find("there is no such folder"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder_ / "none"));
}

}  // namespace
}  // namespace benchkit::base

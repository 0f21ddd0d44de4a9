#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"

namespace benchkit::base {
namespace {

[[noreturn]] void complain(const std::string& what, const std::string& path) {
  throw Error(what + ": " + std::strerror(errno), path);
}

class RealAppendFile final : public AppendFile {
 public:
  RealAppendFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  RealAppendFile(const RealAppendFile&) = delete;
  RealAppendFile& operator=(const RealAppendFile&) = delete;
  ~RealAppendFile() override { close(descriptor_); }

  void append(std::string_view text) override {
    while (!text.empty()) {
      const ssize_t written = write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) complain("cannot write", path_);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void sync() override {
    if (fdatasync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) complain("cannot write to the disk", path_);
  }

 private:
  int descriptor_;
  std::string path_;
};

void make_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) throw Error("cannot make the folder: " + error.message(), folder.string());
}

class RealFileSystem final : public FileSystem {
 public:
  std::unique_ptr<AppendFile> create(const std::string& path) override {
    make_folder_of(path);
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno == EEXIST) throw Error("the file exists already", path, "choose another name, or remove it");
    if (descriptor < 0) complain("cannot be created", path);
    return std::make_unique<RealAppendFile>(descriptor, path);
  }
  std::unique_ptr<AppendFile> reopen(const std::string& path, std::size_t size) override {
    const int descriptor = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (descriptor < 0) complain("cannot be opened for writing", path);
    auto file = std::make_unique<RealAppendFile>(descriptor, path);
    if (ftruncate(descriptor, static_cast<off_t>(size)) != 0) complain("cannot be cut to its whole lines", path);
    return file;
  }
  void replace(const std::string& path, std::string_view content) override {
    make_folder_of(path);
    const std::string neighbour = path + ".new";
    const int descriptor = open(neighbour.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) complain("cannot be created", neighbour);
    {
      RealAppendFile file(descriptor, neighbour);
      file.append(content);
      file.sync();
    }
    if (std::rename(neighbour.c_str(), path.c_str()) != 0) complain("cannot take the place of the old file", path);
  }
  void remove(const std::string& path) override {
    if (unlink(path.c_str()) != 0 && errno != ENOENT) complain("cannot be removed", path);
  }
};

}  // namespace

FileSystem& file_system() {
  static RealFileSystem files;
  return files;
}

MappedFile::MappedFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) complain("cannot be read", path);
  struct stat facts {};
  if (fstat(descriptor, &facts) != 0 || S_ISDIR(facts.st_mode)) {
    close(descriptor);
    throw Error("is a folder, not a file", path);
  }
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size > 0) {
    void* const memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (memory == MAP_FAILED) {
      close(descriptor);
      complain("cannot be mapped", path);
    }
    text_ = {static_cast<const char*>(memory), size};
  }
  close(descriptor);
}

MappedFile::~MappedFile() {
  if (!text_.empty()) munmap(const_cast<char*>(text_.data()), text_.size());  // NOLINT(cppcoreguidelines-pro-type-const-cast): munmap's signature
}

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

}  // namespace benchkit::base

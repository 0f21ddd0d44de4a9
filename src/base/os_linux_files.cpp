#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"

namespace benchkit::base {
namespace {

[[noreturn]] void complain(const std::string& what, const std::string& path) { throw Error(what + ": " + std::strerror(errno), path); }

class RealAppendFile final : public AppendFile {
 public:
  RealAppendFile(int descriptor, std::string path, const FileHook& before)
      : descriptor_(descriptor), path_(std::move(path)), before_(before) {}
  RealAppendFile(const RealAppendFile&) = delete;
  RealAppendFile& operator=(const RealAppendFile&) = delete;
  ~RealAppendFile() override { close(descriptor_); }

  void append(std::string_view text) override {
    while (!text.empty()) {
      if (before_) before_("write", path_);
      const ssize_t written = write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) complain("cannot write", path_);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void sync() override {
    if (before_) before_("sync", path_);
    if (fdatasync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) complain("cannot write to the disk", path_);
  }

 private:
  int descriptor_;
  std::string path_;
  const FileHook& before_;
};

void make_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) throw Error("cannot make the folder: " + error.message(), folder.string());
}

/// rename(2) that does not replace; where the file system cannot promise that, plain rename (we looked before).
int rename_to_free_name(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  return errno == EINVAL || errno == ENOSYS ? std::rename(from.c_str(), to.c_str()) : -1;
}

class RealFileSystem final : public FileSystem {
 public:
  explicit RealFileSystem(FileHook before) : before_(std::move(before)) {}

  std::unique_ptr<AppendFile> create(const std::string& path, std::string_view beginning) override {
    make_folder_of(path);
    if (exists(path)) throw file_exists(path);
    const std::string neighbour = write_neighbour(path, beginning);
    if (rename_to_free_name(neighbour, path) != 0) {
      const int error = errno;
      unlink(neighbour.c_str());
      if (error == EEXIST) throw file_exists(path);
      errno = error;
      complain("cannot be created", path);
    }
    return open_at_end(path);
  }
  std::unique_ptr<AppendFile> reopen(const std::string& path, std::size_t size) override {
    auto file = open_at_end(path);
    if (truncate(path.c_str(), static_cast<off_t>(size)) != 0) complain("cannot be cut to its whole lines", path);
    return file;
  }
  void replace(const std::string& path, std::string_view content) override {
    make_folder_of(path);
    const std::string neighbour = write_neighbour(path, content);
    if (std::rename(neighbour.c_str(), path.c_str()) != 0) complain("cannot take the place of the old file", path);
  }
  void remove(const std::string& path) override {
    if (unlink(path.c_str()) != 0 && errno != ENOENT) complain("cannot be removed", path);
  }

 private:
  static Error file_exists(const std::string& path) { return Error("the file exists already", path, "choose another name, or remove it"); }

  std::unique_ptr<AppendFile> open_at_end(const std::string& path) const {
    const int descriptor = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (descriptor < 0) complain("cannot be opened for writing", path);
    return std::make_unique<RealAppendFile>(descriptor, path, before_);
  }

  /// A synced file beside `path`, ready to be renamed.
  std::string write_neighbour(const std::string& path, std::string_view content) const {
    std::string neighbour = path + ".new";
    if (before_) before_("create", neighbour);
    const int descriptor = open(neighbour.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) complain("cannot be created", neighbour);
    RealAppendFile file(descriptor, neighbour, before_);
    file.append(content);
    file.sync();
    if (before_) before_("rename", path);
    return neighbour;
  }

  FileHook before_;
};

bool read_to_end(int descriptor, std::string& text) {
  std::array<char, 65536> part{};
  while (true) {
    const ssize_t count = read(descriptor, part.data(), part.size());
    if (count == 0) return true;
    if (count > 0) text.append(part.data(), static_cast<std::size_t>(count));
    else if (errno != EINTR) return false;
  }
}

}  // namespace

FileSystem& file_system() {
  static RealFileSystem files{FileHook{}};
  return files;
}

std::unique_ptr<FileSystem> hooked_file_system(FileHook before) { return std::make_unique<RealFileSystem>(std::move(before)); }

MappedFile::MappedFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) complain("cannot be read", path);
  struct stat facts {};
  if (fstat(descriptor, &facts) != 0 || S_ISDIR(facts.st_mode)) {
    close(descriptor);
    throw Error("is a folder, not a file", path);
  }
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (!S_ISREG(facts.st_mode)) {
    const bool whole = read_to_end(descriptor, read_);
    const int error = errno;
    close(descriptor);
    errno = error;
    if (!whole) complain("cannot be read", path);
    text_ = read_;
    return;
  }
  if (size > 0) {
    void* const memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (memory == MAP_FAILED) {
      close(descriptor);
      complain("cannot be mapped", path);
    }
    text_ = {static_cast<const char*>(memory), size};
    mapped_ = true;
  }
  close(descriptor);
}

MappedFile::~MappedFile() {
  if (mapped_) munmap(const_cast<char*>(text_.data()), text_.size());  // NOLINT(cppcoreguidelines-pro-type-const-cast): munmap's signature
}

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

}  // namespace benchkit::base

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <utility>

#include <fmt/format.h>

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
  void cut(std::size_t size) override {
    if (ftruncate(descriptor_, static_cast<off_t>(size)) != 0) complain("cannot be cut to its whole lines", path_);
  }

  /// False while another open file has the lock. It is let go when the last descriptor is closed, so that a killed process holds none.
  [[nodiscard]] bool lock() const { return flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }
  /// False if the path leads to another file by now: it was replaced while we opened it.
  [[nodiscard]] bool is_still_there() const {
    struct stat mine {};
    struct stat there {};
    return fstat(descriptor_, &mine) == 0 && stat(path_.c_str(), &there) == 0 && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
  }
  void moved_to(std::string path) { path_ = std::move(path); }

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

/// rename(2) that does not replace; a file system that cannot promise that may know hard links; else plain rename (we looked before).
int rename_to_free_name(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  if (link(from.c_str(), to.c_str()) == 0) return unlink(from.c_str());
  return errno == EPERM || errno == ENOTSUP ? std::rename(from.c_str(), to.c_str()) : -1;
}

/// Who holds a flock, by /proc/locks: "12: FLOCK  ADVISORY  WRITE 4711 fd:01:1234 0 EOF". 0 if it does not say.
int lock_holder(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return 0;
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, mode, access, place;
    int pid = 0;
    words >> number >> kind >> mode >> access >> pid >> place;
    if (kind == "FLOCK" && pid > 0 && place.ends_with(fmt::format(":{}", facts.st_ino))) return pid;
  }
  return 0;
}

class RealFileSystem final : public FileSystem {
 public:
  explicit RealFileSystem(FileHook before) : before_(std::move(before)) {}

  std::unique_ptr<AppendFile> create(const std::string& path, std::string_view beginning) override {
    make_folder_of(path);
    if (exists(path)) throw file_exists(path);
    auto [file, neighbour] = write_neighbour(path, beginning);
    (void)file->lock();  // before anyone can see it
    if (rename_to_free_name(neighbour, path) != 0) {
      const int error = errno;
      unlink(neighbour.c_str());
      if (error == EEXIST) throw file_exists(path);
      errno = error;
      complain("cannot be created", path);
    }
    file->moved_to(path);
    return std::move(file);
  }
  std::unique_ptr<AppendFile> reopen(const std::string& path) override {
    for (;;) {
      const int descriptor = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
      if (descriptor < 0) complain("cannot be opened for writing", path);
      auto file = std::make_unique<RealAppendFile>(descriptor, path, before_);
      if (!file->lock()) {
        const int pid = lock_holder(path);
        throw Error(pid > 0 ? fmt::format("another process is writing it: {}", pid) : "another process is writing it", path,
                    "wait for its end, or end it with Ctrl-C");
      }
      if (file->is_still_there()) return file;
    }
  }
  void replace(const std::string& path, std::string_view content) override {
    make_folder_of(path);
    const auto [file, neighbour] = write_neighbour(path, content);
    if (std::rename(neighbour.c_str(), path.c_str()) != 0) complain("cannot take the place of the old file", path);
  }
  void remove(const std::string& path) override {
    if (unlink(path.c_str()) != 0 && errno != ENOENT) complain("cannot be removed", path);
  }

 private:
  static Error file_exists(const std::string& path) { return Error("the file exists already", path, "choose another name, or remove it"); }

  struct Neighbour {
    std::unique_ptr<RealAppendFile> file;
    std::string path;
  };

  /// A synced file beside `path`, ready to be renamed. Its name is ours alone: another process may be about to make the same file.
  Neighbour write_neighbour(const std::string& path, std::string_view content) const {
    if (before_) before_("create", path);
    Neighbour result;
    int descriptor = -1;
    for (int i = 0; descriptor < 0; ++i) {
      result.path = fmt::format("{}.new-{}-{}", path, getpid(), i);
      descriptor = open(result.path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor < 0 && errno != EEXIST) complain("cannot be created", path);
    }
    result.file = std::make_unique<RealAppendFile>(descriptor, result.path, before_);
    try {
      result.file->append(content);
      result.file->sync();
    } catch (const Error&) {
      unlink(result.path.c_str());
      throw;
    }
    if (before_) before_("rename", path);
    return result;
  }

  FileHook before_;
};

/// How many bytes there were. `well`: nothing went wrong.
std::size_t read_up_to(int descriptor, std::span<char> bytes, bool& well) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = read(descriptor, bytes.data() + done, bytes.size() - done);
    if (count > 0) done += static_cast<std::size_t>(count);
    else if (count == 0 || errno != EINTR) {
      well = count == 0;
      break;
    }
  }
  return done;
}

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

void write_output(const std::string& path, std::string_view text) {
  struct stat there {};
  const bool is_there = lstat(path.c_str(), &there) == 0;
  if (is_there && !S_ISREG(there.st_mode)) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) complain("cannot be opened for writing", path);
    RealAppendFile(descriptor, path, FileHook{}).append(text);
    return;
  }
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder))
    throw Error("there is no such folder", folder.string(), "make it, or choose another one");
  file_system().replace(path, text);
}

std::unique_ptr<FileSystem> hooked_file_system(FileHook before) { return std::make_unique<RealFileSystem>(std::move(before)); }

FileText::FileText(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) complain("cannot be read", path);
  struct stat facts {};
  if (fstat(descriptor, &facts) != 0 || S_ISDIR(facts.st_mode)) {
    close(descriptor);
    throw Error("is a folder, not a file", path);
  }
  bool whole = true;
  if (S_ISREG(facts.st_mode)) {
    const auto size = static_cast<std::size_t>(facts.st_size);
    regular_ = std::make_unique_for_overwrite<char[]>(size);
    const std::size_t count = read_up_to(descriptor, {regular_.get(), size}, whole);
    text_ = {regular_.get(), count};
  } else {
    whole = read_to_end(descriptor, streamed_);
    text_ = streamed_;
  }
  const int error = errno;
  close(descriptor);
  errno = error;
  if (!whole) complain("cannot be read", path);
}

FileLock::FileLock(const std::string& path, const std::function<bool()>& gives_up) {
  constexpr useconds_t kPause = 20'000;
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) complain("cannot be locked", path);
  while (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) complain("cannot be locked", path);
    if (gives_up()) return;
    usleep(kPause);
  }
  held_ = true;
}

FileLock::~FileLock() { close(descriptor_); }

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

// A process that was killed while it started another one leaves a child that has the file open until it becomes that program: soon there is nobody.
std::optional<int> writer_of(const std::string& path) {
  constexpr int kTries = 50;
  constexpr useconds_t kPause = 20'000;
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  std::optional<int> writer;
  for (int tries = 0; tries < kTries; ++tries) {
    const bool held = flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    writer = held ? std::optional(lock_holder(path)) : std::nullopt;
    const bool is_gone = writer && (*writer == 0 || (kill(*writer, 0) != 0 && errno == ESRCH));
    if (!is_gone) break;
    usleep(kPause);
  }
  close(descriptor);
  return writer;
}

}  // namespace benchkit::base

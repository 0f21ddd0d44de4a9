// Files, behind a seam: tests hand in a FileSystem that fails or kills at a chosen moment.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace benchkit::base {

/// A file open for appending. Every `append` is one write(2) of the whole text (repeated if the system took a part only).
class AppendFile {
 public:
  virtual ~AppendFile() = default;
  virtual void append(std::string_view text) = 0;  ///< throws benchkit::Error (disk full, ...)
  virtual void sync() = 0;                         ///< to the disk
  virtual void cut(std::size_t size) = 0;          ///< to its first `size` bytes
 protected:
  AppendFile() = default;
  AppendFile(const AppendFile&) = default;
  AppendFile& operator=(const AppendFile&) = default;
};

/// What of the file system can be changed. All errors are benchkit::Error with the path as place.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  /// Creates the file (and its folder) with this beginning, by write to a neighbour and rename: it is never seen without it. Throws
  /// if it exists, were it made by someone else at this very moment. Locked while it is open: see reopen().
  [[nodiscard]] virtual std::unique_ptr<AppendFile> create(const std::string& path, std::string_view beginning) = 0;
  /// Opens an existing file at its end. Throws, naming the process, while another one has it open by create() or reopen().
  [[nodiscard]] virtual std::unique_ptr<AppendFile> reopen(const std::string& path) = 0;
  /// Replaces a file by write to a neighbour, sync, rename: a reader sees the old content or the new one.
  virtual void replace(const std::string& path, std::string_view content) = 0;
  /// Removes a file that may not exist.
  virtual void remove(const std::string& path) = 0;

 protected:
  FileSystem() = default;
  FileSystem(const FileSystem&) = default;
  FileSystem& operator=(const FileSystem&) = default;
};

/// The real one.
[[nodiscard]] FileSystem& file_system();

/// Writes a text where a person wants it: a file is replaced as by FileSystem::replace(), in a folder that is there; what is something else (a device, a
/// pipe, a link) is written to and stays what it is. Throws benchkit::Error.
void write_output(const std::string& path, std::string_view text);

/// Called with "create", "write", "sync" or "rename" and the path before each such system call.
using FileHook = std::function<void(const char* step, const std::string& path)>;
/// The real one, with a hook before each of its steps: what a test needs to end the process at every one of them.
[[nodiscard]] std::unique_ptr<FileSystem> hooked_file_system(FileHook before);

/// A whole file in memory, as it was when it was read. It isn't mapped: what somebody cuts off a mapped file ends whoever looks at it. Throws benchkit::Error.
class FileText {
 public:
  explicit FileText(const std::string& path);
  FileText(const FileText&) = delete;
  FileText& operator=(const FileText&) = delete;
  ~FileText() = default;
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
  std::unique_ptr<char[]> regular_;  ///< of a file that tells its size
  std::string streamed_;             ///< what came out of a pipe, /dev/stdin
};

/// A lock between processes, and between threads that have one each: held while it lives, gone with its process however that ends. The file stays.
class FileLock {
 public:
  /// Waits for it, asking now and then whether to give up. Creates the file and its folder. Throws benchkit::Error.
  FileLock(const std::string& path, const std::function<bool()>& gives_up);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();
  /// False: it was given up.
  [[nodiscard]] bool held() const noexcept { return held_; }

 private:
  int descriptor_ = -1;
  bool held_ = false;
};

[[nodiscard]] bool exists(const std::string& path);
/// The process that has the file open by create() or reopen(), 0 if it cannot be told which; nullopt: none.
[[nodiscard]] std::optional<int> writer_of(const std::string& path);

}  // namespace benchkit::base

// The journal: a snapshot while it is being measured. Append-only; one line a write.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/files.hpp"
#include "model/snapshot.hpp"

namespace benchkit::snapshot {

/// Writes the lines of docs/snapshot-format.md. As long as it lives, nobody else can go on with the file.
///
///  Every call ends with exactly one write of one whole line, so a kill at any moment
/// loses at most the line being written. Handles (version, case) are the positions in the file, as in model::Snapshot.
class Journal {
 public:
  /// Starts a new file with its `session` line. Throws benchkit::Error if the file exists already or cannot be written.
  static Journal create(base::FileSystem& files, const std::string& path, const Session& session);

  /// Goes on with an existing journal: cuts off a truncated last line, takes the handles from `snapshot` (which was read from
  /// `path`), and, if `session` is given, begins another session. A sealed file can be extended too. Throws if another process is writing
  /// the file, or has written to it since it was read.
  static Journal extend(base::FileSystem& files, const std::string& path, const Snapshot& snapshot, const Session* session);

  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  [[nodiscard]] std::size_t session() const noexcept;  ///< handle of the session being written
  std::size_t add_version(const Version& version);     ///< the handle; no line if an equal label is there
  std::size_t add_case(const CaseInfo& info);          ///< the handle; no line if the id is there
  /// Says anew what the case with this handle is: its group, labels and the like are known only now. The id stays.
  void restate_case(std::size_t handle, const CaseInfo& info);
  std::size_t add_metric(const Metric& metric);  ///< the handle; no line if the name is there
  void sample(std::size_t version, std::size_t case_index, std::size_t metric, const Sample& sample);
  void outcome(std::size_t version, std::size_t case_index, std::size_t metric, std::int64_t block, const Outcome& outcome);
  void warning(std::size_t version, std::size_t case_index, std::size_t metric, const std::string& text);
  /// Who held the bytes at a peak of `metric`; they count once the block's line says that it was whole.
  void call_paths(std::size_t version, std::size_t case_index, std::size_t metric, std::int64_t block, const CallPaths& paths);
  /// The block has ended, whole or cut off.
  void block(const Block& block);
  /// The run has come to its end: there is nothing to resume.
  void end();

  [[nodiscard]] const std::string& path() const noexcept;

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Leaves out of a session's header what may be private: command lines, how the suite is called, host name, user, working directory.
void redact(Session& session);

/// Leaves out of call paths in which folders the files are: they name whose machine it is.
void redact(CallPaths& paths);

/// Compacts a journal to one line per session × case × metric × version, by write-then-rename. Partial blocks stay. A file with lines that
/// cannot be read is left as it is: they would be lost.
void seal(base::FileSystem& files, const std::string& path);

}  // namespace benchkit::snapshot

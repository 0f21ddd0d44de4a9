// What every reader of a JSON file of another tool needs: rows that are read one by one, complaints with their place, records to fill.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <simdjson.h>

#include "model/snapshot.hpp"
#include "snapshot/outline.hpp"
#include "snapshot/readers/row.hpp"

namespace benchkit::snapshot {

/// A file as it is read into a Snapshot of one session and one version.
///
/// The session says that nobody knows how the samples were taken: `design` and `processes` are "unknown". All samples of a record stand in
/// one block, whatever the tool did between them, so that nothing downstream takes them for pairs or for independent processes.
class ForeignFile {
 public:
  ForeignFile(std::string_view text, const std::string& path, std::string_view tool);

  /// A member of the file's own object, as text of the file; empty if there is none.
  [[nodiscard]] std::string_view member(std::string_view key) const { return piece_of(key).value; }
  /// A member of the file's own object as a document; null if there is none or it cannot be read (which is a complaint).
  [[nodiscard]] Json document(std::string_view key);

  /// Calls `read` for every row of a list of objects. Rows that are damaged are complained of and left out. Throws benchkit::Error if there
  /// is no such list at all.
  void for_each_row(std::string_view key, const std::function<void(const Row&)>& read);

  /// The same for the members of an object: `read` is given name, value and the value's place.
  using ReadMember = std::function<void(const std::string& name, simdjson::dom::element value, std::string_view at)>;
  void for_each_member(std::string_view key, const ReadMember& read);

  [[nodiscard]] Session& session() noexcept { return snapshot_.sessions.front(); }
  [[nodiscard]] Version& version() noexcept { return snapshot_.versions.front(); }
  /// "pytest-benchmark 5.3.1".
  void set_tool(std::string_view version);

  /// Adds a case and returns its position. A second one of the same id and dims gets the dim "occurrence", and is complained of.
  std::size_t add_case(CaseInfo info, std::string_view at);
  [[nodiscard]] CaseInfo& case_at(std::size_t position) { return snapshot_.cases[position]; }
  /// The record of a case and a metric, made at the first call. Good until the next call.
  Record& record(std::size_t position, const Metric& metric);

  void complain(std::string_view at, std::string message, std::string hint = {});
  [[noreturn]] void refuse(std::string_view at, std::string message) const;

  Snapshot finish();

 private:
  [[nodiscard]] Piece piece_of(std::string_view key) const;
  [[nodiscard]] std::string place_of(const char* at) const;
  [[nodiscard]] std::optional<simdjson::dom::element> parse(std::string_view text);
  bool read_row(std::string_view text, const std::function<void(const Row&)>& read);
  std::size_t metric_position(const Metric& metric);

  std::string_view text_;
  std::vector<Piece> members_;
  Snapshot snapshot_;
  simdjson::dom::parser parser_;
  std::string tolerated_;  ///< the row being read, once its bare words were quoted
  std::unordered_map<std::string, std::vector<std::size_t>> cases_of_id_;
  std::vector<std::vector<std::size_t>> record_of_;  ///< by case, then metric: its position + 1
  std::size_t dropped_ = 0;
};

/// The pieces of a row that stand for one number and no samples.
[[nodiscard]] Summary stated(double value);

/// All samples of a series as one block; every value is times `factor`.
[[nodiscard]] Samples samples_of(std::vector<double> values, double factor, double iterations = 1);

/// "g++ 12" for a text, 12 for an integer, and so on; lists and objects as their JSON.
[[nodiscard]] DimValue dim_of(simdjson::dom::element value);

/// The first nine digits of a commit, "-dirty" behind them; empty for what is no commit.
[[nodiscard]] std::string commit_label(std::string_view commit, bool dirty);

}  // namespace benchkit::snapshot

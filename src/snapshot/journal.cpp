#include "snapshot/journal.hpp"

#include <unordered_map>
#include <utility>

#include <benchkit/base/error.hpp>

#include "snapshot/format.hpp"
#include "snapshot/read.hpp"

namespace benchkit::snapshot {

struct Journal::State {
  std::string path;
  std::unique_ptr<base::AppendFile> file;
  std::size_t session = 0;
  std::unordered_map<std::string, std::size_t> versions, cases, metrics;

  void write(const Json& line) { file->append(base::dump_line(line) + "\n"); }

  /// The handle of a thing that is named once: a new one gets a line.
  template <class MakeLine>
  std::size_t name(std::unordered_map<std::string, std::size_t>& known, const std::string& key, MakeLine&& make_line) {
    if (const auto found = known.find(key); found != known.end()) return found->second;
    const std::size_t handle = known.size();
    write(make_line(handle));
    known.emplace(key, handle);
    return handle;
  }
};

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Journal Journal::create(base::FileSystem& files, const std::string& path, const Session& session) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->file = files.create(path, base::dump_line(session_line(session, 0)) + "\n");
  return Journal(std::move(state));
}

Journal Journal::extend(base::FileSystem& files, const std::string& path, const Snapshot& snapshot, const Session* session) {
  if (!snapshot.diagnostics.empty()) {
    throw Error("the file is damaged, so nothing can be added to it: " + snapshot.diagnostics.front().message,
                snapshot.diagnostics.front().where);
  }
  auto state = std::make_unique<State>();
  state->path = path;
  state->file = files.reopen(path);
  {
    const base::FileText file(path);
    if (snapshot.bytes != file.text().size()) throw Error("another process has gone on with it meanwhile", path, "try once more");
    const std::size_t last = file.text().rfind('\n');
    const std::size_t whole_lines = last == std::string_view::npos ? 0 : last + 1;
    // The last line of a sealed file was read, though it lost its newline.
    if (!snapshot.sealed) state->file->cut(whole_lines);
    else if (whole_lines < file.text().size()) state->file->append("\n");
  }
  for (std::size_t i = 0; i < snapshot.versions.size(); ++i) state->versions.emplace(snapshot.versions[i].label, i);
  for (std::size_t i = 0; i < snapshot.cases.size(); ++i) state->cases.emplace(snapshot.cases[i].id, i);
  for (std::size_t i = 0; i < snapshot.metrics.size(); ++i) state->metrics.emplace(snapshot.metrics[i].name, i);
  state->session = snapshot.sessions.empty() ? 0 : snapshot.sessions.size() - 1;
  if (session != nullptr) {
    state->session = snapshot.sessions.size();
    state->write(session_line(*session, state->session));
  }
  return Journal(std::move(state));
}

std::size_t Journal::session() const noexcept { return state_->session; }
const std::string& Journal::path() const noexcept { return state_->path; }

std::size_t Journal::add_version(const Version& version) {
  return state_->name(state_->versions, version.label, [&](std::size_t handle) { return version_line(version, handle); });
}

std::size_t Journal::add_case(const CaseInfo& info) {
  return state_->name(state_->cases, info.id, [&](std::size_t handle) { return case_line(info, handle); });
}

void Journal::restate_case(std::size_t handle, const CaseInfo& info) { state_->write(case_line(info, handle)); }

std::size_t Journal::add_metric(const Metric& metric) {
  return state_->name(state_->metrics, metric.name, [&](std::size_t handle) { return metric_line(metric, handle); });
}

void Journal::sample(std::size_t version, std::size_t case_index, std::size_t metric, const Sample& sample) {
  state_->write(sample_line({state_->session, version, case_index, metric}, sample));
}

void Journal::outcome(std::size_t version, std::size_t case_index, std::size_t metric, std::int64_t block, const Outcome& outcome) {
  state_->write(outcome_line({state_->session, version, case_index, metric}, block, outcome));
}

void Journal::warning(std::size_t version, std::size_t case_index, std::size_t metric, const std::string& text) {
  state_->write(warning_line({state_->session, version, case_index, metric}, text));
}

void Journal::call_paths(std::size_t version, std::size_t case_index, std::size_t metric, std::int64_t block, const CallPaths& paths) {
  state_->write(paths_line({state_->session, version, case_index, metric}, block, paths));
}

void Journal::block(const Block& block) { state_->write(block_line(block)); }
void Journal::end() { state_->write(end_line(state_->session)); }

void seal(base::FileSystem& files, const std::string& path) {
  const Snapshot snapshot = read(path);
  if (!snapshot.diagnostics.empty()) return;
  std::string text;
  const auto add = [&](const Json& line) { text += base::dump_line(line) + "\n"; };
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    Json line = session_line(snapshot.sessions[i], i);
    line["sealed"] = true;
    add(line);
  }
  for (std::size_t i = 0; i < snapshot.versions.size(); ++i) add(version_line(snapshot.versions[i], i));
  for (std::size_t i = 0; i < snapshot.metrics.size(); ++i) add(metric_line(snapshot.metrics[i], i));
  for (std::size_t i = 0; i < snapshot.cases.size(); ++i) add(case_line(snapshot.cases[i], i));
  for (const Block& block : snapshot.blocks) add(block_line(block));
  for (const Record& record : snapshot.records) {
    const Place place{record.session, record.version, record.case_index, record.metric};
    if (!record.samples.empty() || !record.extra.empty()) add(series_line(place, record.samples, false, record.extra));
    if (!record.partial->empty()) add(series_line(place, *record.partial, true, Json()));
    if (record.outcome != Outcome{}) add(outcome_line(place, -1, record.outcome));
    for (const std::string& warning : record.warnings) add(warning_line(place, warning));
  }
  for (const Attribution& one : snapshot.call_paths)
    add(paths_line({one.session, one.version, one.case_index, one.metric}, one.block, one.paths));
  files.replace(path, text);
}

void redact(CallPaths& paths) {
  for (Frame& frame : paths.frames) {
    for (std::string* const file : {&frame.file, &frame.module}) file->erase(0, file->rfind('/') + 1);
  }
}

void redact(Session& session) {
  for (const char* key : {"command", "command_cases", "host", "host_name", "user", "working_directory"}) session.header.erase(key);
}

}  // namespace benchkit::snapshot

#include "serve/server.hpp"

#include <array>
#include <exception>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/json.hpp"
#include "base/os.hpp"
#include "base/own_library.hpp"
#include "base/parallel.hpp"
#include "compare/compare.hpp"
#include "compare/terms.hpp"
#include "http/abi.h"
#include "report/page_template.hpp"
#include "report/report.hpp"
#include "serve/folder.hpp"
#include "snapshot/read.hpp"

namespace benchkit::serve {
namespace {

constexpr base::OwnLibrary kLibrary{"libbenchkit-http.so", "benchkit_http", BENCHKIT_HTTP_VERSION, "BENCHKIT_HTTP"};
constexpr int kOk = 200, kBadRequest = 400, kNotFound = 404, kFailed = 500, kBusy = 503;
constexpr std::size_t kMostFiles = 50;

struct Answer {
  int status = kOk;
  const char* type = "text/plain; charset=utf-8";
  const char* policy = "default-src 'none'; frame-ancestors 'none'";  ///< null: the page says it itself
  std::string body;
};

Answer refusal(int status, std::string body) { return {.status = status, .body = std::move(body) + "\n"}; }

const benchkit_http_interface& loaded() {
  std::string reason;
  const void* const library = base::load_own_library(kLibrary, reason);
  if (library == nullptr)
    throw Error("nothing can be served: " + reason, {},
                fmt::format("build benchkit with cpp-httplib (tools/setup), or set {} to the path of {}; `report` needs none",
                            kLibrary.variable, kLibrary.file));
  return *static_cast<const benchkit_http_interface*>(library);
}

}  // namespace

struct Server::State {
  const benchkit_http_interface& library;
  Folder folder;
  std::mutex one_report;  ///< at a time: each takes all CPUs, unless a run is going on
  void* server = nullptr;
  int port = 0;

  State(const std::string& path, int wanted) : library(loaded()), folder(path), port(wanted) {}

  Answer report(const std::vector<std::string>& names) {
    if (names.empty() || names.size() > kMostFiles) return refusal(kBadRequest, "Name one file or several: /report?file=NAME&file=NAME");
    std::vector<std::string> paths;
    for (const std::string& name : names) {
      const auto path = folder.path_of(name);
      if (!path) return refusal(kNotFound, "There is no such snapshot in this folder.");
      paths.push_back(*path);
    }
    const std::unique_lock lock(one_report, std::try_to_lock);
    if (!lock) return refusal(kBusy, "Another report is being made: load this page again in a moment.");
    std::optional<base::OnOneThread> alone;
    if (folder.is_written()) alone.emplace();
    report::ReportOptions options{.compare = {}, .title = {}, .made = base::utc_now()};
    // Before they are read: what is written meanwhile is a change.
    for (std::size_t i = 0; i < names.size(); ++i) options.follow.emplace_back(names[i], std::filesystem::file_size(paths[i]));
    const std::vector<Snapshot> snapshots = snapshot::read_all(paths);
    options.compare.judge = compare::judge_options(compare::stated_terms(snapshots), snapshots);
    const std::vector<compare::Comparison> comparisons = compare::compare(snapshots, options.compare);
    return {.type = "text/html; charset=utf-8", .policy = nullptr, .body = report::page(snapshots, comparisons, options)};
  }

  Answer answer(std::string_view path, const std::vector<std::string>& names) {
    try {
      if (path == "/") return {.type = "text/html; charset=utf-8", .policy = nullptr, .body = std::string(report::folder_page())};
      if (path == "/snapshots") return {.type = "application/json", .body = base::dump_line(folder.list())};
      if (path == "/report") return report(names);
      return refusal(kNotFound, "There is nothing here.");
    } catch (const Error& error) {
      return refusal(kBadRequest, describe(error));
    } catch (const std::exception& error) {
      return refusal(kFailed, error.what());
    }
  }
};

namespace {

void take_file(void* context, const char* name, size_t name_size, const char* value, size_t value_size) {
  if (std::string_view(name, name_size) == "file") static_cast<std::vector<std::string>*>(context)->emplace_back(value, value_size);
}

}  // namespace

Server::Server(const std::string& folder, int port) : state_(std::make_unique<State>(folder, port)) {
  constexpr std::size_t kReason = 512;
  std::array<char, kReason> why{};
  const auto handle = [](void* context, const benchkit_http_request* request) {
    std::vector<std::string> names;
    request->parameters(request, &take_file, &names);
    const Answer answer = static_cast<State*>(context)->answer({request->path, request->path_size}, names);
    request->answer(request, answer.status, answer.type, answer.policy, answer.body.data(), answer.body.size());
  };
  state_->server = state_->library.start(&state_->port, handle, state_.get(), why.data(), why.size());
  if (state_->server == nullptr)
    throw Error(fmt::format("port {} cannot be had: {}", port, why.data()), "--port", "without --port any free one is taken");
}

Server::~Server() { state_->library.stop(state_->server); }

std::string Server::address() const { return fmt::format("http://127.0.0.1:{}/", state_->port); }

}  // namespace benchkit::serve

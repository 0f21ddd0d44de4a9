// The worker: answers the protocol for a host. The only place where code of the user runs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/channel.hpp"
#include "core/case_source.hpp"
#include "core/host.hpp"
#include "core/sampler.hpp"
#include "protocol/messages.hpp"

namespace benchkit::core {

/// One conversation. A pure function of messages: transport, process and time limits belong to others.
class WorkerSession {
 public:
  using Reply = std::function<void(const protocol::Message&)>;

  /// `cases` are asked for at the first request that needs them. That may throw benchkit::Error: the answer is then `refused`.
  WorkerSession(Host host, std::shared_ptr<CaseSource> cases, Clock& clock);
  ~WorkerSession();

  [[nodiscard]] protocol::Hello hello() const;
  /// Answers one request through `reply` (several times for `take`). False after `quit`.
  bool handle(const protocol::Message& request, const Reply& reply);

 private:
  void load_cases();
  void answer(const protocol::Describe& request, const Reply& reply);
  void answer(const protocol::Prepare& request, const Reply& reply);
  void answer(const protocol::Open& request, const Reply& reply);
  void answer(const protocol::Calibrate& request, const Reply& reply);
  void answer(const protocol::Take& asked, const Reply& reply);
  void answer(const protocol::Once& request, const Reply& reply);
  void answer(const protocol::Close& request, const Reply& reply);
  void with_live(const char* stage, const Reply& reply, const std::function<void(Sampler&)>& work);
  void drop_live() noexcept;
  /// What stands in the way of a case, or that it cannot be told.
  void add_hindrance(protocol::CaseDescription& description) const;
  [[nodiscard]] std::unique_ptr<Meter> make_meter(const std::string& name) const;
  /// Throws benchkit::Error if another case reported under one of these names in another unit: a metric has one.
  void check_units(const Sampler& live, const std::vector<protocol::Report>& reports);

  Host host_;
  std::shared_ptr<CaseSource> source_;
  Clock& clock_;
  bool loaded_ = false;
  std::unordered_map<std::string_view, const HostCase*> by_id_;
  TakenNames taken_names_;
  struct FirstReport {
    std::string unit, case_id;
  };
  std::map<std::string, FirstReport, std::less<>> reported_;  ///< by name: who was the first to report under it
  std::unique_ptr<Sampler> live_;
};

/// The worker's end of the connection to the runner, a line a message. Ends the process where the runner is gone, and in a child that the case forked and
/// that came back here: it must not answer in its parent's name.
class Connection {
 public:
  explicit Connection(int descriptor);
  /// The next line; nullopt: the connection is closed.
  [[nodiscard]] std::optional<std::string> next();
  void send(std::string_view line);

 private:
  void check_process() const;

  int descriptor_;
  std::int64_t own_pid_;
  base::LineBuffer lines_;
};

/// Serves the runner at the other end of `descriptor` until it says `quit` or goes away. Returns the exit code of the process.
int serve(WorkerSession& session, int descriptor);

/// The descriptor that a runner left for this process in BENCHKIT_WORKER (which is removed at once, so that a program started by the
/// code under test is no worker), or -1 if a person started it. Throws benchkit::Error if the variable makes no sense.
[[nodiscard]] int take_worker_descriptor();

}  // namespace benchkit::core

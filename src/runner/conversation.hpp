// A conversation with one worker, from its first word to its end.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runner/worker_link.hpp"

namespace benchkit::runner {

class Conversation {
 public:
  /// Starts a worker and hears its hello. Throws benchkit::Error with what the worker printed if it has none.
  Conversation(WorkerFactory& workers, const protocol::LaunchRecipe& recipe, std::int64_t start_timeout_ns);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  ~Conversation();

  [[nodiscard]] const protocol::Hello& hello() const noexcept { return hello_; }
  /// What the start took, until the hello.
  [[nodiscard]] std::int64_t start_ns() const noexcept { return start_ns_; }
  /// The suite's cases. Throws benchkit::Error if the worker cannot list them.
  [[nodiscard]] protocol::Cases describe(const std::vector<std::string>& suite_options);

  void set_timeout(std::int64_t timeout_ns) noexcept { timeout_ns_ = timeout_ns; }
  void send(const protocol::Message& message) { link_->send(message); }
  [[nodiscard]] Heard receive();
  /// What the worker printed since the last call, as WorkerLink::take_output().
  [[nodiscard]] Json take_output() { return link_->take_output(); }
  [[nodiscard]] bool alive() const noexcept { return alive_; }
  /// Ends a worker that broke the protocol; the outcome says how.
  [[nodiscard]] Outcome give_up(std::string reason);
  void stop();

 private:
  std::unique_ptr<WorkerLink> link_;
  protocol::Hello hello_;
  std::int64_t start_ns_ = 0;
  std::int64_t timeout_ns_ = 0;
  bool alive_ = true;
};

}  // namespace benchkit::runner

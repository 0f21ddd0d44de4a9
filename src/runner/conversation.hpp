// A conversation with one worker, from its first word to its end.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runner/worker_link.hpp"

namespace benchkit::runner {

/// Thrown where a worker's start or its list of cases was waited for, and the person wanted to stop instead.
class Interrupted final : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "interrupted"; }
};

/// The longest that a worker may take to start, and to list its cases where no timeout says otherwise.
inline constexpr std::int64_t kStartTimeoutNs = 300'000'000'000;

class Conversation {
 public:
  /// A worker that was started ahead, and what it was told to do.
  struct Ahead {
    std::unique_ptr<WorkerLink> link;
    bool prepares = false;
    std::optional<protocol::Open> opens;  ///< a case
    bool wanted = true;                   ///< that case is the first that it will be asked for
  };
  /// Starts a worker, or takes up one that was started ahead by this recipe, and hears its hello. Throws benchkit::Error with what the worker printed
  /// if it has none, and Interrupted.
  Conversation(WorkerFactory& workers, const protocol::LaunchRecipe& recipe, std::optional<Ahead> ahead = std::nullopt);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  ~Conversation();

  [[nodiscard]] const protocol::Hello& hello() const noexcept { return hello_; }
  /// Lets the worker begin what stands before its first case, where there is something, and goes on.
  void begin_to_prepare();
  /// Waits until it is done with that, which it may have begun before. Throws as the constructor does.
  void prepare();
  /// What the start took, until the hello, and the preparation; of a worker that was started ahead what was left of it.
  [[nodiscard]] std::int64_t start_ns() const noexcept { return start_ns_; }
  /// The suite's cases. `timeout_ns`: the longest silence; 0: kStartTimeoutNs. What was printed until then is dropped: it is no case's.
  /// Throws benchkit::Error if the worker cannot list them, and Interrupted.
  [[nodiscard]] protocol::Cases describe(const protocol::Describe& request, std::int64_t timeout_ns);

  void set_timeout(std::int64_t timeout_ns) noexcept { timeout_ns_ = timeout_ns; }
  void send(const protocol::Message& message);
  [[nodiscard]] Heard receive();
  /// As WorkerLink says.
  void pause() { link_->pause(); }
  void pin(int cpu) { link_->pin(cpu); }
  [[nodiscard]] int threads() const { return link_->threads(); }
  /// As WorkerFactory says.
  [[nodiscard]] std::int64_t now_ns() const { return workers_.now_ns(); }
  /// What the worker printed since the last call, as WorkerLink::take_output().
  [[nodiscard]] Json take_output() { return link_->take_output(); }
  [[nodiscard]] bool alive() const noexcept { return alive_; }
  /// Ends a worker that broke the protocol; the outcome says how.
  [[nodiscard]] Outcome give_up(std::string reason);
  /// As WorkerLink::quit().
  void quit() {
    if (alive_) link_->quit();
  }
  /// Ends the worker; how it ended, as WorkerLink::stop() says. Nothing if it is gone already.
  std::string stop();

 private:
  void hear_that_it_is_prepared();

  WorkerFactory& workers_;
  std::unique_ptr<WorkerLink> link_;
  std::optional<protocol::Open> asked_ahead_;  ///< its answer is on its way
  protocol::Hello hello_;
  std::int64_t start_ns_ = 0;
  std::optional<std::int64_t> preparing_since_ns_;
  std::int64_t timeout_ns_ = 0;
  bool alive_ = true;
};

}  // namespace benchkit::runner

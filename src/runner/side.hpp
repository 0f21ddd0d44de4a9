// A side of a run: one version of the suite, with the worker of it that lives now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "runner/choice.hpp"
#include "runner/conversation.hpp"
#include "runner/runner.hpp"

namespace benchkit::runner {

class Side {
 public:
  Side(const Target& target, std::size_t number) : target_(target), number_(number), left_out_(target.left_out) {}

  /// Starts the worker that describe() asks, and lets it prepare while others are asked. What goes wrong is thrown by describe().
  /// `padding`: as for start().
  void meet(std::uint64_t padding = 0) noexcept;
  /// Asks a worker, started by meet() or now, what the suite holds. `alone`: no other version is measured, so that the worker of the second block may prepare at the same
  /// time, where what is measured only counts. Throws benchkit::Error, which names the version where there are several, and Interrupted.
  void describe(const RunOptions& options, bool alone);

  [[nodiscard]] std::size_t number() const noexcept { return number_; }
  [[nodiscard]] const std::string& name() const noexcept { return target_.name; }
  /// Why it is not measured, or empty.
  [[nodiscard]] const std::string& left_out() const noexcept { return left_out_; }
  void leave_out(std::string why);
  [[nodiscard]] const protocol::Hello& hello() const noexcept { return hello_; }
  [[nodiscard]] const std::vector<protocol::CaseDescription>& cases() const noexcept { return described_.cases; }
  /// What was chosen of its meters; the same ones on all sides, though each has its own way to be launched.
  [[nodiscard]] const std::vector<MeterChoice>& meters() const noexcept { return meters_; }
  /// What of them is not as usual, for the session's conditions.
  [[nodiscard]] const Json& modes() const noexcept { return modes_; }
  [[nodiscard]] std::int64_t now_ns() const { return target_.workers->now_ns(); }
  [[nodiscard]] bool fresh_processes() const noexcept { return target_.workers->fresh_processes(); }
  /// What the worker says of the version: toolchain, packages.
  [[nodiscard]] Json facts() const;
  /// What is known of the version, by whoever asked for the run and by the worker.
  [[nodiscard]] Version version() const;

  /// True if the worker that described the suite lives and serves for this meter too, having measured nothing.
  [[nodiscard]] bool is_fresh(std::size_t meter) const;
  /// A fresh worker, whose environment is `padding` bytes larger, and which opens this case first: one that was started ahead for this meter, if there
  /// is one. Throws benchkit::Error, and Interrupted.
  void start(std::size_t meter, std::uint64_t padding, const std::string& first_case);
  /// Whether another worker may live beside the one that lives.
  [[nodiscard]] bool has_room() const { return target_.workers->has_room(); }
  /// Lets the worker of a later start() of as many bytes begin, prepare, and open the case (empty: none), while the one that lives now goes on.
  void start_ahead(std::size_t meter, std::uint64_t padding, const std::string& first_case);
  /// Halts those that have begun so, until they are taken up: nobody is to be disturbed now.
  void pause_ahead();
  /// How many have begun so for this meter, and which case the next one opens; null: none, or there is none.
  [[nodiscard]] std::size_t ahead(std::size_t meter) const noexcept;
  [[nodiscard]] const std::string* opened_ahead(std::size_t meter);
  void give_up_ahead(std::size_t meter) { ahead_.erase(find_ahead(meter)); }
  /// Of the workers that are started from now on, as WorkerFactory says.
  void choose_layout(std::size_t number) { target_.workers->choose_layout(number); }
  [[nodiscard]] Conversation& conversation() { return *conversation_; }
  [[nodiscard]] bool alive() const { return conversation_ != nullptr && conversation_->alive(); }
  /// Of the worker that lives.
  [[nodiscard]] std::uint64_t padding() const noexcept { return padding_; }
  /// Ends the worker; how it ended, as Conversation::stop() says. One that was started ahead lives on.
  std::string stop();
  /// Lets the worker end while the next one goes on, which takes a Python with large libraries a quarter of a second.
  void leave();
  /// Waits for the one that was let go so; how it ended.
  std::string wait_for_leaving();
  /// Ends all its workers.
  void end();
  /// The longest that a start took.
  [[nodiscard]] std::int64_t start_ns() const noexcept { return start_ns_; }

 private:
  struct Ahead {
    std::size_t meter;
    Conversation::Ahead worker;
  };
  [[nodiscard]] static protocol::LaunchRecipe padded(protocol::LaunchRecipe recipe, std::uint64_t padding);
  [[nodiscard]] std::deque<Ahead>::iterator find_ahead(std::size_t meter);

  const Target& target_;
  std::size_t number_;
  protocol::Hello hello_;
  protocol::Cases described_;
  std::vector<MeterChoice> meters_;
  Json modes_ = Json::object();
  std::unique_ptr<Conversation> conversation_;
  std::exception_ptr not_met_;  ///< why there is none, until somebody asks
  std::unique_ptr<Conversation> leaving_;
  std::deque<Ahead> ahead_;  ///< in the order in which they were started
  std::int64_t start_ns_ = 0;
  std::uint64_t padding_ = 0;
  std::string left_out_;
};

}  // namespace benchkit::runner

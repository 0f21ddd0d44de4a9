#include "runner/turn.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/os.hpp"

namespace benchkit::runner {
namespace {

/// An upper bound for the samples of one request, so that a clock that stands still cannot fill the disk.
constexpr std::uint64_t kMostSamplesPerBlock = 100'000;
/// A worker is silent while it calibrates, which takes a few samples' time: none may be longer than this part of the timeout.
constexpr std::int64_t kSamplesPerTimeout = 10;

class TurnTaker {
 public:
  TurnTaker(Job& job, const TurnLimits& limits, Conversation& conversation, Recorder& recorder)
      : job_(job), limits_(limits), conversation_(conversation), recorder_(recorder) {}

  Turn take() {
    conversation_.set_timeout(limits_.timeout_ns);
    if (open_and_measure()) {
      turn_.taken = true;
      (void)ask<protocol::Done>(protocol::Close{});
    }
    return std::move(turn_);
  }

 private:
  /// False if it did not get to its end; the turn says why.
  bool open_and_measure() {
    const std::int64_t began_ns = base::monotonic_ns();
    if (!ask<protocol::Opened>(protocol::Open{job_.description.info.id, job_.meter})) return false;
    protocol::Take take{
        .iterations = job_.iterations, .count = kMostSamplesPerBlock, .budget_ns = 0, .warmup = 1, .attribute = limits_.attribute};
    if (job_.iterations == 0 || !job_.batches) {
      const auto calibrated = ask<protocol::Calibrated>(protocol::Calibrate{wanted_sample_ns(), limits_.enough_ns});
      if (!calibrated) return false;
      job_.iterations = take.iterations = calibrated->iterations;
      take.warmup = 0;  // calibration was one
      recorder_.warn(job_, calibrated->warnings);
      const bool all_there_is =
          calibrated->cold && job_.batches && limits_.enough_ns > 0 && calibrated->cold_ns >= static_cast<double>(limits_.enough_ns);
      if (all_there_is) recorder_.warn(job_, {"cold: one call takes longer than the budget, so the first call is all there is"});
      if (calibrated->cold && (all_there_is || !job_.batches) && !keep_cold(*calibrated->cold)) return false;
      if (all_there_is) return true;
    } else if (take.iterations == 1) {
      // A long call warms up in a request of its own, so that the timeout holds for one call and not for two.
      if (!ask<protocol::Done>(protocol::Once{})) return false;
      take.warmup = 0;
    }
    const std::int64_t took_ns = base::monotonic_ns() - began_ns;
    if (limits_.share.samples > 0) take.count = limits_.share.samples;
    else take.budget_ns = std::max<std::int64_t>(limits_.share.budget_ns - took_ns, 1);
    if (limits_.left_ns > 0) {
      const std::int64_t left_ns = std::max<std::int64_t>(limits_.left_ns - took_ns, 1);
      take.budget_ns = take.budget_ns > 0 ? std::min(take.budget_ns, left_ns) : left_ns;
    }
    return samples(take);
  }

  [[nodiscard]] std::int64_t wanted_sample_ns() const {
    return limits_.timeout_ns > 0 ? std::min(limits_.share.sample_ns, limits_.timeout_ns / kSamplesPerTimeout) : limits_.share.sample_ns;
  }

  bool keep_cold(const protocol::Sampled& cold) {
    return job_.batches ? keep(cold, job_.metrics, &turn_.samples) : keep(cold, job_.cold_metrics, nullptr);
  }

  bool samples(const protocol::Take& take) {
    conversation_.send(take);
    for (;;) {
      Heard heard = conversation_.receive();
      if (heard.kind == Heard::Kind::message) {
        if (const auto* sampled = std::get_if<protocol::Sampled>(&*heard.message)) {
          if (!keep(*sampled, job_.metrics, &turn_.samples)) return false;
          continue;
        }
        if (auto* done = std::get_if<protocol::Done>(&*heard.message)) {
          turn_.call_paths = std::move(done->call_paths);
          return true;
        }
      }
      return unexpected(heard);
    }
  }

  bool keep(const protocol::Sampled& sampled, const std::vector<std::optional<std::size_t>>& metrics, std::vector<double>* headlines) {
    return recorder_.sample(job_, sampled, metrics, headlines) ||
           end(Turn::End::failed, conversation_.give_up("a sample must hold a value for each metric of its meter"));
  }

  /// Sends a request and returns the expected answer; for any other the turn says what it was.
  template <class Answer>
  std::optional<Answer> ask(const protocol::Message& request) {
    conversation_.send(request);
    Heard heard = conversation_.receive();
    if (heard.kind == Heard::Kind::message) {
      if (auto* answer = std::get_if<Answer>(&*heard.message)) return std::move(*answer);
    }
    unexpected(heard);
    return std::nullopt;
  }

  bool unexpected(Heard& heard) {
    if (heard.kind == Heard::Kind::interrupted) {
      (void)conversation_.stop();
      return end(Turn::End::interrupted, {});
    }
    if (heard.kind == Heard::Kind::lost) return end(Turn::End::lost, std::move(heard.outcome));
    if (auto* failed = std::get_if<protocol::Failed>(&*heard.message)) return end(Turn::End::failed, std::move(failed->outcome));
    if (auto* refused = std::get_if<protocol::Refused>(&*heard.message))
      return end(Turn::End::failed, conversation_.give_up("the worker refused: " + refused->what));
    return end(Turn::End::failed, conversation_.give_up("the worker gave an answer that was not asked for"));
  }

  bool end(Turn::End how, Outcome outcome) {
    turn_.end = how;
    turn_.outcome = std::move(outcome);
    if (how != Turn::End::interrupted) turn_.outcome.details.update(conversation_.take_output());
    return false;
  }

  Job& job_;
  const TurnLimits& limits_;
  Conversation& conversation_;
  Recorder& recorder_;
  Turn turn_;
};

}  // namespace

Turn take_turn(Job& job, const TurnLimits& limits, Conversation& conversation, Recorder& recorder) {
  return TurnTaker(job, limits, conversation, recorder).take();
}

}  // namespace benchkit::runner

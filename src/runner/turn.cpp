#include "runner/turn.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace benchkit::runner {
namespace {

/// An upper bound for the samples of one request, so that a clock that stands still cannot fill the disk.
constexpr std::uint64_t kMostSamplesPerBlock = 100'000;
/// A worker is silent while it calibrates, which takes a few samples' time: none may be longer than this part of the timeout.
constexpr std::int64_t kSamplesPerTimeout = 10;
/// A case may be bound to one CPU if it uses no more of the process' CPU time than this part of the wall time.
constexpr double kOneCpu = 1.05;
/// A sample of a pair is no longer than this, where the clock and the action allow. A timer's tick or a neighbour's burst takes some 20 us away. In samples of
/// a millisecond there is one in every second or third, and their ratios scatter by 2 %; in so short ones there is seldom one, and the
/// median of the pairs leaves it out (compare/evidence.cpp).
constexpr std::int64_t kPairedSampleNs = 250'000;
/// Each pair's batch is drawn from this range around the calibrated one, so that no period of the machine can fall in step with it.
constexpr double kJitter = 0.2;

/// What one version does in a turn. Every step returns false if it did not get to its end; the seat's turn says why.
class Player {
 public:
  Player(Seat& seat, const TurnLimits& limits, Recorder& recorder, bool alone)
      : job_(*seat.job), turn_(seat.turn), limits_(limits), conversation_(*seat.conversation), recorder_(recorder), alone_(alone) {
    conversation_.set_timeout(limits_.timeout_ns);
  }

  [[nodiscard]] Job& job() const noexcept { return job_; }
  [[nodiscard]] Turn& turn() const noexcept { return turn_; }
  [[nodiscard]] std::int64_t now_ns() const { return conversation_.now_ns(); }
  [[nodiscard]] bool needs_calibration() const noexcept { return job_.iterations == 0 || !job_.batches; }
  /// The first call took all that there was to spend.
  [[nodiscard]] bool has_spent_all() const noexcept { return first_.has_value(); }

  bool open() {
    const auto opened = ask<protocol::Opened>(protocol::Open{job_.description.info.id, job_.meter});
    if (opened) turn_.took_ns = std::max(turn_.took_ns, opened->setup_ns);  // of what was set up ahead the job was spared the waiting alone
    return opened.has_value();
  }

  bool calibrate() {
    const auto calibrated = ask<protocol::Calibrated>(protocol::Calibrate{wanted_sample_ns(), limits_.enough_ns});
    if (!calibrated) return false;
    job_.iterations = calibrated->iterations;
    job_.fits_one_cpu = calibrated->cpu_ratio <= kOneCpu && conversation_.threads() == 1;
    recorder_.warn(job_, calibrated->warnings);
    if (!calibrated->cold) return true;
    if (!job_.batches) return keep(*calibrated->cold, job_.cold_metrics, nullptr);
    if (limits_.enough_ns > 0 && calibrated->cold_ns >= static_cast<double>(limits_.enough_ns)) first_ = calibrated->cold;
    return true;
  }

  /// Makes of the first call, which has spent all, the only sample.
  bool keep_first() {
    recorder_.warn(
        job_,
        {"cold: one call takes longer than what the budget leaves for calls, so the first one is all there is: give a larger budget"});
    return keep(*first_, job_.metrics, &turn_.samples);
  }

  /// All samples of the block in one request.
  bool sample_alone(bool warm) {
    protocol::Take take{.iterations = job_.iterations,
                        .count = kMostSamplesPerBlock,
                        .budget_ns = 0,
                        .warmup = limits_.warmup.value_or(warm ? 0 : 1),
                        .planted = job_.planted,
                        .attribute = job_.attribute};
    if (take.warmup == 1 && take.iterations == 1) {
      // A long call warms up in a request of its own, so that the timeout holds for one call and not for two.
      if (!ask<protocol::Done>(protocol::Once{})) return false;
      take.warmup = 0;
    }
    if (limits_.share.samples > 0) take.count = limits_.share.samples;
    else take.budget_ns = std::max<std::int64_t>(limits_.share.budget_ns - turn_.took_ns, 1);
    if (limits_.left_ns > 0) {
      const std::int64_t left_ns = std::max<std::int64_t>(limits_.left_ns - turn_.took_ns, 1);
      take.budget_ns = take.budget_ns > 0 ? std::min(take.budget_ns, left_ns) : left_ns;
    }
    return samples(take, -1);
  }

  /// One sample, as part of a pair.
  bool sample_paired(std::uint64_t iterations, std::int64_t pair, bool warms_up) {
    return samples({.iterations = iterations,
                    .count = 1,
                    .budget_ns = 0,
                    .warmup = static_cast<std::uint64_t>(warms_up ? 1 : 0),
                    .planted = job_.planted},
                   pair);
  }

  bool attributed_call() { return samples({.iterations = 1, .count = 0, .attribute = true}, -1); }

  void bind(std::optional<int> cpu) { conversation_.pin(cpu.value_or(-1)); }

  void close() {
    turn_.taken = true;
    (void)ask<protocol::Done>(protocol::Close{});
  }

 private:
  /// Adds the time of a step to the turn's, and halts the worker behind it where others have their turn next.
  class Step {
   public:
    explicit Step(Player& player) : player_(player), began_ns_(player.now_ns()) {}
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() {
      player_.turn_.took_ns += player_.now_ns() - began_ns_;
      // A lone thread that waits for its next request disturbs nobody.
      if (!player_.alone_ && !player_.job_.fits_one_cpu) player_.conversation_.pause();
    }

   private:
    Player& player_;
    std::int64_t began_ns_;
  };

  [[nodiscard]] std::int64_t wanted_sample_ns() const {
    const std::int64_t wanted_ns = alone_ ? limits_.share.sample_ns : std::min(limits_.share.sample_ns, kPairedSampleNs);
    return limits_.timeout_ns > 0 ? std::min(wanted_ns, limits_.timeout_ns / kSamplesPerTimeout) : wanted_ns;
  }

  bool samples(const protocol::Take& take, std::int64_t pair) {
    const Step step(*this);
    conversation_.send(take);
    bool any = take.count == 0;
    for (;;) {
      Heard heard = conversation_.receive();
      if (heard.kind == Heard::Kind::message) {
        if (auto* sampled = std::get_if<protocol::Sampled>(&*heard.message)) {
          sampled->circumstances.pair = pair;
          if (!keep(*sampled, job_.metrics, &turn_.samples)) return false;
          any = true;
          continue;
        }
        if (auto* checkpoint = std::get_if<protocol::Checkpoint>(&*heard.message); checkpoint != nullptr && take.attribute) {
          turn_.call_paths = std::move(checkpoint->call_paths);
          turn_.call_paths->cut_off = true;
          continue;
        }
        if (auto* done = std::get_if<protocol::Done>(&*heard.message)) {
          if (!any) return end(Turn::End::failed, conversation_.give_up("the worker was done before it had taken a sample"));
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
    const Step step(*this);
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
    if (heard.kind == Heard::Kind::lost && heard.by_another) return end(Turn::End::dropped, {});
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
  Turn& turn_;
  const TurnLimits& limits_;
  Conversation& conversation_;
  Recorder& recorder_;
  bool alone_;
  std::optional<protocol::Sampled> first_;
};

class Table {
 public:
  Table(std::vector<Seat>& seats, const TurnLimits& limits, Recorder& recorder, Random& random) : limits_(limits), random_(random) {
    for (Seat& seat : seats) players_.emplace_back(seat, limits, recorder, seats.size() == 1);
    for (Player& player : players_) left_.push_back(&player);
  }

  void play() {
    const std::int64_t began_ns = now_ns();
    each([](Player& player) { return player.open(); });
    bind();
    const bool batches = left_.empty() || left_.front()->job().batches;
    const bool calibrates = std::any_of(left_.begin(), left_.end(), [](const Player* player) { return player->needs_calibration(); });
    if (players_.size() == 1 || !batches) {
      each([&](Player& player) {
        return (!calibrates || player.calibrate()) && (player.has_spent_all() ? player.keep_first() : player.sample_alone(calibrates));
      });
    } else {
      if (calibrates) calibrate();
      play_in_pairs(began_ns);
    }
    each([](Player& player) {
      player.close();
      return true;
    });
    if (bound_) {
      for (Player* player : left_) player->bind(std::nullopt);
    }
  }

 private:
  [[nodiscard]] std::int64_t now_ns() const { return players_.front().now_ns(); }

  /// A step of everyone who is still there, in random order.
  template <class Step>
  void each(Step&& step) {
    std::vector<Player*> still;
    for (const std::size_t index : random_.order(left_.size())) {
      if (interrupted_) return;
      Player* const player = left_[index];
      if (step(*player)) still.push_back(player);
      else if (player->turn().end == Turn::End::interrupted) interrupted_ = true;
    }
    left_ = std::move(still);
    if (interrupted_) left_.clear();
  }

  /// Everyone finds a batch, for each is to be treated alike; one of them, drawn, is taken for all.
  void calibrate() {
    calibrated_ = true;
    each([](Player& player) { return player.calibrate(); });
    if (left_.empty()) return;
    const Job& drawn = left_[random_.below(left_.size())]->job();
    const std::uint64_t iterations = drawn.iterations;
    for (Player* player : left_) player->job().iterations = iterations;
    bind();
  }

  /// Binding pays only if all fit, for what is bound must be compared with what is bound.
  void bind() {
    if (!limits_.pin || bound_ || left_.empty()) return;
    if (!std::all_of(left_.begin(), left_.end(), [](const Player* player) { return player->job().fits_one_cpu; })) return;
    bound_ = true;
    for (Player* player : left_) player->bind(limits_.pin);
  }

  /// First calls are compared with first calls: where one alone had spent all, it has a second call beside the others'.
  void play_in_pairs(std::int64_t began_ns) {
    const auto spent_all = [](const Player* player) { return player->has_spent_all(); };
    if (left_.empty() || std::none_of(left_.begin(), left_.end(), spent_all)) return pairs(began_ns);
    if (std::all_of(left_.begin(), left_.end(), spent_all)) return each([](Player& player) { return player.keep_first(); });
    each([](Player& player) {
      player.job().iterations = 1;
      return player.sample_paired(1, 0, false);
    });
  }

  void pairs(std::int64_t began_ns) {
    const auto seats = static_cast<std::int64_t>(players_.size());
    const std::int64_t loop_began_ns = now_ns();
    std::int64_t deadline_ns = limits_.share.samples > 0 ? INT64_MAX : began_ns + limits_.share.budget_ns * seats;
    if (limits_.left_ns > 0) deadline_ns = std::min(deadline_ns, began_ns + limits_.left_ns);
    const std::uint64_t most = limits_.share.samples > 0 ? limits_.share.samples : kMostSamplesPerBlock;
    for (std::uint64_t pair = 0; pair < most && !left_.empty(); ++pair) {
      if (pair > 0) {
        const std::int64_t so_far_ns = now_ns() - loop_began_ns;
        if (loop_began_ns + so_far_ns + so_far_ns / static_cast<std::int64_t>(pair) > deadline_ns) return;
      }
      const double jitter = 1 + kJitter * (2 * random_.unit() - 1);
      const double wanted = std::round(static_cast<double>(left_.front()->job().iterations) * jitter);
      const auto iterations = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
      each([&](Player& player) { return player.sample_paired(iterations, static_cast<std::int64_t>(pair), pair == 0); });
      if (pair > 0 || calibrated_) continue;
      for (Player* player : left_) player->job().progress.ready_ns = player->turn().took_ns;
    }
  }

  const TurnLimits& limits_;
  Random& random_;
  std::vector<Player> players_;
  std::vector<Player*> left_;  ///< those who are still in the turn
  bool bound_ = false;
  bool calibrated_ = false;
  bool interrupted_ = false;
};

}  // namespace

void take_attributed_call(Seat& seat, const TurnLimits& limits, Recorder& recorder) {
  Player player(seat, limits, recorder, true);
  if (player.open() && player.attributed_call()) player.close();
}

void take_turn(std::vector<Seat>& seats, const TurnLimits& limits, Recorder& recorder, Random& random) {
  Table(seats, limits, recorder, random).play();
}

}  // namespace benchkit::runner

#include "runner/side.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "runner/limits.hpp"
#include "runner/session_facts.hpp"

namespace benchkit::runner {

void Side::meet(std::uint64_t padding) noexcept {
  try {
    padding_ = padding;
    conversation_ = std::make_unique<Conversation>(*target_.workers, padded({}, padding));
    conversation_->begin_to_prepare();
  } catch (...) {
    not_met_ = std::current_exception();
  }
}

void Side::describe(const RunOptions& options, bool alone) {
  if (conversation_ == nullptr && !not_met_) meet();
  try {
    if (not_met_) std::rethrow_exception(std::exchange(not_met_, nullptr));
    hello_ = conversation_->hello();
    meters_ = choose_meters(options.meters, hello_.meters);
    if (alone && hello_.prepares && options.budget.blocks != 1 && !meters_.front().meter.exclusive && meters_.size() == 1 && has_room())
      start_ahead(0, 0, {});  // both prepare at once
    conversation_->prepare();
    start_ns_ = conversation_->start_ns();
    modes_ = turn_on(options.modes, meters_);
    const std::string reason = target_.workers->refuses_recipes();
    for (const MeterChoice& choice : meters_) {
      if (!reason.empty() && !choice.meter.launch.empty()) throw Error(reason, "--metric " + choice.meter.name);
    }
    check_limits(options.most, meters_, hello_.meters);
    if (options.attribute) check_attribution(meters_, hello_.meters);
    described_ = conversation_->describe({options.suite_options}, options.timeout_ns);
  } catch (const Error& error) {
    if (target_.name.empty()) throw;
    throw Error(fmt::format("{}: {}", target_.name, error.what()), error.where(), error.hint());
  }
}

Json Side::facts() const { return version_facts(hello_, described_); }

Version Side::version() const {
  Version version = target_.version();
  version.details.update(facts());
  if (!left_out_.empty()) version.details["not_measured"] = left_out_;
  return version;
}

void Side::leave_out(std::string why) {
  stop();
  left_out_ = std::move(why);
}

bool Side::is_fresh(std::size_t meter) const { return conversation_ != nullptr && meters_[meter].meter.launch.empty(); }

void Side::start(std::size_t meter, std::uint64_t padding, const std::string& first_case) {
  stop();
  padding_ = padding;
  const protocol::LaunchRecipe recipe = padded(meters_[meter].meter.launch, padding);
  if (const auto found = find_ahead(meter); found != ahead_.end()) {
    Conversation::Ahead ahead = std::move(found->worker);
    ahead.wanted = ahead.opens && ahead.opens->case_id == first_case;
    ahead_.erase(found);
    conversation_ = std::make_unique<Conversation>(*target_.workers, recipe, std::move(ahead));
  } else {
    conversation_ = std::make_unique<Conversation>(*target_.workers, recipe);
    conversation_->prepare();
  }
  start_ns_ = std::max(start_ns_, conversation_->start_ns());
}

protocol::LaunchRecipe Side::padded(protocol::LaunchRecipe recipe, std::uint64_t padding) {
  if (padding > 0) recipe.environment.emplace_back("BENCHKIT_PADDING", std::string(padding, '.'));
  return recipe;
}

void Side::start_ahead(std::size_t meter, std::uint64_t padding, const std::string& first_case) {
  try {
    Conversation::Ahead ahead{
        .link = target_.workers->start(padded(meters_[meter].meter.launch, padding)), .prepares = hello_.prepares, .opens = {}};
    if (hello_.prepares) ahead.link->send(protocol::Prepare{});
    if (!first_case.empty()) ahead.link->send(ahead.opens.emplace(first_case, meters_[meter].meter.name));
    ahead_.push_back({meter, std::move(ahead)});
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the start that it was for will say so, if it fares no better
  }
}

std::size_t Side::ahead(std::size_t meter) const noexcept {
  return static_cast<std::size_t>(std::count_if(ahead_.begin(), ahead_.end(), [&](const Ahead& one) { return one.meter == meter; }));
}

void Side::pause_ahead() {
  for (const Ahead& one : ahead_) one.worker.link->pause();
}

std::deque<Side::Ahead>::iterator Side::find_ahead(std::size_t meter) {
  return std::find_if(ahead_.begin(), ahead_.end(), [&](const Ahead& one) { return one.meter == meter; });
}

const std::string* Side::opened_ahead(std::size_t meter) {
  const auto found = find_ahead(meter);
  return found == ahead_.end() || !found->worker.opens ? nullptr : &found->worker.opens->case_id;
}

std::string Side::stop() {
  if (conversation_ == nullptr) return {};
  std::string how = conversation_->stop();
  conversation_.reset();
  return how;
}

void Side::leave() {
  (void)wait_for_leaving();
  if (conversation_ == nullptr) return;
  conversation_->quit();
  leaving_ = std::move(conversation_);
}

std::string Side::wait_for_leaving() {
  if (leaving_ == nullptr) return {};
  std::string how = leaving_->stop();
  leaving_.reset();
  return how;
}

void Side::end() {
  (void)wait_for_leaving();
  (void)stop();
  ahead_.clear();
}

}  // namespace benchkit::runner

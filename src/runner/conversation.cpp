#include "runner/conversation.hpp"

#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::runner {
namespace {

[[noreturn]] void explain(const Heard& heard, const char* stage) {
  if (heard.kind == Heard::Kind::interrupted) throw Interrupted();
  if (heard.kind == Heard::Kind::lost) {
    std::string what = fmt::format("the suite ended while it {}: {}", stage, heard.outcome.reason);
    for (const char* stream : {"stderr", "stdout"}) {
      if (heard.outcome.details.contains(stream)) what += fmt::format("\n{}", heard.outcome.details[stream].get<std::string>());
    }
    while (what.ends_with('\n')) what.pop_back();
    throw Error(what, {}, "does it run by itself, and does it hand its cases to benchkit?");
  }
  if (const auto* refused = std::get_if<protocol::Refused>(&*heard.message)) throw Error(refused->what, refused->where, refused->hint);
  throw Error(fmt::format("the suite answered something else while it {}", stage));
}

}  // namespace

Conversation::Conversation(WorkerFactory& workers, const protocol::LaunchRecipe& recipe, std::optional<Ahead> ahead)
    : workers_(workers), timeout_ns_(kStartTimeoutNs) {
  const std::int64_t began_ns = now_ns();
  link_ = ahead ? std::move(ahead->link) : workers.start(recipe);
  Heard heard = receive();
  if (heard.kind != Heard::Kind::message || !std::holds_alternative<protocol::Hello>(*heard.message)) explain(heard, "started");
  hello_ = std::get<protocol::Hello>(std::move(*heard.message));
  if (ahead && ahead->prepares) hear_that_it_is_prepared();
  if (ahead && ahead->opens && ahead->wanted) {
    asked_ahead_ = std::move(ahead->opens);
  } else if (ahead && ahead->opens) {  // whatever came of it, if only the worker lives
    heard = receive();
    if (heard.kind != Heard::Kind::message) explain(heard, "started");
  }
  start_ns_ = now_ns() - began_ns;
  (void)take_output();  // what a program prints while it starts is no case's
}

Conversation::~Conversation() { (void)stop(); }

void Conversation::begin_to_prepare() {
  if (!hello_.prepares || preparing_since_ns_) return;
  preparing_since_ns_ = now_ns();
  send(protocol::Prepare{});
}

void Conversation::prepare() {
  if (!hello_.prepares) return;
  begin_to_prepare();
  hear_that_it_is_prepared();
  start_ns_ += now_ns() - *preparing_since_ns_;
  (void)take_output();
}

void Conversation::hear_that_it_is_prepared() {
  const Heard heard = receive();
  if (heard.kind != Heard::Kind::message || !std::holds_alternative<protocol::Done>(*heard.message)) explain(heard, "prepared");
}

protocol::Cases Conversation::describe(const protocol::Describe& request, std::int64_t timeout_ns) {
  timeout_ns_ = timeout_ns > 0 ? timeout_ns : kStartTimeoutNs;
  send(request);
  Heard heard = receive();
  if (heard.kind != Heard::Kind::message || !std::holds_alternative<protocol::Cases>(*heard.message)) explain(heard, "listed its cases");
  (void)take_output();
  return std::get<protocol::Cases>(std::move(*heard.message));
}

void Conversation::send(const protocol::Message& message) {
  if (std::exchange(asked_ahead_, std::nullopt) && std::holds_alternative<protocol::Open>(message)) return;
  link_->send(message);
}

Heard Conversation::receive() {
  Heard heard = link_->receive(timeout_ns_);
  if (heard.kind == Heard::Kind::lost) alive_ = false;
  return heard;
}

Outcome Conversation::give_up(std::string reason) {
  (void)stop();
  return {Status::protocol, std::move(reason), Json::object()};
}

std::string Conversation::stop() {
  if (!alive_) return {};
  alive_ = false;
  return link_->stop();
}

}  // namespace benchkit::runner

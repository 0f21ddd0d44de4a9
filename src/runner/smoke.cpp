#include "runner/smoke.hpp"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "runner/choice.hpp"
#include "runner/conversation.hpp"

namespace benchkit::runner {
namespace {

/// One request. nullopt: answered as it should be.
std::optional<Heard> failure_of(Conversation& conversation, const protocol::Message& request) {
  conversation.send(request);
  Heard heard = conversation.receive();
  if (heard.kind == Heard::Kind::message) {
    if (std::holds_alternative<protocol::Opened>(*heard.message) || std::holds_alternative<protocol::Done>(*heard.message))
      return std::nullopt;
    if (auto* failed = std::get_if<protocol::Failed>(&*heard.message)) heard.outcome = std::move(failed->outcome);
    else heard.outcome = conversation.give_up("the worker gave an answer that was not asked for");
  }
  return heard;
}

/// nullopt: interrupted.
std::optional<Outcome> try_case(Conversation& conversation, const std::string& id) {
  for (const protocol::Message& request :
       {protocol::Message(protocol::Open{id, ""}), protocol::Message(protocol::Once{}), protocol::Message(protocol::Close{})}) {
    const auto failure = failure_of(conversation, request);
    if (!failure) continue;
    if (failure->kind == Heard::Kind::interrupted) return std::nullopt;
    Outcome outcome = failure->outcome;
    outcome.details.update(conversation.take_output());
    return outcome;
  }
  return Outcome{};
}

}  // namespace

SmokeReport smoke(const SmokeOptions& options, WorkerFactory& workers, SmokeObserver& observer) {
  auto conversation = std::make_optional<Conversation>(workers, protocol::LaunchRecipe{});
  std::vector<protocol::CaseDescription> cases = conversation->describe({options.suite_options}, options.timeout_ns).cases;
  const std::size_t total = cases.size();
  std::erase_if(cases, [&](const auto& one) { return !is_selected(one, options.filter); });
  if (cases.empty())
    throw Error(fmt::format("none of the {} cases is selected", total), {}, "`list` shows the cases; check -k and --where");
  SmokeReport report;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const protocol::CaseDescription& one = cases[i];
    observer.begins(one.info.id, i, cases.size());
    try {
      if (!conversation || !conversation->alive()) conversation.emplace(workers, protocol::LaunchRecipe{});
    } catch (const Interrupted&) {
      report.interrupted = true;
      return report;
    } catch (const Error& error) {
      report.stopped = describe(error);
      return report;
    }
    conversation->set_timeout(one.timeout_s > 0 ? static_cast<std::int64_t>(one.timeout_s * 1e9) : options.timeout_ns);
    (void)conversation->take_output();  // of the case before
    const std::optional<Outcome> outcome = try_case(*conversation, one.info.id);
    if (!outcome) {
      report.interrupted = true;
      return report;
    }
    if (outcome->status == Status::ok) ++report.passed;
    else if (is_left_out(outcome->status)) ++report.skipped;
    else ++report.failed;
    observer.ended(one.info.id, *outcome);
  }
  return report;
}

}  // namespace benchkit::runner

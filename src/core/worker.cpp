#include "core/worker.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "core/failure.hpp"
#include "core/memory_hooks.hpp"

namespace benchkit::core {
namespace {

/// The code of a worker that lost its connection: nobody is left to be told.
constexpr int kLostConnection = 86;

std::vector<std::pair<std::string, double>> work_of(const Work& work) {
  std::vector<std::pair<std::string, double>> result;
  if (work.items != 0) result.emplace_back("items", work.items);
  if (work.bytes != 0) result.emplace_back("bytes", work.bytes);
  return result;
}

protocol::CaseDescription describe_case(const HostCase& host_case) {
  const Case& definition = host_case.definition;
  protocol::CaseDescription description;
  description.info = {.id = definition.id,
                      .dims = definition.dims,
                      .labels = definition.labels,
                      .work = work_of(definition.work),
                      .group = definition.group,
                      .body_hash = definition.body_hash};
  description.timeout_s = definition.timeout.count();
  description.threads = definition.threads;
  description.reuse = definition.reuse;
  description.limits = definition.limits;
  description.skip = definition.skip;
  description.broken = host_case.broken;
  return description;
}

protocol::Failed failed(Status status, std::string reason) { return {{status, std::move(reason), Json::object()}}; }

}  // namespace

WorkerSession::WorkerSession(Host host, std::shared_ptr<CaseSource> cases, Clock& clock)
    : host_(std::move(host)), source_(std::move(cases)), clock_(clock), taken_names_(metric_names(host_.meters, clock)) {}

WorkerSession::~WorkerSession() { drop_live(); }

protocol::Hello WorkerSession::hello() const {
  host_.flush_output();  // what the program printed while it started is no case's
  protocol::Hello hello;
  hello.program = host_.program;
  hello.pid = base::process_id();
  hello.language = host_.language;
  hello.clock = clock_.info();
  for (const MeterEntry& entry : host_.meters) {
    hello.meters.push_back(entry.make(clock_)->info());
    for (const auto& [meter, mode] : host_.meter_modes) {
      if (meter == entry.name) hello.meters.back().modes.push_back(mode);
    }
  }
  hello.toolchain = host_.toolchain;
  hello.conditions = host_.conditions;
  hello.options = source_->options();
  hello.prepares = static_cast<bool>(host_.prepare);
  return hello;
}

bool WorkerSession::handle(const protocol::Message& request, const Reply& reply) {
  return std::visit(
      [&](const auto& message) {
        using T = std::decay_t<decltype(message)>;
        if constexpr (std::is_same_v<T, protocol::Quit>) {
          drop_live();
          return false;
        } else if constexpr (requires { this->answer(message, reply); }) {
          answer(message, [&](const protocol::Message& answered) {
            const bool over = std::holds_alternative<protocol::Done>(answered) || std::holds_alternative<protocol::Failed>(answered) ||
                              std::holds_alternative<protocol::Cases>(answered);
            if (over) host_.flush_output();
            reply(answered);
          });
        } else {
          reply(protocol::Refused{"this message is an answer, not a request", {}, {}});
        }
        return true;
      },
      request);
}

void WorkerSession::load_cases() {
  if (loaded_) return;
  host_.cases = source_->cases();
  check_cases(host_.cases);
  by_id_.reserve(host_.cases.size());
  for (const HostCase& host_case : host_.cases) by_id_.emplace(host_case.definition.id, &host_case);
  loaded_ = true;
}

void WorkerSession::answer(const protocol::Describe& request, const Reply& reply) {
  protocol::Cases cases{.cases = {}, .packages = host_.packages, .suite = {}};
  try {
    load_cases();
    const CaseSource::Unselected unselected = source_->unselected(request.options);
    cases.cases.reserve(host_.cases.size());
    for (const HostCase& host_case : host_.cases) {
      cases.cases.push_back(describe_case(host_case));
      protocol::CaseDescription& one = cases.cases.back();
      one.unselected = unselected(one.info.id);
      if (!one.unselected.empty() || !request.resolve) continue;
      add_hindrance(one);
    }
    cases.suite = source_->info(request.resolve);
  } catch (const Error& error) {
    return reply(protocol::Refused{error.what(), error.where(), error.hint()});
  } catch (...) {
    const Outcome outcome = outcome_of_current_exception("cases");
    return reply(protocol::Refused{"the cases cannot be listed: " + outcome.reason, {}, outcome.details.value("traceback", "")});
  }
  reply(cases);
}

void WorkerSession::add_hindrance(protocol::CaseDescription& description) const {
  try {
    Hindrance hindrance = source_->hindrance(description.info.id);
    description.absent = std::move(hindrance.absent);
    if (description.skip.empty()) description.skip = std::move(hindrance.skip);
  } catch (...) {
    // Of this case alone: the others may stand on something else.
    if (description.broken.empty()) description.broken = outcome_of_current_exception("gate").reason;
  }
}

void WorkerSession::answer(const protocol::Prepare& /*request*/, const Reply& reply) {
  try {
    if (const auto prepare = std::exchange(host_.prepare, nullptr)) prepare();
  } catch (...) {
    const Outcome outcome = outcome_of_current_exception("preparation");
    return reply(protocol::Refused{"the suite cannot be prepared: " + outcome.reason, {}, outcome.details.value("traceback", "")});
  }
  reply(protocol::Done{});
}

std::unique_ptr<Meter> WorkerSession::make_meter(const std::string& name) const {
  const auto found = std::find_if(host_.meters.begin(), host_.meters.end(), [&](const MeterEntry& entry) { return entry.name == name; });
  return found == host_.meters.end() ? nullptr : found->make(clock_);
}

void WorkerSession::answer(const protocol::Open& request, const Reply& reply) {
  drop_live();
  try {
    load_cases();
    const auto found = by_id_.find(request.case_id);
    if (found == by_id_.end()) return reply(failed(Status::absent, "this worker has no such case"));
    const HostCase& host_case = *found->second;
    if (!host_case.broken.empty()) return reply(failed(Status::error, host_case.broken));
    if (!host_case.definition.skip.empty()) return reply(failed(Status::skipped, host_case.definition.skip));
    const Hindrance hindrance = source_->hindrance(request.case_id);
    if (!hindrance.absent.empty()) return reply(failed(Status::absent, hindrance.absent));
    if (!hindrance.skip.empty()) return reply(failed(Status::skipped, hindrance.skip));
    std::unique_ptr<Meter> meter = make_meter(request.meter);
    if (meter == nullptr && !request.meter.empty()) {
      return reply(failed(Status::skipped, fmt::format("this worker has no meter \"{}\"", request.meter)));
    }
    if (meter != nullptr && !meter->info().unavailable.empty()) return reply(failed(Status::skipped, meter->info().unavailable));
    live_ = std::make_unique<Sampler>(host_case.definition, std::move(meter), clock_, taken_names_);
  } catch (...) {
    return reply(protocol::Failed{outcome_of_current_exception("setup")});
  }
  reply(protocol::Opened{live_->setup_ns()});
}

/// Runs `work` on the live setup. If the case fails, its setup is torn down (a second failure would hide the first) and the failure is
/// the answer.
void WorkerSession::with_live(const char* stage, const Reply& reply, const std::function<void(Sampler&)>& work) {
  if (live_ == nullptr) return reply(protocol::Refused{"no case is open", {}, {}});
  try {
    work(*live_);
  } catch (...) {
    Outcome outcome = outcome_of_current_exception(stage);
    drop_live();
    reply(protocol::Failed{std::move(outcome)});
  }
}

void WorkerSession::answer(const protocol::Calibrate& request, const Reply& reply) {
  with_live("action", reply, [&](Sampler& live) {
    const bool is_fixed = host_.fixed.iterations > 0 && live.meter().batches();
    protocol::Calibrated calibrated = is_fixed ? protocol::Calibrated{.iterations = host_.fixed.iterations} : live.calibrate(request);
    if (!host_.toolchain.value("optimised", true)) {
      calibrated.warnings.emplace_back(
          "the suite was compiled without optimisation: build it as its users do (-O2, CMAKE_BUILD_TYPE=Release)");
    }
    reply(calibrated);
  });
}

void WorkerSession::answer(const protocol::Take& asked, const Reply& reply) {
  protocol::Take request = asked;
  if (host_.fixed.samples > 0 && request.count > 0) {
    request.count = host_.fixed.samples;
    request.warmup = host_.fixed.warmup;
    request.budget_ns = 0;
  }
  with_live("action", reply, [&](Sampler& live) {
    const std::int64_t deadline_ns = clock_.now_ns() + request.budget_ns;
    for (std::uint64_t i = 0; i < request.warmup; ++i) (void)live.sample(request.iterations, request.planted);
    const std::int64_t began_ns = clock_.now_ns();
    for (std::uint64_t taken = 0; taken < request.count; ++taken) {
      if (taken > 0 && request.budget_ns > 0) {
        const std::int64_t now_ns = clock_.now_ns();
        const std::int64_t another_ns = (now_ns - began_ns) / static_cast<std::int64_t>(taken);
        if (now_ns + another_ns > deadline_ns) break;
      }
      const protocol::Sampled sampled = live.sample(request.iterations, request.planted);
      check_units(live, sampled.reports);
      reply(sampled);
      if (request.budget_ns > 0 && live.settled()) break;
    }
    protocol::Done done;
    if (request.attribute) done.call_paths = live.attribute([&](CallPaths paths) { reply(protocol::Checkpoint{std::move(paths)}); });
    reply(done);
  });
}

void WorkerSession::check_units(const Sampler& live, const std::vector<protocol::Report>& reports) {
  for (const protocol::Report& report : reports) {
    const Metric& metric = report.metric;
    const auto& [name, first] = *reported_.try_emplace(metric.name, FirstReport{metric.unit, live.case_id()}).first;
    if (first.unit == metric.unit) continue;
    throw Error(fmt::format("Probe::report(\"{}\"): case \"{}\" reports it in \"{}\", case \"{}\" in \"{}\"", name, first.case_id,
                            first.unit, live.case_id(), metric.unit),
                {}, "a name has one unit in a suite: give one of the two another name");
  }
}

void WorkerSession::answer(const protocol::Once& /*request*/, const Reply& reply) {
  with_live("action", reply, [&](Sampler& live) {
    if (host_.fixed.samples == 0) live.once();  // else the call would be one more than what is fixed
    reply(protocol::Done{});
  });
}

void WorkerSession::answer(const protocol::Close& /*request*/, const Reply& reply) {
  if (live_ == nullptr) return reply(protocol::Done{});
  try {
    live_->tear_down();
  } catch (...) {
    Outcome outcome = outcome_of_current_exception("teardown");
    drop_live();
    return reply(protocol::Failed{std::move(outcome)});
  }
  drop_live();
  reply(protocol::Done{});
}

/// A process that goes on may time something next, and a time must not carry the hooks.
void WorkerSession::drop_live() noexcept {
  live_.reset();
  if (host_.shares_process) let_go_of_memory_hooks();
}

Connection::Connection(int descriptor) : descriptor_(descriptor), own_pid_(base::process_id()) {}

void Connection::check_process() const {
  if (base::process_id() != own_pid_) base::exit_now(kLostConnection);
}

std::optional<std::string> Connection::next() {
  for (;;) {
    if (std::optional<std::string> line = lines_.next()) return line;
    const std::string bytes = base::receive_some(descriptor_);
    check_process();
    if (bytes.empty() || lines_.overflow()) return std::nullopt;
    lines_.append(bytes);
  }
}

void Connection::send(std::string_view line) {
  check_process();
  if (!base::send_all(descriptor_, line)) base::exit_now(kLostConnection);
}

int serve(WorkerSession& session, int descriptor) {
  Connection connection(descriptor);
  const auto reply = [&](const protocol::Message& message) { connection.send(protocol::to_line(message)); };
  reply(session.hello());
  while (const std::optional<std::string> line = connection.next()) {
    try {
      if (!session.handle(protocol::from_line(*line, "request"), reply)) return 0;
    } catch (const Error& error) {
      reply(protocol::Refused{error.what(), error.where(), error.hint()});
    }
  }
  return kLostConnection;
}

int take_worker_descriptor() {
  const auto value = base::take_environment("BENCHKIT_WORKER");
  if (!value) return -1;
  int descriptor = -1;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), descriptor);
  if (error != std::errc{} || end != value->data() + value->size() || descriptor < 0) {
    throw Error(fmt::format("\"{}\" is no descriptor", *value), "BENCHKIT_WORKER",
                "this variable is set by benchkit for its workers; unset it");
  }
  return descriptor;
}

}  // namespace benchkit::core

#include "cli/suite.hpp"

#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "cli/in_process_link.hpp"
#include "runner/choice.hpp"

namespace benchkit::cli {

std::unique_ptr<runner::WorkerFactory> workers_of(const HostSpec& host, const CommandCaseOptions& commands, runner::ProcessLimits limits,
                                                  const base::InterruptGuard* interrupts) {
  if (commands.given()) {
    (void)commands.cases();  // what is wrong with them is said here, not by a worker
    std::vector<std::string> argv = host.command_argv;
    argv.emplace_back("serve-commands");
    for (std::string& word : commands.words()) argv.push_back(std::move(word));
    return std::make_unique<runner::ProcessWorkers>(std::move(argv), std::vector<std::string>(), limits, interrupts);
  }
  if (!host.worker_argv.empty()) return std::make_unique<runner::ProcessWorkers>(host.worker_argv, host.layouts, limits, interrupts);
  if (host.in_process) return std::make_unique<InProcessWorkers>(host.in_process, host.in_process_reason, interrupts);
  throw Error(
      "there are no cases: this is the bare command", {},
      "call the program that holds your cases (./my-suite run, python suite.py run), or measure a program: run --command 'name=CMD'");
}

Inquiry::Inquiry(const HostSpec& host, const CommandCaseOptions& commands) {
  if (host.in_process && !commands.given()) {
    workers_ = std::make_unique<InProcessWorkers>(host.in_process, host.in_process_reason, nullptr);
    return;
  }
  interrupts_.emplace();
  workers_ = workers_of(host, commands, {}, &*interrupts_);
}

SuiteDescription describe_suite(runner::WorkerFactory& workers, const SuiteQuestion& question) {
  runner::Conversation conversation(workers, {});
  protocol::Cases answer = conversation.describe({question.words, question.resolve}, 0);
  SuiteDescription suite{.hello = conversation.hello(), .cases = {}, .total = answer.cases.size(), .info = std::move(answer.suite)};
  std::vector<protocol::CaseDescription>& all = answer.cases;
  for (protocol::CaseDescription& one : all) {
    if (runner::is_selected(one, question.filter)) suite.cases.push_back(std::move(one));
  }
  if (suite.cases.empty() && suite.total > 0) {
    std::vector<const Dims*> dims;
    for (const protocol::CaseDescription& one : all) dims.push_back(&one.info.dims);
    const std::string why = question.filter.why_nothing(dims);
    throw Error(fmt::format("none of the {} cases is selected", suite.total), {},
                why.empty() ? "`list` shows the cases; check -k and --where" : why);
  }
  return suite;
}

std::string called(const HostSpec& host) { return host.name.empty() ? "benchkit" : host.name; }

}  // namespace benchkit::cli

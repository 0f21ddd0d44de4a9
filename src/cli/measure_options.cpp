#include "cli/measure_options.hpp"

#include <random>

#include "base/units.hpp"

namespace benchkit::cli {

void MeasureOptions::declare_what(Arguments& command, const SuiteOptions& of_suite) {
  filter.declare(command, of_suite);
  command.add_option("--metric", metrics, "what to measure, e.g. time,cpu_time [time]")
      ->type_name("NAME")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  command.add_flag("--python-allocator", python_allocator, "memory: count Python objects one by one, not by the arena that they come from");
}

void MeasureOptions::declare_how_much(Arguments& command, const std::string& budget_help, const std::string& blocks_help) {
  command.add_option("--budget", budget, budget_help)->type_name("TIME");
  command.add_option("--blocks", blocks, blocks_help)->type_name("N")->within(1, 100'000);
  command.add_option("--seed", seed, "of the random order; else drawn, and kept in the file")
      ->type_name("N")
      ->check([](const std::string& text) { return text.starts_with('-') ? std::string("a seed is no less than 0") : std::string(); });
}

void MeasureOptions::declare_how(Arguments& command, const std::string& paired, bool of_two) {
  if (of_two) declare_sharing(command, paired);
  command.add_option("--timeout", timeout, "the longest that a worker may be silent, e.g. 10s [none]")->type_name("TIME");
  command.add_option("--memory-limit", memory_limit, "what a worker and its children may hold resident [none]")->type_name("SIZE");
  commands.declare(command);
}

void MeasureOptions::declare_sharing(Arguments& command, const std::string& paired) {
  command.add_option("--pin", pin, paired + "bind cases that need one CPU to one (auto), or none (off) [auto]")
      ->type_name("HOW")
      ->one_of({"auto", "off"});
  command
      .add_option("--mode", mode,
                  paired + "each version in a process of its own (exec), or both in one (inproc), which tells smaller changes [exec]")
      ->type_name("HOW")
      ->one_of({"exec", "inproc"});
  command
      .add_option("--layouts", layouts,
                  paired + "draw each block's layout of the code from so many that benchkit_layouts() made [1: as it is]")
      ->type_name("N")
      ->within(3, 10'000);
}

runner::RunOptions MeasureOptions::run_options() const {
  runner::RunOptions run;
  run.meters = metrics;
  if (python_allocator) run.modes.emplace_back("python-allocator");
  run.filter = filter.filter();
  run.suite_options = filter.suite_words();
  run.budget.per_job_ns = nanoseconds(budget, "--budget", run.budget.per_job_ns);
  run.budget.blocks = blocks;
  run.timeout_ns = nanoseconds(timeout, "--timeout", 0);
  run.pin = pin == "auto";
  run.seed = seed ? *seed : std::random_device{}();
  if (!memory_limit.empty()) run.memory_limit_bytes = static_cast<std::int64_t>(base::parse_bytes(memory_limit, "--memory-limit"));
  return run;
}

std::int64_t nanoseconds(const std::string& text, const char* option, std::int64_t otherwise) {
  return text.empty() ? otherwise : static_cast<std::int64_t>(base::parse_duration_ns(text, option));
}

}  // namespace benchkit::cli

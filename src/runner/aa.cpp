// The A/A test, and its other half.
//
// A tool that compares can lie in two ways: it calls a change where there is none, or it misses one. Both can be measured on the spot, for two
// workers of one program differ in nothing: every change that is called between them is false. And a slowdown of known size can be planted: the
// worker makes so many calls of a batch twice (core/sampler.cpp).
//
// Each comparison is a whole run of its own, with its own calibration and its own draws, read back from its file and judged by what judges every
// other: so what is counted here is what `run --against` and `compare` would have said. Where slowdowns are planted, half of the cases have one,
// for the correction over the suite is kinder where all have. Which half is drawn for one comparison and turned round for the next, so that each case
// has as many with as without; which side has it, and with it the direction of the right answer, is drawn for each.
#include "runner/aa.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "compare/compare.hpp"
#include "runner/conversation.hpp"
#include "runner/random.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

/// The random streams of seeds, of what is planted and of layouts.
constexpr std::uint64_t kSeeds = 0;
constexpr std::uint64_t kPlanted = 1;
constexpr std::uint64_t kLayouts = 2;

std::map<std::string, Planted> plant(const AaOptions& options, std::uint64_t comparison) {
  std::map<std::string, Planted> planted;
  if (options.injected <= 0) return planted;
  Random halves(Random(options.run.seed, kPlanted).next(), comparison / 2);
  Random sides(Random(options.run.seed, kPlanted).next(), ~comparison);
  for (const std::string& id : options.cases) {
    const bool chosen = (halves.below(2) + comparison) % 2 == 0;
    const std::size_t version = sides.below(2);
    if (chosen) planted[id] = {version, options.injected};
  }
  return planted;
}

/// Numbers of layouts for the blocks of each side.
std::vector<std::vector<std::size_t>> layouts_for(const AaOptions& options, std::uint64_t comparison) {
  if (options.layouts == 0) return {};
  std::vector<std::size_t> numbers = Random(Random(options.run.seed, kLayouts).next(), comparison).order(options.known_layouts);
  for (std::size_t& number : numbers) ++number;  // they are counted from 1
  const auto first = numbers.begin();
  const auto count = static_cast<std::ptrdiff_t>(options.layouts);
  const std::vector<std::size_t> base(first, first + count);
  return {base, options.relinked ? std::vector<std::size_t>(first + count, first + 2 * count) : base};
}

RunOptions options_of(const AaOptions& options, std::uint64_t comparison) {
  RunOptions run = options.run;
  run.seed = Random(Random(options.run.seed, kSeeds).next(), comparison).next();
  run.planted = plant(options, comparison);
  run.layouts = layouts_for(options, comparison);
  return run;
}

/// What must be alike in the comparisons of one folder.
Json way_of(const Session& session, Json options) {
  options.erase("seed");
  options.erase("planted");
  options.erase("layouts");
  Json way{{"options", std::move(options)}};
  for (const char* name : {"mode", "layouts", "relinked"}) way[name] = session.header.value(name, Json());
  return way;
}

/// What was planted, as the snapshot's session tells it.
std::map<std::string, Planted> planted_in(const Snapshot& snapshot) {
  return options_from_json(snapshot.sessions.front().header.at("options"), snapshot.path).planted;
}

/// Makes one series of events of those of many runs.
class Relay final : public Observer {
 public:
  Relay(AaObserver& observer, std::uint64_t comparisons) : observer_(observer), comparisons_(comparisons) {}

  void begin(std::uint64_t comparison) {
    comparison_ = comparison;
    began_ns_ = base::monotonic_ns();
  }
  void end() {
    took_ns_ += base::monotonic_ns() - began_ns_;
    ++through_;
  }
  void progress(const Progress& within) override {
    const std::int64_t now_ns = base::monotonic_ns();
    const auto to_come = static_cast<std::int64_t>(comparisons_ - comparison_ - 1);
    AaProgress progress{.comparison = comparison_ + 1, .comparisons = comparisons_, .within = within, .eta_ns = -1};
    if (within.eta_ns >= 0) {
      const std::int64_t one_ns = through_ > 0 ? took_ns_ / through_ : now_ns - began_ns_ + within.eta_ns;
      progress.eta_ns = within.eta_ns + to_come * one_ns;
    }
    observer_.progress(progress);
  }
  void case_ended(const std::string& case_id, const std::string& meter, const Outcome& outcome) override {
    if (!is_left_out(outcome.status)) failed_.insert(case_id);
    if (told_.emplace(case_id, meter).second) observer_.case_ended(case_id, outcome);
  }
  [[nodiscard]] const std::set<std::string>& failed() const noexcept { return failed_; }

 private:
  AaObserver& observer_;
  std::uint64_t comparisons_;
  std::uint64_t comparison_ = 0;
  std::int64_t began_ns_ = 0;
  std::int64_t took_ns_ = 0;
  std::int64_t through_ = 0;
  std::set<std::pair<std::string, std::string>> told_;
  std::set<std::string> failed_;
};

AaRow& row_of(AaReport& report, const std::string& case_id, const Metric& metric) {
  const auto found = std::find_if(report.rows.begin(), report.rows.end(),
                                  [&](const AaRow& row) { return row.case_id == case_id && row.metric.name == metric.name; });
  return found != report.rows.end() ? *found : report.rows.emplace_back(AaRow{.case_id = case_id, .metric = metric});
}

/// `planted`: the direction of the slowdown that was planted, seen from the base; 0: none.
void add(const compare::Judgement& judgement, int planted, AaRow& row) {
  using compare::Verdict;
  const bool called = judgement.verdict == Verdict::regressed || judgement.verdict == Verdict::improved;
  if (judgement.detectable) row.detectable.push_back(*judgement.detectable);
  if (planted != 0) {
    ++row.planted;
    const int direction = (judgement.verdict == Verdict::regressed) == (row.metric.better == Better::less) ? 1 : -1;
    row.found += called && direction == planted ? 1 : 0;
    row.wrong += (called && direction != planted) || judgement.verdict == Verdict::same ? 1 : 0;
    return;
  }
  ++row.identical;
  row.false_alarms += called ? 1 : 0;
  row.same += judgement.verdict == Verdict::same ? 1 : 0;
  if (!judgement.relative || !judgement.effect) return;
  row.errors.push_back(std::fabs(std::log(*judgement.effect)));
  if (!judgement.interval) return;
  ++row.intervals;
  row.covered += judgement.interval->low <= 1 && 1 <= judgement.interval->high ? 1 : 0;
}

}  // namespace

AaRow& AaRow::operator+=(const AaRow& other) {
  for (const auto count : {&AaRow::identical, &AaRow::false_alarms, &AaRow::same, &AaRow::planted, &AaRow::found, &AaRow::wrong,
                           &AaRow::intervals, &AaRow::covered})
    this->*count += other.*count;
  errors.insert(errors.end(), other.errors.begin(), other.errors.end());
  detectable.insert(detectable.end(), other.detectable.begin(), other.detectable.end());
  return *this;
}

bool slows(const Metric& metric) noexcept { return metric.unit == "ns"; }

void count(const Snapshot& snapshot, const compare::JudgeOptions& judge, AaReport& report) {
  const std::map<std::string, Planted> planted = planted_in(snapshot);
  for (const compare::Comparison& comparison : compare::compare({&snapshot, 1}, {.judge = judge})) {
    for (const compare::Group& group : comparison.groups) {
      for (const compare::Row& row : group.rows) {
        const compare::Cell& head = row.cells.back();
        if (!head.judgement || head.judgement->standing != compare::Standing::compared) continue;
        const auto found = planted.find(row.id);
        const bool has_one = found != planted.end() && slows(comparison.metric);
        add(*head.judgement, !has_one ? 0 : found->second.version == 0 ? -1 : 1, row_of(report, row.id, comparison.metric));
      }
    }
  }
  ++report.comparisons;
}

namespace {

/// The comparison that lies there whole, if there is one; what was cut off is removed.
std::optional<Snapshot> measured_before(const std::string& path, const Json& way, base::FileSystem& files) {
  if (!base::exists(path)) return std::nullopt;
  Snapshot before = snapshot::read(path);
  const Session session = before.sessions.empty() ? Session{} : before.sessions.front();
  if (way_of(session, session.header.value("options", Json::object())) != way)
    throw Error("this comparison was measured in another way", path, "choose another folder, or the same options");
  if (before.ended) return before;
  files.remove(path);
  return std::nullopt;
}

}  // namespace

AaReport run_aa(const AaOptions& options, const std::vector<Target>& targets, const AaOutput& output, AaObserver& observer) {
  AaReport report;
  Relay relay(observer, options.comparisons);
  const Json way = way_of(output.session, options_to_json(options.run));
  for (std::uint64_t comparison = 0; comparison < options.comparisons && !report.interrupted && report.stopped.empty(); ++comparison) {
    const std::string path = fmt::format("{}/{:04}.jsonl", output.folder, comparison + 1);
    if (const auto before = measured_before(path, way, *output.files)) {
      count(*before, options.judge, report);
      continue;
    }
    relay.begin(comparison);
    try {
      const RunReport run =
          runner::run(options_of(options, comparison), targets, {.files = output.files, .path = path, .session = output.session}, relay);
      relay.end();
      report.interrupted = run.interrupted;
      report.stopped = run.stopped;
      if (!run.interrupted && run.stopped.empty()) {
        if (run.measured > 0) count(snapshot::read(path), options.judge, report);
        else report.stopped = "no case could be measured";
      }
    } catch (const Interrupted&) {
      report.interrupted = true;
    }
    if (!output.keep) output.files->remove(path);
  }
  report.failed.assign(relay.failed().begin(), relay.failed().end());
  return report;
}

}  // namespace benchkit::runner

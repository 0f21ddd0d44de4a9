#include "compare/rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/index_table.hpp"
#include "compare/machines.hpp"
#include "compare/noise_floor.hpp"
#include "compare/terms.hpp"

namespace benchkit::compare {
namespace {

/// The samples behind a cell as one series. Blocks of different sessions are different blocks.
struct Series {
  Side side;
  std::vector<double> of_blocks;  ///< the statistic of each block
  std::size_t not_finite = 0;     ///< samples that are left out: NaN, Infinity
  [[nodiscard]] stats::BlockedValues view() const { return {side.values, side.blocks}; }
  [[nodiscard]] bool empty() const { return side.values.empty(); }
};

/// All blocks of a session without workers of its own were one process: they are one block, whatever the file calls them.
bool in_one_process(const Session& session) {
  const auto processes = session.header.find("processes");
  return processes != session.header.end() && *processes == "in process";
}

/// The block that a sample counts to.
std::int64_t block_of(const Source& source, std::size_t session, std::int64_t block) {
  if (source.same_layouts.empty()) return block;
  const auto found = source.same_layouts.find({session, block});
  return found == source.same_layouts.end() ? block : found->second;
}

std::optional<double> summary_value(const Summary& summary, stats::Statistic statistic) {
  switch (statistic) {
    case stats::Statistic::mean: return summary.mean;
    case stats::Statistic::min: return summary.min;
    case stats::Statistic::max: return summary.max;
    case stats::Statistic::stddev: return summary.stddev;
    case stats::Statistic::median: break;
  }
  return summary.median;
}

using Numbers = std::vector<std::pair<std::string, double>>;

/// What is worked through in a second: only a time of some work has rates.
Numbers rates_of(const Cell& cell, const std::string& unit, const Numbers& work) {
  constexpr double kNanosecondsPerSecond = 1e9;
  Numbers rates;
  if (unit != "ns" || !cell.has_value || !(cell.centre.value > 0)) return rates;
  for (const auto& [name, amount] : work) {
    if (amount > 0) rates.emplace_back(name, amount * kNanosecondsPerSecond / cell.centre.value);
  }
  return rates;
}

/// Fills in what a side says alone.
void fill(Cell& cell, const Entry& entry, const Series& series, const CompareOptions& options) {
  cell.present = !entry.records.empty();
  for (const Record* record : entry.records) {
    if (record->outcome.status != Status::ok) {
      cell.status = record->outcome.status;
      cell.reason = record->outcome.reason;
    }
    cell.warnings.insert(cell.warnings.end(), record->warnings.begin(), record->warnings.end());
  }
  if (series.not_finite > 0) {
    cell.warnings.push_back(fmt::format("{} of {} samples are no finite numbers: they are left out, and nothing is compared",
                                        series.not_finite, series.not_finite + series.side.values.size()));
  }
  if (!series.empty()) {
    cell.centre = stats::centre(series.view(), series.of_blocks, options.statistic, options.judge.alpha);
    cell.has_value = true;
  } else if (!entry.records.empty()) {
    if (const auto value = summary_value(entry.records.back()->summary, options.statistic)) {
      cell.centre.value = *value;
      cell.has_value = true;
    }
  }
}

/// Whether a cell can be one side of a ratio: it went well, and its numbers are numbers.
bool comparable(const Cell& cell, const Series& series) { return cell.has_value && cell.status == Status::ok && series.not_finite == 0; }

/// A side that has no number of its own to be compared by, and why.
std::optional<Standing> standing_of_side(const Cell& cell, const Series& series) {
  if (cell.status == Status::skipped) return Standing::skipped;
  if (cell.status == Status::not_reached) return Standing::not_reached;
  if (cell.status != Status::ok) return Standing::failed;
  if (series.empty() && cell.has_value) return Standing::no_samples;
  if (series.empty() || series.not_finite > 0) return Standing::missing_head;
  return std::nullopt;
}

Standing standing_of(const Entry& base, const Cell& base_cell, const Series& base_series, const Entry& head, const Cell& head_cell,
                     const Series& head_series) {
  // Of a file that knows the case and has not this metric of it, the metric is what is missing.
  const bool base_lacks = base.info == nullptr || base_cell.status == Status::absent;
  const bool head_lacks = head.info == nullptr || head_cell.status == Status::absent;
  const auto declares = [](const Record* record) { return is_declared_absent(record->outcome); };
  if (head_lacks && (base_lacks || std::any_of(head.records.begin(), head.records.end(), declares))) return Standing::absent;
  if (head_lacks) return Standing::vanished;
  if (base_lacks) return head.records.empty() ? Standing::absent : Standing::added;
  const auto of_base = standing_of_side(base_cell, base_series);
  if (const auto standing = standing_of_side(head_cell, head_series))
    return *standing == Standing::skipped && !of_base ? Standing::now_skipped : *standing;
  // A base that failed is no fault of the head's.
  if (of_base) return *of_base == Standing::failed || *of_base == Standing::missing_head ? Standing::missing_base : *of_base;
  if (base.info->shares_name || head.info->shares_name) return Standing::same_name;
  const bool one_case = base.info->id == head.info->id;  // with a pivot it is two, whose bodies differ by nature
  if (one_case && !base.info->body_hash.empty() && !head.info->body_hash.empty() && base.info->body_hash != head.info->body_hash)
    return Standing::changed_body;
  return Standing::compared;
}

/// What two files, or one that holds both, say of how they were measured.
struct Relation {
  bool by_benchkit = false;  ///< either file
  bool other_machine = false;
  Design design = Design::fixed;
  std::size_t planned_blocks = 0;
};

Relation relation_of(const Source& base, const Source& head) {
  Relation relation;
  if (base.snapshot == head.snapshot) {
    const auto terms = terms_of(*head.snapshot);
    relation.design = terms ? terms->design : Design::fixed;
    relation.planned_blocks = planned_blocks_of(*head.snapshot);
    return relation;
  }
  const auto own = [](const Source& source) { return has_design(*source.snapshot, "solo") || has_design(*source.snapshot, "paired"); };
  relation.by_benchkit = own(base) || own(head);
  relation.other_machine = !machine_differences(*base.snapshot, *head.snapshot).empty();
  return relation;
}

/// Which values of which dims are shared by enough cases to tell the noise of that family from. Most dims of a large suite have few values; one
/// that numbers the cases has none for this. Of a case without dims the parts of its id.
class Families {
 public:
  /// The next row.
  void add(const CaseInfo& info, const Dims& dims) {
    starts_.push_back(members_.size());
    for (const auto& [name, value] : dims) join({name, &value});
    if (!info.dims.empty()) return;
    for (const std::string_view part : parts_of_id(info.id)) join({part, nullptr});
  }
  [[nodiscard]] std::vector<std::uint32_t> of(std::size_t row) const {
    std::vector<std::uint32_t> families;
    if (row >= starts_.size()) return families;
    const std::size_t end = row + 1 < starts_.size() ? starts_[row + 1] : members_.size();
    families.reserve(end - starts_[row]);
    for (std::size_t i = starts_[row]; i < end; ++i) {
      if (all_[members_[i]].members >= kFewestForFloor) families.push_back(all_[members_[i]].number);
    }
    return families;
  }

 private:
  struct Key {
    std::string_view name;
    const DimValue* value;  ///< null: a part of an id
    friend bool operator==(const Key& left, const Key& right) {
      if ((left.value == nullptr) != (right.value == nullptr) || left.name != right.name) return false;
      return left.value == nullptr || *left.value == *right.value;
    }
  };
  struct Family {
    Key key;
    std::size_t members;
    std::uint32_t number;  ///< once it has enough members; that of others which read alike (n=100 and n="100")
  };

  static std::size_t hash_of(const Key& key) {
    std::size_t hash = std::hash<std::string_view>()(key.name);
    if (key.value != nullptr) {
      hash =
          hash * 31 + std::visit([](const auto& plain) { return std::hash<std::decay_t<decltype(plain)>>()(plain); }, key.value->variant());
    }
    return hash;
  }

  void join(const Key& key) {
    const auto [at, is_new] = table_.insert(hash_of(key), all_.size(), [&](std::size_t known) { return all_[known].key == key; });
    if (is_new) all_.push_back({key, 0, 0});
    if (++all_[at].members == kFewestForFloor) {
      const std::string name = std::string(key.name) + (key.value == nullptr ? "" : "=" + key.value->text());
      all_[at].number = numbers_.try_emplace(name, static_cast<std::uint32_t>(numbers_.size())).first->second;
    }
    members_.push_back(static_cast<std::uint32_t>(at));
  }

  base::IndexTable table_;
  std::vector<Family> all_;
  std::map<std::string, std::uint32_t> numbers_;
  std::vector<std::uint32_t> members_;  ///< of all rows, one after the other: places in `all_`
  std::vector<std::size_t> starts_;
};

}  // namespace

struct RowMaker::State {
  const Alignment& alignment;
  const std::vector<Source>& sources;
  const Metric& metric;
  const CompareOptions& options;
  std::vector<Relation> relations;             ///< of each column to its base
  std::vector<std::vector<bool>> one_process;  ///< of each column, by session
  Families families;

  [[nodiscard]] const Dims& dims_of(const AlignedRow& aligned) const { return options.pivot.empty() ? aligned.first->dims : aligned.dims; }

  [[nodiscard]] Series series_of(const Entry& entry, std::size_t column) const {
    constexpr std::int64_t kBlocksOfSession = std::int64_t{1} << 32;
    constexpr std::int64_t kPairsOfBlock = std::int64_t{1} << 20;
    const Source& source = sources[alignment.columns[column].source];
    std::size_t count = 0;
    bool has_pairs = false;
    for (const Record* record : entry.records) {
      const Samples& samples = record->samples;
      count += samples.size();
      has_pairs = has_pairs || !samples.pair.is_constant() || (!samples.empty() && samples.pair[0] >= 0);
    }
    Series series;
    Side& side = series.side;
    side.values.reserve(count);
    side.blocks.reserve(count);
    if (has_pairs) side.pairs.reserve(count);
    for (const Record* record : entry.records) {
      const Samples& samples = record->samples;
      const bool in_one = one_process[column][record->session];
      // The number of a block is the same for all versions of a file, which may lack different ones.
      const auto first_block = static_cast<std::int64_t>(record->session) * kBlocksOfSession;
      for (std::size_t i = 0; i < samples.size(); ++i) {
        if (!std::isfinite(samples.value[i])) {
          ++series.not_finite;
          continue;
        }
        side.values.push_back(samples.value[i]);
        side.blocks.push_back(first_block + (in_one ? 0 : block_of(source, record->session, samples.block[i])));
        if (has_pairs) side.pairs.push_back(samples.pair[i] < 0 ? -1 : samples.block[i] * kPairsOfBlock + samples.pair[i]);
      }
    }
    series.of_blocks = stats::block_values(series.view(), options.statistic);
    return series;
  }

  void add_ratios(Row& row, const std::vector<Series>& series) const {
    const std::vector<ColumnHead>& columns = alignment.columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::size_t base = columns[i].base;
      if (base == i || columns[i].unit != columns[base].unit) continue;
      if (!comparable(row.cells[i], series[i]) || !comparable(row.cells[base], series[base])) continue;
      const double before = row.cells[base].centre.value;
      const bool samples = !series[i].empty() && !series[base].empty();
      const bool within_process = samples && (row.cells[i].centre.within_process || row.cells[base].centre.within_process);
      const double ratio = before == 0 && samples ? std::nan("") : row.cells[i].centre.value / before;
      row.cells[i].ratio = stats::Ratio{.value = ratio, .interval = {}, .within_process = within_process};
    }
  }

  [[nodiscard]] Evidence evidence_of(const AlignedRow& aligned, const Row& row, const std::vector<Series>& series,
                                     const std::vector<std::uint32_t>& of_families, std::size_t i) const {
    const ColumnHead& head = alignment.columns[i];
    Evidence evidence{.metric = metric.name, .better = metric.better, .paired = head.paired};
    if (head.lacks_base) {
      evidence.standing = Standing::missing_base;
      return evidence;
    }
    const std::size_t base = head.base;
    const Relation& relation = relations[i];
    evidence.standing = standing_of(aligned.entries[base], row.cells[base], series[base], aligned.entries[i], row.cells[i], series[i]);
    if (evidence.standing == Standing::compared && head.unit != alignment.columns[base].unit) evidence.standing = Standing::other_unit;
    if (evidence.standing == Standing::compared && relation.other_machine) evidence.standing = Standing::other_machine;
    evidence.by_benchkit = relation.by_benchkit;
    evidence.design = relation.design;
    evidence.planned_blocks = relation.planned_blocks;
    const std::span<const Record* const> records = aligned.entries[i].records;
    evidence.time_over = std::any_of(records.begin(), records.end(), [](const Record* record) { return is_time_over(record->outcome); });
    if (!evidence.paired) evidence.families = of_families;
    add_samples(evidence, series[base].side, series[base].of_blocks, series[i].side, series[i].of_blocks, options.statistic);
    return evidence;
  }
};

RowMaker::RowMaker(const Alignment& alignment, const std::vector<Source>& sources, const Metric& metric, const CompareOptions& options) {
  auto state = std::make_unique<State>(State{.alignment = alignment,
                                             .sources = sources,
                                             .metric = metric,
                                             .options = options,
                                             .relations = {},
                                             .one_process = {},
                                             .families = {}});
  bool unpaired = false;
  for (std::size_t i = 0; i < alignment.columns.size(); ++i) {
    const ColumnHead& head = alignment.columns[i];
    const Source& source = sources[alignment.columns[i].source];
    state->relations.push_back(relation_of(sources[alignment.columns[head.base].source], source));
    state->one_process.emplace_back();
    for (const Session& session : source.snapshot->sessions) state->one_process.back().push_back(in_one_process(session));
    unpaired = unpaired || (head.base != i && !head.paired);
  }
  if (unpaired) {
    for (const AlignedRow& aligned : alignment.rows) state->families.add(*aligned.first, state->dims_of(aligned));
  }
  state_ = std::move(state);
}

RowMaker::~RowMaker() = default;

JudgedRow RowMaker::row(const AlignedRow& aligned) const {
  const std::vector<ColumnHead>& columns = state_->alignment.columns;
  JudgedRow result;
  Row& row = result.row;
  const CaseInfo& first = *aligned.first;
  row = {.id = aligned.title.empty() ? first.id : aligned.title, .dims = state_->dims_of(aligned), .group = first.group, .cells = {}};
  std::vector<Series> series;
  series.reserve(columns.size());
  row.cells.reserve(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Entry& entry = aligned.entries[i];
    series.push_back(state_->series_of(entry, i));
    Cell& cell = row.cells.emplace_back();
    fill(cell, entry, series.back(), state_->options);
    cell.info = entry.info;
    if (aligned.one_work) cell.rates = rates_of(cell, columns[i].unit, first.work);
  }
  state_->add_ratios(row, series);
  const std::vector<std::uint32_t> families = state_->families.of(static_cast<std::size_t>(&aligned - state_->alignment.rows.data()));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t base = columns[i].base;
    const CaseInfo* info = aligned.entries[i].info != nullptr ? aligned.entries[i].info : aligned.entries[base].info;
    if (info == nullptr || (base == i && !columns[i].lacks_base)) continue;  // a third column's case, or a base
    result.questions.push_back({i, state_->evidence_of(aligned, row, series, families, i), info});
  }
  return result;
}

Course RowMaker::course(const AlignedRow& aligned) const {
  const std::vector<ColumnHead>& columns = state_->alignment.columns;
  Course course{.paired = std::all_of(columns.begin() + 1, columns.end(), [](const ColumnHead& head) { return head.paired; }),
                .versions = std::vector<std::vector<double>>(columns.size()),
                .constant = true};
  std::map<std::int64_t, std::vector<stats::BlockMember>> by_block;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Series series = state_->series_of(aligned.entries[i], i);
    if (!course.paired) {
      const double whole = series.empty() ? std::nan("") : std::log(stats::statistic_of(series.of_blocks, state_->options.statistic));
      if (std::isfinite(whole)) course.versions[i].push_back(whole);
      continue;
    }
    const std::set<std::int64_t> blocks(series.side.blocks.begin(), series.side.blocks.end());
    std::size_t place = 0;
    for (const std::int64_t block : blocks) {
      const double value = std::log(series.of_blocks[place++]);
      if (!std::isfinite(value)) continue;
      by_block[block].push_back({i, value});
      course.versions[i].push_back(value);
      course.constant = course.constant && value == course.versions[i].front();
    }
  }
  for (auto& [block, members] : by_block) course.blocks.push_back(std::move(members));
  return course;
}

stats::Ratio RowMaker::whole_ratio(const AlignedRow& aligned, std::size_t column) const {
  const std::size_t base = state_->alignment.columns[column].base;
  const Series before = state_->series_of(aligned.entries[base], base);
  const Series after = state_->series_of(aligned.entries[column], column);
  return stats::unpaired_ratio(before.view(), after.view(), state_->options.statistic, state_->options.judge.alpha);
}

}  // namespace benchkit::compare

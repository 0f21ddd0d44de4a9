// Evidence: what blocks say of one metric of one case, on the scale on which it is judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <benchkit/model/metric.hpp>

#include "stats/blocks.hpp"

namespace benchkit::compare {

/// Whether a case can be compared, and why not. Each is named in the table and has a policy of its own at the gate.
enum class Standing {
  compared,
  vanished,      ///< base has the case, and head's suite no longer
  added,         ///< base has no such case
  absent,        ///< neither has it, or head's suite says that this version lacks what it measures
  failed,        ///< head failed
  skipped,       ///< a side was skipped
  now_skipped,   ///< head was skipped, and base has a number
  not_reached,   ///< the time of a side's run was over before
  missing_base,  ///< base has the case, and no number of it: it failed, or no sample is kept
  missing_head,  ///< likewise head
  no_samples,    ///< a side's file states a number and not the samples behind it
  same_name,     ///< another case of a file has the same name, and which is which nobody knows
  zero_base,     ///< base is 0, and the threshold is a share of it
  changed_body,  ///< the case says that it does something else now
  other_unit,    ///< the two sides state the metric in different units
  other_machine  ///< measured on different machines; an exact metric is compared all the same
};
[[nodiscard]] std::string_view to_string(Standing standing) noexcept;  ///< "compared", "vanished", "new", "failed", ...
[[nodiscard]] std::optional<Standing> standing_from(std::string_view text) noexcept;
/// All but `compared`, in the order in which they are told.
[[nodiscard]] std::vector<Standing> obstacles();

/// How it was settled when measuring in pairs ends, which says what may be concluded. `fixed`: the number of blocks was settled before; Yuen's
/// t. `sequential`: somebody looks after every block and stops when it suits; the e-process. `looks`: the number was settled, and somebody
/// looks kLooks times on the way, the last time when its time is over; O'Brien and Fleming's test. Without pairs there is only the fixed one.
enum class Design { fixed, sequential, looks };
[[nodiscard]] std::string_view to_string(Design design) noexcept;
[[nodiscard]] std::optional<Design> design_from(std::string_view text) noexcept;
inline constexpr std::size_t kLooks = 12;

/// What counts as a change: a share of the smaller side (0.01: 1 %), or an amount in the metric's unit. Never negative.
struct Threshold {
  double amount = 0.01;
  bool relative = true;
};

/// The samples of one side: three columns of equal length, or `pairs` empty where the design is not paired.
struct Side {
  std::vector<double> values;  ///< finite, in the metric's unit
  std::vector<std::int64_t> blocks;
  std::vector<std::int64_t> pairs{};  ///< samples of one block and pair were taken right after one another, one of each side
};

struct Evidence {
  std::string metric;
  Better better = Better::less;
  Standing standing = Standing::compared;
  bool paired = false;
  bool by_benchkit = false;  ///< not a foreign file, so that a single block of it was a choice
  /// Numbers of what it has in common with others of its metric (those of "op=sort"): noise between runs is often that of a family.
  std::vector<std::uint32_t> families;
  std::optional<Threshold> threshold;  ///< what counts as a change of it, in place of what the options say
  Design design = Design::fixed;
  std::size_t planned_blocks = 0;  ///< `looks`: how many
  bool time_over = false;          ///< `looks`: no more come, be they fewer than planned, and that had nothing to do with what they say
  /// More of it will be measured, or the first of it. It counts among the comparisons whatever is known of it now: they may become more, and
  /// what was decided among few might not be among many.
  bool unfinished = false;

  // Made by evidence_of().
  bool logarithmic = false;  ///< all values are positive: effects are log(head / base), else head - base
  bool exact = false;        ///< all samples of two or more blocks on each side agree
  bool has_values = false;   ///< on both sides
  double base_centre = 0;
  double head_centre = 0;
  double first_base_centre = 0;  ///< of the first blocks alone, which blocks that come later don't move
  double first_head_centre = 0;
  std::vector<double> effects;     ///< paired: one for each block that both sides have, in their order
  std::vector<double> base, head;  ///< not paired: a value a block, or the samples of the only one; logarithms where `logarithmic`
  std::size_t fewer_blocks = 0;    ///< of the side that has fewer
};

/// Whether somebody looked at the blocks while they came in.
[[nodiscard]] bool is_watched(const Evidence& evidence) noexcept;

/// Fewer blocks make no verdict, unless they are exact.
inline constexpr std::size_t kFewestBlocks = 3;

/// How likely it is at the most that all of `blocks` processes on each side agree, and the sides differ, where nothing differs: a coin that each process tosses
/// falls one way for all of the one side and the other way for the other with 2 (p (1 - p))^blocks.
[[nodiscard]] double level_of_exact_change(std::size_t blocks) noexcept;

/// Fills in what the samples say. `statistic` is median or mean; another one leaves no effects, for it has no interval.
void add_samples(Evidence& evidence, const Side& base, const Side& head, stats::Statistic statistic);
/// The same where the statistic of each block is known already.
void add_samples(Evidence& evidence, const Side& base, const std::vector<double>& base_blocks, const Side& head,
                 const std::vector<double>& head_blocks, stats::Statistic statistic);

}  // namespace benchkit::compare

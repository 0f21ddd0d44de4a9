// Registry: which cases a suite has, and which of them are selected: subjects x operations x the values of a dial.
//
// A **subject** is something that can be built at the values of its **dial** (a model of size n, a pattern of some severity). An **operation** is done to
// what was built (build it, write it, hand it over), perhaps in several **variants** (one a solver). Each pair of an operation and a subject that
// the operation applies to is a case at each value of the subject's ladder. The ladder has tiers: quick values are run under `--quick`, long ones
// under `--long` only, and the values between by default too.
//
// Whether this version of what is measured has a subject or an operation at all is asked of its **gate**; whether a module that it needs is installed, of
// `missing`. Both are called only when somebody must know, and once: a suite can be listed without importing what it measures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <benchkit/model/dims.hpp>

namespace benchkit {

/// What the subjects of one kind vary over: a numeric dim with a ladder of values.
struct Dial {
  std::string axis = "n";             ///< the dim
  std::string kind = "subject";       ///< what a subject with this dial is called: "model"
  std::string option{};               ///< selects values on the command line: "--size"; empty: none does
  std::string values = "sizes";       ///< what its values are called in messages
  std::optional<std::int64_t> low{};  ///< the least value that it can have
  std::optional<std::int64_t> high{};
  std::vector<std::int64_t> sizes{};  ///< the ladder of a subject that gives none
  std::optional<std::vector<std::int64_t>>
      quick{};  ///< the quick tier of a subject that gives none; unset: the first, the middle and the last value that is not long
  bool described = false;                                      ///< a subject must have a description
  std::optional<std::vector<std::string>> default_features{};  ///< of a subject that names none; unset: the suite's
};

/// Says why something is not there, or nothing if it is.
using Reason = std::function<std::string()>;

/// What is built and measured.
struct Subject {
  std::string name;
  std::string dial{};                                ///< its axis; empty: the suite's first dial
  std::vector<std::int64_t> sizes{};                 ///< the ladder; empty: the dial's
  std::optional<std::vector<std::int64_t>> quick{};  ///< unset: as the dial says; empty: none, the subject stays out of the quick tier
  std::vector<std::int64_t> long_sizes{};
  std::vector<std::string> features{};                ///< out of the suite's; empty: the `default_features`
  std::optional<std::vector<std::string>> applies{};  ///< the tags of the operations that apply to it; unset: all
  std::vector<std::string> lacks{};                   ///< tags taken off those
  std::vector<std::string> requirements{};            ///< names of what must be installed
  std::string description{};
  Reason gate{};     ///< why this version has no such subject
  Reason missing{};  ///< why it cannot be built here: a requirement that is not installed
};

/// One of several ways to do an operation.
struct Variant {
  std::string name;
  std::string applies{};  ///< its tag; empty: its name
  Reason gate{};
  Reason missing{};
};

/// What is done to a subject.
struct Operation {
  std::string name;
  std::string node{};     ///< what ids begin with; empty: the name
  std::string applies{};  ///< the tag by which it applies to a subject; empty: its name. Variants have tags of their own
  std::string opt_in{};   ///< an option, "--pipeline", without which it is left out; empty: it is always in
  std::vector<Variant> variants{};
  std::string variant_dim{};  ///< the dim of the variants; needed where there are any
  std::string param_id{};     ///< empty: the suite's
  /// One build for all cases of a subject and value that share, in one worker. Off by default: what an operation leaves behind in it, a cache say, then changes
  /// what the next one costs, so that results depend on the order. Recorded as the label `shared_build`.
  bool share_build = false;
  Reason gate{};
};

/// What holds for a whole suite.
struct SuiteSpec {
  std::string name;
  std::vector<Dial> dials = {Dial{}};
  std::vector<std::string> features{};          ///< the closed set
  std::vector<std::string> default_features{};  ///< of a subject that names none
  std::vector<std::string> tags{};              ///< the closed set; empty: those of the operations, checked when the cases are made
  std::string subject_dim = "subject";
  std::string operation_dim = "operation";
  std::string param_id = "{subject}-{axis}={value}";  ///< what stands in the id's brackets; {NAME} of a variant's dim too
};

/// One case of a suite.
struct Point {
  static constexpr std::size_t kNoVariant = static_cast<std::size_t>(-1);
  std::size_t operation = 0;  ///< positions in registration order
  std::size_t variant = kNoVariant;
  std::size_t subject = 0;
  std::int64_t value = 0;
};

/// Which cases are wanted. The axes are independent: values of one dial say nothing of another.
struct Selection {
  bool quick = false;                                                   ///< goes before `everything`
  bool everything = false;                                              ///< --long
  std::map<std::string, std::set<std::int64_t>, std::less<>> values{};  ///< by axis; these and no others, whatever their tier
  std::set<std::string, std::less<>> operations{};                      ///< opt-in operations that were asked for, by name
};

class Registry {
 public:
  /// Throws benchkit::Error for a dial without a name, two of one name, a ladder beyond its range, or a template that holds what it cannot know.
  explicit Registry(SuiteSpec spec);
  Registry(Registry&&) noexcept;
  Registry& operator=(Registry&&) noexcept;
  ~Registry();

  /// Adds a subject, and returns its position. `place`: where its author did ("file:line"). Throws benchkit::Error that names it, and the other
  /// place where there are two: a name that is taken, an unknown feature or tag, a ladder that is empty or beyond the dial's range, a tier that is no part of the ladder.
  std::size_t add(Subject subject, std::string place);
  /// The same for an operation.
  std::size_t add(Operation operation, std::string place);

  [[nodiscard]] const SuiteSpec& spec() const noexcept;
  /// In the order of their dials, then of their registration.
  [[nodiscard]] std::vector<std::size_t> subjects() const;
  [[nodiscard]] const Subject& subject(std::size_t at) const;
  [[nodiscard]] const Operation& operation(std::size_t at) const;
  /// The position of an operation. Throws benchkit::Error that names those there are.
  [[nodiscard]] std::size_t find_operation(std::string_view name) const;
  [[nodiscard]] std::size_t operations() const noexcept;
  [[nodiscard]] const Dial& dial_of(const Subject& subject) const;
  [[nodiscard]] std::vector<std::int64_t> quick_of(const Subject& subject) const;
  /// True if the operation (in at least one variant) applies to the subject.
  [[nodiscard]] bool applies(std::size_t operation, std::size_t subject) const;

  /// All cases: operations in registration order; in each the variants, then the subjects, then the values of the ladder. Throws benchkit::Error where a subject
  /// names a tag that no operation has.
  [[nodiscard]] const std::vector<Point>& points() const;
  [[nodiscard]] std::string param_id(const Point& point) const;
  [[nodiscard]] std::string id(const Point& point) const;  ///< `<node>[<param id>]`
  [[nodiscard]] Dims dims(const Point& point) const;
  [[nodiscard]] std::string place(const Point& point) const;  ///< of its subject
  /// The case of this id, or nullptr.
  [[nodiscard]] const Point* find(std::string_view id) const;

  /// Why this version has no such case, or nothing.
  [[nodiscard]] std::string absent(const Point& point) const;
  [[nodiscard]] std::string absent_subject(std::size_t at) const;
  /// Why it cannot be run here, though the version has it: the variant's reason, then the subject's.
  [[nodiscard]] std::string missing(const Point& point) const;
  /// Why the selection leaves it out by its value, or nothing.
  [[nodiscard]] std::string unselected(const Point& point, const Selection& selection) const;
  /// Why its operation, which is opt-in, was not asked for, or nothing.
  [[nodiscard]] std::string not_asked_for(const Point& point, const Selection& selection) const;
  /// `missing`, then `unselected`: why a driver skips the case when its turn comes, or nothing.
  [[nodiscard]] std::string skip_reason(const Point& point, const Selection& selection) const;

  /// One option of the command line that selects.
  struct Option {
    std::string name;   ///< "--size"
    std::string value;  ///< what it takes, "N"; empty: a flag
    std::string help;
    std::string dim;  ///< where it is a filter on a dim as well: that dim
  };
  /// --quick, --long, one for each dial that has one, one for each opt-in operation, and one for operations by name.
  [[nodiscard]] std::vector<Option> options() const;
  /// What these options select: (name, value) pairs. Throws benchkit::Error for a value that no subject has, and an unknown operation.
  [[nodiscard]] Selection selection(const std::vector<std::pair<std::string, std::string>>& options) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace benchkit

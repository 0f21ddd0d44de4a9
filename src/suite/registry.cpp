#include <benchkit/suite/registry.hpp>

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/nearest.hpp"
#include "suite/registry_state.hpp"

namespace benchkit {
namespace {

using Names = std::vector<std::string>;

bool holds(const Names& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); }

/// Those that are not known, sorted, each once, as a list: ['a', 'b'].
std::string unknown_of(const Names& given, const Names& known) {
  std::set<std::string> unknown;
  std::copy_if(given.begin(), given.end(), std::inserter(unknown, unknown.end()),
               [&](const std::string& one) { return !holds(known, one); });
  return unknown.empty() ? "" : fmt::format("['{}']", fmt::join(unknown, "', '"));
}

std::string called(const std::string& kind, const std::string& name) { return fmt::format("{} '{}'", kind, name); }

void check_names(const std::string& who, const std::string& what, const Names& given, const Names& known, const std::string& place) {
  if (const std::string unknown = unknown_of(given, known); !unknown.empty())
    throw Error(fmt::format("{}: unknown {} {}", who, what, unknown), place, fmt::format("known are {}", fmt::join(known, ", ")));
}

void check_range(const std::string& who, const Dial& dial, const std::vector<std::int64_t>& values, const std::string& place) {
  const auto beyond = [&](std::int64_t value) { return (dial.low && value < *dial.low) || (dial.high && value > *dial.high); };
  if (std::none_of(values.begin(), values.end(), beyond)) return;
  const auto end = [](const std::optional<std::int64_t>& bound, const char* none) {
    return bound ? std::to_string(*bound) : std::string(none);
  };
  throw Error(fmt::format("{}: {} must be ints in [{}, {}], got ({}{})", who, dial.values, end(dial.low, "-inf"), end(dial.high, "inf"),
                          fmt::join(values, ", "), values.size() == 1 ? "," : ""),
              place);
}

void check_within(const std::string& who, const char* tier, const std::vector<std::int64_t>& values, const Subject& subject,
                  const std::string& place) {
  for (const std::int64_t value : values) {
    if (std::find(subject.sizes.begin(), subject.sizes.end(), value) != subject.sizes.end()) continue;
    throw Error(fmt::format("{}: {} of its {} tier is no part of its ladder ({})", who, value, tier, fmt::join(subject.sizes, ", ")), place,
                "a tier is a choice out of the ladder: add it there too");
  }
}

void check_ladder(const std::string& who, const Dial& dial, const Subject& subject, const std::string& place) {
  if (subject.sizes.empty()) throw Error(fmt::format("{}: it has no {}", who, dial.values), place, "give at least one");
  check_range(who, dial, subject.sizes, place);
  std::set<std::int64_t> seen;
  for (const std::int64_t value : subject.sizes) {
    if (!seen.insert(value).second) throw Error(fmt::format("{}: {} stands twice in its {}", who, value, dial.values), place);
  }
  check_within(who, "long", subject.long_sizes, subject, place);
  if (subject.quick) check_within(who, "quick", *subject.quick, subject, place);
}

}  // namespace

// ---- registration ----

Registry::Registry(SuiteSpec spec) : state_(std::make_unique<State>(State{.spec = std::move(spec)})) {
  const SuiteSpec& all = state_->spec;
  if (all.dials.empty()) throw Error("a suite needs a dial", all.name, "the plain one is called n");
  for (std::size_t i = 0; i < all.dials.size(); ++i) {
    const Dial& dial = all.dials[i];
    if (dial.axis.empty()) throw Error("a dial has no axis", all.name);
    for (std::size_t j = 0; j < i; ++j) {
      if (all.dials[j].axis == dial.axis) throw Error(fmt::format("two dials have the axis \"{}\"", dial.axis), all.name);
      if (!dial.option.empty() && all.dials[j].option == dial.option)
        throw Error(fmt::format("two dials have the option {}", dial.option), all.name);
    }
    check_range("dial '" + dial.axis + "'", dial, dial.sizes, all.name);
    if (dial.default_features) check_names("dial '" + dial.axis + "'", "default features", *dial.default_features, all.features, all.name);
  }
  check_names("suite '" + all.name + "'", "default features", all.default_features, all.features, {});
  state_->check_template(all.param_id, {}, all.name);
}

Registry::Registry(Registry&&) noexcept = default;
Registry& Registry::operator=(Registry&&) noexcept = default;
Registry::~Registry() = default;

void Registry::State::check_template(const std::string& text, const std::string& variant_dim, const std::string& place) const {
  std::set<std::string> used;
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
    const std::size_t end = text.find('}', at);
    const std::string name = text.substr(at + 1, end == std::string::npos ? end : end - at - 1);
    if (end == std::string::npos || !(name == "subject" || name == "axis" || name == "value" || (name == variant_dim && !name.empty()))) {
      throw Error(
          fmt::format("\"{}\" holds {{{}}}", text, name), place,
          fmt::format("a param id is made of {{subject}}, {{axis}}, {{value}}{}", variant_dim.empty() ? "" : " and {" + variant_dim + "}"));
    }
    used.insert(name);
  }
  for (const char* needed : {"subject", "value"}) {
    if (!used.contains(needed))
      throw Error(fmt::format("\"{}\" does not hold {{{}}}, so two cases would have one id", text, needed), place, "add it");
  }
  if (!variant_dim.empty() && !used.contains(variant_dim))
    throw Error(fmt::format("\"{}\" does not hold {{{}}}, so two variants would have one id", text, variant_dim), place,
                "give the operation a param_id that does");
}

std::size_t Registry::State::find_dial(const Subject& subject, const std::string& place) const {
  if (subject.dial.empty()) return 0;
  Names axes;
  for (std::size_t i = 0; i < spec.dials.size(); ++i) {
    if (spec.dials[i].axis == subject.dial) return i;
    axes.push_back(spec.dials[i].axis);
  }
  throw Error(fmt::format("'{}' has the dial \"{}\", which the suite does not have", subject.name, subject.dial), place,
              fmt::format("known are {}", fmt::join(axes, ", ")));
}

std::size_t Registry::add(Subject subject, std::string place) {
  const std::size_t at = state_->find_dial(subject, place);
  const Dial& dial = state_->spec.dials[at];
  const std::string who = called(dial.kind, subject.name);
  if (subject.name.empty()) throw Error(fmt::format("a {} has no name", dial.kind), place);
  for (const State::KnownSubject& other : state_->subjects) {
    if (other.subject.name != subject.name) continue;
    const std::string& kind = state_->spec.dials[other.dial].kind;
    throw Error(fmt::format("{} already registered{}", who, kind == dial.kind ? "" : " as a " + kind), place,
                "the other one is at " + other.place);
  }
  if (dial.described && subject.description.empty())
    throw Error(fmt::format("{}: a {} needs a description", who, dial.kind), place, "say what the dial varies, and what its ends mean");
  if (subject.features.empty()) subject.features = dial.default_features.value_or(state_->spec.default_features);
  check_names(who, "features", subject.features, state_->spec.features, place);
  if (!state_->spec.tags.empty()) {
    const std::string what = state_->spec.operation_dim + "s";
    if (subject.applies) check_names(who, what, *subject.applies, state_->spec.tags, place);
    check_names(who, what, subject.lacks, state_->spec.tags, place);
  }
  if (subject.sizes.empty()) subject.sizes = dial.sizes;
  check_ladder(who, dial, subject, place);
  state_->points.clear();
  state_->subjects.push_back({.subject = std::move(subject), .place = std::move(place), .dial = at});
  const std::size_t own = state_->subjects.size() - 1;
  try {
    state_->claim_ids(*this, 0, {own}, state_->subjects.back().place);
  } catch (...) {
    state_->subjects.pop_back();
    throw;
  }
  return own;
}

std::size_t Registry::add(Operation operation, std::string place) {
  const std::string who = called("operation", operation.name);
  if (operation.name.empty()) throw Error("an operation has no name", place);
  if (operation.node.empty()) operation.node = operation.name;
  if (operation.applies.empty()) operation.applies = operation.name;
  for (const State::KnownOperation& other : state_->operations) {
    if (other.operation.name == operation.name) throw Error(who + " already registered", place, "the other one is at " + other.place);
    if (other.operation.node == operation.node)
      throw Error(fmt::format("{}: its node \"{}\" is that of '{}' as well, so two cases would have one id", who, operation.node,
                              other.operation.name),
                  place, "the other one is at " + other.place);
  }
  if (!operation.opt_in.empty() && !operation.opt_in.starts_with("--"))
    throw Error(fmt::format("{}: \"{}\" is no option", who, operation.opt_in), place, "it begins with --");
  Names tags{operation.applies};
  if (!operation.variants.empty()) {
    if (operation.variant_dim.empty()) throw Error(who + ": its variants have no dim", place, "give variant_dim, e.g. \"solver\"");
    tags.clear();
    Names names;
    for (Variant& variant : operation.variants) {
      if (variant.applies.empty()) variant.applies = variant.name;
      if (variant.name.empty() || holds(names, variant.name))
        throw Error(fmt::format("{}: two variants are called '{}'", who, variant.name), place, "a variant has a name of its own");
      names.push_back(variant.name);
      tags.push_back(variant.applies);
    }
  }
  if (!state_->spec.tags.empty()) check_names(who, state_->spec.operation_dim + "s", tags, state_->spec.tags, place);
  const std::string& text = operation.param_id.empty() ? state_->spec.param_id : operation.param_id;
  state_->check_template(text, operation.variants.empty() ? "" : operation.variant_dim, place);
  state_->points.clear();
  const std::size_t variants = operation.variants.size();
  state_->operations.push_back({.operation = std::move(operation), .place = std::move(place)});
  state_->operations.back().of_variants.resize(variants);
  const std::size_t own = state_->operations.size() - 1;
  try {
    state_->claim_ids(*this, own, subjects(), state_->operations.back().place);
  } catch (...) {
    state_->operations.pop_back();
    throw;
  }
  return own;
}

// ---- what there is ----

const SuiteSpec& Registry::spec() const noexcept { return state_->spec; }
const Subject& Registry::subject(std::size_t at) const { return state_->subjects.at(at).subject; }
const Operation& Registry::operation(std::size_t at) const { return state_->operations.at(at).operation; }
std::size_t Registry::operations() const noexcept { return state_->operations.size(); }
const Dial& Registry::dial_of(const Subject& subject) const { return state_->spec.dials[state_->find_dial(subject, {})]; }

std::vector<std::size_t> Registry::subjects() const {
  std::vector<std::size_t> order(state_->subjects.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return state_->subjects[left].dial < state_->subjects[right].dial; });
  return order;
}

std::size_t Registry::find_operation(std::string_view name) const {
  Names names;
  for (std::size_t i = 0; i < state_->operations.size(); ++i) {
    names.push_back(state_->operations[i].operation.name);
    if (names.back() == name) return i;
  }
  const std::string near = base::nearest(name, names);
  throw Error(fmt::format("unknown {} '{}'", state_->spec.operation_dim, name), {},
              fmt::format("{}known are {}", near.empty() ? "" : fmt::format("did you mean {}? ", near), fmt::join(names, ", ")));
}

std::vector<std::int64_t> Registry::quick_of(const Subject& subject) const {
  if (subject.quick) return *subject.quick;
  const Dial& dial = dial_of(subject);
  std::vector<std::int64_t> quick;
  const auto add = [&](std::int64_t value) {
    if (std::find(quick.begin(), quick.end(), value) == quick.end()) quick.push_back(value);
  };
  const std::vector<std::int64_t>& sizes = subject.sizes;
  if (!dial.quick) {
    std::vector<std::int64_t> short_sizes;
    std::copy_if(sizes.begin(), sizes.end(), std::back_inserter(short_sizes), [&](std::int64_t value) {
      return std::find(subject.long_sizes.begin(), subject.long_sizes.end(), value) == subject.long_sizes.end();
    });
    if (short_sizes.empty()) return quick;
    for (const std::size_t at : {std::size_t{0}, short_sizes.size() / 2, short_sizes.size() - 1}) add(short_sizes[at]);
  } else {
    for (const std::int64_t value : *dial.quick) {
      if (std::find(sizes.begin(), sizes.end(), value) != sizes.end()) add(value);
    }
  }
  return quick;
}

const std::string& Registry::State::tag_of(const Operation& operation, std::size_t variant) {
  return variant == Point::kNoVariant ? operation.applies : operation.variants[variant].applies;
}

bool Registry::State::has_tag(const Subject& subject, const std::string& tag) {
  return (!subject.applies || holds(*subject.applies, tag)) && !holds(subject.lacks, tag);
}

bool Registry::applies(std::size_t operation, std::size_t subject) const {
  const Operation& done = this->operation(operation);
  const Subject& to = this->subject(subject);
  if (done.variants.empty()) return State::has_tag(to, done.applies);
  return std::any_of(done.variants.begin(), done.variants.end(),
                     [&](const Variant& variant) { return State::has_tag(to, variant.applies); });
}

// ---- cases ----

void Registry::State::check_tags() const {
  Names known;
  for (const KnownOperation& one : operations) {
    if (one.operation.variants.empty()) known.push_back(one.operation.applies);
    for (const Variant& variant : one.operation.variants) known.push_back(variant.applies);
  }
  for (const KnownSubject& one : subjects) {
    const std::string who = called(spec.dials[one.dial].kind, one.subject.name);
    if (one.subject.applies) check_names(who, spec.operation_dim + "s", *one.subject.applies, known, one.place);
    check_names(who, spec.operation_dim + "s", one.subject.lacks, known, one.place);
  }
}

template <class Visit>
void Registry::State::for_each_point(std::size_t first_operation, const std::vector<std::size_t>& of_subjects, Visit visit) const {
  const auto each = [&](std::size_t operation, std::size_t variant) {
    for (const std::size_t subject : of_subjects) {
      if (!has_tag(subjects[subject].subject, tag_of(operations[operation].operation, variant))) continue;
      for (const std::int64_t value : subjects[subject].subject.sizes) visit(Point{operation, variant, subject, value});
    }
  };
  for (std::size_t operation = first_operation; operation < operations.size(); ++operation) {
    const std::size_t variants = operations[operation].operation.variants.size();
    if (variants == 0) each(operation, Point::kNoVariant);
    for (std::size_t variant = 0; variant < variants; ++variant) each(operation, variant);
  }
}

void Registry::State::claim_ids(const Registry& registry, std::size_t first_operation, const std::vector<std::size_t>& of_subjects,
                                const std::string& place) {
  std::unordered_map<std::string, std::size_t> claimed;
  const auto claim = [&](const Point& point) {
    const std::string id = registry.id(point);
    const auto known = owners.find(id);
    const auto [own, is_new] = claimed.emplace(id, point.subject);
    if (known == owners.end() && is_new) return;
    const KnownSubject& other = subjects[known != owners.end() ? known->second : own->second];
    throw Error(
        fmt::format("two cases have the id \"{}\": of '{}' and of '{}'", id, other.subject.name, subjects[point.subject].subject.name),
        place,
        fmt::format("'{}' is at {}, '{}' at {}; give a param_id that tells them apart, such as {{subject}}-{{value}}", other.subject.name,
                    other.place, subjects[point.subject].subject.name, subjects[point.subject].place));
  };
  for_each_point(first_operation, of_subjects, claim);
  owners.merge(claimed);
}

void Registry::State::make_points(const Registry& registry) {
  if (spec.tags.empty()) check_tags();
  by_id.clear();
  for_each_point(0, registry.subjects(), [&](const Point& point) { points.push_back(point); });
  for (std::size_t i = 0; i < points.size(); ++i) by_id.emplace(registry.id(points[i]), i);
}

const std::vector<Point>& Registry::points() const {
  if (state_->points.empty()) state_->make_points(*this);
  return state_->points;
}

std::string Registry::param_id(const Point& point) const {
  const Operation& done = operation(point.operation);
  const std::string& text = done.param_id.empty() ? state_->spec.param_id : done.param_id;
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '{') {
      result += text[at];
      continue;
    }
    const std::size_t end = text.find('}', at);
    const std::string_view name = std::string_view(text).substr(at + 1, end - at - 1);
    if (name == "subject") result += subject(point.subject).name;
    else if (name == "axis") result += dial_of(subject(point.subject)).axis;
    else if (name == "value") result += std::to_string(point.value);
    else result += done.variants[point.variant].name;
    at = end;
  }
  return result;
}

std::string Registry::id(const Point& point) const { return fmt::format("{}[{}]", operation(point.operation).node, param_id(point)); }

Dims Registry::dims(const Point& point) const {
  const Operation& done = operation(point.operation);
  const Subject& to = subject(point.subject);
  Dims dims{{state_->spec.operation_dim, done.name}, {state_->spec.subject_dim, to.name}, {dial_of(to).axis, point.value}};
  if (point.variant != Point::kNoVariant) dims.set(done.variant_dim, done.variants[point.variant].name);
  return dims;
}

std::string Registry::place(const Point& point) const { return state_->subjects.at(point.subject).place; }

const Point* Registry::find(std::string_view id) const {
  const std::vector<Point>& all = points();
  const auto found = state_->by_id.find(std::string(id));
  return found == state_->by_id.end() ? nullptr : &all[found->second];
}

// ---- what this version has, and this machine ----

std::string Registry::absent_subject(std::size_t at) const {
  State::KnownSubject& known = state_->subjects.at(at);
  return known.answers.absent(known.subject.gate);
}

std::string Registry::absent(const Point& point) const {
  State::KnownOperation& known = state_->operations.at(point.operation);
  if (std::string why = known.answers.absent(known.operation.gate); !why.empty()) return why;
  if (point.variant != Point::kNoVariant) {
    if (std::string why = known.of_variants[point.variant].absent(known.operation.variants[point.variant].gate); !why.empty()) return why;
  }
  return absent_subject(point.subject);
}

std::string Registry::missing(const Point& point) const {
  if (point.variant != Point::kNoVariant) {
    State::KnownOperation& known = state_->operations.at(point.operation);
    if (std::string why = known.of_variants[point.variant].missing(known.operation.variants[point.variant].missing); !why.empty())
      return why;
  }
  State::KnownSubject& known = state_->subjects.at(point.subject);
  return known.answers.missing(known.subject.missing);
}

}  // namespace benchkit

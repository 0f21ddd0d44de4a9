#include "report/cases.hpp"

#include <algorithm>
#include <cstdint>
#include <variant>

#include <fmt/format.h>

#include "compare/align.hpp"
#include "report/json_text.hpp"

namespace benchkit::report {
namespace {

/// What a page reads as the same number: JavaScript has 53 bits for an integer.
constexpr std::int64_t kLargestExact = std::int64_t{1} << 53;

Json dim_json(const DimValue* value) {
  if (value == nullptr) return nullptr;
  const auto* const integer = std::get_if<std::int64_t>(&value->variant());
  if (integer != nullptr && (*integer > kLargestExact || *integer < -kLargestExact)) return value->text();
  if (const auto* const real = std::get_if<double>(&value->variant())) return base::number_to_json(*real);
  return std::visit([](const auto& plain) { return Json(plain); }, value->variant());
}

std::string key_of(const std::string& id, const Dims& dims) { return id + '\0' + compare::key_of(dims); }

std::vector<std::string_view> dim_names(const std::vector<CaseList::One>& cases) {
  std::vector<std::string_view> names;
  std::unordered_map<std::string_view, bool> known;
  for (const CaseList::One& one : cases) {
    for (const auto& [name, value] : one.row->dims) {
      if (known.try_emplace(name, true).second) names.push_back(name);
    }
  }
  return names;
}

}  // namespace

CaseList::CaseList(std::span<const compare::Comparison> comparisons) {
  std::size_t most = 0;
  for (const compare::Comparison& comparison : comparisons) {
    std::unordered_set<std::string_view> ids;
    for (const compare::Group& group : comparison.groups) {
      ids.reserve(ids.size() + group.rows.size());
      for (const compare::Row& row : group.rows) {
        if (!ids.insert(row.id).second) repeated_.insert(row.id);
      }
    }
    most = std::max(most, ids.size());
  }
  places_.reserve(most);
  all_.reserve(most);
  for (const compare::Comparison& comparison : comparisons) {
    for (const compare::Group& group : comparison.groups) {
      for (const compare::Row& row : group.rows) {
        const bool repeated = !repeated_.empty() && repeated_.contains(row.id);
        const bool is_new = repeated ? repeated_places_.try_emplace(key_of(row.id, row.dims), all_.size()).second
                                     : places_.try_emplace(row.id, all_.size()).second;
        if (!is_new) continue;
        std::string name = row.id;
        if (repeated) {
          for (const auto& [dim, value] : row.dims) name += fmt::format(" {}={}", dim, value.text());
        }
        all_.push_back({&row, group.title, std::move(name)});
      }
    }
  }
}

std::size_t CaseList::place_of(const std::string& id, const Dims& dims) const {
  if (!repeated_.empty() && repeated_.contains(id)) {
    const auto found = repeated_places_.find(key_of(id, dims));
    return found == repeated_places_.end() ? all_.size() : found->second;
  }
  const auto found = places_.find(id);
  return found == places_.end() ? all_.size() : found->second;
}

std::vector<const compare::Row*> CaseList::rows_of(const compare::Comparison& comparison) const {
  std::vector<const compare::Row*> rows(all_.size(), nullptr);
  for (const compare::Group& group : comparison.groups) {
    for (const compare::Row& row : group.rows) rows[place_of(row.id, row.dims)] = &row;
  }
  return rows;
}

std::string CaseList::json(std::span<const int> part) const {
  ListText ids;
  ListText headings;
  ListText parts;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    ids.add_text(all_[i].name);
    headings.add_text(all_[i].heading);
    parts.add_integer(part[i]);
  }
  ObjectText dims;
  for (const std::string_view name : dim_names(all_)) {
    ListText values;
    for (const One& one : all_) values.add_raw(base::dump_line(dim_json(one.row->dims.find(name))));
    dims.add_raw(name, std::move(values).text());
  }
  ObjectText cases;
  cases.add_raw("id", std::move(ids).text());
  cases.add_raw("group", std::move(headings).text());
  cases.add_raw("part", std::move(parts).text());
  cases.add_raw("dims", std::move(dims).text());
  return std::move(cases).text();
}

}  // namespace benchkit::report

#include "snapshot/readers/reader.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "snapshot/outline.hpp"

namespace benchkit::snapshot {
namespace {

bool holds(const std::vector<std::string_view>& keys, std::string_view key) noexcept {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::vector<std::string_view> keys_of(std::string_view object) {
  std::vector<std::string_view> keys;
  Outline outline(object);
  while (const auto piece = outline.next()) keys.push_back(piece->key);
  return keys;
}

}  // namespace

bool Head::has(std::string_view key) const noexcept { return holds(keys, key); }
bool Head::row_has(std::string_view key) const noexcept { return holds(row_keys, key); }

Head head_of(std::string_view text) {
  Head head;
  Outline outline(text);
  if (!first_value(text.substr(0, 4096)).value.starts_with('{')) return head;
  while (const auto piece = outline.next()) {
    head.keys.push_back(piece->key);
    if (!piece->value.starts_with('[')) continue;
    Outline list(piece->value);
    const auto row = list.next();
    if (!row || !row->value.starts_with('{')) continue;
    head.row_keys = keys_of(row->value);
    break;
  }
  return head;
}

std::span<const ReaderEntry> readers() {
  static constexpr auto kReaders = std::to_array<ReaderEntry>({
#define BENCHKIT_READER(name, called, help) {called, help, &recognise_##name, &read_##name},
#include "snapshot/readers/readers.def"
#undef BENCHKIT_READER
  });
  return kReaders;
}

const ReaderEntry& reader_named(std::string_view name) {
  std::vector<std::string> names;
  for (const ReaderEntry& reader : readers()) {
    if (reader.name == name) return reader;
    names.emplace_back(reader.name);
  }
  throw Error(fmt::format("there is no reader \"{}\"", name), "--from", fmt::format("there are: {}", fmt::join(names, ", ")));
}

const ReaderEntry* reader_of(std::string_view text) {
  const Head head = head_of(text);
  const auto found = std::find_if(readers().begin(), readers().end(), [&](const ReaderEntry& reader) { return reader.recognise(head); });
  return found == readers().end() ? nullptr : &*found;
}

}  // namespace benchkit::snapshot

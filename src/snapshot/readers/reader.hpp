// Readers of other tools' files: how one is found, and what it has to offer. docs/reading-other-tools.md is the same for people.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.hpp"

namespace benchkit::snapshot {

/// The first look at a file that holds one JSON object: its keys, as far as it takes to see the first row of its first list of objects.
struct Head {
  std::vector<std::string_view> keys;      ///< of the object, up to that list
  std::vector<std::string_view> row_keys;  ///< of that row; empty: no list has a row
  [[nodiscard]] bool has(std::string_view key) const noexcept;
  [[nodiscard]] bool row_has(std::string_view key) const noexcept;
};
[[nodiscard]] Head head_of(std::string_view text);

/// One row of readers.def.
struct ReaderEntry {
  const char* name;  ///< as --from takes it
  const char* help;
  bool (*recognise)(const Head& head);
  /// Reads as far as the file can be read; complaints are diagnostics of the result. Throws benchkit::Error, with the place, for a text in
  /// which nothing of this format is to be found.
  Snapshot (*read)(std::string_view text, const std::string& path);
};

[[nodiscard]] std::span<const ReaderEntry> readers();
/// The reader of a name; throws benchkit::Error that says which there are.
[[nodiscard]] const ReaderEntry& reader_named(std::string_view name);
/// The first reader that takes the text for its own; nullptr: none does.
[[nodiscard]] const ReaderEntry* reader_of(std::string_view text);

#define BENCHKIT_READER(name, called, help)              \
  [[nodiscard]] bool recognise_##name(const Head& head); \
  [[nodiscard]] Snapshot read_##name(std::string_view text, const std::string& path);
#include "snapshot/readers/readers.def"
#undef BENCHKIT_READER

}  // namespace benchkit::snapshot

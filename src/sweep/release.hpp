// Releases: version numbers as Python packages have them, their order, and ranges of them.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace benchkit::sweep {

/// A version by PEP 440: "1.2", "1.2.0.post1", "2!1.0rc1", "1.0-rc1", "1.0+local".
struct Release {
  std::int64_t epoch = 0;
  std::vector<std::int64_t> numbers{};  ///< without zeros at the end: 1.0 and 1 are one
  std::int64_t phase = 3;               ///< 0 alpha, 1 beta, 2 candidate, 3 none; -1: a development version of the release itself
  std::int64_t phase_number = 0;
  std::int64_t post = -1;                                       ///< -1: none
  std::int64_t dev = std::numeric_limits<std::int64_t>::max();  ///< that: none
  std::vector<std::pair<std::int64_t, std::string>> local{};    ///< its parts: numbers, behind all words (-1 and the word)
  friend std::strong_ordering operator<=>(const Release&, const Release&) = default;
  friend bool operator==(const Release&, const Release&) = default;

  [[nodiscard]] bool is_final() const noexcept;
  /// Numbers alone: final, no post-release, no local part.
  [[nodiscard]] bool is_plain() const noexcept;
};

/// nullopt for what is no version; a leading v is allowed.
[[nodiscard]] std::optional<Release> parse_release(std::string_view text);

/// Whether a release is the one that is asked for, by the rule of "==": its local part (1.0+cpu) counts only where one is asked for.
[[nodiscard]] bool is_release(std::string_view text, std::string_view asked);

/// Which of them a range holds, in their order: ">=0.5,<1", "~=1.2", "==1.*". Pre-releases only where the range names one. What is no version is left out.
/// Throws benchkit::Error for what is no range.
[[nodiscard]] std::vector<std::string> releases_in(const std::string& range, const std::vector<std::string>& releases);

/// Of each minor release (1.2) the last one, of sorted releases.
[[nodiscard]] std::vector<std::string> last_of_each_minor(const std::vector<std::string>& releases);

}  // namespace benchkit::sweep

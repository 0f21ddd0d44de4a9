// PEP 440 (https://peps.python.org/pep-0440/): a version is an epoch, numbers, and what comes before or after them. The order is that of the fields of
// Release, one after the other, once those that are missing have the values at which the specification sorts them: a development version of 1.0
// comes before its alphas, no pre-release phase after all of them, no post-release before the first, no `dev` after every one.
#include "sweep/release.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <regex>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/list.hpp"

namespace benchkit::sweep {
namespace {

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::vector<std::int64_t> numbers_of(std::string_view text) {
  std::vector<std::int64_t> numbers;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('.'), text.size());
    numbers.push_back(number_of(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return numbers;
}

std::vector<std::pair<std::int64_t, std::string>> parts_of_local(std::string_view text) {
  std::vector<std::pair<std::int64_t, std::string>> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("-_."), text.size());
    const std::string_view part = text.substr(0, end);
    const bool is_number = part.find_first_not_of("0123456789") == std::string_view::npos;
    parts.emplace_back(is_number ? number_of(part) : -1, is_number ? "" : std::string(part));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

struct Condition {
  std::string op;
  Release release;
  bool prefix = false;                ///< "==1.2.*"
  std::vector<std::int64_t> begin{};  ///< of a prefix: its numbers, with zeros at the end
};

/// Whether the release's epoch and numbers begin as the condition's do.
bool begins_with(const Release& release, const Condition& condition) {
  std::vector<std::int64_t> numbers = release.numbers;
  numbers.resize(std::max(numbers.size(), condition.begin.size()), 0);
  return release.epoch == condition.release.epoch && std::equal(condition.begin.begin(), condition.begin.end(), numbers.begin());
}

bool is_of_same_numbers(const Release& one, const Release& other) { return one.epoch == other.epoch && one.numbers == other.numbers; }

bool holds(const Condition& condition, const Release& given) {
  const Release& wanted = condition.release;
  if (condition.prefix) return begins_with(given, condition) == (condition.op == "==");
  Release release = given;  // a local part counts only where the condition names one
  if (wanted.local.empty()) release.local.clear();
  if (condition.op == "==") return release == wanted;
  if (condition.op == "!=") return release != wanted;
  if (condition.op == ">=") return release >= wanted;
  if (condition.op == "<=") return release <= wanted;
  if (condition.op == ">") return release > wanted && !(is_of_same_numbers(release, wanted) && wanted.post < 0 && release.post >= 0);
  return release < wanted && !(is_of_same_numbers(release, wanted) && wanted.is_final() && !release.is_final());
}

/// The numbers of a version as they were written, zeros at the end included, without its epoch and what follows them.
std::vector<std::int64_t> written_numbers(std::string_view text) {
  if (const std::size_t epoch = text.find('!'); epoch != std::string_view::npos) text.remove_prefix(epoch + 1);
  text.remove_prefix(std::min(text.find_first_of("0123456789"), text.size()));
  std::size_t end = text.find_first_not_of("0123456789.");
  if (end == std::string_view::npos) end = text.size();
  while (end > 0 && text[end - 1] == '.') --end;  // of ".post1"
  return numbers_of(text.substr(0, end));
}

std::vector<Condition> parse_range(const std::string& range) {
  static const std::regex pattern(R"(\s*(~=|==|!=|<=|>=|<|>)\s*([^\s*]+?)(\.\*)?\s*)");
  std::vector<Condition> conditions;
  base::for_each_part(range, [&](std::string_view part) {
    std::cmatch match;
    const bool fits = std::regex_match(part.data(), part.data() + part.size(), match, pattern);
    const auto release = fits ? parse_release(match[2].str()) : std::nullopt;
    if (!release) throw Error(fmt::format("\"{}\" is no range of releases", range), "sweep", "write '>=0.5', '>=0.5,<1' or '~=1.2'");
    Condition condition{match[1].str(), *release, match[3].matched, written_numbers(match[2].str())};
    const bool compares = condition.op != "==" && condition.op != "!=";
    if ((condition.prefix && (compares || !release->is_plain())) || (condition.op == "~=" && condition.begin.size() < 2))
      throw Error(fmt::format("\"{}\" is no range of releases", match[0].str()), "sweep", "write '==1.2.*', '~=1.2' or '>=1'");
    if (condition.op == "~=") {  // at least this one, and all but its last number alike
      conditions.push_back({">=", *release});
      condition.op = "==";
      condition.prefix = true;
      condition.begin.pop_back();
    }
    conditions.push_back(std::move(condition));
  });
  return conditions;
}

}  // namespace

bool Release::is_plain() const noexcept { return is_final() && post < 0 && local.empty(); }

bool Release::is_final() const noexcept { return phase == 3 && dev == std::numeric_limits<std::int64_t>::max(); }

std::optional<Release> parse_release(std::string_view text) {
  static const std::regex pattern(
      R"(v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?)");
  const std::string word = lower(text);
  std::smatch match;
  if (!std::regex_match(word, match, pattern)) return std::nullopt;
  Release release{.epoch = number_of(match[1].str()), .numbers = numbers_of(match[2].str())};
  while (release.numbers.size() > 1 && release.numbers.back() == 0) release.numbers.pop_back();
  if (match[3].matched) {
    const char phase = match[3].str().front();
    release.phase = phase == 'a' ? 0 : phase == 'b' ? 1 : 2;
    release.phase_number = number_of(match[4].str());
  }
  if (match[5].matched || match[6].matched) release.post = number_of(match[5].matched ? match[5].str() : match[7].str());
  if (match[8].matched) {
    release.dev = number_of(match[9].str());
    if (!match[3].matched && release.post < 0) release.phase = -1;
  }
  release.local = parts_of_local(match[10].str());
  return release;
}

bool is_release(std::string_view text, std::string_view asked) {
  const auto release = parse_release(text);
  const auto wanted = parse_release(asked);
  return release && wanted && holds({.op = "==", .release = *wanted}, *release);
}

std::vector<std::string> releases_in(const std::string& range, const std::vector<std::string>& releases) {
  const std::vector<Condition> conditions = parse_range(range);
  const bool pre = std::any_of(conditions.begin(), conditions.end(), [](const Condition& one) { return !one.release.is_final(); });
  std::vector<std::pair<Release, std::string>> found;
  for (const std::string& text : releases) {
    const auto release = parse_release(text);
    if (!release || (!pre && !release->is_final())) continue;
    if (std::all_of(conditions.begin(), conditions.end(), [&](const Condition& one) { return holds(one, *release); }))
      found.emplace_back(*release, text);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> texts;
  for (auto& [release, text] : found) texts.push_back(std::move(text));
  return texts;
}

std::vector<std::string> last_of_each_minor(const std::vector<std::string>& releases) {
  std::vector<std::string> last;
  std::vector<std::int64_t> before;
  for (const std::string& text : releases) {
    std::vector<std::int64_t> minor = parse_release(text)->numbers;
    minor.resize(2, 0);
    if (!last.empty() && minor == before) last.back() = text;
    else last.push_back(text);
    before = std::move(minor);
  }
  return last;
}

}  // namespace benchkit::sweep

#include "core/case_source.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::core {
namespace {

class PlainCases final : public CaseSource {
 public:
  PlainCases(std::function<std::vector<HostCase>()> cases, std::vector<protocol::OptionInfo> short_names)
      : cases_(std::move(cases)), options_(std::move(short_names)) {}
  std::vector<HostCase> cases() override { return cases_(); }
  [[nodiscard]] std::vector<protocol::OptionInfo> options() const override { return options_; }

 private:
  std::function<std::vector<HostCase>()> cases_;
  std::vector<protocol::OptionInfo> options_;
};

}  // namespace

CaseSource::Unselected CaseSource::unselected(const std::vector<std::string>& words) {
  (void)read_options(words, options());  // what filters by dims is the command's affair
  return [](const std::string&) { return std::string(); };
}

std::shared_ptr<CaseSource> plain_cases(std::function<std::vector<HostCase>()> cases, std::vector<protocol::OptionInfo> short_names) {
  return std::make_shared<PlainCases>(std::move(cases), std::move(short_names));
}

protocol::OptionInfo short_name(const std::string& name, const std::string& dim) {
  if (!name.starts_with("--") || name.size() < 3 || dim.empty())
    throw Error(fmt::format("\"{}\" cannot be a short name for the dim \"{}\"", name, dim), {},
                "a short name begins with --, and its dim has a name");
  return {.name = name, .value = "VALUE", .help = fmt::format("only cases with {}=VALUE", dim), .dim = dim};
}

std::vector<std::pair<std::string, std::string>> read_options(const std::vector<std::string>& words,
                                                              const std::vector<protocol::OptionInfo>& declared) {
  std::vector<std::pair<std::string, std::string>> options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& name = words[i];
    const auto known = std::find_if(declared.begin(), declared.end(), [&](const auto& one) { return one.name == name; });
    if (known == declared.end()) throw Error(fmt::format("the suite has no option {}", name), {}, "its options stand in `run --help`");
    if (!known->value.empty() && i + 1 == words.size()) throw Error("it needs a value", name, fmt::format("{} {}", name, known->value));
    options.emplace_back(name, known->value.empty() ? std::string() : words[++i]);
  }
  return options;
}

}  // namespace benchkit::core

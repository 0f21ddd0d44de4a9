#include "suite/suite_source.hpp"

#include <source_location>
#include <utility>

#include <fmt/format.h>

#include <benchkit/suite/suite.hpp>

#include "core/failure.hpp"

namespace benchkit {

std::string detail::place_of(const std::source_location& location) { return fmt::format("{}:{}", location.file_name(), location.line()); }

namespace suite {

SuiteSource::SuiteSource(std::shared_ptr<const Registry> registry, std::function<std::vector<core::HostCase>()> cases,
                         std::vector<protocol::OptionInfo> more_options)
    : registry_(std::move(registry)), make_cases_(std::move(cases)), more_options_(std::move(more_options)) {}

std::vector<protocol::OptionInfo> SuiteSource::options() const {
  std::vector<protocol::OptionInfo> options;
  for (Registry::Option& option : registry_->options())
    options.push_back({std::move(option.name), std::move(option.value), std::move(option.help), std::move(option.dim)});
  options.insert(options.end(), more_options_.begin(), more_options_.end());
  return options;
}

protocol::SuiteInfo SuiteSource::info(bool resolve) {
  protocol::SuiteInfo info;
  info.subject_dim = registry_->spec().subject_dim;
  info.features = registry_->spec().features;
  for (std::size_t i = 0; i < registry_->operations(); ++i) info.operations.push_back(registry_->operation(i).name);
  for (const std::size_t at : registry_->subjects()) {
    const Subject& subject = registry_->subject(at);
    const Dial& dial = registry_->dial_of(subject);
    protocol::SubjectInfo told{.name = subject.name,
                               .kind = dial.kind,
                               .axis = dial.axis,
                               .sizes = subject.sizes,
                               .quick = registry_->quick_of(subject),
                               .long_sizes = subject.long_sizes,
                               .features = subject.features,
                               .operations = {},
                               .requirements = subject.requirements,
                               .description = subject.description,
                               .absent = resolve ? absent_subject(at) : std::string()};
    for (std::size_t i = 0; i < registry_->operations(); ++i) {
      if (registry_->applies(i, at)) told.operations.push_back(registry_->operation(i).name);
    }
    info.subjects.push_back(std::move(told));
  }
  return info;
}

std::string SuiteSource::absent_subject(std::size_t at) const {
  try {
    return registry_->absent_subject(at);
  } catch (...) {
    return "its gate fails: " + core::outcome_of_current_exception("gate").reason;
  }
}

core::CaseSource::Unselected SuiteSource::unselected(const std::vector<std::string>& words) {
  return [registry = registry_, selection = registry_->selection(core::read_options(words, options()))](const std::string& id) {
    const Point* point = registry->find(id);
    if (point == nullptr) return std::string();
    std::string why = registry->not_asked_for(*point, selection);
    return why.empty() ? registry->unselected(*point, selection) : why;
  };
}

core::Hindrance SuiteSource::hindrance(const std::string& id) {
  const Point* point = registry_->find(id);
  if (point == nullptr) return {};
  core::Hindrance hindrance{.absent = registry_->absent(*point), .skip = {}};
  if (hindrance.absent.empty()) hindrance.skip = registry_->missing(*point);
  return hindrance;
}

}  // namespace suite
}  // namespace benchkit

#include "protocol/suite_info.hpp"

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::protocol {
namespace {

std::vector<std::int64_t> integers(const Fields& fields, const char* name) {
  std::vector<std::int64_t> result;
  for (const Json& value : fields.array(name)) {
    if (!is_int64(value))
      throw Error(fmt::format("field \"{}\" holds {}, which is no integer of 64 bits", name, value.dump()), fields.place());
    result.push_back(value.get<std::int64_t>());
  }
  return result;
}

SubjectInfo subject_from(const Fields& fields) {
  return {.name = fields.text("name"),
          .kind = fields.text("kind", ""),
          .axis = fields.text("axis", ""),
          .sizes = integers(fields, "sizes"),
          .quick = integers(fields, "quick"),
          .long_sizes = integers(fields, "long"),
          .features = fields.texts("features"),
          .operations = fields.texts("operations"),
          .requirements = fields.texts("requires"),
          .description = fields.text("description", ""),
          .absent = fields.text("absent", "")};
}

}  // namespace

Json to_json(const OptionInfo& option) {
  Json json{{"name", option.name}};
  if (!option.value.empty()) json["value"] = option.value;
  if (!option.help.empty()) json["help"] = option.help;
  if (!option.dim.empty()) json["dim"] = option.dim;
  return json;
}

OptionInfo option_from(const Fields& fields) {
  OptionInfo option{fields.text("name"), fields.text("value", ""), fields.text("help", ""), fields.text("dim", "")};
  if (!option.name.starts_with("--") || option.name.size() < 3)
    throw Error(fmt::format("\"{}\" is no option: it begins with --", option.name), fields.place());
  return option;
}

Json to_json(const SubjectInfo& subject) {
  Json json{{"name", subject.name},
            {"kind", subject.kind},
            {"axis", subject.axis},
            {"sizes", subject.sizes},
            {"quick", subject.quick},
            {"long", subject.long_sizes},
            {"features", subject.features},
            {"operations", subject.operations},
            {"requires", subject.requirements}};
  if (!subject.description.empty()) json["description"] = subject.description;
  if (!subject.absent.empty()) json["absent"] = subject.absent;
  return json;
}

Json to_json(const SuiteInfo& suite) {
  Json subjects = Json::array();
  for (const SubjectInfo& subject : suite.subjects) subjects.push_back(to_json(subject));
  return {{"subject_dim", suite.subject_dim},
          {"subjects", std::move(subjects)},
          {"operations", suite.operations},
          {"features", suite.features}};
}

SuiteInfo suite_from(const Fields& fields) {
  SuiteInfo suite;
  suite.subject_dim = fields.text("subject_dim", "");
  for (const Json& subject : fields.array("subjects")) suite.subjects.push_back(subject_from(Fields(subject, fields.place())));
  suite.operations = fields.texts("operations");
  suite.features = fields.texts("features");
  return suite;
}

}  // namespace benchkit::protocol

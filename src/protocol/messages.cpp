#include "protocol/messages.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "model/call_paths_json.hpp"
#include "protocol/fields.hpp"

namespace benchkit::protocol {
namespace {

// ---- parts that several messages share ----

template <class Value>
Json pairs_to_json(const std::vector<std::pair<std::string, Value>>& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) object[name] = value;
  return object;
}

Json metric_to_json(const Metric& metric) { return {{"name", metric.name}, {"unit", metric.unit}, {"better", to_string(metric.better)}}; }

Metric metric_from(const Fields& fields) {
  return {fields.text("name"), fields.text("unit", ""), better_from(fields.text("better", "unknown"))};
}

Json dims_to_json(const Dims& dims) {
  Json object = Json::object();
  for (const auto& [name, value] : dims) {
    std::visit([&, key = name](const auto& plain) { object[key] = plain; }, value.variant());
  }
  return object;
}

Dims dims_from(const Fields& fields, const char* name) {
  Dims dims;
  for (const auto& [key, value] : fields.object(name).items()) {
    if (key.empty()) throw Error("a dim has no name", fields.place());
    if (value.is_string()) {
      dims.set(key, value.get<std::string>());
    } else if (value.is_boolean()) {
      dims.set(key, value.get<bool>());
    } else if (is_int64(value)) {
      dims.set(key, value.get<std::int64_t>());
    } else if (value.is_number_float()) {
      dims.set(key, value.get<double>());
    } else {
      throw Error(fmt::format("dim \"{}\" is {}; a dim is a text, an integer of 64 bits, a real or a boolean", key, value.dump()),
                  fields.place());
    }
  }
  return dims;
}

Json recipe_to_json(const LaunchRecipe& recipe) {
  return {{"environment", pairs_to_json(recipe.environment)}, {"preload", recipe.preload}, {"prefix", recipe.prefix}};
}

LaunchRecipe recipe_from(const Fields& fields) { return {fields.text_map("environment"), fields.texts("preload"), fields.texts("prefix")}; }

Json meter_to_json(const MeterInfo& meter) {
  Json metrics = Json::array();
  for (const Metric& metric : meter.metrics) metrics.push_back(metric_to_json(metric));
  Json cold = Json::array();
  for (const Metric& metric : meter.cold_metrics) cold.push_back(metric_to_json(metric));
  Json json{{"name", meter.name}, {"help", meter.help}, {"metrics", std::move(metrics)}};
  if (!cold.empty()) json["cold_metrics"] = std::move(cold);
  if (!meter.batches) json["batches"] = false;
  if (meter.attributes) json["attributes"] = true;
  if (!meter.exclusive) json["exclusive"] = false;
  if (!meter.launch.empty()) json["launch"] = recipe_to_json(meter.launch);
  for (const MeterMode& mode : meter.modes)
    json["modes"].push_back({{"name", mode.name}, {"note", mode.note}, {"launch", recipe_to_json(mode.launch)}});
  if (!meter.unavailable.empty()) json["unavailable"] = meter.unavailable;
  return json;
}

MeterInfo meter_from(const Fields& fields) {
  MeterInfo meter;
  meter.name = fields.text("name");
  meter.help = fields.text("help", "");
  for (const Json& metric : fields.array("metrics")) meter.metrics.push_back(metric_from(Fields(metric, fields.place())));
  if (meter.metrics.empty()) throw Error(fmt::format("meter \"{}\" has no metric", meter.name), fields.place());
  for (const Json& metric : fields.array("cold_metrics")) meter.cold_metrics.push_back(metric_from(Fields(metric, fields.place())));
  if (!meter.cold_metrics.empty() && meter.cold_metrics.size() != meter.metrics.size()) {
    throw Error(fmt::format("meter \"{}\" must have a cold metric for each metric, or none", meter.name), fields.place());
  }
  meter.batches = fields.flag("batches", true);
  meter.attributes = fields.flag("attributes", false);
  meter.exclusive = fields.flag("exclusive", true);
  meter.launch = recipe_from(fields.inner("launch"));
  for (const Json& mode : fields.array("modes")) {
    const Fields inside(mode, fields.place());
    meter.modes.push_back({inside.text("name"), inside.text("note", ""), recipe_from(inside.inner("launch"))});
  }
  meter.unavailable = fields.text("unavailable", "");
  return meter;
}

CaseDescription case_from(const Fields& fields, const Json& json) {
  CaseDescription description;
  description.info = {.id = fields.text("id"),
                      .dims = dims_from(fields, "dims"),
                      .labels = fields.number_map("labels"),
                      .work = fields.number_map("work"),
                      .group = fields.text("group", ""),
                      .body_hash = fields.text("body_hash", "")};
  for (const auto& [key, value] : json.items()) {
    if (key.starts_with("x-")) description.info.extra[key] = value;
  }
  description.timeout_s = fields.number("timeout", 0);
  description.threads = static_cast<int>(fields.integer("threads", 1));
  description.reuse = fields.flag("reuse", true);
  description.limits = fields.texts("limits");
  description.unselected = fields.text("unselected", "");
  description.absent = fields.text("absent", "");
  description.skip = fields.text("skip", "");
  description.broken = fields.text("broken", "");
  return description;
}

// ---- one pair of functions a message ----

Json body(const Hello& hello) {
  Json meters = Json::array();
  for (const MeterInfo& meter : hello.meters) meters.push_back(meter_to_json(meter));
  Json json{{"protocol", hello.protocol},
            {"program", hello.program},
            {"pid", hello.pid},
            {"language", hello.language},
            {"clock", {{"name", hello.clock.name}, {"resolution_ns", hello.clock.resolution_ns}, {"cost_ns", hello.clock.cost_ns}}},
            {"meters", std::move(meters)},
            {"toolchain", hello.toolchain},
            {"conditions", hello.conditions}};
  for (const OptionInfo& option : hello.options) json["options"].push_back(to_json(option));
  if (hello.prepares) json["prepares"] = true;
  return json;
}
Hello read(const Fields& fields, const Hello* /*kind*/) {
  Hello hello;
  hello.protocol = static_cast<int>(fields.integer("protocol"));
  if (hello.protocol != kVersion) {
    throw Error(fmt::format("the worker speaks version {} of the protocol, this benchkit speaks {}", hello.protocol, kVersion),
                fields.place(), "build the suite and the command from the same release of benchkit");
  }
  hello.program = fields.text("program");
  hello.pid = fields.integer("pid");
  hello.language = fields.text("language", "");
  const Fields clock = fields.inner("clock");
  hello.clock = {clock.text("name", ""), clock.number("resolution_ns", 0), clock.number("cost_ns", 0)};
  for (const Json& meter : fields.array("meters")) hello.meters.push_back(meter_from(Fields(meter, fields.place())));
  hello.toolchain = fields.object("toolchain");
  hello.conditions = fields.object("conditions");
  for (const Json& option : fields.array("options")) hello.options.push_back(option_from(Fields(option, fields.place())));
  hello.prepares = fields.flag("prepares", false);
  return hello;
}

Json body(const Cases& cases) {
  Json list = Json::array();
  for (const CaseDescription& description : cases.cases) list.push_back(to_json(description));
  Json json{{"cases", std::move(list)}};
  if (!cases.packages.empty()) json["packages"] = cases.packages;
  if (!cases.suite.empty()) json["suite"] = to_json(cases.suite);
  return json;
}
Cases read(const Fields& fields, const Cases* /*kind*/) {
  Cases cases;
  const Json& list = fields.array("cases");
  cases.cases.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    cases.cases.push_back(case_from(Fields(list[i], fmt::format("{}, case {}", fields.place(), i)), list[i]));
  }
  cases.packages = fields.object("packages");
  if (fields.has("suite")) cases.suite = suite_from(fields.inner("suite"));
  return cases;
}

Json body(const Opened& opened) { return {{"setup_ns", opened.setup_ns}}; }
Opened read(const Fields& fields, const Opened* /*kind*/) { return {fields.integer("setup_ns", 0)}; }

Json body(const Sampled& sampled) {
  Json values = Json::array();
  for (const double value : sampled.values) values.push_back(base::number_to_json(value));
  const Sample& facts = sampled.circumstances;
  Json json{{"values", std::move(values)}, {"iterations", facts.iterations},
            {"start_ns", facts.start_ns},  {"cpu_ns", base::number_to_json(facts.cpu_ns)},
            {"steal_ns", facts.steal_ns},  {"switches", facts.switches},
            {"faults", facts.faults},      {"cpu", facts.cpu}};
  if (!sampled.reports.empty()) {
    Json reports = Json::array();
    for (const Report& report : sampled.reports) {
      Json entry = metric_to_json(report.metric);
      entry["value"] = base::number_to_json(report.value);
      reports.push_back(std::move(entry));
    }
    json["reports"] = std::move(reports);
  }
  if (!sampled.warnings.empty()) json["warnings"] = sampled.warnings;
  return json;
}
Sampled read(const Fields& fields, const Sampled* /*kind*/) {
  Sampled sampled;
  sampled.values = fields.numbers("values");
  sampled.circumstances.iterations = fields.count("iterations", 1);
  sampled.circumstances.start_ns = fields.integer("start_ns", 0);
  sampled.circumstances.cpu_ns = fields.number("cpu_ns", 0);
  sampled.circumstances.steal_ns = fields.integer("steal_ns", 0);
  sampled.circumstances.switches = fields.integer("switches", 0);
  sampled.circumstances.faults = fields.integer("faults", 0);
  sampled.circumstances.cpu = fields.integer("cpu", -1);
  for (const Json& entry : fields.array("reports")) {
    const Fields report(entry, fields.place());
    sampled.reports.push_back({metric_from(report), report.number("value", 0)});
  }
  sampled.warnings = fields.texts("warnings");
  if (sampled.circumstances.iterations == 0) throw Error("field \"iterations\" must be at least 1", fields.place());
  return sampled;
}

Json body(const Calibrated& calibrated) {
  Json json{{"iterations", calibrated.iterations},
            {"ns_per_iteration", base::number_to_json(calibrated.ns_per_iteration)},
            {"cold_ns", base::number_to_json(calibrated.cold_ns)},
            {"cpu_ratio", base::number_to_json(calibrated.cpu_ratio)},
            {"warnings", calibrated.warnings}};
  if (calibrated.cold) json["cold"] = body(*calibrated.cold);
  return json;
}
Calibrated read(const Fields& fields, const Calibrated* /*kind*/) {
  Calibrated calibrated{.iterations = fields.count("iterations", 0),
                        .ns_per_iteration = fields.number("ns_per_iteration", 0),
                        .cold_ns = fields.number("cold_ns", 0),
                        .cpu_ratio = fields.number("cpu_ratio", 0),
                        .cold = std::nullopt,
                        .warnings = fields.texts("warnings")};
  if (calibrated.iterations == 0) throw Error("field \"iterations\" must be at least 1", fields.place());
  if (fields.has("cold")) calibrated.cold = read(fields.inner("cold"), static_cast<const Sampled*>(nullptr));
  return calibrated;
}

Json body(const Checkpoint& checkpoint) { return {{"call_paths", to_json(checkpoint.call_paths)}}; }
Checkpoint read(const Fields& fields, const Checkpoint* /*kind*/) {
  return {call_paths_from_json(fields.object("call_paths"), fields.place() + ", field \"call_paths\"")};
}

Json body(const Done& done) {
  Json json = Json::object();
  if (done.call_paths) json["call_paths"] = to_json(*done.call_paths);
  return json;
}
Done read(const Fields& fields, const Done* /*kind*/) {
  if (!fields.has("call_paths")) return {};
  return {call_paths_from_json(fields.object("call_paths"), fields.place() + ", field \"call_paths\"")};
}

Json body(const Failed& failed) {
  return {{"status", to_string(failed.outcome.status)}, {"reason", failed.outcome.reason}, {"details", failed.outcome.details}};
}
Failed read(const Fields& fields, const Failed* /*kind*/) {
  const std::string word = fields.text("status");
  const auto status = status_from(word);
  if (!status) throw Error(fmt::format("unknown status \"{}\"", word), fields.place());
  return {{*status, fields.text("reason", ""), fields.object("details")}};
}

Json body(const Refused& refused) { return {{"what", refused.what}, {"where", refused.where}, {"hint", refused.hint}}; }
Refused read(const Fields& fields, const Refused* /*kind*/) {
  return {fields.text("what"), fields.text("where", ""), fields.text("hint", "")};
}

Json body(const Describe& describe) {
  Json json{{"options", describe.options}};
  if (!describe.resolve) json["resolve"] = false;
  return json;
}
Describe read(const Fields& fields, const Describe* /*kind*/) { return {fields.texts("options"), fields.flag("resolve", true)}; }

Json body(const Open& open) { return {{"case", open.case_id}, {"meter", open.meter}}; }
Open read(const Fields& fields, const Open* /*kind*/) { return {fields.text("case"), fields.text("meter")}; }

Json body(const Calibrate& calibrate) { return {{"target_ns", calibrate.target_ns}, {"budget_ns", calibrate.budget_ns}}; }
Calibrate read(const Fields& fields, const Calibrate* /*kind*/) { return {fields.integer("target_ns", 0), fields.integer("budget_ns", 0)}; }

Json body(const Take& take) {
  Json json{{"iterations", take.iterations}, {"count", take.count}, {"budget_ns", take.budget_ns}, {"warmup", take.warmup}};
  if (take.planted != 0) json["planted"] = take.planted;
  if (take.attribute) json["attribute"] = true;
  return json;
}
Take read(const Fields& fields, const Take* /*kind*/) {
  Take take{.iterations = fields.count("iterations", 1),
            .count = fields.count("count", 1),
            .budget_ns = fields.integer("budget_ns", 0),
            .warmup = fields.count("warmup", 0),
            .planted = fields.number("planted", 0),
            .attribute = fields.flag("attribute", false)};
  if (!(take.planted >= 0)) throw Error("field \"planted\" must be at least 0", fields.place());
  if (take.iterations == 0) throw Error("field \"iterations\" must be at least 1", fields.place());
  return take;
}

template <class Empty>
Json body(const Empty& /*message*/) {
  return Json::object();
}
template <class Empty>
Empty read(const Fields& /*fields*/, const Empty* /*kind*/) {
  return {};
}

// ---- the names of the messages, in the order of the variant ----

constexpr std::array<std::string_view, std::variant_size_v<Message>> kNames{
    "hello",    "cases",   "opened", "calibrated", "sampled", "checkpoint", "done",  "failed", "refused",
    "describe", "prepare", "open",   "calibrate",  "take",    "once",       "close", "quit"};

template <std::size_t... Index>
Message read_by_index(std::size_t wanted, const Fields& fields, std::index_sequence<Index...> /*all*/) {
  Message message;
  ((Index == wanted ? void(message = read(fields, static_cast<const std::variant_alternative_t<Index, Message>*>(nullptr))) : void()), ...);
  return message;
}

}  // namespace

Json to_json(const CaseDescription& description) {
  const CaseInfo& info = description.info;
  Json json{{"id", info.id}, {"dims", dims_to_json(info.dims)}};
  if (!info.labels.empty()) json["labels"] = pairs_to_json(info.labels);
  if (!info.work.empty()) json["work"] = pairs_to_json(info.work);
  if (!info.group.empty()) json["group"] = info.group;
  if (!info.body_hash.empty()) json["body_hash"] = info.body_hash;
  if (description.timeout_s > 0) json["timeout"] = description.timeout_s;
  if (description.threads != 1) json["threads"] = description.threads;
  if (!description.reuse) json["reuse"] = false;
  if (!description.limits.empty()) json["limits"] = description.limits;
  if (!description.unselected.empty()) json["unselected"] = description.unselected;
  if (!description.absent.empty()) json["absent"] = description.absent;
  if (!description.skip.empty()) json["skip"] = description.skip;
  if (!description.broken.empty()) json["broken"] = description.broken;
  for (const auto& [key, value] : info.extra.items()) json[key] = value;
  return json;
}

Json to_json(const Message& message) {
  Json json{{"type", kNames[message.index()]}};
  std::visit([&](const auto& value) { json.update(body(value)); }, message);
  return json;
}

Message from_json(const Json& document, std::string_view place) {
  const Fields fields(document, std::string(place));
  const std::string type = fields.text("type");
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == type) return read_by_index(i, fields, std::make_index_sequence<kNames.size()>{});
  }
  throw Error(fmt::format("unknown message type \"{}\"", type), std::string(place));
}

std::string to_line(const Message& message) { return base::dump_line(to_json(message)) + "\n"; }

Message from_line(std::string_view line, std::string_view place) { return from_json(base::parse_json(line, place), place); }

}  // namespace benchkit::protocol

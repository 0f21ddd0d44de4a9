#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "runner/runner.hpp"

namespace benchkit::runner {

Json options_to_json(const RunOptions& options) {
  const Budget& budget = options.budget;
  std::vector<std::string> most;
  for (const Limit& limit : options.most) most.push_back(limit.text);
  Json json{{"meters", options.meters},
            {"modes", options.modes},
            {"expressions", options.filter.expressions()},
            {"conditions", options.filter.conditions()},
            {"budget_ns", budget.per_job_ns},
            {"total_budget_ns", budget.total_ns},
            {"samples", budget.samples},
            {"precision", budget.precision},
            {"blocks", budget.blocks},
            {"seed", options.seed},
            {"timeout_ns", options.timeout_ns},
            {"pin", options.pin},
            {"memory_limit_bytes", options.memory_limit_bytes},
            {"max", most},
            {"suite_options", options.suite_options},
            {"attribute", options.attribute},
            {"redact", options.redact},
            {"verdicts", compare::to_json(options.verdicts)}};
  for (const auto& [id, planted] : options.planted) json["planted"][id] = {{"version", planted.version}, {"share", planted.share}};
  if (!options.filter.ids().empty()) json["ids"] = options.filter.ids();
  if (!options.layouts.empty()) json["layouts"] = options.layouts;
  if (!options.bases.empty()) json.update({{"bases", options.bases}, {"live", options.live}});
  if (options.screen) json["screen"] = true;
  if (!options.judge_limits) json["judge_limits"] = false;
  return json;
}

RunOptions options_from_json(const Json& json, const std::string& path) {
  try {
    RunOptions options;
    options.meters = json.at("meters").get<std::vector<std::string>>();
    options.modes = json.value("modes", std::vector<std::string>());
    for (const auto& expression : json.at("expressions")) options.filter.add_expression(expression.get<std::string>());
    for (const auto& condition : json.at("conditions")) options.filter.add_where(condition.get<std::string>());
    for (const std::string& id : json.value("ids", std::vector<std::string>())) options.filter.add_id(id);
    options.budget = {.per_job_ns = json.at("budget_ns").get<std::int64_t>(),
                      .total_ns = json.at("total_budget_ns").get<std::int64_t>(),
                      .samples = json.at("samples").get<std::uint64_t>(),
                      .precision = json.at("precision").get<double>(),
                      .blocks = json.at("blocks").get<std::uint64_t>()};
    options.seed = json.at("seed").get<std::uint64_t>();
    options.timeout_ns = json.at("timeout_ns").get<std::int64_t>();
    options.memory_limit_bytes = json.value("memory_limit_bytes", std::int64_t{0});
    for (const std::string& text : json.value("max", std::vector<std::string>())) {
      for (Limit& limit : parse_limits(text, path)) options.most.push_back(std::move(limit));
    }
    options.pin = json.value("pin", true);
    options.suite_options = json.at("suite_options").get<std::vector<std::string>>();
    options.attribute = json.value("attribute", false);
    options.redact = json.value("redact", false);
    if (json.contains("verdicts")) {
      const auto verdicts = compare::terms_from_json(json["verdicts"]);
      if (!verdicts) throw Error("the session's terms of verdicts cannot be read, so the run cannot be resumed", path, "start a new run");
      options.verdicts = *verdicts;
    }
    options.layouts = json.value("layouts", std::vector<std::vector<std::size_t>>());
    options.bases = json.value("bases", std::vector<std::size_t>());
    options.judge_limits = json.value("judge_limits", true);
    options.live = json.value("live", options.live);
    options.screen = json.value("screen", false);
    const Json all_planted = json.value("planted", Json::object());
    for (const auto& [id, planted] : all_planted.items())
      options.planted[id] = {planted.at("version").get<std::size_t>(), planted.at("share").get<double>()};
    if (options.meters.empty()) throw Error("the session's options name no metric", path);
    return options;
  } catch (const Json::exception& error) {
    throw Error("the session's options cannot be read, so the run cannot be resumed", path, "start a new run");
  }
}

}  // namespace benchkit::runner

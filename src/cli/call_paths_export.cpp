#include "cli/call_paths_export.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "base/json.hpp"
#include "compare/call_tree.hpp"

namespace benchkit::cli {
namespace {

std::string text_of(const Json& json, int indent) { return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n"; }

/// A case's name where there are several.
std::string name_among(const AttributedCase& one) {
  return one.version.empty() ? one.case_id : fmt::format("{} ({})", one.case_id, one.version);
}

std::string folded_name(std::string name) {
  name = base::printable(name);
  std::replace(name.begin(), name.end(), ';', ':');
  return name;
}

/// Frames of all profiles, each once.
class SharedFrames {
 public:
  std::size_t index_of(const Frame& frame) { return index_of(Key{compare::name_of(frame), frame.file, frame.line}); }
  std::size_t index_of_rest() { return index_of(Key{kRest, "", 0}); }
  [[nodiscard]] const Json& json() const noexcept { return frames_; }

 private:
  using Key = std::tuple<std::string, std::string, std::uint32_t>;
  std::size_t index_of(Key key) {
    const auto [found, is_new] = indices_.try_emplace(std::move(key), indices_.size());
    if (is_new) {
      const auto& [name, file, line] = found->first;
      Json frame{{"name", name}};
      if (!file.empty()) frame["file"] = file;
      if (line > 0) frame["line"] = line;
      frames_.push_back(std::move(frame));
    }
    return found->second;
  }

  std::map<Key, std::size_t> indices_;
  Json frames_ = Json::array();
};

Json profile_of(const AttributedCase& one, SharedFrames& shared) {
  const CallPaths& paths = one.attribution->paths;
  Json samples = Json::array();
  Json weights = Json::array();
  std::int64_t sum = 0;
  const auto add = [&](Json stack, std::int64_t bytes) {
    samples.push_back(std::move(stack));
    weights.push_back(bytes);
    sum += bytes;
  };
  for (const CallPath& path : paths.paths) {
    Json stack = Json::array();
    for (const std::uint32_t frame : path.frames) stack.push_back(shared.index_of(paths.frames[frame]));
    add(std::move(stack), path.bytes);
  }
  if (paths.rest_bytes > 0) add(Json::array({shared.index_of_rest()}), paths.rest_bytes);
  return {{"type", "sampled"},
          {"name", name_among(one)},
          {"unit", "bytes"},
          {"startValue", 0},
          {"endValue", sum},
          {"samples", std::move(samples)},
          {"weights", std::move(weights)}};
}

Json frame_json(const Frame& frame) {
  Json json{{"name", compare::name_of(frame)}};
  if (!frame.function.empty()) json["function"] = frame.function;
  if (!frame.file.empty()) json["file"] = frame.file;
  if (frame.line > 0) json["line"] = frame.line;
  if (!frame.module.empty()) json["module"] = frame.module;
  if (!frame.module.empty()) json["offset"] = frame.offset;
  return json;
}

Json functions_json(const CallPaths& paths) {
  Json functions = Json::array();
  for (const compare::FunctionUse& use : compare::by_function(paths)) {
    Json json = frame_json(use.frame);
    for (const char* of_one_place : {"line", "offset"}) json.erase(of_one_place);
    json["self_bytes"] = use.self.bytes;
    json["self_allocations"] = use.self.allocations;
    json["total_bytes"] = use.all.bytes;
    json["total_allocations"] = use.all.allocations;
    functions.push_back(std::move(json));
  }
  return functions;
}

Json case_json(const AttributedCase& one) {
  const CallPaths& paths = one.attribution->paths;
  Json frames = Json::array();
  for (const Frame& frame : paths.frames) frames.push_back(frame_json(frame));
  Json list = Json::array();
  for (const CallPath& path : paths.paths)
    list.push_back({{"bytes", path.bytes}, {"allocations", path.allocations}, {"frames", path.frames}});
  Json json{{"case", one.case_id}};
  if (!one.version.empty()) json["version"] = one.version;
  json["metric"] = one.metric.name;
  json["peak_bytes"] = paths.peak_bytes;
  json["rest"] = {{"bytes", paths.rest_bytes}, {"allocations", paths.rest_allocations}};
  json["frames"] = std::move(frames);
  json["paths"] = std::move(list);
  json["functions"] = functions_json(paths);
  json["notes"] = one.notes;
  return json;
}

}  // namespace

std::string to_folded(const std::vector<AttributedCase>& cases) {
  std::string text;
  for (const AttributedCase& one : cases) {
    const CallPaths& paths = one.attribution->paths;
    const std::string outermost = cases.size() > 1 ? folded_name(name_among(one)) : "";
    const auto add = [&](std::string stack, std::int64_t bytes) {
      if (!outermost.empty()) stack = stack.empty() ? outermost : outermost + ";" + stack;
      text += fmt::format("{} {}\n", stack.empty() ? "?" : stack, bytes);
    };
    for (const CallPath& path : paths.paths) {
      std::string stack;
      for (const std::uint32_t frame : path.frames)
        stack += (stack.empty() ? "" : ";") + folded_name(compare::name_of(paths.frames[frame]));
      add(std::move(stack), path.bytes);
    }
    if (paths.rest_bytes > 0) add(kRest, paths.rest_bytes);
  }
  return text;
}

std::string to_speedscope(const std::vector<AttributedCase>& cases) {
  SharedFrames shared;
  Json profiles = Json::array();
  for (const AttributedCase& one : cases) profiles.push_back(profile_of(one, shared));
  return text_of({{"$schema", "https://www.speedscope.app/file-format-schema.json"},
                  {"exporter", "benchkit@" BENCHKIT_VERSION},
                  {"name", cases.size() == 1 ? name_among(cases.front()) : "who held the bytes at the peaks"},
                  {"activeProfileIndex", 0},
                  {"shared", {{"frames", shared.json()}}},
                  {"profiles", std::move(profiles)}},
                 -1);
}

std::string to_json_text(const std::vector<AttributedCase>& cases) {
  Json all = Json::array();
  for (const AttributedCase& one : cases) all.push_back(case_json(one));
  return text_of(all, 2);
}

}  // namespace benchkit::cli

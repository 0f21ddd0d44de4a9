#include "model/call_paths_json.hpp"

#include <cstdint>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit {
namespace {

constexpr std::size_t kFieldsOfFrame = 5;
constexpr std::size_t kFieldsOfPath = 3;
constexpr std::size_t kDeepest = 10'000;  ///< what is made of paths may recurse as deep as they are long

Json frame_to_json(const Frame& frame) {
  Json json = Json::array({frame.function, frame.file, frame.line, frame.module, frame.offset});
  const auto says_nothing = [](const Json& value) { return value.is_string() ? value.get_ref<const std::string&>().empty() : value == 0; };
  while (json.size() > 1 && says_nothing(json.back())) json.erase(json.size() - 1);
  return json;
}

/// Reads the arrays that frames and paths are made of; every complaint names the place.
class Reader {
 public:
  explicit Reader(const std::string& place) : place_(place) {}

  CallPaths read(const Json& json) const {
    if (!json.is_object()) complain("the call paths are no object");
    CallPaths result;
    result.peak_bytes = amount(json.contains("peak") ? json["peak"] : Json(0), "peak");
    for (const Json& frame : list(json, "frames")) result.frames.push_back(frame_from(frame));
    for (const Json& path : list(json, "paths")) result.paths.push_back(path_from(path, result.frames.size()));
    const Json& rest = list(json, "rest");
    if (!rest.empty() && rest.size() != 2) complain("\"rest\" must be [bytes, allocations]");
    if (!rest.empty()) result.rest_bytes = amount(rest[0], "rest");
    if (!rest.empty()) result.rest_allocations = amount(rest[1], "rest");
    if (json.contains("cut_off") && !json["cut_off"].is_boolean()) complain("\"cut_off\" must be true or false");
    result.cut_off = json.value("cut_off", false);
    return result;
  }

 private:
  [[noreturn]] void complain(const std::string& what) const { throw Error(what, place_); }

  const Json& list(const Json& json, const char* name) const {
    static const Json none = Json::array();
    const auto found = json.find(name);
    if (found == json.end()) return none;
    if (!found->is_array()) complain(fmt::format("\"{}\" is {}, expected an array", name, found->type_name()));
    return *found;
  }

  std::uint64_t natural(const Json& value, std::string_view name, std::uint64_t most) const {
    // A number built in code is signed where one that was parsed is not.
    const bool fits = value.is_number_integer() && (value.is_number_unsigned() || value.get<std::int64_t>() >= 0);
    if (!fits || value.get<std::uint64_t>() > most)
      complain(fmt::format("\"{}\" holds {}, expected an integer of 0 to {}", name, value.dump(), most));
    return value.get<std::uint64_t>();
  }
  std::int64_t amount(const Json& value, std::string_view name) const {
    return static_cast<std::int64_t>(natural(value, name, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())));
  }

  std::string text(const Json& value) const {
    if (!value.is_string()) complain(fmt::format("a frame holds {} where a text is expected", value.type_name()));
    return value.get<std::string>();
  }

  Frame frame_from(const Json& json) const {
    if (!json.is_array() || json.empty() || json.size() > kFieldsOfFrame)
      complain("a frame must be [function, file, line, module, offset]");
    Frame frame;
    frame.function = text(json[0]);
    if (json.size() > 1) frame.file = text(json[1]);
    if (json.size() > 2) frame.line = static_cast<std::uint32_t>(natural(json[2], "frames", std::numeric_limits<std::uint32_t>::max()));
    if (json.size() > 3) frame.module = text(json[3]);
    if (json.size() > 4) frame.offset = natural(json[4], "frames", std::numeric_limits<std::uint64_t>::max());
    return frame;
  }

  CallPath path_from(const Json& json, std::size_t frames) const {
    if (!json.is_array() || json.size() != kFieldsOfPath || !json[2].is_array())
      complain("a path must be [bytes, allocations, [frame...]]");
    if (json[2].size() > kDeepest) complain(fmt::format("a path has {} frames, more than {}", json[2].size(), kDeepest));
    CallPath path;
    path.bytes = amount(json[0], "paths");
    path.allocations = amount(json[1], "paths");
    for (const Json& index : json[2]) {
      if (frames == 0) complain("a path names a frame, and there is none");
      path.frames.push_back(static_cast<std::uint32_t>(natural(index, "paths", frames - 1)));
    }
    return path;
  }

  const std::string& place_;
};

}  // namespace

Json to_json(const CallPaths& paths) {
  Json frames = Json::array();
  for (const Frame& frame : paths.frames) frames.push_back(frame_to_json(frame));
  Json list = Json::array();
  for (const CallPath& path : paths.paths) list.push_back(Json::array({path.bytes, path.allocations, path.frames}));
  Json json{{"peak", paths.peak_bytes}, {"frames", std::move(frames)}, {"paths", std::move(list)}};
  if (paths.rest_bytes != 0 || paths.rest_allocations != 0) json["rest"] = Json::array({paths.rest_bytes, paths.rest_allocations});
  if (paths.cut_off) json["cut_off"] = true;
  return json;
}

CallPaths call_paths_from_json(const Json& json, const std::string& place) { return Reader(place).read(json); }

}  // namespace benchkit

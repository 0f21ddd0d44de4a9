#include "compare/call_tree.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace benchkit::compare {
namespace {

bool same_call(const Frame& left, const Frame& right) {
  return name_of(left) == name_of(right) && left.file == right.file && left.line == right.line;
}

/// Depth first; the tree may be as deep as a recursion was, so no recursion here.
void sort_children(CallNode& root) {
  std::vector<CallNode*> open{&root};
  while (!open.empty()) {
    CallNode& node = *open.back();
    open.pop_back();
    std::stable_sort(node.children.begin(), node.children.end(),
                     [](const CallNode& left, const CallNode& right) { return left.all.bytes > right.all.bytes; });
    for (CallNode& child : node.children) open.push_back(&child);
  }
}

}  // namespace

std::string name_of(const Frame& frame) {
  if (!frame.function.empty()) return frame.function;
  if (frame.module.empty()) return "?";
  return fmt::format("{}+{:#x}", frame.module.substr(frame.module.rfind('/') + 1), frame.offset);
}

CallNode call_tree(const CallPaths& paths) {
  CallNode root;
  for (const CallPath& path : paths.paths) {
    const Held held{path.bytes, path.allocations};
    CallNode* node = &root;
    node->all += held;
    for (const std::uint32_t index : path.frames) {
      const Frame& frame = paths.frames[index];
      auto found =
          std::find_if(node->children.begin(), node->children.end(), [&](const CallNode& child) { return same_call(child.frame, frame); });
      if (found == node->children.end()) found = node->children.insert(node->children.end(), CallNode{.frame = frame});
      node = &*found;
      node->all += held;
    }
    node->self += held;
  }
  sort_children(root);
  return root;
}

std::vector<FunctionUse> by_function(const CallPaths& paths) {
  std::map<std::pair<std::string, std::string>, std::size_t> known;
  std::vector<FunctionUse> functions;
  const auto function_of = [&](std::uint32_t index) {
    const Frame& frame = paths.frames[index];
    const auto [found, is_new] = known.try_emplace({name_of(frame), frame.file}, functions.size());
    if (is_new) functions.push_back({.frame = frame});
    return found->second;
  };
  for (const CallPath& path : paths.paths) {
    const Held held{path.bytes, path.allocations};
    std::set<std::size_t> on_it;
    for (const std::uint32_t index : path.frames) on_it.insert(function_of(index));
    for (const std::size_t function : on_it) functions[function].all += held;
    if (!path.frames.empty()) functions[function_of(path.frames.back())].self += held;
  }
  std::stable_sort(functions.begin(), functions.end(), [](const FunctionUse& left, const FunctionUse& right) {
    return std::tie(left.self.bytes, left.all.bytes) > std::tie(right.self.bytes, right.all.bytes);
  });
  return functions;
}

std::int64_t whole_of(const CallPaths& paths) {
  std::int64_t sum = paths.rest_bytes;
  for (const CallPath& path : paths.paths) sum += path.bytes;
  return std::max(sum, paths.peak_bytes);
}

}  // namespace benchkit::compare

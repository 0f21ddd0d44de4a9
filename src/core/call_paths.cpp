#include "core/call_paths.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <new>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/demangle.hpp"
#include "base/os.hpp"

namespace benchkit::core {
namespace {

constexpr std::size_t kMostKept = 1000;

Interpreter& the_interpreter() {
  static Interpreter interpreter;
  return interpreter;
}

/// A return address is that of the instruction after the call, which may be another line's or even another function's.
Frame native_frame(std::uint64_t return_address) {
  base::CodePlace place = base::code_at(return_address - 1);
  Frame frame;
  frame.function = base::demangled(place.symbol);
  frame.module = std::move(place.module);
  frame.offset = place.offset;
  return frame;
}

/// What was unloaded while the window was open is not to be named after what is in its place now.
Frame native_frame(const benchkit_memhook_interface& hooks, std::uint64_t return_address) {
  std::array<char, 4096> file{};
  Frame frame;
  switch (hooks.unloaded(return_address - 1, file.data(), file.size(), &frame.offset)) {
    case 0: return native_frame(return_address);
    case 1: frame.module = file.data(); break;
    default: break;
  }
  return frame;
}

/// Gathers paths; those that look the same, as two calls on one line of Python do, become one.
class Gathered {
 public:
  explicit Gathered(const benchkit_memhook_interface& hooks) : hooks_(hooks) {}

  void add(const benchkit_memhook_path& path) {
    if (path.native_count + path.interpreted_count == 0) {
      result_.rest_bytes += path.bytes;
      result_.rest_allocations += path.blocks;
      return;
    }
    std::vector<std::uint32_t> frames;
    frames.reserve(path.native_count + path.interpreted_count);
    for (std::size_t i = path.interpreted_count; i-- > 0;)
      frames.push_back(index_of(interpreted_, path.interpreted[i], the_interpreter().frame));
    const auto native = [this](std::uint64_t return_address) { return native_frame(hooks_, return_address); };
    for (std::size_t i = path.native_count; i-- > 0;) frames.push_back(index_of(native_, path.native[i], native));
    CallPath& sum = paths_[frames];
    sum.bytes += path.bytes;
    sum.allocations += path.blocks;
  }

  CallPaths take() {
    result_.paths.reserve(paths_.size());
    for (auto& [frames, path] : paths_) {
      path.frames = frames;
      result_.paths.push_back(std::move(path));
    }
    std::ranges::stable_sort(result_.paths, [](const CallPath& a, const CallPath& b) { return a.bytes > b.bytes; });
    while (result_.paths.size() > kMostKept) {
      result_.rest_bytes += result_.paths.back().bytes;
      result_.rest_allocations += result_.paths.back().allocations;
      result_.paths.pop_back();
    }
    return std::move(result_);
  }

 private:
  using Known = std::unordered_map<std::uint64_t, std::uint32_t>;
  using Looks = std::tuple<std::string, std::string, std::uint32_t, std::string, std::uint64_t>;

  template <class MakeFrame>
  std::uint32_t index_of(Known& known, std::uint64_t number, MakeFrame&& make) {
    const auto [place, is_new] = known.try_emplace(number, 0);
    if (!is_new) return place->second;
    Frame frame = make(number);
    const auto [same, looks_new] = looks_.try_emplace(Looks{frame.function, frame.file, frame.line, frame.module, frame.offset},
                                                      static_cast<std::uint32_t>(result_.frames.size()));
    if (looks_new) result_.frames.push_back(std::move(frame));
    return place->second = same->second;
  }

  const benchkit_memhook_interface& hooks_;
  CallPaths result_;
  Known native_, interpreted_;
  std::map<Looks, std::uint32_t> looks_;
  std::map<std::vector<std::uint32_t>, CallPath> paths_;
};

/// A path as the hooks have it, kept to be named when nobody waits for it.
struct RawPath {
  std::vector<std::uint64_t> native, interpreted;
  std::int64_t bytes, blocks;

  explicit RawPath(const benchkit_memhook_path& seen)
      : native(seen.native, seen.native + seen.native_count),
        interpreted(seen.interpreted, seen.interpreted + seen.interpreted_count),
        bytes(seen.bytes),
        blocks(seen.blocks) {}
  [[nodiscard]] benchkit_memhook_path path() const {
    return {native.data(), native.size(), interpreted.data(), interpreted.size(), bytes, blocks};
  }
};

/// The heaviest paths of a visit, and what the others hold in all.
class Heaviest {
 public:
  void add(const benchkit_memhook_path& path) {
    total_ += path.bytes;
    if (path.native_count + path.interpreted_count == 0) return add_to_rest(path);
    if (kept_.size() == kMostKept) {
      if (path.bytes <= kept_.front().bytes) return add_to_rest(path);
      std::ranges::pop_heap(kept_, lighter_last);
      add_to_rest(kept_.back().path());
      kept_.pop_back();
    }
    kept_.emplace_back(path);
    std::ranges::push_heap(kept_, lighter_last);
  }
  [[nodiscard]] const std::vector<RawPath>& kept() const noexcept { return kept_; }
  [[nodiscard]] const benchkit_memhook_path& rest() const noexcept { return rest_; }
  [[nodiscard]] std::int64_t total_bytes() const noexcept { return total_; }

 private:
  static bool lighter_last(const RawPath& a, const RawPath& b) { return a.bytes > b.bytes; }
  void add_to_rest(const benchkit_memhook_path& path) {
    rest_.bytes += path.bytes;
    rest_.blocks += path.blocks;
  }

  std::vector<RawPath> kept_;  ///< a heap, the lightest in front
  benchkit_memhook_path rest_{};
  std::int64_t total_ = 0;
};

}  // namespace

void set_interpreter(const Interpreter& interpreter) { the_interpreter() = interpreter; }

void tell_of_interpreter(const benchkit_memhook_interface& hooks) {
  if (the_interpreter().walker != nullptr) (void)hooks.set_walker(the_interpreter().walker);
}

CallPaths take_call_paths(const benchkit_memhook_interface& hooks, std::int64_t window) {
  Gathered gathered(hooks);
  const auto visit = [](const benchkit_memhook_path* path, void* data) {
    static_cast<Gathered*>(data)->add(*path);
    return 0;
  };
  (void)hooks.paths(window, visit, &gathered);
  (void)hooks.forget_paths(window);
  return gathered.take();
}

// The threads that allocate wait for the visit. So it copies and no more: naming a frame may wait for the linker's lock, whose holder may be one of them.
CallPaths call_paths_so_far(const benchkit_memhook_interface& hooks, std::int64_t window) {
  struct Visited {
    Heaviest heaviest;
    bool out_of_memory = false;
  } visited;
  const auto visit = [](const benchkit_memhook_path* path, void* data) {
    auto& to = *static_cast<Visited*>(data);
    try {
      to.heaviest.add(*path);
    } catch (const std::bad_alloc&) {  // the hooks may not be thrown through
      to.out_of_memory = true;
    }
    return to.out_of_memory ? 1 : 0;
  };
  if (hooks.paths(window, visit, &visited) != 0 || visited.out_of_memory) return {};
  Gathered gathered(hooks);
  for (const RawPath& path : visited.heaviest.kept()) gathered.add(path.path());
  gathered.add(visited.heaviest.rest());
  CallPaths paths = gathered.take();
  paths.peak_bytes = visited.heaviest.total_bytes();
  return paths;
}

std::vector<Frame> native_callers() {
  std::vector<Frame> callers;
  for (const std::uint64_t address : base::call_stack()) callers.push_back(native_frame(address));
  std::ranges::reverse(callers);
  return callers;
}

void leave_out(CallPaths& paths, const std::vector<Frame>& callers) {
  std::vector<std::uint32_t> numbers(paths.frames.size(), UINT32_MAX);  // of what is left
  std::vector<Frame> left;
  for (CallPath& path : paths.paths) {
    const auto same = [&](std::uint32_t frame, const Frame& caller) { return paths.frames[frame] == caller; };
    auto first = std::ranges::mismatch(path.frames, callers, same).in1;
    if (first == path.frames.end() && first != path.frames.begin()) --first;
    path.frames.erase(path.frames.begin(), first);
    for (std::uint32_t& frame : path.frames) {
      if (numbers[frame] == UINT32_MAX) {
        numbers[frame] = static_cast<std::uint32_t>(left.size());
        left.push_back(paths.frames[frame]);
      }
      frame = numbers[frame];
    }
  }
  paths.frames = std::move(left);
}

}  // namespace benchkit::core

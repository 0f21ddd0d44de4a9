#include <benchkit/core/memory.hpp>

#include <array>
#include <utility>

#include <benchkit/base/error.hpp>

#include "core/call_paths.hpp"
#include "core/memory_hooks.hpp"

namespace benchkit {
namespace {

MemoryReading reading_of(const benchkit_memhook_reading& raw) {
  return {.live_bytes = raw.live_bytes,
          .peak_bytes = raw.peak_bytes,
          .allocated_bytes = raw.allocated_bytes,
          .allocations = raw.allocations,
          .largest_bytes = raw.largest_bytes,
          .reserved_bytes = raw.reserved_bytes,
          .populated_bytes = raw.populated_bytes,
          .peak_error_bytes = raw.peak_error_bytes,
          .missed_events = raw.missed_events,
          .threads = raw.threads};
}

}  // namespace

MemoryWindow::MemoryWindow(const MemoryOptions& options) : attribute_(options.attribute) {
  const benchkit_memhook_interface& hooks = core::attached_memory_hooks(options.hooks);
  const int flags = (options.exact ? BENCHKIT_MEMHOOK_EXACT : 0) | (options.this_thread ? BENCHKIT_MEMHOOK_THIS_THREAD : 0) |
                    (attribute_ ? BENCHKIT_MEMHOOK_ATTRIBUTE : 0) | (options.pagemap ? BENCHKIT_MEMHOOK_PAGEMAP : 0);
  if (attribute_) core::tell_of_interpreter(hooks);
  std::array<char, 512> why{};
  handle_ =
      hooks.open(options.account == Account::memray ? BENCHKIT_MEMHOOK_MEMRAY : BENCHKIT_MEMHOOK_TRUTH, flags, why.data(), why.size());
  if (handle_ < 0) throw Error(why.data());
}

MemoryWindow::~MemoryWindow() {
  if (handle_ <= 0) return;
  const benchkit_memhook_interface& hooks = core::attached_memory_hooks();
  (void)hooks.close(handle_, nullptr);
  if (attribute_) (void)hooks.forget_paths(handle_);
}

MemoryReading MemoryWindow::read() const {
  if (handle_ <= 0) return last_;
  benchkit_memhook_reading raw{};
  (void)core::attached_memory_hooks().read(handle_, &raw);
  return reading_of(raw);
}

CallPaths MemoryWindow::call_paths_so_far() const {
  if (handle_ <= 0 || !attribute_) return {};
  const benchkit_memhook_interface& hooks = core::attached_memory_hooks();
  const core::NotCounted not_counted(hooks);
  return core::call_paths_so_far(hooks, handle_);
}

void MemoryWindow::reset_peak() {
  if (handle_ > 0) (void)core::attached_memory_hooks().reset_peak(handle_);
}

MemoryReading MemoryWindow::close() {
  if (handle_ <= 0) return last_;
  benchkit_memhook_reading raw{};
  const benchkit_memhook_interface& hooks = core::attached_memory_hooks();
  if (hooks.close(handle_, &raw) != 0 && hooks.read(handle_, &raw) == 0) {  // else this is a child that was forked meanwhile
    throw Error("a memory window was opened inside this one and is still open", {}, "close the inner one first");
  }
  last_ = reading_of(raw);
  const std::int64_t closed = std::exchange(handle_, 0);
  if (attribute_) {
    const core::NotCounted not_counted(hooks);  // a window around this one may be open
    call_paths_ = core::take_call_paths(hooks, closed);
    call_paths_.peak_bytes = last_.peak_bytes;
  }
  return last_;
}

void detach_memory_hooks() {
  if (!core::memory_hooks_attached()) return;
  const benchkit_memhook_interface& hooks = core::attached_memory_hooks();
  if (hooks.door() == BENCHKIT_MEMHOOK_INTERPOSED) throw Error("the hooks were preloaded or linked: they stay as long as the process");
  if (hooks.detach() != 0) throw Error("a memory window is open", {}, "close it first");
}

}  // namespace benchkit

#include "python_memory.hpp"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>
#include <benchkit/core/memory.hpp>

#include "base/units.hpp"
#include "python_allocator.hpp"
#include "python_frames.hpp"

namespace nb = nanobind;

namespace benchkit::python {
namespace {

MemoryOptions options_of(const std::string& account, bool exact, bool this_thread, bool attribute, bool pagemap) {
  if (account != "truth" && account != "memray") throw Error("account is \"" + account + "\"", {}, "it is \"truth\" or \"memray\"");
  return {.account = account == "memray" ? Account::memray : Account::truth,
          .exact = exact,
          .this_thread = this_thread,
          .attribute = attribute,
          .pagemap = pagemap};
}

/// A path with its frames spelled out.
struct Path {
  std::vector<Frame> frames;
  std::int64_t bytes = 0;
  std::int64_t allocations = 0;
};

std::vector<Path> spelled_out(const CallPaths& all) {
  std::vector<Path> paths;
  paths.reserve(all.paths.size());
  for (const CallPath& path : all.paths) {
    Path& spelled = paths.emplace_back(Path{{}, path.bytes, path.allocations});
    for (const std::uint32_t index : path.frames) spelled.frames.push_back(all.frames[index]);
  }
  return paths;
}

std::string repr_of_frame(const Frame& frame) {
  const std::string function = frame.function.empty() ? "?" : frame.function;
  if (frame.module.empty()) return fmt::format("{} ({}:{})", function, frame.file, frame.line);
  return fmt::format("{} ({}+{:#x})", function, frame.module, frame.offset);
}

std::string bytes(std::int64_t value) { return base::format_value(static_cast<double>(value), "B"); }

std::string repr_of_reading(const MemoryReading& reading) {
  std::string text = fmt::format("peak {}, allocated {} in {} allocations, live {}", bytes(reading.peak_bytes),
                                 bytes(static_cast<std::int64_t>(reading.allocated_bytes)), reading.allocations, bytes(reading.live_bytes));
  if (reading.peak_error_bytes > 0)
    text += fmt::format(", peak off by up to {}", bytes(static_cast<std::int64_t>(reading.peak_error_bytes)));
  if (reading.missed_events > 0) text += fmt::format(", {} missed", reading.missed_events);
  return text;
}

/// A Python warning; throws where warnings are errors.
void warn_of_missed(const MemoryReading& reading) {
  if (reading.missed_events == 0) return;
  const std::string text = fmt::format(
      "{} {} could not be counted while this memory window was open, and the numbers may be too low: most often another tool was started "
      "in it "
      "(memray, heaptrack), or a signal handler allocated (docs/memory.md)",
      reading.missed_events, reading.missed_events == 1 ? "event" : "events");
  if (PyErr_WarnEx(PyExc_RuntimeWarning, text.c_str(), 1) != 0) throw nb::python_error();
}

/// Objects one by one, if wanted. What one thread does is no sense in that: others free its objects.
std::unique_ptr<ObjectCounting> object_counting(bool wanted, bool this_thread) {
  if (wanted && this_thread) throw Error("python_allocator counts for the whole process", "this_thread", "leave one of the two out");
  return wanted ? std::make_unique<ObjectCounting>() : nullptr;
}

struct Peak : MemoryReading {
  nb::object result;
  std::vector<Path> call_paths;
  std::int64_t rest_bytes = 0;
  std::int64_t rest_allocations = 0;
};

/// Between opening and closing nothing runs but the function: no frame, no tuple of Python's.
Peak measure_peak(const nb::callable& function, const std::string& account, bool exact, bool this_thread, bool python_allocator,
                  bool attribute, bool pagemap) {
  const MemoryOptions options = options_of(account, exact, this_thread, attribute, pagemap);
  const auto objects = object_counting(python_allocator, this_thread);
  MemoryWindow window(options);
  nb::object result = nb::steal(PyObject_CallNoArgs(function.ptr()));
  if (!result.is_valid()) throw nb::python_error();  // the function's own error is told, whatever state it left the window in
  const MemoryReading reading = window.close();
  const CallPaths& paths = window.call_paths();
  Peak peak{reading, std::move(result), spelled_out(paths), paths.rest_bytes, paths.rest_allocations};
  if (objects != nullptr) objects->check_whole();
  warn_of_missed(reading);
  return peak;
}

/// `with MemoryWindow() as w:`; a window that is entered twice begins anew.
class PythonWindow {
 public:
  PythonWindow(const std::string& account, bool exact, bool this_thread, bool python_allocator, bool attribute, bool pagemap)
      : options_(options_of(account, exact, this_thread, attribute, pagemap)), python_allocator_(python_allocator) {}
  void enter() {
    if (window_ != nullptr && open_) throw Error("this memory window is open already");
    auto objects = object_counting(python_allocator_, options_.this_thread);
    window_ = std::make_unique<MemoryWindow>(options_);
    objects_ = std::move(objects);
    open_ = true;
  }
  void close() {
    if (window_ == nullptr) {
      (void)read();
      return;
    }
    const MemoryReading reading = window_->close();
    const bool was_open = std::exchange(open_, false);
    if (const auto objects = std::exchange(objects_, nullptr); objects != nullptr) objects->check_whole();
    if (was_open) warn_of_missed(reading);
  }
  /// While an exception is under way, which nothing here may take the place of. If a window inside this one is still open, it ends with that one.
  void leave() {
    if (window_ == nullptr) return;
    given_up_ = window_->read();
    try {
      window_->close();
    } catch (const Error&) {
      window_ = nullptr;
    }
    objects_ = nullptr;
    open_ = false;
  }
  [[nodiscard]] MemoryReading read() const {
    if (window_ != nullptr) return window_->read();
    if (!given_up_) throw Error("this memory window was never opened", {}, "with benchkit.MemoryWindow() as window: ...");
    return *given_up_;
  }
  void reset_peak() {
    if (window_ != nullptr) window_->reset_peak();
  }
  [[nodiscard]] const CallPaths& call_paths() const {
    static const CallPaths none;
    return window_ != nullptr ? window_->call_paths() : none;
  }

 private:
  MemoryOptions options_;
  bool python_allocator_;
  std::unique_ptr<ObjectCounting> objects_;  // outlives the window
  std::unique_ptr<MemoryWindow> window_;
  bool open_ = false;
  std::optional<MemoryReading> given_up_;  ///< what it had seen when it was left before one inside it
};

}  // namespace

void bind_memory(nb::module_& module) {
  tell_frames();
  nb::class_<Frame>(module, "Frame", "One place in the code, of a call path.")
      .def_ro("function", &Frame::function,
              "A Python function's qualified name (up to 3.10: its name), or a native one's; empty: not known.")
      .def_ro("file", &Frame::file, "Empty: not known.")
      .def_ro("line", &Frame::line, "0: not known.")
      .def_ro("module", &Frame::module, "The loaded object of a native frame; empty for Python.")
      .def_ro("offset", &Frame::offset, "Of a native frame, in its module.")
      .def("__repr__", [](const Frame& self) { return repr_of_frame(self); });
  nb::class_<Path>(module, "CallPath", "Who held bytes at a peak: `frames, bytes, allocations = path`.")
      .def_ro("frames", &Path::frames, "The outermost call first.")
      .def_ro("bytes", &Path::bytes, "Held at the peak by what was allocated there.")
      .def_ro("allocations", &Path::allocations, "How many blocks that was.")
      .def("__iter__", [](const Path& self) { return nb::iter(nb::make_tuple(self.frames, self.bytes, self.allocations)); })
      .def("__repr__", [](const Path& self) {
        return fmt::format("{} in {}: {}", bytes(self.bytes), self.allocations,
                           self.frames.empty() ? "?" : repr_of_frame(self.frames.back()));
      });
  nb::class_<MemoryReading>(module, "MemoryReading", "What a memory window has seen. Bytes, but for counts.")
      .def_ro("live_bytes", &MemoryReading::live_bytes, "Allocated in the window and not freed.")
      .def_ro("peak_bytes", &MemoryReading::peak_bytes, "The most that was live at once.")
      .def_ro("allocated_bytes", &MemoryReading::allocated_bytes, "All that was asked for.")
      .def_ro("allocations", &MemoryReading::allocations, "How often.")
      .def_ro("largest_bytes", &MemoryReading::largest_bytes, "The largest single request.")
      .def_ro("reserved_bytes", &MemoryReading::reserved_bytes, "The most address space held that is no memory.")
      .def_ro("populated_bytes", &MemoryReading::populated_bytes, "What of it proved to be memory at the close; part of live and peak.")
      .def_ro("peak_error_bytes", &MemoryReading::peak_error_bytes, "Bound of the peak's error; 0 with one allocating thread.")
      .def_ro(
          "missed_events", &MemoryReading::missed_events,
          "What could not be counted (docs/memory.md); 0 but for signal handlers, thousands of threads and tools that took the hooks away.")
      .def_ro("threads", &MemoryReading::threads, "Threads that took part.")
      .def("__repr__", &repr_of_reading);
  constexpr const char* kRest = "What was held beside the call paths: by those too small or too deep to be kept.";
  nb::class_<Peak, MemoryReading>(module, "Peak", "What measure_peak() saw, and what the function returned.")
      .def_ro("result", &Peak::result)
      .def_ro("call_paths", &Peak::call_paths, "With attribute=True: who held the bytes at the peak, the most first.")
      .def_ro("rest_bytes", &Peak::rest_bytes, kRest)
      .def_ro("rest_allocations", &Peak::rest_allocations, "How many blocks that was.");
  nb::class_<PythonWindow>(module, "MemoryWindow", "A context manager that counts what is allocated while it is open. Windows nest.")
      .def(nb::init<const std::string&, bool, bool, bool, bool, bool>(), nb::arg("account") = "truth", nb::arg("exact") = false,
           nb::arg("this_thread") = false, nb::arg("python_allocator") = false, nb::arg("attribute") = false, nb::arg("pagemap") = false)
      .def(
          "__enter__",
          [](PythonWindow& self) -> PythonWindow& {
            self.enter();
            return self;
          },
          nb::rv_policy::reference)
      .def(
          "__exit__",
          [](PythonWindow& self, nb::handle kind, nb::handle, nb::handle) {
            if (kind.is_none()) self.close();
            else self.leave();
          },
          nb::arg().none(), nb::arg().none(), nb::arg().none())
      .def("read", &PythonWindow::read, "So far; after the window has closed, what it saw in all.")
      .def("reset_peak", &PythonWindow::reset_peak, "The peak begins anew at what is live now.")
      .def_prop_ro(
          "call_paths", [](const PythonWindow& self) { return spelled_out(self.call_paths()); },
          "With attribute=True, after the window has closed: who held the bytes at the peak, the most first.")
      .def_prop_ro(
          "rest_bytes", [](const PythonWindow& self) { return self.call_paths().rest_bytes; }, kRest)
      .def_prop_ro(
          "rest_allocations", [](const PythonWindow& self) { return self.call_paths().rest_allocations; }, "How many blocks that was.")
#define BENCHKIT_READING(name) .def_prop_ro(#name, [](const PythonWindow& self) { return self.read().name; })
      // clang-format off
      BENCHKIT_READING(live_bytes)
      BENCHKIT_READING(peak_bytes)
      BENCHKIT_READING(allocated_bytes)
      BENCHKIT_READING(allocations)
      BENCHKIT_READING(largest_bytes)
      BENCHKIT_READING(reserved_bytes)
      BENCHKIT_READING(populated_bytes)
      BENCHKIT_READING(peak_error_bytes)
      BENCHKIT_READING(missed_events)
      BENCHKIT_READING(threads)
  // clang-format on
#undef BENCHKIT_READING
      .def("__repr__", [](const PythonWindow& self) { return repr_of_reading(self.read()); });
  module.def("measure_peak", &measure_peak, nb::arg("function"), nb::arg("account") = "truth", nb::arg("exact") = false,
             nb::arg("this_thread") = false, nb::arg("python_allocator") = false, nb::arg("attribute") = false, nb::arg("pagemap") = false,
             "Call `function` once, and tell what it allocated.\n\n"
             "account: \"truth\" (what the process really holds) or \"memray\" (byte for byte what memray says).\n"
             "exact: no error with several threads, at the price of a lock around each allocation.\n"
             "this_thread: only what the calling thread does counts.\n"
             "python_allocator: Python objects count one by one, not by the arena that they come from (slower).\n"
             "attribute: keep who held the bytes at the peak (`call_paths`); exact too, and slower.\n"
             "pagemap: what was swapped out of a reservation counts as memory too, not only what is resident at the end.\n"
             "Raises benchkit.Error where memory cannot be counted, and what the function raises.");
  module.def("detach_memory_hooks", &detach_memory_hooks, "Put every patched call back to the allocator.");
}

}  // namespace benchkit::python

// Which Python code is running on this thread, read in the midst of an allocation.
//
// Nothing may be called there that could allocate, wait or run code, so the frames are read where the interpreter keeps them: the structures of its
// internal headers, of the very Python that this module is built for. What makes that sound:
//
//   * Only a thread whose state is the current one is read, by itself: then its own frames stand still, and are linked before they are shown.
//   * Frames that are not complete (their function has not reached its first traceable instruction, or they only stand for the C stack) are left out,
//     as Python leaves them out of tracebacks.
//   * A frame is known by its code object and the instruction in it. The hooks keep() what becomes part of a path: a reference, taken by the thread that
//     is current, while the running frame still holds one. So no other object can come to its address until the path has been named and dropped.
//
//   * Only the main interpreter's frames are: another one may have a lock of its own, and takes its code objects with it when it ends.
//
// Other threads' allocations, and this one's while it has let go of the interpreter, are known by their native frames alone. `limit` is an object that the
// interpreter's loop has on the native stack: what lies beyond it is the loop and its callers.
#define Py_BUILD_CORE 1  // before Python.h: the internal structures; in this file alone
#include <Python.h>

#if PY_VERSION_HEX >= 0x030A0000 && PY_VERSION_HEX < 0x030E0000 && !defined(Py_GIL_DISABLED) && !defined(PYPY_VERSION)
#define BENCHKIT_FRAMES_KNOWN 1
#if PY_VERSION_HEX >= 0x030B0000
#include <internal/pycore_frame.h>
#else
#include <frameobject.h>
#endif
#endif

#include "python_frames.hpp"

#include "base/utf8.hpp"
#include "core/call_paths.hpp"

namespace benchkit::python {

#if defined(BENCHKIT_FRAMES_KNOWN)
namespace {

// A frame's number: the address of its code object, which is a multiple of eight, and how many instructions it is in, the one before the first included.
constexpr unsigned kInstructionBits = 19;
constexpr std::uint64_t kMostInstructions = (std::uint64_t{1} << kInstructionBits) - 1;

std::uint64_t number_of(const PyCodeObject* code, std::int64_t instruction) noexcept {
  const auto index = static_cast<std::uint64_t>(instruction + 1);
  return reinterpret_cast<std::uint64_t>(code) >> 3 << kInstructionBits | (index < kMostInstructions ? index : kMostInstructions);
}
PyCodeObject* code_of(std::uint64_t number) noexcept { return reinterpret_cast<PyCodeObject*>(number >> kInstructionBits << 3); }
int instruction_of(std::uint64_t number) noexcept { return static_cast<int>(number & kMostInstructions) - 1; }

/// Calls `use(code, instruction)` for each frame, innermost first, until it says false. Returns the limit, 0 where no Python runs.
template <class Use>
std::uintptr_t for_each_frame(PyThreadState* thread, Use&& use) noexcept {
#if PY_VERSION_HEX < 0x030B0000
  if (thread->cframe == &thread->root_cframe) return 0;
  for (PyFrameObject* frame = thread->frame; frame != nullptr; frame = frame->f_back) {
    if (!use(frame->f_code, frame->f_lasti)) break;
  }
  return reinterpret_cast<std::uintptr_t>(thread->cframe);
#else
  std::uintptr_t limit = 0;
#if PY_VERSION_HEX < 0x030D0000
  if (thread->cframe == &thread->root_cframe) return 0;
  limit = reinterpret_cast<std::uintptr_t>(thread->cframe);
  _PyInterpreterFrame* frame = thread->cframe->current_frame;
#else
  _PyInterpreterFrame* frame = thread->current_frame;
#endif
  bool more = true;
  for (; frame != nullptr; frame = frame->previous) {
#if PY_VERSION_HEX >= 0x030D0000
    if (frame->owner == FRAME_OWNED_BY_CSTACK && limit == 0) limit = reinterpret_cast<std::uintptr_t>(frame);
    if (!more && limit != 0) break;
#else
    if (!more) break;
#endif
    if (!more || _PyFrame_IsIncomplete(frame)) continue;
#if PY_VERSION_HEX >= 0x030D0000
    more = use(_PyFrame_GetCode(frame), _PyInterpreterFrame_LASTI(frame));
#else
    more = use(frame->f_code, _PyInterpreterFrame_LASTI(frame));
#endif
  }
  return limit;
#endif
}

std::size_t walk(std::uint64_t* frames, std::size_t most, std::uintptr_t* limit) noexcept {
  // Compared by address before anything is read: another thread's state may be gone at any moment.
  PyThreadState* const own = PyGILState_GetThisThreadState();
  if (own == nullptr || own != _PyThreadState_UncheckedGet()) return 0;
  if (PyThreadState_GetInterpreter(own) != PyInterpreterState_Main()) return 0;
  std::size_t count = 0;
  *limit = for_each_frame(own, [&](const PyCodeObject* code, std::int64_t instruction) {
    if (count < most) frames[count] = number_of(code, instruction);
    return count++ < most;
  });
  return *limit != 0 ? count : 0;
}

void keep(std::uint64_t frame) noexcept { Py_INCREF(code_of(frame)); }

void drop(const std::uint64_t* frames, std::size_t count) noexcept {
  if (Py_IsInitialized() == 0) return;
  const PyGILState_STATE state = PyGILState_Ensure();
  for (std::size_t i = 0; i < count; ++i) Py_DECREF(code_of(frames[i]));
  PyGILState_Release(state);
}

std::string text_of(PyObject* text) {
  if (text == nullptr || !PyUnicode_Check(text)) return "?";
  std::string bytes;
  const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
  bytes.reserve(static_cast<std::size_t>(length));
  for (Py_ssize_t i = 0; i < length; ++i) base::append_utf8(bytes, PyUnicode_READ_CHAR(text, i));
  return bytes;
}

// Without the interpreter's lock, whose holder may be waiting for us: what is read of a code object never changes as long as it lives, and it lives because it
// is kept.
Frame frame_of(std::uint64_t number) {
  PyCodeObject* const code = code_of(number);
  Frame frame;
#if PY_VERSION_HEX >= 0x030B0000
  frame.function = text_of(code->co_qualname);
#else
  frame.function = text_of(code->co_name);
#endif
  frame.file = text_of(code->co_filename);
  const int line = PyCode_Addr2Line(code, instruction_of(number) * static_cast<int>(sizeof(_Py_CODEUNIT)));
  frame.line = line > 0 ? static_cast<std::uint32_t>(line) : 0;
  return frame;
}

}  // namespace

void tell_frames() {
  static const benchkit_memhook_walker walker{walk, keep, drop, reinterpret_cast<const void*>(&PyObject_Malloc)};
  core::set_interpreter({&walker, frame_of});
}

#else

void tell_frames() {}

#endif

}  // namespace benchkit::python

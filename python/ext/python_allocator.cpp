// How an interpreter that runs is seen to make objects (PEP 445, "Add new APIs to customize Python memory allocators").
//
// CPython takes objects from two allocators, PYMEM_DOMAIN_MEM and PYMEM_DOMAIN_OBJ: tables of functions, which a program may replace by functions that call
// those before them, at any time, with the GIL held. Ours do that and tell the hooks. An object from before them is one that the hooks do not
// know; it passes through. The third domain, RAW, is the process' own malloc, which is hooked itself.
//
// A table is put back only if ours is still the one in place: what was put on top of it since (tracemalloc, say) calls ours and would go with it.
// Ours then stays where it is, passing everything on; a later window finds out by a trial allocation whether it is still called.
//
// The tables belong to the process. An interpreter with a GIL of its own, or none at all, could read one while it is written.
#include "python_allocator.hpp"

#include <Python.h>

#include <array>

#include <benchkit/base/error.hpp>

#include "core/memory_hooks.hpp"

namespace benchkit::python {
namespace {

constexpr const char* kWayOut = "`run --metric peak --python-allocator` counts them in a process of its own";

const benchkit_memhook_interface* g_hooks = nullptr;  ///< set before anything is counted
bool g_counting = false;
bool g_called = false;  ///< by the trial

/// An allocator that ours was put before.
struct Wrapped {
  PyMemAllocatorDomain domain;
  PyMemAllocatorEx before;
};
std::array<Wrapped, 2> g_wrapped{{{PYMEM_DOMAIN_MEM, {}}, {PYMEM_DOMAIN_OBJ, {}}}};

PyMemAllocatorEx& before(void* context) { return static_cast<Wrapped*>(context)->before; }

template <class Allocate>
void* made(std::size_t size, Allocate&& allocate) {
  g_called = true;
  if (!g_counting) return allocate();
  g_hooks->hold();
  void* const object = allocate();
  g_hooks->resume();
  g_hooks->object_made(object, size);
  return object;
}

void* counted_malloc(void* context, std::size_t size) {
  return made(size, [&] { return before(context).malloc(before(context).ctx, size); });
}

void* counted_calloc(void* context, std::size_t count, std::size_t size) {
  return made(count * size, [&] { return before(context).calloc(before(context).ctx, count, size); });
}

void* plain_realloc(void* context, void* object, std::size_t size) { return before(context).realloc(before(context).ctx, object, size); }

void* counted_realloc(void* context, void* object, std::size_t size) {
  return g_counting ? g_hooks->object_moved(object, size, &plain_realloc, context) : plain_realloc(context, object, size);
}

void counted_free(void* context, void* object) {
  if (!g_counting) return before(context).free(before(context).ctx, object);
  g_hooks->object_gone(object);
  g_hooks->hold();
  before(context).free(before(context).ctx, object);
  g_hooks->resume();
}

void* try_out(PyMemAllocatorDomain domain) { return domain == PYMEM_DOMAIN_MEM ? PyMem_Malloc(1) : PyObject_Malloc(1); }
void give_back(PyMemAllocatorDomain domain, void* object) { domain == PYMEM_DOMAIN_MEM ? PyMem_Free(object) : PyObject_Free(object); }

bool is_called(const Wrapped& wrapped) {
  g_called = false;
  void* const object = try_out(wrapped.domain);
  give_back(wrapped.domain, object);
  return g_called;
}

void put_in(Wrapped& wrapped) {
  if (is_called(wrapped)) return;
  PyMem_GetAllocator(wrapped.domain, &wrapped.before);
  PyMemAllocatorEx ours{&wrapped, &counted_malloc, &counted_calloc, &counted_realloc, &counted_free};
  PyMem_SetAllocator(wrapped.domain, &ours);
}

void put_back(Wrapped& wrapped) {
  PyMemAllocatorEx now;
  PyMem_GetAllocator(wrapped.domain, &now);
  if (now.ctx == &wrapped && now.malloc == &counted_malloc) PyMem_SetAllocator(wrapped.domain, &wrapped.before);
}

void refuse_where_unsound() {
#ifdef Py_GIL_DISABLED
  throw Error("Python's objects cannot be counted one by one in a running interpreter without a GIL", "python_allocator", kWayOut);
#else
  if (PyInterpreterState_Next(PyInterpreterState_Head()) != nullptr)
    throw Error("Python's objects cannot be counted one by one while there is a second interpreter in the process", "python_allocator",
                kWayOut);
#endif
}

}  // namespace

ObjectCounting::ObjectCounting() {
  refuse_where_unsound();
  const benchkit_memhook_interface& hooks = core::attached_memory_hooks();
  if (g_counting || hooks.depth() > 0) {
    throw Error("a memory window is open, which would not see the objects go that are counted now", "python_allocator",
                "open the window with python_allocator=True outside of all others");
  }
  g_hooks = &hooks;
  for (Wrapped& wrapped : g_wrapped) put_in(wrapped);
  g_counting = true;
}

ObjectCounting::~ObjectCounting() {
  g_counting = false;
  for (Wrapped& wrapped : g_wrapped) put_back(wrapped);
}

void ObjectCounting::check_whole() const {
  for (const Wrapped& wrapped : g_wrapped) {
    if (!is_called(wrapped))
      throw Error("Python's allocators were replaced while the window was open (tracemalloc.stop() does so): not all objects were counted",
                  "python_allocator", "do it before the window opens, or after it has closed");
  }
}

}  // namespace benchkit::python

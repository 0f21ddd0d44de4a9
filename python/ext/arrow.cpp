#include "arrow.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace nb = nanobind;

// The three structs are an ABI: names of fields, order and types are given.
extern "C" {
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema* out);
  int (*get_next)(ArrowArrayStream*, ArrowArray* out);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};
}

namespace benchkit::python {
namespace {

constexpr const char* kCapsule = "arrow_array_stream";
constexpr std::int64_t kNullable = 2;  // ARROW_FLAG_NULLABLE
constexpr std::size_t kBits = 8;

using snapshot::TidyColumn;
using snapshot::TidyTexts;
using Bytes = std::vector<std::uint8_t>;

/// Bits as Arrow packs them: the first one is the lowest of the first byte.
Bytes packed(const std::vector<bool>& bits) {
  Bytes bytes((bits.size() + kBits - 1) / kBits);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (bits[i]) bytes[i / kBits] |= static_cast<std::uint8_t>(1U << (i % kBits));
  }
  return bytes;
}

/// What a column's array points into.
struct Buffers {
  Bytes known, bits;
  std::vector<std::int64_t> integers;  ///< values, or where each text ends
  std::vector<double> reals;
  std::string text;
  std::vector<const void*> pointers;
  std::int64_t length = 0;
  std::int64_t unknown = 0;
};

const char* format_of(const TidyColumn& column) {
  constexpr const char* kFormats[] = {"l", "g", "b", "U"};  // int64, float64, boolean, UTF-8 with 64-bit offsets
  return kFormats[column.values.index()];
}

void fill(Buffers& buffers, const TidyTexts& texts) {
  buffers.length = static_cast<std::int64_t>(texts.rows.size());
  buffers.integers.push_back(0);
  for (const std::uint32_t row : texts.rows) {
    buffers.text += texts.words[row];
    buffers.integers.push_back(static_cast<std::int64_t>(buffers.text.size()));
  }
  buffers.pointers.push_back(buffers.integers.data());
  buffers.pointers.push_back(buffers.text.data());
}
void fill(Buffers& buffers, const std::vector<bool>& bits) {
  buffers.length = static_cast<std::int64_t>(bits.size());
  buffers.bits = packed(bits);
  buffers.pointers.push_back(buffers.bits.data());
}
void fill(Buffers& buffers, const std::vector<std::int64_t>& integers) {
  buffers.length = static_cast<std::int64_t>(integers.size());
  buffers.integers = integers;
  buffers.pointers.push_back(buffers.integers.data());
}
void fill(Buffers& buffers, const std::vector<double>& reals) {
  buffers.length = static_cast<std::int64_t>(reals.size());
  buffers.reals = reals;
  buffers.pointers.push_back(buffers.reals.data());
}

/// A struct with what it owns; its consumer may move the struct, so nothing points back at it.
struct OwnedSchema {
  std::string name;
  std::vector<std::unique_ptr<ArrowSchema>> children;
  std::vector<ArrowSchema*> pointers;
};
struct OwnedArray {
  Buffers buffers;
  std::vector<std::unique_ptr<ArrowArray>> children;
  std::vector<ArrowArray*> pointers;
};

/// Children that a consumer has moved away are released by it.
template <class Struct, class Owned>
void release(Struct* released) {
  const std::unique_ptr<Owned> owned(static_cast<Owned*>(released->private_data));
  for (auto& child : owned->children) {
    if (child->release != nullptr) child->release(child.get());
  }
  released->release = nullptr;
}

void make_schema(ArrowSchema& out, const char* format, std::string name, std::int64_t flags,
                 std::vector<std::unique_ptr<ArrowSchema>> children) {
  auto owned = std::make_unique<OwnedSchema>();
  owned->name = std::move(name);
  owned->children = std::move(children);
  for (const auto& child : owned->children) owned->pointers.push_back(child.get());
  out = {.format = format,
         .name = owned->name.c_str(),
         .metadata = nullptr,
         .flags = flags,
         .n_children = static_cast<std::int64_t>(owned->children.size()),
         .children = owned->pointers.data(),
         .dictionary = nullptr,
         .release = &release<ArrowSchema, OwnedSchema>,
         .private_data = owned.get()};
  (void)owned.release();
}

void make_array(ArrowArray& out, std::unique_ptr<OwnedArray> owned) {
  for (const auto& child : owned->children) owned->pointers.push_back(child.get());
  Buffers& buffers = owned->buffers;
  out = {.length = buffers.length,
         .null_count = buffers.unknown,
         .offset = 0,
         .n_buffers = static_cast<std::int64_t>(buffers.pointers.size()),
         .n_children = static_cast<std::int64_t>(owned->children.size()),
         .buffers = buffers.pointers.data(),
         .children = owned->pointers.data(),
         .dictionary = nullptr,
         .release = &release<ArrowArray, OwnedArray>,
         .private_data = owned.get()};
  (void)owned.release();
}

std::unique_ptr<ArrowArray> array_of(const TidyColumn& column) {
  auto owned = std::make_unique<OwnedArray>();
  Buffers& buffers = owned->buffers;
  buffers.known = packed(column.known);
  for (const bool known : column.known) buffers.unknown += known ? 0 : 1;
  buffers.pointers.push_back(column.known.empty() ? nullptr : buffers.known.data());
  std::visit([&](const auto& values) { fill(buffers, values); }, column.values);
  auto array = std::make_unique<ArrowArray>();
  make_array(*array, std::move(owned));
  return array;
}

struct Stream {
  std::vector<TidyColumn> columns;
  bool taken = false;
};

Stream& stream_of(ArrowArrayStream* self) { return *static_cast<Stream*>(self->private_data); }

/// No exception may leave a function that C calls.
template <class Work>
int guarded(Work&& work) noexcept {
  try {
    work();
    return 0;
  } catch (...) {
    return ENOMEM;
  }
}

int get_schema(ArrowArrayStream* self, ArrowSchema* out) {
  return guarded([&] {
    std::vector<std::unique_ptr<ArrowSchema>> children;
    for (const TidyColumn& column : stream_of(self).columns) {
      children.push_back(std::make_unique<ArrowSchema>());
      make_schema(*children.back(), format_of(column), column.name, kNullable, {});
    }
    make_schema(*out, "+s", "", 0, std::move(children));
  });
}

int get_next(ArrowArrayStream* self, ArrowArray* out) {
  return guarded([&] {
    Stream& stream = stream_of(self);
    *out = {};
    if (std::exchange(stream.taken, true)) return;  // a released array: the end
    auto owned = std::make_unique<OwnedArray>();
    for (const TidyColumn& column : stream.columns) owned->children.push_back(array_of(column));
    owned->buffers.length = owned->children.front()->length;
    owned->buffers.pointers.push_back(nullptr);
    make_array(*out, std::move(owned));
  });
}

void release_stream(ArrowArrayStream* self) {
  delete static_cast<Stream*>(self->private_data);
  self->release = nullptr;
}

void destroy_capsule(PyObject* capsule) {
  auto* const stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, kCapsule));
  if (stream->release != nullptr) stream->release(stream);
  delete stream;
}

}  // namespace

nb::object arrow_stream(std::vector<TidyColumn> columns) {
  auto stream = std::make_unique<ArrowArrayStream>(
      ArrowArrayStream{.get_schema = &get_schema,
                       .get_next = &get_next,
                       .get_last_error = [](ArrowArrayStream* /*self*/) { return static_cast<const char*>("out of memory"); },
                       .release = &release_stream,
                       .private_data = nullptr});
  stream->private_data = new Stream{std::move(columns)};
  nb::object capsule = nb::steal(PyCapsule_New(stream.get(), kCapsule, &destroy_capsule));
  if (!capsule.is_valid()) {
    release_stream(stream.get());
    throw nb::python_error();
  }
  (void)stream.release();
  return capsule;
}

}  // namespace benchkit::python

// The relocation tables of a loaded object: which slots lead to which symbol (ELF, System V ABI).
#pragma once

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstdint>

namespace benchkit::memhook {

/// Where a loaded object is.
struct ObjectFacts {
  std::uintptr_t base = 0;
  const void* headers = nullptr;
  const char* file = "";        ///< the linker's own string, which goes with the object
  std::uint64_t file_hash = 0;  ///< of the file's name, which stays
  const ElfW(Dyn) * dynamic = nullptr;
  std::uintptr_t begin = UINTPTR_MAX, end = 0;
  std::uintptr_t relro_begin = 0, relro_end = 0;

  /// The same object, as long as none was unloaded in between; otherwise another may have come to the same place, even out of the same file.
  [[nodiscard]] bool looks_like(const ObjectFacts& other) const noexcept {
    return base == other.base && headers == other.headers && file_hash == other.file_hash && dynamic == other.dynamic &&
           begin == other.begin && end == other.end && relro_begin == other.relro_begin && relro_end == other.relro_end;
  }
  [[nodiscard]] bool holds(const void* address) const noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    return at >= begin && at < end;
  }
  [[nodiscard]] bool is_relro(const void* address) const noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    return at >= relro_begin && at < relro_end;
  }
};

[[nodiscard]] ObjectFacts read_object(const dl_phdr_info& info) noexcept;

struct RelocationTables {
  const ElfW(Sym) * symbols = nullptr;
  const char* strings = nullptr;
  const ElfW(Rela) * data = nullptr;
  std::size_t data_count = 0;
  const ElfW(Rela) * calls = nullptr;
  std::size_t call_count = 0;
  const std::uint32_t* gnu_hash = nullptr;
  const std::uint32_t* hash = nullptr;
  const ElfW(Half) * versions = nullptr;
  const char* own_name = nullptr;  ///< DT_SONAME
};
[[nodiscard]] RelocationTables read_tables(const ObjectFacts& object) noexcept;
/// What an object defines by a name, by its own tables; null if nothing. It asks nothing of the linker, so it may be called where the linker is at work.
[[nodiscard]] void* definition_in(const ObjectFacts& object, const char* name) noexcept;
/// Whether an address in this object is that of a stub of the name: a program that is not position-independent may be the home of a function's address
/// without being that of the function.
[[nodiscard]] bool is_stub_in(const ObjectFacts& object, const char* name, const void* address) noexcept;
enum class SlotKind : std::uint8_t {
  none,
  call,     ///< in the table of calls, which may be bound lazily
  address,  ///< in the table of addresses, which is the linker's as well
  pointer,  ///< a variable of the program's, which may set it as it likes
};
/// What holds a symbol's address after a relocation.
[[nodiscard]] SlotKind slot_kind(const ElfW(Rela) & entry) noexcept;

/// Calls `use(symbol, its name, slot, kind)` for every slot that holds a symbol's address.
template <class Use>
void for_each_relocation(const ObjectFacts& object, Use&& use) noexcept {
  if (object.dynamic == nullptr) return;
  const RelocationTables tables = read_tables(object);
  if (tables.symbols == nullptr || tables.strings == nullptr) return;
  const auto go_through = [&](const ElfW(Rela) * table, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const SlotKind kind = slot_kind(table[i]);
      if (kind == SlotKind::none) continue;
      const ElfW(Sym)& symbol = tables.symbols[ELF64_R_SYM(table[i].r_info)];
      use(symbol, tables.strings + symbol.st_name, reinterpret_cast<void**>(object.base + table[i].r_offset), kind);
    }
  };
  go_through(tables.data, tables.data_count);
  go_through(tables.calls, tables.call_count);
}

}  // namespace benchkit::memhook

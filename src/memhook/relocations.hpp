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
  const void* headers = nullptr;  ///< with the base, tells it from another object that came to the same place
  const char* file = "";
  const ElfW(Dyn) * dynamic = nullptr;
  std::uintptr_t begin = UINTPTR_MAX, end = 0;
  std::uintptr_t relro_begin = 0, relro_end = 0;

  [[nodiscard]] bool is(const dl_phdr_info& info) const noexcept { return base == info.dlpi_addr && headers == info.dlpi_phdr; }
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
};
[[nodiscard]] RelocationTables read_tables(const ObjectFacts& object) noexcept;
/// Whether a relocation makes a slot hold a symbol's address, and whether for calls (which may be bound lazily).
[[nodiscard]] bool holds_address(const ElfW(Rela) & entry, bool& is_call) noexcept;

/// Calls `use(symbol name, slot, is_call)` for every slot that holds a symbol's address.
template <class Use>
void for_each_relocation(const ObjectFacts& object, Use&& use) noexcept {
  if (object.dynamic == nullptr) return;
  const RelocationTables tables = read_tables(object);
  if (tables.symbols == nullptr || tables.strings == nullptr) return;
  const auto go_through = [&](const ElfW(Rela) * table, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      bool is_call = false;
      if (!holds_address(table[i], is_call)) continue;
      const char* const name = tables.strings + tables.symbols[ELF64_R_SYM(table[i].r_info)].st_name;
      use(name, reinterpret_cast<void**>(object.base + table[i].r_offset), is_call);
    }
  };
  go_through(tables.data, tables.data_count);
  go_through(tables.calls, tables.call_count);
}

}  // namespace benchkit::memhook

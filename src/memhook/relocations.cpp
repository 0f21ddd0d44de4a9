#include "memhook/relocations.hpp"

namespace benchkit::memhook {
namespace {

constexpr std::uintptr_t kPage = 4096;

#if defined(__x86_64__)
constexpr unsigned kCallSlot = R_X86_64_JUMP_SLOT;
constexpr unsigned kDataSlot = R_X86_64_GLOB_DAT;
constexpr unsigned kPointer = R_X86_64_64;
#elif defined(__aarch64__)
constexpr unsigned kCallSlot = R_AARCH64_JUMP_SLOT;
constexpr unsigned kDataSlot = R_AARCH64_GLOB_DAT;
constexpr unsigned kPointer = R_AARCH64_ABS64;
#else
#error "this machine's relocations are not known here"
#endif

}  // namespace

ObjectFacts read_object(const dl_phdr_info& info) noexcept {
  ObjectFacts facts;
  facts.base = info.dlpi_addr;
  facts.headers = info.dlpi_phdr;
  facts.file = info.dlpi_name != nullptr ? info.dlpi_name : "";
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    const std::uintptr_t begin = info.dlpi_addr + header.p_vaddr;
    const std::uintptr_t end = begin + header.p_memsz;
    switch (header.p_type) {
      case PT_DYNAMIC: facts.dynamic = reinterpret_cast<const ElfW(Dyn)*>(begin); break;
      case PT_GNU_RELRO:
        facts.relro_begin = begin & ~(kPage - 1);
        facts.relro_end = end & ~(kPage - 1);
        break;
      case PT_LOAD:
        if (begin < facts.begin) facts.begin = begin;
        if (end > facts.end) facts.end = end;
        break;
      default: break;
    }
  }
  return facts;
}

RelocationTables read_tables(const ObjectFacts& object) noexcept {
  RelocationTables tables;
  // glibc has made these addresses absolute, except where it may not write the dynamic section.
  const auto address = [&](ElfW(Addr) value) { return value < object.base ? object.base + value : value; };
  for (const ElfW(Dyn)* entry = object.dynamic; entry->d_tag != DT_NULL; ++entry) {
    switch (entry->d_tag) {
      case DT_SYMTAB: tables.symbols = reinterpret_cast<const ElfW(Sym)*>(address(entry->d_un.d_ptr)); break;
      case DT_STRTAB: tables.strings = reinterpret_cast<const char*>(address(entry->d_un.d_ptr)); break;
      case DT_RELA: tables.data = reinterpret_cast<const ElfW(Rela)*>(address(entry->d_un.d_ptr)); break;
      case DT_RELASZ: tables.data_count = entry->d_un.d_val / sizeof(ElfW(Rela)); break;
      case DT_JMPREL: tables.calls = reinterpret_cast<const ElfW(Rela)*>(address(entry->d_un.d_ptr)); break;
      case DT_PLTRELSZ: tables.call_count = entry->d_un.d_val / sizeof(ElfW(Rela)); break;
      default: break;
    }
  }
  if (tables.data == nullptr) tables.data_count = 0;
  if (tables.calls == nullptr) tables.call_count = 0;
  return tables;
}

bool holds_address(const ElfW(Rela) & entry, bool& is_call) noexcept {
  const auto type = static_cast<unsigned>(ELF64_R_TYPE(entry.r_info));
  is_call = type == kCallSlot;
  return type == kCallSlot || type == kDataSlot || (type == kPointer && entry.r_addend == 0);
}

}  // namespace benchkit::memhook

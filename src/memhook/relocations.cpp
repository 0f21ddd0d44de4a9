#include "memhook/relocations.hpp"

#include <string.h>

#include "memhook/own_memory.hpp"

namespace benchkit::memhook {
namespace {

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

std::uint64_t hash_of(const char* text) noexcept {  // FNV-1a
  std::uint64_t hash = 0xCBF29CE484222325;
  for (; *text != '\0'; ++text) hash = (hash ^ static_cast<unsigned char>(*text)) * 0x100000001B3;
  return hash;
}

void* defined_by(const ObjectFacts& object, const RelocationTables& tables, std::uint32_t index, const char* name) noexcept {
  constexpr ElfW(Half) kHidden = 0x8000;  // an old version of the name, which nobody links with any more
  const ElfW(Sym)& symbol = tables.symbols[index];
  const unsigned type = ELF64_ST_TYPE(symbol.st_info);
  if (symbol.st_shndx == SHN_UNDEF || symbol.st_value == 0 || (type != STT_FUNC && type != STT_NOTYPE)) return nullptr;
  if (ELF64_ST_BIND(symbol.st_info) == STB_LOCAL || strcmp(tables.strings + symbol.st_name, name) != 0) return nullptr;
  if (tables.versions != nullptr && (tables.versions[index] & kHidden) != 0) return nullptr;
  return reinterpret_cast<void*>(object.base + symbol.st_value);
}

void* look_up_gnu(const ObjectFacts& object, const RelocationTables& tables, const char* name) noexcept {
  std::uint32_t hash = 5381;
  for (const char* c = name; *c != '\0'; ++c) hash = hash * 33 + static_cast<unsigned char>(*c);
  const std::uint32_t buckets = tables.gnu_hash[0], first = tables.gnu_hash[1], words = tables.gnu_hash[2], shift = tables.gnu_hash[3];
  if (buckets == 0 || words == 0) return nullptr;
  const auto* const filter = reinterpret_cast<const ElfW(Addr)*>(tables.gnu_hash + 4);
  const ElfW(Addr) word = filter[hash / 64 % words];
  if ((word >> (hash % 64) & word >> ((hash >> shift) % 64) & 1) == 0) return nullptr;
  const auto* const bucket = reinterpret_cast<const std::uint32_t*>(filter + words);
  const std::uint32_t* const chain = bucket + buckets;
  std::uint32_t index = bucket[hash % buckets];
  if (index < first) return nullptr;
  for (;; ++index) {
    const std::uint32_t entry = chain[index - first];
    if ((entry | 1) == (hash | 1)) {
      if (void* const found = defined_by(object, tables, index, name); found != nullptr) return found;
    }
    if ((entry & 1) != 0) return nullptr;
  }
}

void* look_up_sysv(const ObjectFacts& object, const RelocationTables& tables, const char* name) noexcept {
  std::uint32_t hash = 0;
  for (const char* c = name; *c != '\0'; ++c) {
    hash = (hash << 4) + static_cast<unsigned char>(*c);
    const std::uint32_t high = hash & 0xF0000000;
    hash = (hash ^ high >> 24) & ~high;
  }
  const std::uint32_t buckets = tables.hash[0];
  if (buckets == 0) return nullptr;
  for (std::uint32_t index = tables.hash[2 + hash % buckets]; index != 0; index = tables.hash[2 + buckets + index]) {
    if (void* const found = defined_by(object, tables, index, name); found != nullptr) return found;
  }
  return nullptr;
}

}  // namespace

ObjectFacts read_object(const dl_phdr_info& info) noexcept {
  ObjectFacts facts;
  facts.base = info.dlpi_addr;
  facts.headers = info.dlpi_phdr;
  facts.file = info.dlpi_name != nullptr ? info.dlpi_name : "";
  facts.file_hash = hash_of(facts.file);
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    const std::uintptr_t begin = info.dlpi_addr + header.p_vaddr;
    const std::uintptr_t end = begin + header.p_memsz;
    switch (header.p_type) {
      case PT_DYNAMIC: facts.dynamic = reinterpret_cast<const ElfW(Dyn)*>(begin); break;
      case PT_GNU_RELRO:
        facts.relro_begin = page_of(begin);
        facts.relro_end = page_of(end);
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
  ElfW(Addr) own_name = 0;
  for (const ElfW(Dyn)* entry = object.dynamic; entry->d_tag != DT_NULL; ++entry) {
    switch (entry->d_tag) {
      case DT_SYMTAB: tables.symbols = reinterpret_cast<const ElfW(Sym)*>(address(entry->d_un.d_ptr)); break;
      case DT_STRTAB: tables.strings = reinterpret_cast<const char*>(address(entry->d_un.d_ptr)); break;
      case DT_RELA: tables.data = reinterpret_cast<const ElfW(Rela)*>(address(entry->d_un.d_ptr)); break;
      case DT_RELASZ: tables.data_count = entry->d_un.d_val / sizeof(ElfW(Rela)); break;
      case DT_JMPREL: tables.calls = reinterpret_cast<const ElfW(Rela)*>(address(entry->d_un.d_ptr)); break;
      case DT_PLTRELSZ: tables.call_count = entry->d_un.d_val / sizeof(ElfW(Rela)); break;
      case DT_GNU_HASH: tables.gnu_hash = reinterpret_cast<const std::uint32_t*>(address(entry->d_un.d_ptr)); break;
      case DT_HASH: tables.hash = reinterpret_cast<const std::uint32_t*>(address(entry->d_un.d_ptr)); break;
      case DT_VERSYM: tables.versions = reinterpret_cast<const ElfW(Half)*>(address(entry->d_un.d_ptr)); break;
      case DT_SONAME: own_name = entry->d_un.d_val; break;
      default: break;
    }
  }
  if (own_name != 0 && tables.strings != nullptr) tables.own_name = tables.strings + own_name;
  if (tables.data == nullptr) tables.data_count = 0;
  if (tables.calls == nullptr) tables.call_count = 0;
  return tables;
}

void* definition_in(const ObjectFacts& object, const char* name) noexcept {
  if (object.dynamic == nullptr) return nullptr;
  const RelocationTables tables = read_tables(object);
  if (tables.symbols == nullptr || tables.strings == nullptr) return nullptr;
  if (tables.gnu_hash != nullptr) return look_up_gnu(object, tables, name);
  return tables.hash != nullptr ? look_up_sysv(object, tables, name) : nullptr;
}

bool is_stub_in(const ObjectFacts& object, const char* name, const void* address) noexcept {
  bool stub = false;
  for_each_relocation(object, [&](const ElfW(Sym) & symbol, const char* symbol_name, void** /*place*/, SlotKind /*kind*/) {
    if (stub || symbol.st_shndx != SHN_UNDEF || symbol.st_value == 0) return;
    stub = reinterpret_cast<const void*>(object.base + symbol.st_value) == address && strcmp(symbol_name, name) == 0;
  });
  return stub;
}

SlotKind slot_kind(const ElfW(Rela) & entry) noexcept {
  const auto type = static_cast<unsigned>(ELF64_R_TYPE(entry.r_info));
  if (type == kCallSlot) return SlotKind::call;
  if (type == kDataSlot) return SlotKind::address;
  return type == kPointer && entry.r_addend == 0 ? SlotKind::pointer : SlotKind::none;
}

}  // namespace benchkit::memhook

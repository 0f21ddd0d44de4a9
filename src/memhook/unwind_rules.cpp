// Code that keeps no frame pointers still says how its frames look: in .eh_frame, which every object carries for exceptions (call frame information,
// DWARF 5 section 6.4; its search table, Linux Standard Base, "DWARF Extensions"). Interpreting that for every frame of every allocation
// is what makes unwinders slow. But of all it can say only two things matter here, where the caller's frame begins and where the caller's frame
// pointer is, and they are constant at one return address. So the first time that a return address is met its rule is worked out and kept in a
// table; from then on a frame costs one look into it and two loads from the stack, with frame pointers and without.
//
// The table is read and written without a lock: each entry is two words, the rule and the address exclusive-or'ed with it, so that an entry that is
// half written belongs to no address (R. Hyatt and T. Mann, "A lock-less transposition table implementation", 2002).
#include "memhook/unwind_rules.hpp"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include <bit>
#include <cstddef>

namespace benchkit::memhook {

#if defined(__x86_64__)
namespace {

constexpr std::uint64_t kFramePointer = 6;
constexpr std::uint64_t kStackPointer = 7;
constexpr std::uint64_t kReturnAddress = 16;
constexpr std::uint8_t kBaseRegister = 0x70;  // DW_OP_breg0
constexpr std::uint8_t kDeref = 0x06;         // DW_OP_deref

// ---- reading ----

struct Reader {
  const std::uint8_t* at;
  const std::uint8_t* end;

  template <class T>
  T take() noexcept {
    T value{};
    if (static_cast<std::size_t>(end - at) < sizeof value) {
      at = end;
      return value;
    }
    memcpy(&value, at, sizeof value);
    at += sizeof value;
    return value;
  }
  std::uint64_t unsigned_leb() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at < end && shift < 64; shift += 7) {
      const std::uint8_t byte = *at++;
      value |= std::uint64_t{byte & 0x7Fu} << shift;
      if ((byte & 0x80u) == 0) break;
    }
    return value;
  }
  std::int64_t signed_leb() noexcept {
    std::uint64_t value = 0;
    unsigned shift = 0;
    std::uint8_t byte = 0x80;
    while (at < end && shift < 64 && (byte & 0x80u) != 0) {
      byte = *at++;
      value |= std::uint64_t{byte & 0x7Fu} << shift;
      shift += 7;
    }
    if (shift < 64 && (byte & 0x40u) != 0) value |= ~std::uint64_t{0} << shift;
    return static_cast<std::int64_t>(value);
  }
  void skip(std::uint64_t bytes) noexcept { at = bytes < static_cast<std::uint64_t>(end - at) ? at + bytes : end; }

  /// A pointer in one of the encodings of the search table and of .eh_frame. `data`: what "relative to data" means.
  std::uintptr_t pointer(std::uint8_t encoding, std::uintptr_t data) noexcept {
    const auto here = reinterpret_cast<std::uintptr_t>(at);
    std::uintptr_t value = 0;
    switch (encoding & 0x0F) {
      case 0x00: value = take<std::uint64_t>(); break;
      case 0x01: value = unsigned_leb(); break;
      case 0x02: value = take<std::uint16_t>(); break;
      case 0x03: value = take<std::uint32_t>(); break;
      case 0x04: value = take<std::uint64_t>(); break;
      case 0x09: value = static_cast<std::uintptr_t>(signed_leb()); break;
      case 0x0A: value = static_cast<std::uintptr_t>(std::int64_t{take<std::int16_t>()}); break;
      case 0x0B: value = static_cast<std::uintptr_t>(std::int64_t{take<std::int32_t>()}); break;
      case 0x0C: value = static_cast<std::uintptr_t>(take<std::int64_t>()); break;
      default: at = end; return 0;
    }
    switch (encoding & 0x70) {
      case 0x10: value += here; break;
      case 0x30: value += data; break;
      default: break;
    }
    return value;
  }
};

// ---- finding what describes an address ----

const std::uint8_t* search_table_of(std::uintptr_t address) noexcept {
#if defined(DLFO_STRUCT_HAS_EH_DBASE)  // glibc 2.35: without the linker's lock
  dl_find_object found;
  if (_dl_find_object(reinterpret_cast<void*>(address), &found) != 0) return nullptr;
  return static_cast<const std::uint8_t*>(found.dlfo_eh_frame);
#else
  struct Search {
    std::uintptr_t address;
    const std::uint8_t* table;
  } search{address, nullptr};
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        auto& wanted = *static_cast<Search*>(data);
        const std::uint8_t* table = nullptr;
        bool holds = false;
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const ElfW(Phdr)& header = info->dlpi_phdr[i];
          const std::uintptr_t begin = info->dlpi_addr + header.p_vaddr;
          if (header.p_type == PT_GNU_EH_FRAME) table = reinterpret_cast<const std::uint8_t*>(begin);
          if (header.p_type == PT_LOAD && wanted.address >= begin && wanted.address < begin + header.p_memsz) holds = true;
        }
        if (holds) wanted.table = table;
        return holds ? 1 : 0;
      },
      &search);
  return search.table;
#endif
}

/// The frame description entry of the last function that begins at or before `address`, or null.
const std::uint8_t* find_description(std::uintptr_t address) noexcept {
  const std::uint8_t* const table = search_table_of(address);
  if (table == nullptr || table[0] != 1) return nullptr;
  constexpr std::uint8_t kSorted = 0x3B;  // relative to the table, four bytes, signed: what every linker writes
  if (table[3] != kSorted) return nullptr;
  const auto base = reinterpret_cast<std::uintptr_t>(table);
  Reader reader{table + 4, table + 24};
  (void)reader.pointer(table[1], base);
  const std::size_t count = reader.pointer(table[2], base);
  struct Row {
    std::int32_t begin;
    std::int32_t description;
  };
  const auto* const rows = reinterpret_cast<const Row*>(reader.at);
  const auto wanted = static_cast<std::int64_t>(address - base);
  std::size_t low = 0;
  for (std::size_t left = count; left > 0;) {
    const std::size_t half = left / 2;
    if (rows[low + half].begin <= wanted) {
      low += half + 1;
      left -= half + 1;
    } else {
      left = half;
    }
  }
  return low == 0 ? nullptr : table + rows[low - 1].description;
}

// ---- what it says ----

/// The rules of a row, as far as they matter.
struct Row {
  enum class How : std::uint8_t { same, at_cfa, at_frame, other };
  std::uint64_t cfa_register = 0;
  std::int64_t cfa_offset = 0;
  bool cfa_is_word = false;
  bool cfa_known = false;
  How frame_pointer = How::same;
  std::int64_t frame_pointer_offset = 0;
  bool has_caller = true;
  bool return_address_below_cfa = true;
};

struct Common {
  std::uint64_t code_factor = 1;
  std::int64_t data_factor = 1;
  std::uint8_t encoding = 0;
  bool has_augmentation = false;
  bool of_signal = false;
  Reader instructions{nullptr, nullptr};
};

bool read_entry(const std::uint8_t* entry, Reader& reader) noexcept {
  std::uint32_t length = 0;
  memcpy(&length, entry, sizeof length);
  if (length == 0 || length == 0xFFFFFFFFu) return false;
  reader = {entry + 4, entry + 4 + length};
  return true;
}

bool read_common(const std::uint8_t* entry, Common& common) noexcept {
  Reader reader{nullptr, nullptr};
  if (!read_entry(entry, reader)) return false;
  (void)reader.take<std::uint32_t>();
  const auto version = reader.take<std::uint8_t>();
  if (version != 1 && version != 3) return false;
  const char* augmentation = reinterpret_cast<const char*>(reader.at);
  reader.skip(strnlen(augmentation, static_cast<std::size_t>(reader.end - reader.at)) + 1);
  common.code_factor = reader.unsigned_leb();
  common.data_factor = reader.signed_leb();
  const std::uint64_t return_register = version == 1 ? reader.take<std::uint8_t>() : reader.unsigned_leb();
  if (return_register != kReturnAddress) return false;
  if (*augmentation == 'z') {
    common.has_augmentation = true;
    const std::uint64_t bytes = reader.unsigned_leb();
    Reader data = reader;
    reader.skip(bytes);
    for (++augmentation; *augmentation != '\0'; ++augmentation) {
      switch (*augmentation) {
        case 'R': common.encoding = data.take<std::uint8_t>(); break;
        case 'P': {
          const auto encoding = data.take<std::uint8_t>();
          (void)data.pointer(encoding, 0);
          break;
        }
        case 'L': (void)data.take<std::uint8_t>(); break;
        case 'S': common.of_signal = true; break;
        default: return false;
      }
    }
  } else if (*augmentation != '\0') {
    return false;
  }
  common.instructions = reader;
  return true;
}

/// "the frame pointer + N", followed by `last` if that is not 0.
bool is_frame_pointer_plus(Reader block, std::uint8_t last, std::int64_t& offset) noexcept {
  if (block.take<std::uint8_t>() != kBaseRegister + kFramePointer) return false;
  offset = block.signed_leb();
  if (last != 0 && block.take<std::uint8_t>() != last) return false;
  return block.at == block.end;
}

class Program {
 public:
  Program(const Common& common, std::uintptr_t begin, std::uintptr_t wanted) noexcept : common_(common), at_(begin), wanted_(wanted) {}

  /// False: something that is not understood.
  bool run(Reader reader) noexcept {
    while (reader.at < reader.end) {
      const auto code = reader.take<std::uint8_t>();
      const std::uint8_t operand = code & 0x3F;
      switch (code >> 6) {
        case 1:
          if (!advance(operand)) return true;
          continue;
        case 2: set_saved(operand, static_cast<std::int64_t>(reader.unsigned_leb()) * common_.data_factor); continue;
        case 3: restore(operand); continue;
        default: break;
      }
      bool passed = false;
      if (!extended(operand, reader, passed)) return false;
      if (passed) return true;
    }
    return true;
  }
  /// Between the instructions that all functions share and those of the one.
  void keep_initial() noexcept { initial_ = row_; }
  [[nodiscard]] const Row& row() const noexcept { return row_; }

 private:
  bool advance(std::uint64_t delta) noexcept {
    at_ += delta * common_.code_factor;
    return at_ <= wanted_;
  }
  void set_cfa(std::uint64_t number, std::int64_t offset) noexcept {
    row_.cfa_register = number;
    row_.cfa_offset = offset;
    row_.cfa_is_word = false;
    row_.cfa_known = true;
  }
  void set_saved(std::uint64_t number, std::int64_t offset) noexcept {
    if (number == kFramePointer) {
      row_.frame_pointer = Row::How::at_cfa;
      row_.frame_pointer_offset = offset;
    } else if (number == kReturnAddress) {
      row_.return_address_below_cfa = offset == -8;
      row_.has_caller = true;
    }
  }
  void set_other(std::uint64_t number) noexcept {
    if (number == kFramePointer) row_.frame_pointer = Row::How::other;
    else if (number == kReturnAddress) row_.return_address_below_cfa = false;
  }
  void restore(std::uint64_t number) noexcept {
    if (number == kFramePointer) {
      row_.frame_pointer = initial_.frame_pointer;
      row_.frame_pointer_offset = initial_.frame_pointer_offset;
    } else if (number == kReturnAddress) {
      row_.return_address_below_cfa = initial_.return_address_below_cfa;
      row_.has_caller = initial_.has_caller;
    }
  }
  static Reader block(Reader& reader) noexcept {
    const std::uint64_t bytes = reader.unsigned_leb();
    const Reader all = reader;
    reader.skip(bytes);
    return {all.at, reader.at};
  }

  bool extended(std::uint8_t code, Reader& reader, bool& passed) noexcept {
    switch (code) {
      case 0x00: return true;  // nop
      case 0x01:
        at_ = reader.pointer(common_.encoding, 0);
        passed = at_ > wanted_;
        return true;
      case 0x02: passed = !advance(reader.take<std::uint8_t>()); return true;
      case 0x03: passed = !advance(reader.take<std::uint16_t>()); return true;
      case 0x04: passed = !advance(reader.take<std::uint32_t>()); return true;
      case 0x05: {  // offset_extended
        const std::uint64_t number = reader.unsigned_leb();
        set_saved(number, static_cast<std::int64_t>(reader.unsigned_leb()) * common_.data_factor);
        return true;
      }
      case 0x06: restore(reader.unsigned_leb()); return true;
      case 0x07: {  // undefined
        const std::uint64_t number = reader.unsigned_leb();
        if (number == kReturnAddress) row_.has_caller = false;
        else set_other(number);
        return true;
      }
      case 0x08: {  // same_value
        const std::uint64_t number = reader.unsigned_leb();
        if (number == kFramePointer) row_.frame_pointer = Row::How::same;
        else set_other(number);
        return true;
      }
      case 0x09: {  // register
        const std::uint64_t number = reader.unsigned_leb();
        (void)reader.unsigned_leb();
        set_other(number);
        return true;
      }
      case 0x0A:  // remember_state
        if (depth_ == kMostStates) return false;
        states_[depth_++] = row_;
        return true;
      case 0x0B:  // restore_state
        if (depth_ == 0) return false;
        row_ = states_[--depth_];
        return true;
      case 0x0C: {  // def_cfa
        const std::uint64_t number = reader.unsigned_leb();
        set_cfa(number, static_cast<std::int64_t>(reader.unsigned_leb()));
        return true;
      }
      case 0x0D: set_cfa(reader.unsigned_leb(), row_.cfa_offset); return true;
      case 0x0E: row_.cfa_offset = static_cast<std::int64_t>(reader.unsigned_leb()); return true;
      case 0x0F: {  // def_cfa_expression
        row_.cfa_register = kFramePointer;
        row_.cfa_is_word = true;
        row_.cfa_known = is_frame_pointer_plus(block(reader), kDeref, row_.cfa_offset);
        return true;
      }
      case 0x10: {  // expression
        const std::uint64_t number = reader.unsigned_leb();
        const Reader where = block(reader);
        set_other(number);
        if (number == kFramePointer && is_frame_pointer_plus(where, 0, row_.frame_pointer_offset)) row_.frame_pointer = Row::How::at_frame;
        return true;
      }
      case 0x11: {  // offset_extended_sf
        const std::uint64_t number = reader.unsigned_leb();
        set_saved(number, reader.signed_leb() * common_.data_factor);
        return true;
      }
      case 0x12: {  // def_cfa_sf
        const std::uint64_t number = reader.unsigned_leb();
        set_cfa(number, reader.signed_leb() * common_.data_factor);
        return true;
      }
      case 0x13: row_.cfa_offset = reader.signed_leb() * common_.data_factor; return true;
      case 0x14:    // val_offset
      case 0x15: {  // val_offset_sf
        const std::uint64_t number = reader.unsigned_leb();
        (void)reader.unsigned_leb();
        set_other(number);
        return true;
      }
      case 0x16: {  // val_expression
        const std::uint64_t number = reader.unsigned_leb();
        (void)block(reader);
        set_other(number);
        return true;
      }
      case 0x2E: (void)reader.unsigned_leb(); return true;  // GNU_args_size
      default: return false;
    }
  }

  static constexpr unsigned kMostStates = 8;
  const Common& common_;
  std::uintptr_t at_;
  std::uintptr_t wanted_;
  Row row_;
  Row initial_;
  Row states_[kMostStates];
  unsigned depth_ = 0;
};

Rule boiled_down(const Row& row) noexcept {
  Rule rule;
  if (!row.has_caller) {
    rule.cfa = Rule::Cfa::end;
    return rule;
  }
  if (!row.cfa_known || !row.return_address_below_cfa || row.frame_pointer == Row::How::other) return rule;
  if (row.cfa_offset != static_cast<std::int32_t>(row.cfa_offset)) return rule;
  if (row.frame_pointer_offset != static_cast<std::int16_t>(row.frame_pointer_offset)) return rule;
  if (row.cfa_register == kStackPointer) rule.cfa = Rule::Cfa::stack;
  else if (row.cfa_register == kFramePointer) rule.cfa = row.cfa_is_word ? Rule::Cfa::frame_word : Rule::Cfa::frame;
  rule.offset = static_cast<std::int32_t>(row.cfa_offset);
  if (row.frame_pointer == Row::How::at_cfa) rule.saved = Rule::Saved::at_cfa;
  if (row.frame_pointer == Row::How::at_frame) rule.saved = Rule::Saved::at_frame;
  rule.saved_offset = static_cast<std::int16_t>(row.frame_pointer_offset);
  return rule;
}

Rule work_out(std::uintptr_t return_address) noexcept {
  const std::uintptr_t wanted = return_address - 1;  // the call may be the last instruction of its function
  const std::uint8_t* const description = find_description(wanted);
  Reader reader{nullptr, nullptr};
  if (description == nullptr || !read_entry(description, reader)) return {};
  const std::uint8_t* const field = reader.at;
  const std::uint8_t* const common_entry = field - reader.take<std::uint32_t>();
  Common common;
  if (!read_common(common_entry, common) || common.of_signal) return {};
  const std::uintptr_t begin = reader.pointer(common.encoding, 0);
  const std::uintptr_t length = reader.pointer(common.encoding & 0x0F, 0);
  if (wanted < begin || wanted >= begin + length) return {};
  if (common.has_augmentation) reader.skip(reader.unsigned_leb());
  Program program(common, begin, wanted);
  if (!program.run(common.instructions)) return {};
  program.keep_initial();
  if (!program.run(reader)) return {};
  return boiled_down(program.row());
}

// ---- the table ----

constexpr std::size_t kEntries = std::size_t{1} << 14;
struct Entry {
  std::uint64_t key;  ///< the return address, exclusive or the rule
  std::uint64_t rule;
};
Entry g_rules[kEntries];

}  // namespace

Rule rule_at(std::uintptr_t return_address) noexcept {
  Entry& entry = g_rules[(return_address * 0x9E3779B97F4A7C15u) >> 50];
  static_assert(kEntries == std::size_t{1} << (64 - 50));
  const std::uint64_t known = __atomic_load_n(&entry.rule, __ATOMIC_RELAXED);
  if ((__atomic_load_n(&entry.key, __ATOMIC_RELAXED) ^ known) == return_address) return std::bit_cast<Rule>(known);
  const Rule rule = work_out(return_address);
  const auto word = std::bit_cast<std::uint64_t>(rule);
  __atomic_store_n(&entry.rule, word, __ATOMIC_RELAXED);
  __atomic_store_n(&entry.key, return_address ^ word, __ATOMIC_RELAXED);
  return rule;
}

void forget_rules() noexcept {
  for (Entry& entry : g_rules) {
    __atomic_store_n(&entry.key, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&entry.rule, 0, __ATOMIC_RELAXED);
  }
}

#else  // elsewhere frame pointers are the platform's rule

Rule rule_at(std::uintptr_t /*return_address*/) noexcept {
  return {.cfa = Rule::Cfa::frame, .saved = Rule::Saved::at_cfa, .saved_offset = -16, .offset = 16};
}
void forget_rules() noexcept {}

#endif

}  // namespace benchkit::memhook

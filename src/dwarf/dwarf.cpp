// Looking up functions with elfutils.
//
// The debug information (in the file, or beside it by build id or debug link, where libdwfl looks for it by itself) is a tree: a compile unit holds
// subprograms, a subprogram holds the calls that were inlined into it, those hold others. The innermost entry that covers an address is where we are. Going
// outwards from it, each inlined call is a function of its own: its name is that of what was inlined, and the place where *it* was called
// from is written on its entry. The line within the innermost one stands in the line table. (DWARF 5, sections 3.3.8 and 6.2.)
//
// Without debug information there is the symbol table, which names functions and knows of no lines.
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "dwarf/abi.h"

namespace {

struct FreeDwfl {
  void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
};
struct Free {
  void operator()(void* block) const { std::free(block); }
};

struct Object {
  std::unique_ptr<Dwfl, FreeDwfl> dwfl;
  Dwfl_Module* module = nullptr;
  Dwarf_Addr start = 0;
};

struct Place {
  std::string file;
  std::uint32_t line = 0;
};

/// The entry where the function was declared: of an inlined call, and of a definition outside of its class, that is another one.
Dwarf_Die declaration_of(Dwarf_Die entry) {
  constexpr int kMostSteps = 8;  // of origin and specification; more would be a circle
  for (int step = 0; step < kMostSteps; ++step) {
    Dwarf_Attribute attribute;
    Dwarf_Die next;
    const bool goes_on =
        dwarf_attr(&entry, DW_AT_abstract_origin, &attribute) != nullptr || dwarf_attr(&entry, DW_AT_specification, &attribute) != nullptr;
    if (!goes_on || dwarf_formref_die(&attribute, &next) == nullptr) break;
    entry = next;
  }
  return entry;
}

Dwarf_Word number_of(Dwarf_Die* entry, unsigned kind) {
  Dwarf_Attribute attribute;
  Dwarf_Word number = 0;
  if (dwarf_attr(entry, kind, &attribute) == nullptr || dwarf_formudata(&attribute, &number) != 0) return 0;
  return number;
}

bool is_class(int tag) { return tag == DW_TAG_class_type || tag == DW_TAG_structure_type || tag == DW_TAG_union_type; }

template <class Do>
void for_each_child(Dwarf_Die* entry, Do&& act) {
  Dwarf_Die child;
  if (dwarf_child(entry, &child) != 0) return;
  do {
    act(child);
  } while (dwarf_siblingof(&child, &child) == 0);
}

/// A lambda's class: it has no name, and can be called.
struct Closure {
  Dwarf_Off entry = 0;
  Dwarf_Word line = 0, column = 0;
  [[nodiscard]] auto place() const { return std::tuple(line, column, entry); }
};

std::optional<Closure> closure_of(Dwarf_Die* entry) {
  if (!is_class(dwarf_tag(entry)) || dwarf_diename(entry) != nullptr) return std::nullopt;
  std::optional<Closure> found;
  for_each_child(entry, [&](Dwarf_Die& member) {
    const char* const name = dwarf_diename(&member);
    if (dwarf_tag(&member) != DW_TAG_subprogram || name == nullptr || std::string_view(name) != "operator()") return;
    Dwarf_Die* const written = number_of(entry, DW_AT_decl_line) > 0 ? entry : &member;  // gcc says it of the class, clang of the function
    found = Closure{dwarf_dieoffset(entry), number_of(written, DW_AT_decl_line), number_of(written, DW_AT_decl_column)};
  });
  return found;
}

/// Those of a function, or of what else they stand in: those in its blocks too.
void find_closures(Dwarf_Die* around, std::vector<Closure>& found) {
  for_each_child(around, [&](Dwarf_Die& child) {
    if (dwarf_tag(&child) == DW_TAG_lexical_block) find_closures(&child, found);
    else if (const auto closure = closure_of(&child)) found.push_back(*closure);
  });
}

/// "{lambda#2}": which of the lambdas around it in the order of the source. Their lines move from build to build, that does not.
std::string name_of_closure(const Closure& closure, Dwarf_Die* around) {
  std::vector<Closure> all;
  find_closures(around, all);
  const auto before = std::count_if(all.begin(), all.end(), [&](const Closure& other) { return other.place() < closure.place(); });
  return "{lambda#" + std::to_string(before + 1) + "}";
}

/// "shop::Shelf::", from the namespaces, classes and functions around a declaration.
std::string scope_of(Dwarf_Die declaration) {
  Dwarf_Die* around = nullptr;
  const int count = dwarf_getscopes_die(&declaration, &around);
  const std::unique_ptr<Dwarf_Die, Free> owned(around);
  std::string scope;
  for (int i = 1; i < count; ++i) {
    const int tag = dwarf_tag(&around[i]);
    if (tag == DW_TAG_lexical_block) continue;
    const char* const name = dwarf_diename(&around[i]);
    if (tag == DW_TAG_subprogram) {
      // It may be declared elsewhere, within its class.
      return name == nullptr ? scope : scope_of(declaration_of(around[i])) + name + "::" + scope;
    }
    if (tag != DW_TAG_namespace && !is_class(tag)) break;
    std::string word = name != nullptr ? name : tag == DW_TAG_namespace ? "(anonymous namespace)" : "{unnamed}";
    if (const auto closure = closure_of(&around[i])) {
      int outer = i + 1;
      while (outer < count && dwarf_tag(&around[outer]) == DW_TAG_lexical_block) ++outer;
      if (outer < count) word = name_of_closure(*closure, &around[outer]);
    }
    scope.insert(0, word + "::");
  }
  return scope;
}

/// The name that the linker knows, with namespaces and parameters; a function that was inlined everywhere may have none, and is called by its scope and name.
std::string name_of(Dwarf_Die* entry) {
  for (const unsigned kind : {unsigned{DW_AT_linkage_name}, unsigned{DW_AT_MIPS_linkage_name}}) {
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(entry, kind, &attribute) == nullptr) continue;
    if (const char* const name = dwarf_formstring(&attribute); name != nullptr) return name;
  }
  const char* const name = dwarf_diename(entry);
  return name == nullptr ? std::string{} : scope_of(declaration_of(*entry)) + name;
}

std::string under(const char* folder, const char* file) {
  if (file == nullptr) return {};
  return *file == '/' || folder == nullptr || *folder == 0 ? std::string(file) : std::string(folder) + "/" + file;
}

Place place_of(Dwfl_Module* module, Dwarf_Addr address) {
  Place place;
  Dwfl_Line* const line = dwfl_module_getsrc(module, address);
  if (line == nullptr) return place;
  int number = 0;
  const char* const file = dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
  place.file = under(dwfl_line_comp_dir(line), file);
  place.line = number > 0 ? static_cast<std::uint32_t>(number) : 0;
  return place;
}

const char* folder_of(Dwarf_Die* unit) {
  Dwarf_Attribute attribute;
  return dwarf_attr(unit, DW_AT_comp_dir, &attribute) == nullptr ? nullptr : dwarf_formstring(&attribute);
}

/// Where an inlined call stands in its caller.
Place called_at(Dwarf_Die* unit, Dwarf_Die* inlined) {
  Place place;
  Dwarf_Files* files = nullptr;
  std::size_t count = 0;
  const Dwarf_Word file = number_of(inlined, DW_AT_call_file);
  if (dwarf_getsrcfiles(unit, &files, &count) == 0 && file < count)
    place.file = under(folder_of(unit), dwarf_filesrc(files, file, nullptr, nullptr));
  place.line = static_cast<std::uint32_t>(number_of(inlined, DW_AT_call_line));
  return place;
}

/// The entry that covers the address and all that it is within, innermost first.
std::vector<Dwarf_Die> entries_at(Dwarf_Die* unit, Dwarf_Addr address) {
  Dwarf_Die* covering = nullptr;
  if (dwarf_getscopes(unit, address, &covering) <= 0) return {};
  const std::unique_ptr<Dwarf_Die, Free> owned(covering);
  Dwarf_Die* outwards = nullptr;
  const int count = dwarf_getscopes_die(covering, &outwards);
  if (count <= 0) return {};
  const std::unique_ptr<Dwarf_Die, Free> owned_too(outwards);
  return {outwards, outwards + count};
}

/// The functions that the debug information has there; 0: none.
int by_debug_information(const Object& object, Dwarf_Addr address, benchkit_symbols_sink* sink, void* context) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* const unit = dwfl_module_addrdie(object.module, address, &bias);
  if (unit == nullptr) return 0;
  int found = 0;
  Place place = place_of(object.module, address);
  for (Dwarf_Die& entry : entries_at(unit, address - bias)) {
    const int tag = dwarf_tag(&entry);
    if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
    sink(context, name_of(&entry).c_str(), place.file.c_str(), place.line);
    ++found;
    if (tag == DW_TAG_subprogram) break;
    place = called_at(unit, &entry);
  }
  return found;
}

int by_symbol_table(const Object& object, Dwarf_Addr address, benchkit_symbols_sink* sink, void* context) {
  const char* const name = dwfl_module_addrname(object.module, address);
  if (name == nullptr || *name == 0) return 0;
  const Place place = place_of(object.module, address);
  sink(context, name, place.file.c_str(), place.line);
  return 1;
}

void* open_object(const char* file, char* why, std::size_t size) {
  static char* debug_folders = nullptr;  // where libdwfl looks by itself
  static const Dwfl_Callbacks callbacks{dwfl_build_id_find_elf, dwfl_standard_find_debuginfo, dwfl_offline_section_address, &debug_folders};
  auto object = std::make_unique<Object>();
  object->dwfl.reset(dwfl_begin(&callbacks));
  if (object->dwfl != nullptr) {
    dwfl_report_begin(object->dwfl.get());
    object->module = dwfl_report_elf(object->dwfl.get(), file, file, -1, 0, true);
    dwfl_report_end(object->dwfl.get(), nullptr, nullptr);
  }
  if (object->module == nullptr) {
    std::snprintf(why, size, "%s", dwfl_errmsg(-1));
    return nullptr;
  }
  dwfl_module_info(object->module, nullptr, &object->start, nullptr, nullptr, nullptr, nullptr, nullptr);
  return object.release();
}

int look_up(void* handle, std::uint64_t offset, benchkit_symbols_sink* sink, void* context) {
  const Object& object = *static_cast<const Object*>(handle);
  // A program of fixed addresses begins at one: who counts from its first byte means the same place.
  const Dwarf_Addr address = offset < object.start ? offset + object.start : offset;
  const int found = by_debug_information(object, address, sink, context);
  return found > 0 ? found : by_symbol_table(object, address, sink, context);
}

void close_object(void* handle) { delete static_cast<Object*>(handle); }

constexpr benchkit_symbols_interface kInterface{BENCHKIT_SYMBOLS_VERSION, &open_object, &look_up, &close_object};

}  // namespace

extern "C" __attribute__((visibility("default"))) const benchkit_symbols_interface* benchkit_symbols(void) { return &kInterface; }

#include "memhook/call_from.hpp"

#include <dlfcn.h>
#include <link.h>

#include <cstdint>

namespace benchkit::memhook {
namespace {

#if defined(__x86_64__)

/// The executable segment that holds an address.
struct Code {
  std::uintptr_t address;
  std::uintptr_t begin;
  std::uintptr_t end;
};

int find_code(dl_phdr_info* info, std::size_t /*size*/, void* data) {
  auto& code = *static_cast<Code*>(data);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0 || (header.p_flags & PF_R) == 0) continue;
    const std::uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    if (code.address < begin || code.address >= begin + header.p_memsz) continue;
    code.begin = begin;
    code.end = begin + header.p_memsz;
    return 1;
  }
  return 0;
}

const void* find_return(const void* caller) noexcept {
  constexpr unsigned char kReturn = 0xC3;
  Code code{reinterpret_cast<std::uintptr_t>(caller), 0, 0};
  if (dl_iterate_phdr(find_code, &code) == 0) return nullptr;
  for (std::uintptr_t at = code.address; at < code.end; ++at) {
    if (*reinterpret_cast<const unsigned char*>(at) == kReturn) return reinterpret_cast<const void*>(at);
  }
  for (std::uintptr_t at = code.address; at-- > code.begin;) {
    if (*reinterpret_cast<const unsigned char*>(at) == kReturn) return reinterpret_cast<const void*>(at);
  }
  return nullptr;
}

// (file, mode, function, return instruction). The function returns to that instruction, which returns to label 1.
extern "C" void* benchkit_call_returning_through(const char* file, int mode, void* (*function)(const char*, int), const void* through);
asm(R"(
.text
.local benchkit_call_returning_through
.type benchkit_call_returning_through, @function
benchkit_call_returning_through:
  pushq %rbp
  subq $8, %rsp
  leaq 1f(%rip), %rax
  pushq %rax
  pushq %rcx
  jmpq *%rdx
1:
  addq $8, %rsp
  popq %rbp
  ret
.size benchkit_call_returning_through, . - benchkit_call_returning_through
)");

#endif

}  // namespace

void* call_dlopen_from(const void* caller, void* (*real)(const char*, int), const char* file, int mode) noexcept {
#if defined(__x86_64__)
  if (const void* const through = find_return(caller); through != nullptr) {
    return benchkit_call_returning_through(file, mode, real, through);
  }
#endif
  return real(file, mode);
}

}  // namespace benchkit::memhook

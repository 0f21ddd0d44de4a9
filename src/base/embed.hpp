// Files of the build as bytes of the program. The linker takes them as they are: as literals they would be the largest source of the project.
#pragma once

// NOLINTBEGIN(hicpp-no-assembler)
/// Makes `name` and `name_end`, between which stands the file; a zero follows it.
#define BENCHKIT_EMBED(name, path)                                                                                 \
  __asm__(".section .rodata\n.balign 16\n" #name ":\n.incbin \"" path "\"\n" #name "_end:\n.byte 0\n.previous\n"); \
  extern "C" __attribute__((visibility("hidden"))) const char name[];                                              \
  extern "C" __attribute__((visibility("hidden"))) const char name##_end[]
// NOLINTEND(hicpp-no-assembler)

// A name that leads to a hook: what a caller of the function finds in its place. A jump, so that a hook still sees who called it.
#pragma once

#if defined(__x86_64__)
#define BENCHKIT_JUMP "jmp"
#elif defined(__aarch64__)
#define BENCHKIT_JUMP "b"
#endif

#define BENCHKIT_STAND_IN(name, hook) \
  asm(".text\n.globl " name "\n.type " name ", %function\n" name ":\n  " BENCHKIT_JUMP " " hook "\n.size " name ", . - " name "\n");

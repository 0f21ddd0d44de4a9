/* The C interface of libbenchkit-symbols.so: from a place in a loaded object to the functions that are there. The library knows nothing of benchkit and
 * is loaded when names are first needed, so that whoever wants none carries no libdw. One thread at a time. */
#ifndef BENCHKIT_DWARF_ABI_H
#define BENCHKIT_DWARF_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BENCHKIT_SYMBOLS_VERSION 1

/* Takes one function. Texts live during the call alone; they are empty, and the line 0, where nothing is known. Names are as the file has them,
 * mangled where its language does that. */
typedef void benchkit_symbols_sink(void* context, const char* function, const char* file, uint32_t line);

typedef struct benchkit_symbols_interface {
  int version; /* BENCHKIT_SYMBOLS_VERSION */
  /* A program's or library's file; null with the reason in `why` if it cannot be read. */
  void* (*open)(const char* file, char* why, size_t size);
  /* The functions at the instruction that holds the byte at `offset` (from where the object was loaded), those that were inlined there first, the one that
   * has the code of its own last. Returns how many. */
  int (*look_up)(void* object, uint64_t offset, benchkit_symbols_sink* sink, void* context);
  void (*close)(void* object);
} benchkit_symbols_interface;

/* The library's only symbol. */
const benchkit_symbols_interface* benchkit_symbols(void);

#ifdef __cplusplus
}
#endif

#endif

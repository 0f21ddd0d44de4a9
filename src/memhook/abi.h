/* The C interface of libbenchkit-memhook.so: allocation counting for the process that it is loaded into.
 *
 * Versioned as a whole: a caller checks `version` of what benchkit_memhook() returns. Nothing here throws, allocates by the process' allocator,
 * or prints. All sizes are bytes; all functions may be called from any thread, but not from a signal handler.
 */
#ifndef BENCHKIT_MEMHOOK_ABI_H
#define BENCHKIT_MEMHOOK_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BENCHKIT_MEMHOOK_VERSION 5

/* What a program has that was built with a sanitizer: an allocator that no hooks may stand before. */
#define BENCHKIT_MEMHOOK_SANITIZERS {"__asan_init", "__hwasan_init", "__lsan_init", "__msan_init", "__tsan_init"}

/* How it stands before the process' allocator. */
enum benchkit_memhook_door {
  BENCHKIT_MEMHOOK_PATCHED = 0,   /* loaded by dlopen: attach() patches the relocations of the loaded objects */
  BENCHKIT_MEMHOOK_INTERPOSED = 1 /* preloaded or linked: it stands there from the start */
};

/* Which rules say what counts. docs/memory.md tells them apart. All open windows follow the rules of the outermost one. */
enum benchkit_memhook_account {
  BENCHKIT_MEMHOOK_TRUTH = 0, /* what the process really holds */
  BENCHKIT_MEMHOOK_MEMRAY = 1 /* what memray says of the same events */
};

enum benchkit_memhook_flags {
  BENCHKIT_MEMHOOK_EXACT = 1,       /* every event under one lock: no error with several threads, but slower */
  BENCHKIT_MEMHOOK_THIS_THREAD = 2, /* only what the calling thread does counts */
  BENCHKIT_MEMHOOK_ATTRIBUTE = 4,   /* keep who held the bytes at the peak; exact, and one such window at a time */
  BENCHKIT_MEMHOOK_PAGEMAP = 8      /* what was swapped out of a reservation is populated too (/proc/self/pagemap), not only what is resident */
};

/* What a window has seen so far. */
typedef struct benchkit_memhook_reading {
  int64_t live_bytes;        /* made in the window and not freed: what leaks, if the window closes now */
  int64_t peak_bytes;        /* the most that was live at once since the window opened, or since its peak was reset */
  uint64_t allocated_bytes;  /* all that was asked for */
  uint64_t allocations;      /* how often */
  uint64_t largest_bytes;    /* the largest single request */
  uint64_t reserved_bytes;   /* the most address space held that is not memory (PROT_NONE, MAP_NORESERVE, files); account truth only */
  uint64_t populated_bytes;  /* what of it turned out to be memory at the close; it is in live and in peak */
  uint64_t peak_error_bytes; /* bound of the peak's error: 0 with one allocating thread, or with BENCHKIT_MEMHOOK_EXACT; and what filled of reservations unseen */
  uint64_t missed_events; /* what could not be counted: calls from a signal handler that interrupted the counting itself, more threads or blocks than
                                there is room for, a reservation too large to be looked through; and one for a tool that wrote over the hooks while the
                                window was open, which is found at the close */
  uint32_t threads;       /* threads that allocated or freed, those that followed each other in one place counted once */
} benchkit_memhook_reading;

/* A call path of an attributed window, and what it held when the peak was reached. */
typedef struct benchkit_memhook_path {
  const uint64_t* native; /* return addresses, innermost first; where interpreted frames follow, those below the innermost call of the interpreter */
  size_t native_count;
  const uint64_t* interpreted; /* the walker's frames, innermost first */
  size_t interpreted_count;
  int64_t bytes;
  int64_t blocks;
} benchkit_memhook_path;

/* Anything but 0 ends the visit. May allocate. */
typedef int (*benchkit_memhook_path_visitor)(const benchkit_memhook_path* path, void* data);

/* What knows an interpreter's frames. A frame is a number below 2^63 that means something to the walker alone. */
typedef struct benchkit_memhook_walker {
  /* The calling thread's frames, innermost first, at most `most`; returns how many there are, more than `most` if so, 0 where the thread is not one of
   * the interpreter's or its frames cannot be read now. `limit`: an address on the native stack that lies within the innermost frame
   * of the interpreter's own loop. Called in the midst of an allocation: it must not allocate, lock or wait. */
  size_t (*walk)(uint64_t* frames, size_t most, uintptr_t* limit);
  /* Called after walk(), on the same thread and under the same conditions: the frame is part of a path now, and must stay what it is. */
  void (*keep)(uint64_t frame);
  /* As often as it was kept; from forget_paths(), with no lock held. */
  void (*drop)(const uint64_t* frames, size_t count);
  /* An address in the object that holds the interpreter, whose native frames are left out. */
  const void* interpreter;
} benchkit_memhook_walker;

/* How patching went. */
typedef struct benchkit_memhook_attachment {
  uint32_t objects;    /* loaded objects looked at */
  uint32_t slots;      /* relocations that lead to the hooks now */
  uint32_t left_alone; /* slots that lead somewhere else than to the process' allocator (an object with an allocator of its own) */
  uint32_t changed;    /* slots found changed by somebody else when they were to be put back; left as they were */
} benchkit_memhook_attachment;

/* A tree of processes that count together: a file of this size and zeroes, named in BENCHKIT_MEMHOOK_TREE for programs that the library is preloaded into.
 * Every process that finds it takes an entry and counts its whole life; what it wrote last stays if it is killed. */
#define BENCHKIT_MEMHOOK_MOST_PROCESSES 1024
#define BENCHKIT_MEMHOOK_TREE "BENCHKIT_MEMHOOK_TREE"

typedef struct benchkit_memhook_process {
  int32_t pid;
  uint32_t ended;     /* it came to its end, or became another program */
  char name[56];      /* what it was called, cut off */
  uint64_t started;   /* in clock ticks since the machine was: another process may have the number later */
  int64_t live_bytes; /* to within the tree's error; 0 once it has ended */
  int64_t peak_bytes;
  int64_t left_bytes; /* live when it ended by itself */
  uint64_t allocated_bytes;
  uint64_t allocations;
  uint64_t largest_bytes;
  uint64_t peak_error_bytes;
  uint64_t missed_events; /* as in a reading */
} benchkit_memhook_process;

typedef struct benchkit_memhook_tree {
  int32_t holder;            /* pid of who holds the lock */
  uint32_t processes;        /* entries taken; more than there is room for are not counted */
  int64_t peak_bytes;        /* of the sum over all processes that lived at once */
  uint64_t peak_error_bytes; /* bound of its error; 0 while there is one process */
  uint32_t unseen;           /* programs that processes of the tree became or started, into which the hooks could not come */
  char unseen_name[60];      /* the first of them, cut off */
  char refused[256];         /* why the hooks, which had come into a program, could not work there; of the first one, which is among the unseen */
  benchkit_memhook_process process[BENCHKIT_MEMHOOK_MOST_PROCESSES];
} benchkit_memhook_tree;

typedef struct benchkit_memhook_interface {
  int version; /* BENCHKIT_MEMHOOK_VERSION */

  /* One of benchkit_memhook_door. */
  int (*door)(void);

  /* Puts the hooks in place (nothing to do if interposed). Returns 0, or -1 with the reason in `why` (at most `size` bytes with the
   * terminator): a sanitizer, memray or heaptrack at work. Attaching twice is one attachment. */
  int (*attach)(char* why, size_t size);
  /* Puts back exactly what attach() changed. -1 while a window is open, or if interposed. */
  int (*detach)(void);
  int (*attached)(void);
  void (*attachment)(benchkit_memhook_attachment* out);

  /* Opens a window inside those that are open. Returns its handle (> 0), or -1 with the reason in `why`: not attached, nested too deeply,
   * another account than the outer one's, a window of the process inside one of a thread, a second attributed one. */
  int64_t (*open)(int account, int flags, char* why, size_t size);
  /* 0, or -1: no such window is open. */
  int (*read)(int64_t window, benchkit_memhook_reading* out);
  int (*reset_peak)(int64_t window);
  /* Also -1: another window was opened inside it and is still open; but if `out` is null, for what it saw is not wanted, it ends when that one has. */
  int (*close)(int64_t window, benchkit_memhook_reading* out);

  /* Visits the paths of the attributed window that held something at its peak; last comes one without frames, the rest: what could not be told apart.
   * Their sum is the peak. While the window is open, the peak is the highest so far, and threads that allocate wait until the visit is over, so a
   * visitor must then wait for nobody. -1: that window was not attributed, or has been forgotten. */
  int (*paths)(int64_t window, benchkit_memhook_path_visitor visit, void* data);
  /* Whether what a native frame's address was in has been unloaded since the attributed window was opened, until forget_paths(). 0: no; 1: yes, and nothing
   * else has been seen there: `file` (at most `size` bytes with the terminator) and the offset from where it was loaded; 2: more than one object has been
   * there, and there is no telling which it was. */
  int (*unloaded)(uint64_t address, char* file, size_t size, uint64_t* offset);
  /* Makes room for the next attributed window. -1 as paths(), and while the window is open. */
  int (*forget_paths)(int64_t window);
  /* One for the process; it must stay where it is, and null takes it away. -1: an attributed window has not been forgotten yet. */
  int (*set_walker)(const benchkit_memhook_walker* walker);

  /* How many windows are open. */
  unsigned (*depth)(void);

  /* Objects: blocks that an allocator of its own (an interpreter's) hands out of memory which it has from this one. Whoever stands before it has them
   * counted one by one, in place of that memory: between hold() and resume() nothing that the calling thread does counts. The two nest. */
  void (*hold)(void);
  void (*resume)(void);
  void (*object_made)(void* object, size_t size); /* null: it failed, and does not count */
  void (*object_gone)(void* object);              /* before it is freed; an object from before the window, or null, does not count */
  /* Calls `move(context, object, size)`, a realloc, and counts what came of it. */
  void* (*object_moved)(void* object, size_t size, void* (*move)(void* context, void* object, size_t size), void* context);
} benchkit_memhook_interface;

/* The only way in. A program that has the library already (preloaded, linked) finds this symbol by dlsym(RTLD_DEFAULT, ...). */
const benchkit_memhook_interface* benchkit_memhook(void);

#ifdef __cplusplus
}
#endif
#endif

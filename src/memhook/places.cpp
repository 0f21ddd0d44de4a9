// Where threads count. A place outlives its thread, with what that still holds; the next thread that takes it over goes on with its numbers.
//
// What a thread does after its destructors have run (libc frees what it kept for it) is counted at a place that is its own until the system knows
// the thread no more.
#include "memhook/places.hpp"

#include <errno.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memhook/keep_errno.hpp"
#include "memhook/limits.hpp"
#include "memhook/own_memory.hpp"

namespace benchkit::memhook {

__thread Thread t_thread __attribute__((tls_model("initial-exec")));
Lock g_account_lock;
Place* g_places[kMostPlaces];
unsigned g_place_count = 0;

namespace {

Place* g_free_places = nullptr;
Place* g_late_places = nullptr;
pthread_key_t g_exit_key;
bool g_exit_key_made = false;

void give_back_place(void* place) noexcept {
  const Inside inside(g_account_lock);
  // What this thread did is taken in while it is the one that did it.
  for (unsigned level = 0; level < g_depth.load(std::memory_order_relaxed); ++level) {
    if (g_windows[level].open && is_shared(g_windows[level])) deal_limits(g_windows[level]);
  }
  t_thread.state = 0;
  t_thread.place = nullptr;
  t_thread.ends = true;
  auto* const left = static_cast<Place*>(place);
  left->taken = false;
  free_if_nobodys(*left);
}

/// The places of threads that took them late are free when the threads are gone. It asks the system for each: only where no other place is free.
void free_late_places() noexcept {
  const KeepErrno keep;
  for (Place** at = &g_late_places; *at != nullptr;) {
    Place& place = **at;
    if (syscall(SYS_tgkill, getpid(), place.late, 0) == 0 || errno != ESRCH) {
      at = &place.next_free;
      continue;
    }
    *at = place.next_free;
    place.late = 0;
    free_if_nobodys(place);
  }
}

}  // namespace

void free_if_nobodys(Place& place) noexcept {
  if (place.taken || place.late != 0) return;
  for (unsigned level = 0; level < g_depth.load(std::memory_order_relaxed); ++level) {
    if (g_windows[level].open && g_windows[level].of_thread == &place) return;
  }
  place.next_free = g_free_places;
  g_free_places = &place;
}

Place* take_place() noexcept {
  if (t_thread.held > 0) return nullptr;
  if (t_thread.busy) {
    missed();
    return nullptr;
  }
  Place* place = nullptr;
  bool has_exit_key = false;
  {
    const Inside inside(g_account_lock);
    if (g_free_places == nullptr) free_late_places();
    if (g_free_places != nullptr) {
      place = g_free_places;
      g_free_places = place->next_free;
    } else if (g_place_count < kMostPlaces) {
      place = static_cast<Place*>(take_pages(sizeof(Place)));
      if (place != nullptr) g_places[g_place_count++] = place;
    }
    if (place == nullptr) {
      missed();
      return nullptr;
    }
    forget_recent(place->recent);
    t_thread.place = place;
    if (t_thread.ends) {
      place->late = static_cast<int>(syscall(SYS_gettid));
      place->next_free = g_late_places;
      g_late_places = place;
      return place;
    }
    place->taken = true;
    if (!g_exit_key_made) g_exit_key_made = pthread_key_create(&g_exit_key, give_back_place) == 0;
    has_exit_key = g_exit_key_made;
  }
  // The first thread makes the key, which allocates nothing; that it has a value may, and then comes back here with the place already taken.
  if (has_exit_key) pthread_setspecific(g_exit_key, place);
  return place;
}

}  // namespace benchkit::memhook

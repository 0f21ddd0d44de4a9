// Call paths: who holds the bytes of the attributed window, and who held them at its peak.
#pragma once

#include <cstddef>
#include <cstdint>

#include "memhook/abi.h"

namespace benchkit::memhook {

/// A call path: the number of its innermost frame in the tree of all. 0: no path; what it holds is the rest.
using Path = std::uint32_t;

inline constexpr Path kMostPaths = Path{1} << 19;
/// Of a frame's number: an interpreter's frame, as its walker knows it, and no return address.
inline constexpr std::uint64_t kInterpreted = std::uint64_t{1} << 63;

// ---- the tree, under a lock of its own ----

/// Which tree it is: paths of another one mean nothing. Never 0 once a window was opened.
[[nodiscard]] unsigned tree_generation() noexcept;
/// The frames `numbers[0 .. count)`, outermost first, as calls from `parent`; the path of each goes into `out`. False: the tree is full, or it is
/// not the tree of that generation any more.
[[nodiscard]] bool intern(unsigned generation, Path parent, const std::uint64_t* numbers, std::size_t count, Path* out) noexcept;

// ---- what they hold, under the account's lock ----

/// So much more, or less, for a path.
void hold(Path path, std::int64_t bytes, int blocks) noexcept;
/// What is held now was a peak, and will not be held after the next event.
void peak_passed() noexcept;

// ---- for the ABI ----

/// Makes room for a window's paths. False: no memory.
[[nodiscard]] bool begin_paths() noexcept;
/// No new ones: the window is closed, and they can be visited.
void stop_paths() noexcept;
/// Calls `visit` for each path that held something at the peak, and at last for the rest. `at_peak`: what is held now is the peak.
void visit_paths(bool at_peak, benchkit_memhook_path_visitor visit, void* data) noexcept;
/// The same while the window is open; under the account's lock.
void visit_growing_paths(bool at_peak, benchkit_memhook_path_visitor visit, void* data) noexcept;
/// Gives the memory back, and the interpreter's frames. Takes no lock while the walker is told.
void end_paths() noexcept;
/// The same in a child that was forked: the interpreter, which may not be asked there, keeps its frames.
void abandon_paths() noexcept;
/// Of the interpreter, whose frames stand before the native ones. Null: none.
void set_walker(const benchkit_memhook_walker* walker) noexcept;
[[nodiscard]] const benchkit_memhook_walker* walker() noexcept;
/// Around a fork.
void hold_paths() noexcept;
void release_paths() noexcept;

}  // namespace benchkit::memhook

// How to get from a frame of the native stack to its caller's: what the compiler says about it, boiled down to one word and kept.
#pragma once

#include <cstdint>

namespace benchkit::memhook {

/// For one return address. The canonical frame address (CFA) is what the stack pointer was before the call that made the frame; the frame's own return
/// address stands in the word below it.
struct Rule {
  enum class Cfa : std::uint8_t {
    unknown = 0,    ///< nothing is known: no way on
    end = 1,        ///< the outermost frame
    stack = 2,      ///< the stack pointer + offset
    frame = 3,      ///< the frame pointer + offset
    frame_word = 4  ///< the word at the frame pointer + offset (a function that aligns its stack)
  };
  enum class Saved : std::uint8_t {
    no = 0,        ///< the caller's frame pointer is the same
    at_cfa = 1,    ///< it stands at the CFA + saved_offset
    at_frame = 2,  ///< ... at the frame pointer + saved_offset
  };
  Cfa cfa = Cfa::unknown;
  Saved saved = Saved::no;
  std::int16_t saved_offset = 0;
  std::int32_t offset = 0;
};

/// Allocates nothing, takes no lock of the hooks'; safe in any thread at any time.
[[nodiscard]] Rule rule_at(std::uintptr_t return_address) noexcept;
/// Code may have gone from where it was, and other code have come there.
void forget_rules() noexcept;

}  // namespace benchkit::memhook

// dlopen as if its real caller had called it.
#pragma once

namespace benchkit::memhook {

/// dlopen looks at its return address to find the caller's RUNPATH and namespace; a hook in between would be the caller. So dlopen is called with a
/// return address in the caller's own object, of an instruction that only returns, to us. Where there is none, a plain call.
[[nodiscard]] void* call_dlopen_from(const void* caller, void* (*real)(const char*, int), const char* file, int mode) noexcept;

}  // namespace benchkit::memhook

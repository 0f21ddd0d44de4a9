// Where the layers find it; the definition is public.
#pragma once

#include <benchkit/model/call_paths.hpp>  // IWYU pragma: export

// The Arrow C stream interface, as far as a table of plain columns needs it.
//
// Source: arrow.apache.org/docs/format/CDataInterface.html, CStreamInterface.html and CDataInterface/PyCapsuleInterface.html: three C structs of
// fixed layout, with which two libraries in one process hand tables over without linking one another. Whoever takes a struct calls its `release`.
#pragma once

#include <vector>

#include <nanobind/nanobind.h>

#include "snapshot/tidy.hpp"

namespace benchkit::python {

/// A capsule called "arrow_array_stream" with the table as its only batch.
[[nodiscard]] nanobind::object arrow_stream(std::vector<snapshot::TidyColumn> columns);

}  // namespace benchkit::python

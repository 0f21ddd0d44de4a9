// Python's frames in call paths.
#pragma once

namespace benchkit::python {

/// Tells the memory windows how the frames of this interpreter are read. Does nothing for a Python whose frames are not known here.
void tell_frames();

}  // namespace benchkit::python

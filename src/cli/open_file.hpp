// Showing a file that was written.
#pragma once

#include <string>

namespace benchkit::cli {

/// In what $BROWSER names, else in what the desktop has for such files. Throws benchkit::Error where that cannot be started.
void open_file(const std::string& path);

/// A page in the folder for temporary files, for who names none: `WHAT-<process>.html`.
[[nodiscard]] std::string temporary_page(const std::string& what);

}  // namespace benchkit::cli

#include "report/page_template.hpp"

#include <cstddef>

#include <benchkit/base/error.hpp>

#include "base/embed.hpp"

#ifdef BENCHKIT_REPORT_PAGES
BENCHKIT_EMBED(benchkit_report_page, BENCHKIT_REPORT_PAGES "/page.html");
BENCHKIT_EMBED(benchkit_report_folder, BENCHKIT_REPORT_PAGES "/folder.html");
BENCHKIT_EMBED(benchkit_report_follow, BENCHKIT_REPORT_PAGES "/follow.html");
#endif

namespace benchkit::report {
namespace {

[[maybe_unused]] std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

#ifndef BENCHKIT_REPORT_PAGES
[[noreturn]] void refuse() {
  throw Error("this benchkit was built without its report page", "report", "build it where Node and npm are: tools/setup installs them");
}
#endif

}  // namespace

#ifdef BENCHKIT_REPORT_PAGES
std::string_view page_template() { return between(benchkit_report_page, benchkit_report_page_end); }
std::string_view folder_page() { return between(benchkit_report_folder, benchkit_report_folder_end); }
Following following() {
  const std::string_view both = between(benchkit_report_follow, benchkit_report_follow_end);
  const std::size_t line = both.find('\n');
  return {.allowed = both.substr(0, line), .script = both.substr(line + 1)};
}
#else
std::string_view page_template() { refuse(); }
std::string_view folder_page() { refuse(); }
Following following() { refuse(); }
#endif

}  // namespace benchkit::report

// The pages that web/report/build.mjs makes.
#pragma once

#include <string_view>

namespace benchkit::report {

/// What a report is put into, with kPlace where the data go. Throws benchkit::Error where this build has none.
[[nodiscard]] std::string_view page_template();

/// Which snapshots a folder has, for a server: it asks that for `snapshots` and leads to `report?file=NAME`. Throws likewise.
[[nodiscard]] std::string_view folder_page();

inline constexpr std::string_view kPlace = "<!--benchkit:data-->";

/// What makes a report follow its files while `serve` shows it. It is no part of other reports: they ask nobody.
struct Following {
  std::string_view allowed;  ///< what the page's policy allows for it, behind kScripts
  std::string_view script;   ///< its element, which stands at kPlace
};
[[nodiscard]] Following following();

/// In the page's policy: behind the first stands which scripts may run; behind the second a page that is served says whom it asks.
inline constexpr std::string_view kScripts = "script-src ";
inline constexpr std::string_view kPolicyEnd = "form-action 'none'";

}  // namespace benchkit::report

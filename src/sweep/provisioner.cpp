#include "sweep/provisioner.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/os.hpp"
#include "sweep/python_suite.hpp"

namespace benchkit::sweep {

bool Host::is_python() const {
  return !worker_argv.empty() && std::filesystem::path(worker_argv.front()).filename().string().starts_with("python");
}

std::vector<std::string> install_of_any(const Host& host) {
  if (!host.install_spec) return {};
  std::vector<std::string> specs = host.install_spec("0");
  if (specs.empty())
    throw Error("it says nothing for \"0\", so the package under test is not known", "install_spec",
                "answer for any version, that package first");
  return specs;
}

std::string package_under_test(const Host& host) {
  const std::vector<std::string> specs = install_of_any(host);
  return specs.empty() ? std::string() : distribution_in(specs.front());
}

std::string Request::package() const { return spec.install.empty() ? std::string() : distribution_in(spec.install.front()); }

std::string default_cache() {
  namespace fs = std::filesystem;
  if (const std::string named = base::environment("BENCHKIT_CACHE").value_or(""); !named.empty()) return fs::absolute(named).string();
  if (const std::string cache = base::environment("XDG_CACHE_HOME").value_or(""); !cache.empty()) return cache + "/benchkit";
  if (const std::string home = base::environment("HOME").value_or(""); !home.empty()) return home + "/.cache/benchkit";
  throw Error("there is no place for a cache: neither $HOME nor $BENCHKIT_CACHE is set", "--cache", "name a folder");
}

const std::vector<Provisioner>& provisioners() {
  static const std::vector<Provisioner> all{
#define BENCHKIT_PROVISIONER(name) name##_provisioner(),
#include "sweep/provisioners/provisioners.def"
#undef BENCHKIT_PROVISIONER
  };
  return all;
}

const Provisioner& provisioner_for(const VersionSpec& spec, const Host& host) {
  const std::vector<Provisioner>& all = provisioners();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Provisioner& one) { return one.claims(spec, host); });
  if (found != all.end()) return *found;
  std::string hint;
  for (const Provisioner& one : all) hint += fmt::format("{}{}", hint.empty() ? "" : "\n        ", one.help);
  throw Error(fmt::format("nobody can make \"{}\" runnable for this suite", spec.text), spec.text, hint);
}

std::string text_of(const std::string& path) { return std::string(base::FileText(path).text()); }

std::string hash_of_file(const std::string& path) {
  try {
    return base::hash_text(base::hash_bytes(base::FileText(path).text()));
  } catch (const Error&) {
    return {};  // not for us to read
  }
}

}  // namespace benchkit::sweep

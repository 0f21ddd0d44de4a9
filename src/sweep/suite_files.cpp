// Files are taken in the order of their names, and the names count: a file that is renamed is another one to a pattern, or to an #include. A package or a
// suite may read any file, so no ending is left out. What changes by being measured must not count, though, or nothing would be the same twice: caches,
// what was compiled, and what benchkit writes.
#include "sweep/suite_files.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <set>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/process.hpp"

namespace benchkit::sweep {
namespace {

namespace fs = std::filesystem;

bool ends_like_one_of(const std::string& name, const auto& endings) {
  return std::any_of(endings.begin(), endings.end(), [&](const char* ending) { return name.ends_with(ending); });
}

/// A folder of what was made of the source, or beside it.
bool is_made(const fs::path& folder, bool beside_project) {
  const std::string name = folder.filename().string();
  if (name.starts_with('.') || name == "__pycache__" || name.ends_with(".egg-info") || fs::exists(folder / "pyvenv.cfg")) return true;
  return beside_project && (name == "build" || name == "dist");
}

bool is_written_by_benchkit(const std::string& name, std::string_view text) {
  static constexpr std::array<const char*, 4> kPictures{".svg", ".png", ".pdf", ".html"};
  if (ends_like_one_of(name, kPictures)) return true;
  return name.ends_with(".jsonl") && (text.starts_with(R"({"kind":"session")") || text.starts_with(R"({"kind": "session")"));
}

class Files {
 public:
  Files(const fs::path& root, const std::vector<std::string>& without) : root_(root) {
    for (const std::string& folder : without) {
      if (!folder.empty()) without_.insert(fs::weakly_canonical(folder));
    }
    if (!add_by_git(root)) add_all(root);
  }

  [[nodiscard]] std::string hash() const {
    std::uint64_t hash = 0;
    for (const fs::path& file : files_) {
      try {
        const base::FileText held(file.string());
        if (is_written_by_benchkit(file.filename().string(), held.text())) continue;
        hash = base::hash_bytes(file.lexically_relative(root_).string(), hash);
        hash = base::hash_bytes(held.text(), hash);
      } catch (const Error&) {
        continue;  // gone meanwhile, or not for us to read
      }
    }
    return base::hash_text(hash);
  }

 private:
  void add(const fs::path& file) {
    static constexpr std::array<const char*, 2> kCompiled{".pyc", ".pyo"};
    if (fs::is_regular_file(file) && !ends_like_one_of(file.string(), kCompiled)) files_.insert(file);
  }

  [[nodiscard]] bool is_left_out(const fs::path& path) const { return !without_.empty() && without_.contains(fs::weakly_canonical(path)); }

  /// False: it is in no repository, or git ignores it as a whole.
  bool add_by_git(const fs::path& folder) {
    const auto listed =
        base::Helper({"git", "-C", folder.string(), "ls-files", "-z", "--cached", "--others", "--exclude-standard"}).output();
    if (!listed || listed->empty()) return false;
    std::string_view rest = *listed;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\0'), rest.size());
      const fs::path path = folder / rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      bool left_out = false;
      for (fs::path above = path; !without_.empty() && above != folder && above.has_relative_path(); above = above.parent_path())
        left_out = left_out || is_left_out(above);
      if (left_out) continue;
      if (fs::is_directory(path)) {  // a submodule
        if (!add_by_git(path)) add_all(path);
      } else {
        add(path);
      }
    }
    return true;
  }

  void add_all(const fs::path& folder) {
    const bool is_project = fs::exists(folder / "pyproject.toml") || fs::exists(folder / "setup.py");
    std::error_code error;
    for (auto entry = fs::recursive_directory_iterator(folder, error); entry != fs::recursive_directory_iterator();) {
      if (entry->is_directory()) {
        if (is_made(entry->path(), is_project && entry.depth() == 0) || is_left_out(entry->path())) entry.disable_recursion_pending();
      } else {
        add(entry->path());
      }
      if (entry.increment(error); error) break;
    }
  }

  fs::path root_;
  std::set<fs::path> without_;
  std::set<fs::path> files_;
};

}  // namespace

std::string module_in(const std::vector<std::string>& argv) {
  const auto flag = std::find(argv.begin(), argv.end(), "-m");
  return flag == argv.end() || flag + 1 == argv.end() ? std::string() : *(flag + 1);
}

std::string hash_of_source(const std::string& path, const std::vector<std::string>& without) {
  if (!fs::is_directory(path)) return hash_of_file(path);
  return Files(fs::path(path), without).hash();
}

std::string suite_folder_in(const std::string& repository, const ProvisionOptions& options) {
  if (!options.suite.empty()) return options.suite;
  for (const char* name : {"bench", "benchmarks"}) {
    if (fs::is_directory(fs::path(repository) / name)) return name;
  }
  return {};
}

std::string hash_of_suite(const Host& host, const ProvisionOptions& options) {
  const std::vector<std::string> without{options.folder, options.cache};
  if (!host.is_python()) {
    auto top = base::Helper({"git", "rev-parse", "--show-toplevel"}).output();
    if (!top) return {};
    while (top->ends_with('\n')) top->pop_back();
    const std::string folder = suite_folder_in(*top, options);
    return folder.empty() ? std::string() : hash_of_source(*top + "/" + folder, without);
  }
  const std::string module = module_in(host.worker_argv);
  if (const std::string top = module.substr(0, module.find('.')); !top.empty()) {
    for (const std::string& name : {top, top + ".py"}) {
      if (fs::exists(name)) return hash_of_source(name, without);
    }
  }
  const auto script =
      std::find_if(host.worker_argv.begin(), host.worker_argv.end(), [](const std::string& word) { return word.ends_with(".py"); });
  return script == host.worker_argv.end() ? std::string() : hash_of_file(*script);
}

}  // namespace benchkit::sweep

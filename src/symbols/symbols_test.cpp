#include "symbols/symbols.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <benchkit/base/error.hpp>

namespace benchkit::symbols {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> functions_of(const CallPaths& paths, std::size_t path) {
  std::vector<std::string> names;
  for (const std::uint32_t frame : paths.paths.at(path).frames) names.push_back(paths.frames.at(frame).function);
  return names;
}

TEST(NameFrames, InlinedCallsBecomeFramesAndPathsGoThroughThem) {
  CallPaths paths;
  paths.frames = {
      {"run", "suite.py", 7}, {"", "", 0, "/bin/suite", 100}, {"", "", 0, "/bin/suite", 200}, {"_Z3addii", "", 0, "/bin/other", 5}};
  paths.paths = {{{0, 1, 2}, 10, 1}, {{0, 2, 3}, 5, 1}};
  std::vector<std::uint64_t> asked;
  name_frames(paths, [&](const std::string& module, std::uint64_t offset) -> std::vector<Frame> {
    asked.push_back(offset);
    if (module != "/bin/suite") return {};
    if (offset == 100) return {{"inner", "a.hpp", 3}, {"middle", "a.hpp", 9}, {"outer", "a.cpp", 20}};
    return {{"leaf", "b.cpp", 1}};
  });
  EXPECT_EQ(functions_of(paths, 0), (std::vector<std::string>{"run", "outer", "middle", "inner", "leaf"}));
  EXPECT_EQ(functions_of(paths, 1), (std::vector<std::string>{"run", "leaf", "add(int, int)"})) << "a mangled name is read, known or not";
  EXPECT_EQ(asked, (std::vector<std::uint64_t>{100, 200, 5}));
  EXPECT_EQ(paths.paths[0].bytes, 10);
  const Frame& inner = paths.frames[paths.paths[0].frames[3]];
  EXPECT_EQ(inner, (Frame{"inner", "a.hpp", 3, "/bin/suite", 100}));
}

TEST(NameFrames, WhatNobodyKnowsStaysAsItWas) {
  CallPaths paths;
  paths.frames = {{"", "", 0, "/bin/suite", 100}, {"f", "f.cpp", 3, "/bin/suite", 200}};
  paths.paths = {{{0, 1}, 10, 1}};
  const CallPaths before = paths;
  std::size_t asked = 0;
  name_frames(paths, [&](const std::string&, std::uint64_t) {
    ++asked;
    return std::vector<Frame>{};
  });
  EXPECT_EQ(paths, before);
  EXPECT_EQ(asked, 1u) << "a line that is known is not looked up";
}

// ---- the library, on a program made for it ----

/// A program whose calls are known, compiled with what `flags` say.
class Victim : public testing::Test {
 protected:
  Victim() {
    std::string name = (fs::temp_directory_path() / "benchkit-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    write(R"(#include <cstdio>
#include <cstdlib>
namespace shop {
static void* kept;
static inline __attribute__((always_inline)) void* grab(unsigned long n) {
  asm volatile("nop"); return std::malloc(n);
}
struct Shelf {
  __attribute__((noinline)) void* fill(unsigned long n) {
    kept = grab(n);
    asm volatile("nop"); return kept;
  }
};
}  // namespace shop
int main() {
  shop::Shelf shelf;
  std::printf("%p", shelf.fill(7));
}
)");
  }
  ~Victim() override { fs::remove_all(folder_); }

  void write(const std::string& source) { std::ofstream(folder_ / "victim.cpp") << source; }

  std::string compile(const std::string& flags) {
    const std::string program = folder_ / "victim";
    const std::string command =
        "g++ -fno-pie -no-pie " + flags + " -o " + program + " " + (folder_ / "victim.cpp").string() + " 2>/dev/null";
    return std::system(command.c_str()) == 0 ? program : "";
  }

  /// The address that nm gives a symbol.
  static std::uint64_t address_of(const std::string& program, const std::string& symbol) {
    const std::string list = program + ".nm";
    if (std::system(("nm " + program + " > " + list).c_str()) != 0) return 0;
    std::ifstream stream(list);
    for (std::string address, kind, name; stream >> address;) {
      if (address.size() < 16) continue;  // an undefined symbol has no address: this was its kind
      stream >> kind >> name;
      if (name == symbol) return std::stoull(address, nullptr, 16);
    }
    return 0;
  }

  fs::path folder_;
};

constexpr const char* kFill = "_ZN4shop5Shelf4fillEm";

TEST_F(Victim, DebugInformationNamesFunctionFileAndLine) {
  const std::string program = compile("-O0 -g");
  ASSERT_FALSE(program.empty());
  const std::vector<Frame> found = library_look_up()(program, address_of(program, kFill));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.back().function, "shop::Shelf::fill(unsigned long)");
  EXPECT_EQ(found.back().file, (folder_ / "victim.cpp").string());
  EXPECT_EQ(found.back().line, 9u);
}

TEST_F(Victim, AnOffsetFromTheFirstByteOfAFixedProgramMeansTheSame) {
  const std::string program = compile("-O0 -g");
  const std::uint64_t address = address_of(program, kFill);
  ASSERT_GT(address, 0x400000u);
  const LookUp look_up = library_look_up();
  EXPECT_EQ(look_up(program, address - 0x400000), look_up(program, address));
}

TEST_F(Victim, AnInlinedCallIsAFrameWithThePlaceOfItsCall) {
  const std::string program = compile("-O1 -g");
  ASSERT_FALSE(program.empty());
  const LookUp look_up = library_look_up();
  const std::uint64_t begin = address_of(program, kFill);
  for (std::uint64_t offset = begin; offset < begin + 64; ++offset) {
    const std::vector<Frame> found = look_up(program, offset);
    if (found.size() != 2) continue;
    EXPECT_EQ(found[0].function, "shop::grab") << "the linker has no name for what is nowhere by itself";
    EXPECT_EQ(found[0].line, 6u);
    EXPECT_EQ(found[1].function, "shop::Shelf::fill(unsigned long)");
    EXPECT_EQ(found[1].file, (folder_ / "victim.cpp").string());
    EXPECT_EQ(found[1].line, 10u) << "where it calls grab";
    return;
  }
  FAIL() << "grab was inlined nowhere";
}

// The linker has no name for a lambda that was inlined, and the compiler gave it none: it is told from others by its number, which does not move with its line.
TEST_F(Victim, LambdasThatWereInlinedAreToldApart) {
  for (const char* const before : {"", "\n\n\n"}) {
    write(std::string(before) + R"(#include <cstdlib>
static void *one, *two, *three;
namespace shop {
struct Shelf { __attribute__((noinline)) void fill(unsigned long n); };
void Shelf::fill(unsigned long n) {
  const auto first = [&] { one = std::malloc(n); asm volatile("nop"); };
  if (n > 1) {
    const auto second = [&] { two = std::malloc(2 * n); asm volatile("nop"); }; const auto third = [&] { three = std::malloc(3 * n); asm volatile("nop"); };
    third();
    second();
  }
  first();
}
}  // namespace shop
int main(int count, char**) {
  shop::Shelf shelf;
  shelf.fill(static_cast<unsigned long>(count));
}
)");
    const std::string program = compile("-O1 -g");
    ASSERT_FALSE(program.empty());
    const LookUp look_up = library_look_up();
    const std::uint64_t begin = address_of(program, kFill);
    ASSERT_GT(begin, 0u);
    std::map<std::string, std::set<std::uint32_t>> lines;
    for (std::uint64_t offset = begin; offset < begin + 256; ++offset) {
      const std::vector<Frame> found = look_up(program, offset);
      if (found.size() == 2 && found[1].function == "shop::Shelf::fill(unsigned long)") lines[found[0].function].insert(found[0].line);
    }
    const auto moved = static_cast<std::uint32_t>(std::string(before).size());
    EXPECT_EQ(lines, (std::map<std::string, std::set<std::uint32_t>>{{"shop::Shelf::fill::{lambda#1}::operator()", {6 + moved}},
                                                                     {"shop::Shelf::fill::{lambda#2}::operator()", {8 + moved}},
                                                                     {"shop::Shelf::fill::{lambda#3}::operator()", {8 + moved}}}));
  }
}

TEST_F(Victim, WithoutDebugInformationTheSymbolTableNamesTheFunction) {
  const std::string program = compile("-O0 -g0");
  ASSERT_FALSE(program.empty());
  const std::vector<Frame> found = library_look_up()(program, address_of(program, kFill) + 2);
  EXPECT_EQ(found, (std::vector<Frame>{{"shop::Shelf::fill(unsigned long)", "", 0}}));
}

TEST_F(Victim, AStrippedProgramIsNotKnown) {
  const std::string program = compile("-O0 -g0");
  const std::uint64_t address = address_of(program, kFill);
  ASSERT_EQ(std::system(("strip " + program).c_str()), 0);
  EXPECT_TRUE(library_look_up()(program, address).empty());
  EXPECT_TRUE(library_look_up()("/no/such/file", 64).empty());
  EXPECT_TRUE(library_look_up()("[vdso]", 64).empty());
}

TEST(Library, WithoutItTheReasonAndTheWayOutAreSaid) {
  setenv("BENCHKIT_SYMBOLS", "/no/such/library.so", 1);
  try {
    (void)library_look_up();
    ADD_FAILURE() << "it was found";
  } catch (const Error& error) {
    EXPECT_EQ(describe(error),
              "native code gets no names: libbenchkit-symbols.so is not there\n"
              "  hint: install benchkit with libdw (elfutils), or set BENCHKIT_SYMBOLS to the path of libbenchkit-symbols.so");
  }
  unsetenv("BENCHKIT_SYMBOLS");
}

}  // namespace
}  // namespace benchkit::symbols

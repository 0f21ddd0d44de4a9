// Windows over maps: address space that is memory, and address space that is not.
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "window.hpp"

using benchkit::Account;
using benchkit::MemoryReading;
using benchkit::MemoryWindow;

namespace {

constexpr std::size_t kPage = 4096;
constexpr int kAnonymous = MAP_PRIVATE | MAP_ANONYMOUS;

class Maps : public MemoryTest {};

char* map(std::size_t bytes, int protection = PROT_READ | PROT_WRITE, int flags = kAnonymous, void* where = nullptr) {
  void* const result = mmap(where, bytes, protection, flags, -1, 0);
  EXPECT_NE(result, MAP_FAILED);
  return static_cast<char*>(result);
}

TEST_F(Maps, PartsAreUnmapped) {
  for (const Account account : {Account::truth, Account::memray}) {
    MemoryWindow window({.account = account});
    char* const pages = map(10 * kPage);
    munmap(pages + 3 * kPage, 4 * kPage);
    const MemoryReading middle = window.read();
    munmap(pages, 10 * kPage);
    const MemoryReading seen = window.close();
    EXPECT_EQ(middle.live_bytes, static_cast<std::int64_t>(6 * kPage));
    EXPECT_EQ(seen.live_bytes, 0);
    EXPECT_EQ(seen.peak_bytes, static_cast<std::int64_t>(10 * kPage));
  }
}

// memray counts a map over a live one twice, and takes both off at the end; truth counts what there is.
TEST_F(Maps, AMapOverALiveOne) {
  for (const Account account : {Account::truth, Account::memray}) {
    MemoryWindow window({.account = account});
    char* const pages = map(10 * kPage);
    (void)map(4 * kPage, PROT_READ, kAnonymous | MAP_FIXED, pages + 2 * kPage);
    const MemoryReading both = window.read();
    munmap(pages, 10 * kPage);
    const MemoryReading seen = window.close();
    EXPECT_EQ(both.live_bytes, static_cast<std::int64_t>((account == Account::truth ? 10 : 14) * kPage));
    EXPECT_EQ(seen.live_bytes, 0);
  }
}

TEST_F(Maps, MremapGrowsMovesAndShrinks) {
  MemoryWindow window;
  char* pages = map(4 * kPage);
  pages = static_cast<char*>(mremap(pages, 4 * kPage, 40 * kPage, MREMAP_MAYMOVE));
  const MemoryReading grown = window.read();
  pages = static_cast<char*>(mremap(pages, 40 * kPage, 2 * kPage, MREMAP_MAYMOVE));
  const MemoryReading shrunk = window.read();
  munmap(pages, 2 * kPage);
  const MemoryReading seen = window.close();
  EXPECT_EQ(grown.live_bytes, static_cast<std::int64_t>(40 * kPage));
  EXPECT_EQ(shrunk.live_bytes, static_cast<std::int64_t>(2 * kPage));
  EXPECT_EQ(seen.live_bytes, 0);
  EXPECT_EQ(seen.peak_bytes, static_cast<std::int64_t>(40 * kPage));
}

TEST_F(Maps, AddressSpaceIsNotMemory) {
  MemoryWindow window;
  char* const guarded = map(100 * kPage, PROT_NONE);
  const MemoryReading untouchable = window.read();
  mprotect(guarded, 10 * kPage, PROT_READ | PROT_WRITE);
  const MemoryReading opened = window.read();
  mprotect(guarded, 5 * kPage, PROT_NONE);
  const MemoryReading closed_again = window.read();
  munmap(guarded, 100 * kPage);
  const MemoryReading seen = window.close();
  EXPECT_EQ(untouchable.live_bytes, 0);
  EXPECT_EQ(untouchable.reserved_bytes, 100 * kPage);
  EXPECT_EQ(opened.live_bytes, static_cast<std::int64_t>(10 * kPage));
  EXPECT_EQ(closed_again.live_bytes, static_cast<std::int64_t>(5 * kPage));
  EXPECT_EQ(seen.live_bytes, 0);
  EXPECT_EQ(seen.peak_bytes, static_cast<std::int64_t>(10 * kPage));
}

// What pyarrow's allocator does at its first string: a gibibyte of which three pages are touched.
TEST_F(Maps, AReservationCountsAsFarAsItIsPopulated) {
  constexpr std::size_t kGibibyte = std::size_t{1} << 30;
  MemoryWindow window;
  char* const reserved = map(kGibibyte, PROT_READ | PROT_WRITE, kAnonymous | MAP_NORESERVE);
  for (const std::size_t page : {0, 5, 100'000}) reserved[page * kPage] = 1;
  const MemoryReading seen = window.close();
  munmap(reserved, kGibibyte);
  EXPECT_EQ(seen.reserved_bytes, kGibibyte);
  EXPECT_EQ(seen.populated_bytes % kPage, 0u);
  EXPECT_GE(seen.populated_bytes, 3 * kPage);
  EXPECT_LE(seen.populated_bytes, 3 * (std::size_t{2} << 20));  // the kernel may give huge pages
  EXPECT_EQ(seen.peak_bytes, static_cast<std::int64_t>(seen.populated_bytes));

  MemoryWindow by_pagemap({.pagemap = true});
  char* const once_more = map(kGibibyte, PROT_READ | PROT_WRITE, kAnonymous | MAP_NORESERVE);
  for (const std::size_t page : {0, 5, 100'000}) once_more[page * kPage] = 1;
  madvise(once_more, kPage, MADV_PAGEOUT);  // where there is swap space the first page is in it now, and counts all the same
  const MemoryReading populated = by_pagemap.close();
  munmap(once_more, kGibibyte);
  EXPECT_EQ(populated.reserved_bytes, kGibibyte);
  EXPECT_EQ(populated.populated_bytes, seen.populated_bytes);

  MemoryWindow as_memray({.account = Account::memray});
  char* const again = map(kGibibyte, PROT_READ | PROT_WRITE, kAnonymous | MAP_NORESERVE);
  const MemoryReading theirs = as_memray.close();
  munmap(again, kGibibyte);
  EXPECT_EQ(theirs.peak_bytes, static_cast<std::int64_t>(kGibibyte));
}

/// Reservations that are filled from the first page to the last.
class Reservations : public Maps {
 protected:
  static constexpr std::size_t kBytes = std::size_t{16} << 20;
  static constexpr auto kPeak = static_cast<std::int64_t>(kBytes);
  static char* filled(void* where = nullptr) {
    char* const pages = map(kBytes, PROT_READ | PROT_WRITE, kAnonymous | MAP_NORESERVE | (where != nullptr ? MAP_FIXED : 0), where);
    return static_cast<char*>(memset(pages, 1, kBytes));
  }
  /// The peak of what `run` does, which is the same whichever way it is counted, and known exactly.
  template <class Run>
  static void expect_peak(std::int64_t peak, Run&& run) {
    for (const benchkit::MemoryOptions& options : {benchkit::MemoryOptions{}, {.exact = true}, {.attribute = true}}) {
      const auto seen = benchkit::measure_peak(run, options);
      EXPECT_EQ(seen.peak_bytes, peak);
      EXPECT_EQ(seen.peak_error_bytes, 0u);
      EXPECT_EQ(seen.live_bytes, 0);
      EXPECT_EQ(seen.missed_events, 0u);
      std::int64_t attributed = seen.call_paths.rest_bytes;
      for (const auto& path : seen.call_paths.paths) attributed += path.bytes;
      EXPECT_EQ(attributed, options.attribute ? peak : 0);
    }
  }
};

TEST_F(Reservations, CountWhenTheyAreUnmapped) {
  expect_peak(kPeak, [] { munmap(filled(), kBytes); });
  expect_peak(2 * kPeak, [] {
    char* const one = filled();
    char* const two = filled();
    munmap(one, kBytes);
    munmap(two, kBytes);
  });
  expect_peak(kPeak, [] {
    for (int i = 0; i < 5; ++i) munmap(filled(), kBytes);
  });
}

TEST_F(Reservations, CountBesideABlockThatIsFreed) {
  expect_peak(2 * kPeak, [] {
    char* const pages = filled();
    give(take(kBytes));
    munmap(pages, kBytes);
  });
}

TEST_F(Reservations, CountWhenTheyAreMovedOrMappedOver) {
  expect_peak(kPeak, [] {
    void* const moved = mremap(filled(), kBytes, 2 * kBytes, MREMAP_MAYMOVE);
    munmap(moved, 2 * kBytes);
  });
  expect_peak(kPeak, [] {
    char* const pages = filled();
    munmap(filled(pages), kBytes);
  });
}

TEST_F(Reservations, CountUntilTheyAreGivenBack) {
  for (const int advice : {MADV_POPULATE_WRITE, 0}) {
    MemoryWindow window;
    char* const pages = filled();
    if (advice != 0 && madvise(pages, kBytes, advice) != 0) continue;  // before Linux 5.14
    madvise(pages, kBytes, MADV_DONTNEED);
    const MemoryReading seen = window.close();
    munmap(pages, kBytes);
    EXPECT_EQ(seen.peak_bytes, kPeak);
    EXPECT_EQ(seen.live_bytes, 0);
  }
}

// Nobody looks before a small block is freed. So what is not known is told.
TEST_F(Reservations, WhatIsNotKnownIsTheBound) {
  MemoryWindow window;
  char* const pages = filled();
  std::vector<void*> blocks(kBytes / 1024);
  for (void*& block : blocks) block = take(1024);
  for (void* const block : blocks) give(block);
  const MemoryReading seen = window.close();
  munmap(pages, kBytes);
  EXPECT_LE(seen.peak_bytes, 2 * kPeak + 1'000'000);
  EXPECT_GE(seen.peak_bytes + static_cast<std::int64_t>(seen.peak_error_bytes), 2 * kPeak);
}

// What allocators do that give out a large range piece by piece: mprotect opens it, and backs nothing either.
TEST_F(Maps, AReservationThatIsOpenedIsOneStill) {
  constexpr std::size_t kGibibyte = std::size_t{1} << 30;
  MemoryWindow window;
  char* const reserved = map(kGibibyte, PROT_NONE, kAnonymous | MAP_NORESERVE);
  mprotect(reserved, kGibibyte, PROT_READ | PROT_WRITE);
  const MemoryReading opened = window.read();
  reserved[0] = 1;
  mprotect(reserved, kGibibyte, PROT_NONE);
  const MemoryReading seen = window.close();
  munmap(reserved, kGibibyte);
  EXPECT_EQ(opened.live_bytes, 0);
  EXPECT_EQ(opened.reserved_bytes, kGibibyte);
  EXPECT_GE(seen.populated_bytes, kPage);
  EXPECT_LE(seen.populated_bytes, std::size_t{2} << 20);
}

TEST_F(Maps, WhatIsNotUnmappedCountsOn) {
  MemoryWindow window;
  char* const pages = map(4 * kPage);
  EXPECT_NE(munmap(pages + 1, kPage), 0);
  EXPECT_NE(munmap(pages, 0), 0);
  EXPECT_EQ(window.read().live_bytes, static_cast<std::int64_t>(4 * kPage));
  munmap(pages, 4 * kPage);
  EXPECT_EQ(window.close().live_bytes, 0);
}

/// As many maps as a process may have, told to nobody; one of them is not there again.
class NoMoreMaps {
 public:
  NoMoreMaps() {
    pages_ = static_cast<char*>(raw(SYS_mmap, nullptr, kPages * kPage, PROT_READ, kAnonymous, -1, 0));
    for (std::size_t page = 1; page < kPages && raw(SYS_mprotect, pages_ + page * kPage, kPage, PROT_READ | PROT_WRITE) == nullptr;
         page += 2) {
      reached_ = page + 4 < kPages;
    }
  }
  NoMoreMaps(const NoMoreMaps&) = delete;
  NoMoreMaps& operator=(const NoMoreMaps&) = delete;
  ~NoMoreMaps() { raw(SYS_munmap, pages_, kPages * kPage); }
  [[nodiscard]] bool reached() const { return reached_; }

 private:
  static constexpr std::size_t kPages = 150'000;
  template <class... Words>
  static void* raw(long call, Words... words) {
    return reinterpret_cast<void*>(syscall(call, words...));
  }
  char* pages_;
  bool reached_ = false;
};

// The system refuses to cut a map in two where the process has as many as it may have.
TEST_F(Maps, WhatCannotBeUnmappedForWantOfMapsCountsOn) {
  for (const bool exact : {false, true}) {
    MemoryWindow window({.exact = exact});
    char* const pages = map(5 * kPage);
    char* const moving = map(5 * kPage, PROT_READ, MAP_ANONYMOUS | MAP_SHARED);
    int refused = 0;
    {
      const NoMoreMaps no_more;
      if (!no_more.reached()) GTEST_SKIP() << "a process may have very many maps here";
      refused += munmap(pages + 2 * kPage, kPage) != 0 ? 1 : 0;
      refused += mremap(moving + 2 * kPage, kPage, 4 * kPage, MREMAP_MAYMOVE) == MAP_FAILED ? 1 : 0;
    }
    const MemoryReading held = window.read();
    munmap(pages, 5 * kPage);
    munmap(moving, 5 * kPage);
    const MemoryReading seen = window.close();
    EXPECT_EQ(refused, 2);
    EXPECT_EQ(held.live_bytes, static_cast<std::int64_t>(10 * kPage));
    EXPECT_EQ(held.peak_bytes, static_cast<std::int64_t>(10 * kPage));
    EXPECT_EQ(held.allocations, 2u);
    EXPECT_EQ(seen.live_bytes, 0);
    EXPECT_EQ(seen.missed_events, 0u);
  }
}

// As soon as a map has moved, others may map at its old place.
TEST_F(Maps, WhatOthersMapWhereAMapMovedAwayIsTheirs) {
  constexpr std::size_t kRounds = 10'000;
  std::atomic<bool> stop{false};
  std::vector<void*> theirs;
  theirs.reserve(kRounds);
  MemoryWindow window;
  std::thread mover([&] {
    char* pages = map(kPage);
    std::size_t bytes = kPage;
    while (!stop) {
      const std::size_t next = 3 * kPage - bytes;  // one page, two, one, ...
      char* const elsewhere = map(next, PROT_NONE);
      pages = static_cast<char*>(mremap(pages, bytes, next, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere));
      bytes = next;
    }
    munmap(pages, bytes);
  });
  for (std::size_t i = 0; i < kRounds; ++i) theirs.push_back(map(kPage));
  stop = true;
  mover.join();
  const MemoryReading held = window.read();
  for (void* pages : theirs) munmap(pages, kPage);
  const MemoryReading seen = window.close();
  EXPECT_EQ(held.live_bytes, static_cast<std::int64_t>(kRounds * kPage));
  EXPECT_EQ(seen.live_bytes, 0);
}

TEST_F(Maps, AReservationThatIsTooLargeToBeLookedThroughIsADoubt) {
  constexpr std::size_t kMuch = std::size_t{17} << 40;
  MemoryWindow window;
  char* const reserved = map(kMuch, PROT_READ | PROT_WRITE, kAnonymous | MAP_NORESERVE);
  if (reserved == MAP_FAILED) GTEST_SKIP() << "there is not so much address space";
  const MemoryReading seen = window.close();
  munmap(reserved, kMuch);
  EXPECT_EQ(seen.missed_events, 1u);
}

TEST_F(Maps, AReservationOfATebibyteIsLookedThrough) {
  constexpr std::size_t kTebibyte = std::size_t{1} << 40;
  MemoryWindow window;
  char* const reserved = map(kTebibyte, PROT_READ | PROT_WRITE, kAnonymous | MAP_NORESERVE);
  if (reserved == MAP_FAILED) GTEST_SKIP() << "there is not so much address space";
  madvise(reserved, kTebibyte, MADV_NOHUGEPAGE);
  for (std::size_t page = 0; page < 100; ++page) reserved[kTebibyte - (page * 7 + 1) * kPage] = 1;
  const MemoryReading seen = window.close();
  munmap(reserved, kTebibyte);
  EXPECT_EQ(seen.populated_bytes, 100 * kPage);
  EXPECT_EQ(seen.missed_events, 0u);
}

TEST_F(Maps, AFileOnDiskIsReservedSharedMemoryIsMemory) {
  // Where this was built: a temporary folder is memory on many machines.
  const int on_disk = open(BENCHKIT_VICTIMS "map", O_RDWR | O_CREAT | O_TRUNC, 0600);
  ASSERT_EQ(ftruncate(on_disk, 8 * kPage), 0);
  struct statfs where {};
  ASSERT_EQ(fstatfs(on_disk, &where), 0);
  if (where.f_type == TMPFS_MAGIC) GTEST_SKIP() << BENCHKIT_VICTIMS " is on a file system in memory";
  const int in_memory = memfd_create("victim", 0);
  ASSERT_EQ(ftruncate(in_memory, 8 * kPage), 0);
  MemoryWindow window;
  void* const file = mmap(nullptr, 8 * kPage, PROT_READ, MAP_SHARED, on_disk, 0);
  const MemoryReading of_file = window.read();
  void* const shared = mmap(nullptr, 8 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, in_memory, 0);
  const MemoryReading of_memory = window.read();
  munmap(file, 8 * kPage);
  munmap(shared, 8 * kPage);
  window.close();
  close(on_disk);
  close(in_memory);
  EXPECT_EQ(of_file.live_bytes, 0);
  EXPECT_EQ(of_file.reserved_bytes, 8 * kPage);
  EXPECT_EQ(of_memory.live_bytes, static_cast<std::int64_t>(8 * kPage));
}

TEST_F(Maps, MapsFromBeforeTheWindowNeverCount) {
  char* const old = map(10 * kPage);
  MemoryWindow window;
  munmap(old, 5 * kPage);
  char* const moved = static_cast<char*>(mremap(old + 5 * kPage, 5 * kPage, 20 * kPage, MREMAP_MAYMOVE));
  const MemoryReading seen = window.close();
  munmap(moved, 20 * kPage);
  EXPECT_EQ(seen.live_bytes, static_cast<std::int64_t>(20 * kPage));  // born again, as a realloc of an old block
}

TEST_F(Maps, TenThousandLiveMaps) {
  constexpr std::size_t kMaps = 10'000;
  std::vector<char*> maps(kMaps);
  MemoryWindow window;
  for (std::size_t i = 0; i < kMaps; ++i) maps[i] = map((1 + i % 3) * kPage, i % 2 == 0 ? PROT_READ : PROT_READ | PROT_WRITE);
  const MemoryReading all = window.read();
  std::int64_t expected = 0;
  for (std::size_t i = 0; i < kMaps; ++i) expected += static_cast<std::int64_t>((1 + i % 3) * kPage);
  for (std::size_t i = 0; i < kMaps; i += 2) munmap(maps[i], (1 + i % 3) * kPage);
  for (std::size_t i = 1; i < kMaps; i += 2) munmap(maps[i], (1 + i % 3) * kPage);
  const MemoryReading seen = window.close();
  EXPECT_EQ(all.live_bytes, expected);
  EXPECT_EQ(seen.live_bytes, 0);
}

TEST_F(Maps, TheBreakMoves) {
  MemoryWindow window;
  void* const before = sbrk(0);
  ASSERT_NE(sbrk(3 * kPage), reinterpret_cast<void*>(-1));
  const MemoryReading grown = window.read();
  ASSERT_EQ(brk(before), 0);
  const MemoryReading seen = window.close();
  EXPECT_EQ(grown.live_bytes, static_cast<std::int64_t>(3 * kPage));
  EXPECT_EQ(seen.live_bytes, 0);
}

}  // namespace

// Segments: disjoint pieces of the address space in order, in a treap (a search tree kept balanced by random priorities; Seidel and Aragon, 1996),
// so that unmapping costs the same whether ten maps live or ten thousand.
#pragma once

#include <cstddef>
#include <cstdint>

namespace benchkit::memhook {

enum class Kind : std::uint8_t {
  memory,              ///< counts
  protected_,          ///< PROT_NONE: address space until somebody is allowed in
  unbacked,            ///< MAP_NORESERVE: address space until it is shown to be populated
  populated,           ///< was unbacked, and counts: it was populated as a whole by a call
  protected_unbacked,  ///< both: unbacked as soon as somebody is allowed in
  file,                ///< a file's pages: they belong to the page cache
};

struct Segment {
  std::uintptr_t start = 0;
  std::uintptr_t end = 0;
  unsigned tag = 0;
  unsigned layers = 1;  ///< how often it was mapped without being unmapped; above 1 only by memray's rules
  Kind kind = Kind::memory;
  std::uint8_t remains = 0;  ///< of a piece that was taken: how many pieces are left of what it was part of, at most two
  std::uint32_t path = 0;    ///< who made it
  bool passed_over = false;  ///< it is too large to be looked through, which has been told
  std::size_t found = 0;     ///< of an unbacked one: bytes that were populated when it was looked at last
  [[nodiscard]] std::size_t bytes() const noexcept { return end - start; }
};

class Segments {
 public:
  /// `segment` must overlap no other. False: no memory.
  bool insert(const Segment& segment) noexcept;
  /// Cuts the first piece of [start, end) out that is in some segment. False: there is none.
  bool take(std::uintptr_t start, std::uintptr_t end, Segment& piece) noexcept;
  /// The first segment that ends behind `address`. False: there is none.
  [[nodiscard]] bool find(std::uintptr_t address, Segment& found) const noexcept;
  void clear() noexcept;
  /// Calls `change(segment)` for each; the addresses must stay.
  template <class Change>
  void for_each(Change&& change) noexcept {
    visit(root_, change);
  }

 private:
  struct Node {
    Segment segment;
    std::uint32_t priority;
    Node* left;
    Node* right;
  };
  struct Halves {
    Node* left;
    Node* right;
  };

  template <class Change>
  static void visit(Node* node, Change& change) noexcept {
    if (node == nullptr) return;
    visit(node->left, change);
    change(node->segment);
    visit(node->right, change);
  }
  [[nodiscard]] Node* make(const Segment& segment) noexcept;
  void release(Node* node) noexcept;
  void release_all(Node* node) noexcept;
  [[nodiscard]] static Halves split(Node* node, std::uintptr_t start) noexcept;
  [[nodiscard]] static Node* join(Node* left, Node* right) noexcept;
  [[nodiscard]] Node* first_behind(std::uintptr_t address) const noexcept;

  Node* root_ = nullptr;
  Node* free_ = nullptr;
  std::uint32_t random_ = 0x2545F491;
};

}  // namespace benchkit::memhook

#include "memhook/segments.hpp"

#include "memhook/own_memory.hpp"

namespace benchkit::memhook {

Segments::Node* Segments::make(const Segment& segment) noexcept {
  if (free_ == nullptr) {
    constexpr std::size_t kChunk = std::size_t{64} << 10;
    auto* const nodes = static_cast<Node*>(take_pages(kChunk));
    if (nodes == nullptr) return nullptr;
    for (std::size_t i = 0; i < kChunk / sizeof(Node); ++i) release(&nodes[i]);
  }
  Node* const node = free_;
  free_ = node->left;
  random_ ^= random_ << 13;
  random_ ^= random_ >> 17;
  random_ ^= random_ << 5;
  *node = {segment, random_, nullptr, nullptr};
  return node;
}

void Segments::release(Node* node) noexcept {
  node->left = free_;
  free_ = node;
}

void Segments::release_all(Node* node) noexcept {
  if (node == nullptr) return;
  release_all(node->right);
  Node* const left = node->left;
  release(node);
  release_all(left);
}

void Segments::clear() noexcept {
  release_all(root_);
  root_ = nullptr;
}

/// Segments that begin below `start`, and the others.
Segments::Halves Segments::split(Node* node, std::uintptr_t start) noexcept {
  if (node == nullptr) return {nullptr, nullptr};
  if (node->segment.start < start) {
    const Halves halves = split(node->right, start);
    node->right = halves.left;
    return {node, halves.right};
  }
  const Halves halves = split(node->left, start);
  node->left = halves.right;
  return {halves.left, node};
}

Segments::Node* Segments::join(Node* left, Node* right) noexcept {
  if (left == nullptr) return right;
  if (right == nullptr) return left;
  if (left->priority > right->priority) {
    left->right = join(left->right, right);
    return left;
  }
  right->left = join(left, right->left);
  return right;
}

bool Segments::insert(const Segment& segment) noexcept {
  Node* const node = make(segment);
  if (node == nullptr) return false;
  const Halves halves = split(root_, segment.start);
  root_ = join(join(halves.left, node), halves.right);
  return true;
}

Segments::Node* Segments::first_behind(std::uintptr_t address) const noexcept {
  Node* best = nullptr;
  for (Node* node = root_; node != nullptr;) {
    if (node->segment.end > address) {
      best = node;
      node = node->left;
    } else {
      node = node->right;
    }
  }
  return best;
}

bool Segments::find(std::uintptr_t address, Segment& found) const noexcept {
  const Node* const node = first_behind(address);
  if (node != nullptr) found = node->segment;
  return node != nullptr;
}

bool Segments::take(std::uintptr_t start, std::uintptr_t end, Segment& piece) noexcept {
  Node* const node = first_behind(start);
  if (node == nullptr || node->segment.start >= end) return false;
  const Segment whole = node->segment;
  piece = whole;
  if (piece.start < start) piece.start = start;
  if (piece.end > end) piece.end = end;

  Segment before = whole;
  before.end = piece.start;
  Segment behind = whole;
  behind.start = piece.end;
  piece.remains = static_cast<std::uint8_t>((before.bytes() > 0 ? 1 : 0) + (behind.bytes() > 0 ? 1 : 0));
  if (before.bytes() > 0) {
    node->segment = before;
  } else {
    const Halves halves = split(root_, whole.start);
    const Halves rest = split(halves.right, whole.start + 1);
    release(rest.left);
    root_ = join(halves.left, rest.right);
  }
  if (behind.bytes() > 0) insert(behind);
  return true;
}

}  // namespace benchkit::memhook

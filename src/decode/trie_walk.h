// WalkTrie: the tokens whose bytes take an automaton from where it stands to somewhere, added to a mask. CopyStack: an automaton that is
// small and copyable, as WalkTrie wants it.
//
// A Stack keeps the automaton's state after each byte of the path being walked:
//
//   bool Push(depth, byte)     the state at `depth`, from that at depth - 1; false: the byte may not come there
//   int32 PlainRoom(depth)     so many characters of plain string content may follow there, kPlainUnlimited for any number;
//                              kNotPlain where that is not so
//   bool EndsAlike()           depth 0 is inside a JSON string, between two characters, and no plain characters that fit into it change
//                              what may come after them
//
// Thread rule: that of the Stack. Errors: none.
#pragma once

#include <cstddef>
#include <vector>

#include "decode/token_trie.h"

namespace paw {

template <typename Cursor>
class CopyStack {
 public:
  CopyStack(const Cursor& start, std::size_t depth_max) : cursors_(depth_max + 1, start) {}
  bool Push(std::size_t depth, unsigned char byte) {
    cursors_[depth] = cursors_[depth - 1];
    return cursors_[depth].Advance(byte);
  }
  std::int32_t PlainRoom(std::size_t depth) const { return cursors_[depth].PlainRoom(); }
  bool EndsAlike() const { return cursors_[0].EndsAlike(); }

 private:
  std::vector<Cursor> cursors_;
};

template <typename Stack>
void WalkTree(const TokenTrie::Tree& tree, bool plain, Stack& stack, TokenMask& mask) {
  const std::size_t count = tree.node_count();
  for (std::size_t i = 0; i < count;) {
    const TokenTrie::Node& node = tree.nodes[i];
    if (!stack.Push(node.depth, node.byte)) {
      i = node.end;
      continue;
    }
    // All that lies below fits into the string that is being read.
    const bool whole = plain && stack.PlainRoom(node.depth) >= static_cast<std::int32_t>(node.characters_below);
    const std::size_t next = whole ? node.end : i + 1;
    for (std::size_t t = node.tokens; t < tree.nodes[next].tokens; ++t) mask.Add(tree.tokens[t]);
    i = next;
  }
}

template <typename Stack>
void WalkTrie(const TokenTrie& trie, Stack& stack, TokenMask& mask) {
  const std::int32_t room = stack.PlainRoom(0);
  if (room != kNotPlain) {
    trie.AddPlain(room, mask);
  } else {
    WalkTree(trie.plain(), true, stack, mask);
  }
  WalkTree(room >= trie.characters_max() && stack.EndsAlike() ? trie.endings() : trie.others(), false, stack, mask);
}

}  // namespace paw

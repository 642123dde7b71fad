"""The Merkle tree of an append-only log, RFC 6962 section 2.1 (as RFC 9162 writes it again).

Pure: nothing is read or written here. A tree is known by the hashes of its complete subtrees, its
*nodes*: node (0, i) is leaf i, node (l, i) the subtree over the leaves from i·2^l up to (i+1)·2^l.
Whoever keeps a log keeps its nodes where it likes and lends them as a function
`(level, index) -> hash`; the node of a complete subtree never changes, so nodes are only added.

>>> nodes = {}
>>> node = lambda level, index: nodes[level, index]
>>> nodes.update(added_nodes(0, map(leaf_hash, [b"one", b"two"]), node))
>>> nodes.update(added_nodes(2, [leaf_hash(b"three")], node))
>>> proof = inclusion_proof(0, 3, node)
>>> check_inclusion(leaf_hash(b"one"), 0, 3, proof, root(3, node))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import TypeAlias

from sync.errors import JournalFault

__all__ = [
    "EMPTY_ROOT",
    "MAX_PROOF_HASHES",
    "Nodes",
    "added_nodes",
    "check_consistency",
    "check_inclusion",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "root",
]

Nodes: TypeAlias = Callable[[int, int], bytes]
"""Gives the node (level, index) of a log, 32 bytes."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of a log without leaves (RFC 6962 section 2.1)."""
MAX_PROOF_HASHES = 64
"""Longest proof: a consistency proof of a tree of 2^32 leaves has at most 33 hashes."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf: SHA-256(0x00 ‖ leaf)."""
    return sha256(b"\0" + leaf).digest()


def _pair(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\1" + left + right).digest()


def added_nodes(size: int, leaves: Iterable[bytes], node: Nodes) -> dict[tuple[int, int], bytes]:
    """Append leaves: the nodes that become complete with them.

    Args:
        size: leaves before them.
        leaves: their leaf hashes, in order.
        node: the nodes so far.

    Returns:
        The new nodes by (level, index): each leaf, and for it one subtree for each trailing 1 bit
        of the number of leaves before it.
    """
    added: dict[tuple[int, int], bytes] = {}
    for position, leaf in enumerate(leaves, size):
        level, index, found = 0, position, leaf
        added[level, index] = found
        while index & 1:
            left = added.get((level, index - 1)) or node(level, index - 1)
            level, index, found = level + 1, index >> 1, _pair(left, found)
            added[level, index] = found
    return added


def root(size: int, node: Nodes) -> bytes:
    """The Merkle tree hash of the first `size` leaves, 32 bytes."""
    return _subtree(0, size, node) if size else EMPTY_ROOT


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (k in RFC 6962 section 2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _subtree(start: int, size: int, node: Nodes) -> bytes:
    """MTH(D[start : start + size]); `start` is a multiple of a power of two not below `size`."""
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    left = _split(size)
    return _pair(_subtree(start, left, node), _subtree(start + left, size - left, node))


def inclusion_proof(index: int, size: int, node: Nodes) -> tuple[bytes, ...]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 6962 section 2.1.1).

    Raises:
        JournalFault: `proof_impossible` unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise JournalFault("proof_impossible", "The journal has no such entry yet.")
    path: list[bytes] = []
    start = 0
    while size > 1:
        left = _split(size)
        if index - start < left:
            path.append(_subtree(start + left, size - left, node))
            size = left
        else:
            path.append(_subtree(start, left, node))
            start, size = start + left, size - left
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, node: Nodes) -> tuple[bytes, ...]:
    """That the tree of `old` leaves is the beginning of that of `new` (RFC 6962 section 2.1.2).

    Empty for `old` = 0 (nothing is claimed) and for `old` = `new`.

    Raises:
        JournalFault: `proof_impossible` unless 0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise JournalFault("proof_impossible", "The journal was never that long.")
    if old in (0, new):
        return ()
    path: list[bytes] = []
    start, size, whole = 0, new, True
    while old != size:
        left = _split(size)
        if old <= left:
            path.append(_subtree(start + left, size - left, node))
            size = left
        else:
            path.append(_subtree(start, left, node))
            start, size, old, whole = start + left, size - left, old - left, False
    if not whole:
        path.append(_subtree(start, size, node))
    return tuple(reversed(path))


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> None:
    """Check an audit path (RFC 9162 section 2.1.3.2).

    Args:
        leaf: the leaf hash.
        index: its place, from 0.
        size: leaves of the tree.
        proof: the path, 32 bytes each.
        expected_root: the root of the tree of `size` leaves.

    Raises:
        JournalFault: `proof_false`.
    """
    if not 0 <= index < size or len(proof) > MAX_PROOF_HASHES:
        raise _false()
    position, last, found = index, size - 1, leaf
    for other in proof:
        if last == 0:
            raise _false()
        if position & 1 or position == last:
            found = _pair(other, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = _pair(found, other)
        position, last = position >> 1, last >> 1
    if last or found != expected_root:
        raise _false()


def check_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a log only grew (RFC 9162 section 2.1.4.2).

    Args:
        old: leaves before.
        old_root: the root of the tree of `old` leaves.
        new: leaves now.
        new_root: the root of the tree of `new` leaves.
        proof: from `consistency_proof`, 32 bytes each.

    Raises:
        JournalFault: `proof_false`.
    """
    if not 0 <= old <= new or len(proof) > MAX_PROOF_HASHES:
        raise _false()
    if old in (0, new):
        if proof or old_root != (new_root if old else EMPTY_ROOT):
            raise _false()
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise _false()
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    before = after = path[0]
    for other in path[1:]:
        if last == 0:
            raise _false()
        if position & 1 or position == last:
            before, after = _pair(other, before), _pair(other, after)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            after = _pair(after, other)
        position, last = position >> 1, last >> 1
    if last or before != old_root or after != new_root:
        raise _false()


def _false() -> JournalFault:
    return JournalFault("proof_false", "The proof does not fit the journal.")

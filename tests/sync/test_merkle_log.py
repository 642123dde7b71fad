"""The Merkle tree: RFC 6962 by its vectors, by its definition, and against pymerkle."""

from __future__ import annotations

import doctest
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

import sync.merkle_log
from sync.errors import JournalFault
from sync.merkle_log import (
    EMPTY_ROOT,
    Nodes,
    added_nodes,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
)

# The eight leaves of Certificate Transparency's own reference tests, and the root of each size.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(1, 70)


def grown(leaves: list[bytes], at_once: int = 1) -> Nodes:
    """The nodes of a log that took these leaves, so many at once; none is written twice."""
    nodes: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        return nodes[level, index]

    for start in range(0, len(leaves), at_once):
        part = leaves[start : start + at_once]
        added = added_nodes(start, map(leaf_hash, part), node)
        assert not added.keys() & nodes.keys()
        nodes.update(added)
    return node


def numbered(size: int) -> list[bytes]:
    return [str(number).encode() for number in range(size)]


def oracle(size: int) -> InmemoryTree:
    tree = InmemoryTree()
    for leaf in numbered(size):
        tree.append_entry(leaf)
    return tree


def test_the_example_of_the_module_runs() -> None:
    assert doctest.testmod(sync.merkle_log).failed == 0


def test_a_log_without_leaves_has_the_hash_of_nothing() -> None:
    assert root(0, grown([])) == sha256(b"").digest() == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root(size, grown(LEAVES)).hex() == ROOTS[size - 1]


@given(SIZES, st.integers(1, 9))
def test_roots_are_those_of_another_implementation_however_many_leaves_come_at_once(
    size: int, at_once: int
) -> None:
    assert root(size, grown(numbered(size), at_once)) == oracle(size).get_root()


@given(SIZES, st.data())
def test_an_inclusion_proof_holds_for_its_leaf_and_for_nothing_else(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    node = grown(numbered(size))
    top, leaf = root(size, node), leaf_hash(str(index).encode())
    proof = inclusion_proof(index, size, node)
    check_inclusion(leaf, index, size, proof, top)
    with pytest.raises(JournalFault, match="proof_false"):
        check_inclusion(leaf_hash(b"another"), index, size, proof, top)
    with pytest.raises(JournalFault, match="proof_false"):
        check_inclusion(leaf, index, size, proof, bytes(32))
    with pytest.raises(JournalFault, match="proof_false"):
        check_inclusion(leaf, index, size, (*proof, bytes(32)), top)
    with pytest.raises(JournalFault, match="proof_false"):
        check_inclusion(leaf, size, size, proof, top)
    for place in range(len(proof)):
        with pytest.raises(JournalFault, match="proof_false"):
            check_inclusion(leaf, index, size, (*proof[:place], *proof[place + 1 :]), top)


@given(SIZES, st.data())
def test_an_inclusion_proof_of_another_implementation_has_the_same_hashes(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree = oracle(size)
    theirs = tree.prove_inclusion(index + 1, size)
    ours = inclusion_proof(index, size, grown(numbered(size)))
    assert set(ours) <= {bytes.fromhex(text) for text in theirs.serialize()["path"]}
    verify_inclusion(tree.get_leaf(index + 1), tree.get_root(size), theirs)


@given(SIZES, SIZES, st.data())
def test_a_log_that_grew_is_proved_and_one_that_was_rewritten_is_not(
    first: int, second: int, data: st.DataObject
) -> None:
    old, new = sorted((first, second))
    leaves = numbered(new)
    node = grown(leaves)
    proof = consistency_proof(old, new, node)
    old_root, new_root = root(old, node), root(new, node)
    check_consistency(old, old_root, new, new_root, proof)
    rewritten = list(leaves)
    rewritten[data.draw(st.integers(0, old - 1))] = b"rewritten"
    other = grown(rewritten)
    with pytest.raises(JournalFault, match="proof_false"):
        check_consistency(old, old_root, new, root(new, other), consistency_proof(old, new, other))
    with pytest.raises(JournalFault, match="proof_false"):
        check_consistency(old, bytes(32), new, new_root, proof)
    with pytest.raises(JournalFault, match="proof_false"):
        check_consistency(old, old_root, new, new_root, (*proof, bytes(32)))
    if proof:
        with pytest.raises(JournalFault, match="proof_false"):
            check_consistency(old, old_root, new, new_root, proof[:-1])


@given(SIZES, SIZES)
def test_both_implementations_agree_that_a_log_grew(first: int, second: int) -> None:
    old, new = sorted((first, second))
    tree = oracle(new)
    verify_consistency(tree.get_root(old), tree.get_root(new), tree.prove_consistency(old, new))
    node = grown(numbered(new))
    assert (root(old, node), root(new, node)) == (tree.get_root(old), tree.get_root(new))


def test_a_log_that_is_shorter_than_before_cannot_be_proved() -> None:
    node = grown(numbered(5))
    with pytest.raises(JournalFault, match="proof_impossible"):
        consistency_proof(6, 5, node)
    with pytest.raises(JournalFault, match="proof_false"):
        check_consistency(6, bytes(32), 5, root(5, node), ())
    with pytest.raises(JournalFault, match="proof_impossible"):
        inclusion_proof(5, 5, node)


def test_nothing_is_claimed_of_an_empty_log() -> None:
    node = grown(numbered(3))
    check_consistency(0, EMPTY_ROOT, 3, root(3, node), consistency_proof(0, 3, node))
    with pytest.raises(JournalFault, match="proof_false"):
        check_consistency(0, bytes(32), 3, root(3, node), ())
    with pytest.raises(JournalFault, match="proof_false"):
        check_consistency(0, EMPTY_ROOT, 3, root(3, node), (bytes(32),))


@given(st.lists(st.binary(max_size=40), max_size=70), SIZES, SIZES, st.binary(max_size=32))
def test_no_made_up_proof_is_taken_and_none_breaks_the_check(
    proof: list[bytes], old: int, new: int, top: bytes
) -> None:
    if old != new:
        with pytest.raises(JournalFault):
            check_consistency(old, bytes(32), new, top, proof)
    with pytest.raises(JournalFault):
        check_inclusion(leaf_hash(b"x"), old, new, proof, b"no root" + top)

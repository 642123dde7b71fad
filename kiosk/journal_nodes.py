"""The nodes of the Merkle tree over the kiosk's journal (sync.merkle_log).

Leaf i is the canonical line of event i + 1. Nodes are written with the events, in one transaction.
"""

from __future__ import annotations

from kiosk.store import Store
from sync.errors import JournalFault
from sync.merkle_log import Nodes, added_nodes, leaf_hash

__all__ = ["grow", "nodes_of"]


def nodes_of(store: Store) -> Nodes:
    """Give the nodes as the tree's functions take them; JournalFault `journal_damaged` at a gap."""

    def node(level: int, place: int) -> bytes:
        found = store.row(
            "SELECT hash FROM journal_node WHERE level = ? AND place = ?", (level, place)
        )
        if found is None:
            raise JournalFault("journal_damaged", "A part of the kiosk's journal is missing.")
        return bytes(found[0])

    return node


def _logged(store: Store) -> int:
    """How many events the tree has."""
    found = store.row("SELECT coalesce(max(place) + 1, 0) FROM journal_node WHERE level = 0")
    return 0 if found is None else int(found[0])


def grow(store: Store) -> None:
    """Take every event that the tree has not yet; part of the caller's transaction."""
    size = _logged(store)
    rows = store.rows("SELECT body FROM event WHERE sequence > ? ORDER BY sequence", (size,))
    leaves = (leaf_hash(str(body).encode()) for (body,) in rows)
    for (level, place), found in added_nodes(size, leaves, nodes_of(store)).items():
        store.database.execute(
            "INSERT INTO journal_node (level, place, hash) VALUES (?, ?, ?)", (level, place, found)
        )

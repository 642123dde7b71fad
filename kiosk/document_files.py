"""The encrypted files of documents: which there are, and how they come and go.

Coming: the file is safe on disk (`vault.put`), then a row names it (`name`). Going: the row with
the key goes in a transaction (`shred`), then the file (`remove`).
"""

from __future__ import annotations

from enum import StrEnum

from kiosk.store import Store
from kiosk.vault import Vault, VaultEntry

__all__ = ["CLIENTS_PICTURES", "BlobKind", "DocumentFiles"]


class BlobKind(StrEnum):
    """The encrypted files that one document can have."""

    DUE_PDF = "due_pdf"
    """What the client reads and signs."""
    SIGNED_PDF = "signed_pdf"
    """What was signed here, until head office has it and the client has left."""
    STAMP = "stamp"
    """The picture of the company's stamp."""
    MARK = "mark"
    """The picture of a signature."""
    STAMP_SHOT = "stamp_shot"
    """The photograph of the stamp, until its client accepts what was made of it."""
    MARK_SHOT = "mark_shot"
    """The photograph of the signature, until its client accepts what was made of it."""


CLIENTS_PICTURES = (BlobKind.STAMP, BlobKind.MARK, BlobKind.STAMP_SHOT, BlobKind.MARK_SHOT)
"""What goes with the client."""


class DocumentFiles:
    """Reads and writes the files of documents."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self.vault = vault

    def name(self, document_id: str, kind: BlobKind, sha256: str, entry: VaultEntry) -> str:
        """Write the row that names a file; an earlier one of its kind is replaced.

        Returns:
            The file to remove once the transaction has committed; empty when there is none.
        """
        before = self._store.row(
            "SELECT file FROM blob WHERE document_id = ? AND kind = ?", (document_id, kind)
        )
        self._store.database.execute(
            "INSERT INTO blob (sha256, document_id, kind, file, key, size)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (document_id, kind) DO UPDATE SET"
            " sha256 = excluded.sha256, file = excluded.file, key = excluded.key,"
            " size = excluded.size",
            (sha256, document_id, kind, entry.file, entry.key, entry.size),
        )
        return "" if before is None else str(before[0])

    def read(self, document_id: str, kind: BlobKind) -> bytes | None:
        """The content of a document's file, or None.

        Raises:
            StoreError: code ``document_damaged``.
        """
        found = self._store.row(
            "SELECT file, key, size FROM blob WHERE document_id = ? AND kind = ?",
            (document_id, kind),
        )
        return None if found is None else self.vault.get(VaultEntry(*found))

    def shred(self, document_id: str, *kinds: BlobKind) -> list[str]:
        """Destroy the keys of a document's files; inside a transaction.

        Returns:
            The files to remove once the transaction has committed.
        """
        files: list[str] = []
        for kind in kinds:
            where = (document_id, kind)
            files += [
                str(row[0])
                for row in self._store.rows(
                    "SELECT file FROM blob WHERE document_id = ? AND kind = ?", where
                )
            ]
            self._store.database.execute(
                "DELETE FROM blob WHERE document_id = ? AND kind = ?", where
            )
        return files

    def named(self) -> list[str]:
        """Every file that a row names."""
        return [str(row[0]) for row in self._store.rows("SELECT file FROM blob")]

    def remove(self, files: list[str]) -> None:
        """Remove shredded files and the last trace of their keys in the log."""
        for file in files:
            if file:
                self.vault.remove(file)
        if files:
            self._store.shrink_log()

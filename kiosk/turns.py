"""Documents that several clients sign at this kiosk, one after the other.

A client who is not the last leaves a *turn*: the row that says so, the file with their signature,
and an event. Once they have left the screen the document is due for the next client, if that one
signs here too; nothing of it needs a network. The newest file holds every earlier one as its
beginning, so it alone is kept.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC

from kiosk.store import Store
from signing.certificate_facts import EvidenceSummary
from signing.fields import DocumentPlan
from signing.turns import ClientTurn
from sync.records import CodeKeyRenewed, DocumentDue, DueClient, SignedClient
from sync.strict_json import canonical_bytes
from verifier.token import Method, Proof, Role, SignerClaim, TimeQuality, cut_name

__all__ = ["Turns", "client_turns", "due_after", "keys_of", "signed_client"]


class Turns:
    """Reads and writes turns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def is_past(self, record: DocumentDue) -> bool:
        """Whether this client, or a later one, has signed here already."""
        sealed = self._store.row(
            "SELECT 1 FROM sealed WHERE document_id = ?", (record.document_id,)
        )
        return sealed is not None or self._last(record.document_id) >= record.client_index

    def signed_here(self, document_id: str) -> bool:
        """Whether the client of a document's present record has signed here, and is not the last.

        It is so while that client is still before the screen.
        """
        found = self._store.row(
            "SELECT 1 FROM document d JOIN turn t ON t.document_id = d.document_id"
            " AND t.client_index = json_extract(d.record, '$.client_index')"
            " WHERE d.document_id = ? AND d.state = 'signed' AND d.record IS NOT NULL",
            (document_id,),
        )
        return found is not None

    def add(
        self, record: DocumentDue, turn: SignedClient, pdf: tuple[str, int], event_sequence: int
    ) -> None:
        """Keep a turn; inside the transaction of the signing."""
        self._store.database.execute(
            "INSERT INTO turn (document_id, client_index, pdf_sha256, pdf_bytes, event_sequence,"
            " facts) VALUES (?, ?, ?, ?, ?, ?)",
            (
                record.document_id,
                record.client_index,
                *pdf,
                event_sequence,
                canonical_bytes(turn.to_json()).decode("utf-8"),
            ),
        )

    def close(self, record: DocumentDue) -> None:
        """This client has signed: only what was theirs goes, the keys of the next ones stay."""
        database, document_id = self._store.database, record.document_id
        database.execute(
            "UPDATE document SET state = 'signed', reason = '' WHERE document_id = ?",
            (document_id,),
        )
        database.execute(
            "UPDATE progress SET body = json_set(body, '$.step', 'done') WHERE document_id = ?",
            (document_id,),
        )
        whose = (document_id, record.signer_id)
        database.execute("DELETE FROM code_key WHERE document_id = ? AND signer_id = ?", whose)
        database.execute("DELETE FROM code_state WHERE document_id = ? AND signer_id = ?", whose)

    def pass_on(self, record: DocumentDue | None) -> None:
        """The client of a turn has left the screen: due for the next one, or ended here."""
        if record is None:
            return
        following = self._next(record)
        if following is None:
            self._store.database.execute(
                "UPDATE document SET record = NULL, state = CASE reason WHEN '' THEN 'signed'"
                " ELSE 'withdrawn' END WHERE document_id = ?",
                (record.document_id,),
            )
            return
        self._store.database.execute(
            "UPDATE document SET state = 'due', pdf_sha256 = ?, link_hash = ?, record = ?"
            " WHERE document_id = ?",
            (following.pdf_sha256, following.link_hash, _body(following), record.document_id),
        )

    def forget(self, document_id: str) -> None:
        """Head office has the turns and does not let them count: these clients may sign again.

        What it has not heard of yet stays, and is judged when it comes.
        """
        self._store.database.execute(
            "DELETE FROM turn WHERE document_id = ? AND EXISTS (SELECT 1 FROM event e"
            " WHERE e.sequence = turn.event_sequence AND e.acknowledged = 1)",
            (document_id,),
        )

    def end_here(self, record: DocumentDue | None, reason: str) -> None:
        """Head office took the document back while a turn's client is before the screen.

        Whoever has just signed may finish; the next client does not get the document.
        """
        if record is not None:
            self._store.database.execute(
                "UPDATE document SET record = ?, reason = ? WHERE document_id = ?",
                (_body(replace(record, following=())), reason, record.document_id),
            )

    def _next(self, record: DocumentDue) -> DocumentDue | None:
        found = self._store.row(
            "SELECT facts, pdf_sha256, pdf_bytes FROM turn WHERE document_id = ?"
            " AND client_index = ?",
            (record.document_id, record.client_index),
        )
        if found is None:
            return None
        turn = SignedClient.from_json(json.loads(found[0]))
        return due_after(record, turn, str(found[1]), int(found[2]))

    def name_links(self, record: DocumentDue) -> None:
        """Remember whose message links these are; inside a transaction."""
        clients = [record.link_hash, *(client.link_hash for client in record.following)]
        for place, link_hash in enumerate(clients, start=record.client_index):
            self._store.database.execute(
                "INSERT OR REPLACE INTO link (link_hash, document_id, client_index)"
                " VALUES (?, ?, ?)",
                (link_hash, record.document_id, place),
            )

    def client_of_link(self, link_hash: str) -> int | None:
        """Which client of the document a message's link belongs to."""
        found = self._store.row("SELECT client_index FROM link WHERE link_hash = ?", (link_hash,))
        return None if found is None else int(found[0])

    def _last(self, document_id: str) -> int:
        found = self._store.row(
            "SELECT max(client_index) FROM turn WHERE document_id = ?", (document_id,)
        )
        return -1 if found is None or found[0] is None else int(found[0])


def _body(record: DocumentDue) -> str:
    return canonical_bytes(record.to_json()).decode("utf-8")


def keys_of(record: DocumentDue) -> list[CodeKeyRenewed]:
    """The code keys of every client who signs here."""
    clients: tuple[DocumentDue | DueClient, ...] = (record, *record.following)
    return [
        CodeKeyRenewed(
            record.document_id, client.signer_id, client.code_generation, client.sealed_code_key
        )
        for client in clients
    ]


def due_after(
    record: DocumentDue, turn: SignedClient, pdf_sha256: str, pdf_bytes: int
) -> DocumentDue | None:
    """The same document, due here for its next client.

    Args:
        record: As the client who has signed found it.
        turn: What the certificate will say about that client.
        pdf_sha256: SHA-256 of the file with that signature, hex.
        pdf_bytes: Its length.

    Returns:
        None when nobody signs here after this one.
    """
    if not record.following:
        return None
    client, *others = record.following
    return replace(
        record,
        client_index=record.client_index + 1,
        signer_id=client.signer_id,
        client_name=client.client_name,
        masked_contact=client.masked_contact,
        channel=client.channel,
        link_hash=client.link_hash,
        code_generation=client.code_generation,
        sealed_code_key=client.sealed_code_key,
        pdf_sha256=pdf_sha256,
        pdf_bytes=pdf_bytes,
        base_sha256=record.base_sha256 or record.pdf_sha256,
        following=tuple(others),
        signed=(*record.signed, turn),
    )


def client_turns(record: DocumentDue) -> tuple[ClientTurn, ...]:
    """The turns before, as the certificate needs them."""
    plan = DocumentPlan.from_json(record.plan)
    return tuple(
        ClientTurn(
            SignerClaim(
                name=cut_name(client.name),
                role=Role.CLIENT,
                method=Method(turn.method),
                proof=Proof(turn.proof),
                signed_at=turn.signed_at.astimezone(UTC).replace(microsecond=0),
            ),
            EvidenceSummary(
                turn.pages_shown,
                turn.pages_total,
                turn.seconds_reading,
                turn.consent_version,
                turn.language,
                tuple(turn.shown_with.split()),
            ),
            turn.kiosk_name,
            TimeQuality(turn.time_quality),
        )
        for client, turn in zip(plan.clients, record.signed, strict=False)
    )


def signed_client(turn: ClientTurn) -> SignedClient:
    """A turn as it travels."""
    return SignedClient(
        method=int(turn.claim.method),
        proof=int(turn.claim.proof),
        signed_at=turn.claim.signed_at,
        time_quality=int(turn.time_quality),
        kiosk_name=turn.kiosk_name,
        pages_shown=turn.evidence.pages_shown,
        pages_total=turn.evidence.pages_total,
        seconds_reading=turn.evidence.seconds_reading,
        consent_version=turn.evidence.consent_version,
        language=turn.evidence.language,
        shown_with=" ".join(turn.evidence.shown_with),
    )

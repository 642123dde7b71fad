"""The power goes while the first of two clients signs: the turn is there wholly or not at all.

As in `tests.power_cut.test_every_write`, but the file is not sealed yet: after the cut either the
first client signs again, or the second one finds the document with the first one's signature and
seals it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.application import Parts, create_app, parts_of, stop
from kiosk.document_files import BlobKind
from signing.turns import SignedTurn
from sync.records import DocumentDue
from tests.kiosk.client import EVIDENCE, answers
from tests.kiosk.company import Company
from tests.kiosk.machine import Machine
from tests.kiosk.test_turns import SECOND, second_signs, send_to_two
from tests.power_cut.cuts import (
    EVERY,
    WHOLE,
    KioskToCut,
    Victims,
    assert_outcomes,
    files_below,
    kiosk_settings,
    moments,
)
from tests.power_cut.unsynced import Loss
from verifier.document import verify_pdf
from verifier.verdict import Outcome

SHARE = 1 if EVERY == 1 else 2
"""Every so-manieth of the moments: the writes are those of a seal, which are tried more closely."""


@pytest.fixture
def victims() -> Iterator[Victims]:
    made = Victims("kiosk")
    yield made
    made.close()


def test_a_turn_cut_at_any_write_is_there_wholly_or_not_at_all(
    tmp_path: Path, victims: Victims, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(parts: Parts, company: Company) -> DocumentDue:
        record = send_to_two(company, monkeypatch)
        parts.head_office.exchange()
        return record

    kiosk = KioskToCut(tmp_path, victims, send)

    def had_signed(folder: Path) -> bool:
        return KioskBetween(folder, kiosk.machine, kiosk.company, kiosk.record).had_signed()

    def cut(number: int, loss: Loss) -> tuple[bool, dict[str, Any]]:
        return kiosk.cut(number, loss, had_signed)

    signed, run = cut(WHOLE, Loss.NOTHING)
    assert signed
    assert len(run["calls"]) > 20, "the changes of the disk are not seen"
    for loss in (Loss.NOTHING, Loss.ALL):
        chosen = moments(len(run["calls"]), 1, loss)
        chosen = sorted({*chosen[::SHARE], chosen[-1]})
        assert_outcomes([cut(number, loss)[0] for number in chosen], chosen)


class KioskBetween:
    """A kiosk that is switched on again between two clients."""

    def __init__(
        self, folder: Path, machine: Machine, company: Company, record: DocumentDue
    ) -> None:
        self._folder, self._record = folder, record
        self._app = create_app(kiosk_settings(folder), machine.time(), company.client())
        self._parts = parts_of(self._app)

    def had_signed(self) -> bool:
        """Check everything, let the first sign who has not, and the second; switch it off.

        Returns:
            Whether the first client's turn was there.
        """
        store, desk, document_id = self._parts.terminal.store, self._parts.desk, self._id
        signed = bool(store.rows("SELECT 1 FROM turn"))
        self._assert_tidy()
        assert store.rows("SELECT 1 FROM sealed") == []
        if not signed:
            assert store.rows("SELECT 1 FROM outbox_blob") == []
            assert store.rows("SELECT state FROM document") == [("due",)]
            progress = desk.load(document_id)
            assert progress is not None
            assert isinstance(desk.seal(document_id, answers(), EVIDENCE), SignedTurn)
        ((turn,),) = store.rows("SELECT pdf_sha256 FROM turn")
        assert store.rows("SELECT sha256 FROM outbox_blob") == [(turn,)]
        desk.nobody_there()  # the first client is gone; so is what they gave
        shown = desk.document(document_id)
        assert (shown.client_name, shown.client_index) == (SECOND, 1)
        assert shown.pdf_sha256 == turn
        second_signs(self._parts, self._record)
        files, trust = self._parts.terminal.documents.files, self._parts.terminal.trust.current()
        final = files.read(document_id, BlobKind.SIGNED_PDF)
        assert final is not None
        assert verify_pdf(final, trust, desk.now()).outcome is Outcome.GENUINE
        self._assert_tidy()
        stop(self._app)
        return signed

    @property
    def _id(self) -> str:
        return self._record.document_id

    def _assert_tidy(self) -> None:
        there = {path.name for path in (self._folder / "kiosk" / "documents").iterdir()}
        assert there == set(self._parts.terminal.documents.files.named())
        assert files_below(self._folder / "working") == set()
        for path in files_below(self._folder / "kiosk"):
            assert not path.name.endswith(".part"), path
            assert b"%PDF-" not in path.read_bytes(), path

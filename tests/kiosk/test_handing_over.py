"""The screens between two clients: who is next, and nothing of the first one left."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from kiosk.application import Parts
from signing.ceremony.given_mark import typed
from signing.ceremony.progress import StampChoice
from signing.handwriting import Typeface
from tests.kiosk.client import prove_identity
from tests.kiosk.company import CLIENT, Company
from tests.kiosk.test_turns import SECOND, send_to_two


def test_the_terminal_goes_from_the_first_client_to_the_second(
    kiosk: Parts, company: Company, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = send_to_two(company, monkeypatch)
    kiosk.head_office.exchange()
    company.cable.pulled = True
    browser.post("/find", data={"number": record.short_number})
    first = browser.get("/ceremony/confirm").text
    assert "Łukasz G." in first
    assert CLIENT not in first
    _give_everything(kiosk, company, browser)
    assert browser.post("/ceremony/agree").location == "/ceremony/done"
    done = browser.get("/ceremony/done").text
    assert SECOND in done
    assert "certificate.jpg" not in done
    handed = browser.post("/ceremony/hand-over")
    assert handed.location == f"/find/open/{record.document_id}"
    assert "cookies" in handed.headers["Clear-Site-Data"]
    browser.get(handed.location)
    second = browser.get("/ceremony/confirm").text
    assert "Олена Ґ." in second
    assert "Łukasz" not in second
    assert browser.get("/ceremony/review").location == "/ceremony/confirm"


def _give_everything(kiosk: Parts, company: Company, browser: FlaskClient) -> None:
    """What the first client would do between the code and the consent."""
    found = kiosk.terminal.store.row("SELECT ceremony_id, document_id FROM progress")
    assert found is not None
    record = kiosk.terminal.documents.record(str(found[1]))
    assert record is not None
    prove_identity(kiosk, company, record)
    saved = kiosk.desk.load(record.document_id)
    assert saved is not None
    given = replace(
        saved,
        pdf_sha256=record.pdf_sha256,
        ceremony_id=str(found[0]),
        mark=typed(CLIENT, Typeface.CAVEAT),
        stamp=StampChoice.GIVEN,
    )
    kiosk.desk.save(given)

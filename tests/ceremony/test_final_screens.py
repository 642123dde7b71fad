"""Review, consent, signing, the certificate and leaving."""

from __future__ import annotations

import hashlib
import re

import pytest

from signing.ceremony.consent import CONSENT_VERSION
from signing.ceremony.progress import Step
from signing.ceremony.speech import Sound
from signing.ink import trace_of
from signing.marks import DrawnMark, sealed_strokes
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk, pages_of
from tests.samples.hand import drawn_signature
from tests.signing.house import house
from verifier.document import verify_pdf
from verifier.verdict import Outcome


def test_the_review_shows_every_value_and_the_mark_in_its_place(client: AtTheScreen) -> None:
    client.to("review")
    assert client.path == "/ceremony/review"
    for shown in ("Ogrody Świętokrzyskie Anna Wiśniewska", "ul. Źródlana 7/3", "01.12.2026"):
        assert shown in client.words
    body = client.shown.get_data(as_text=True)
    assert re.search(r'<path class="ink" d="M', body)
    assert "/ceremony/picture/stamp.png" in body


def test_signing_seals_what_the_client_gave_and_what_was_shown(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("review").open("/ceremony/agree").send("/ceremony/agree")
    assert client.path == "/ceremony/done"
    assert desk.sealed is not None
    assert desk.answers is not None
    assert desk.answers.mark == DrawnMark(trace_of(drawn_signature()))
    assert desk.answers.values["start"] == "2026-12-01"
    assert desk.answers.stamp_png is not None
    assert desk.evidence is not None
    pages = pages_of(desk.sample.name)
    assert (desk.evidence.pages_shown, desk.evidence.pages_total) == (pages, pages)
    assert desk.evidence.seconds_reading == 10 * pages
    assert (desk.evidence.consent_version, desk.evidence.language) == (CONSENT_VERSION, "en")
    verdict = verify_pdf(desk.sealed, house().trust, desk.time)
    assert verdict.outcome is Outcome.GENUINE


def test_the_certificate_is_shown_when_signed(client: AtTheScreen) -> None:
    client.to("review").send("/ceremony/agree")
    picture = client.browser.get("/ceremony/certificate.jpg")
    assert picture.mimetype == "image/jpeg"
    assert picture.data.startswith(b"\xff\xd8")


def test_when_sealing_fails_nothing_is_lost_and_a_second_try_works(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("review")
    before = desk.progress
    desk.seal_refusal = "no_space"
    client.send("/ceremony/agree")
    assert client.path == "/ceremony/agree"
    assert "Nothing was signed" in client.words
    assert "no_space" in client.words
    assert desk.sealed is None
    assert desk.progress is not None
    assert before is not None
    assert (desk.progress.values, desk.progress.mark) == (before.values, before.mark)
    desk.seal_refusal = ""
    assert client.send("/ceremony/agree").path == "/ceremony/done"


def test_codes_that_were_started_afresh_cost_one_new_code_and_nothing_else(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("review")
    desk.seal_refusal = "code_needed"
    client.send("/ceremony/agree")
    assert client.path == "/ceremony/code"
    assert "A new code is needed for this document." in client.words
    assert client.open("/ceremony/review").path == "/ceremony/confirm"
    desk.seal_refusal = ""
    desk.tick(10)
    client.confirm()
    assert client.open("/ceremony/agree").send("/ceremony/agree").path == "/ceremony/done"


def test_a_second_press_finds_the_document_signed(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("review").send("/ceremony/agree")
    sealed = desk.sealed
    client.send("/ceremony/agree")
    assert client.path == "/ceremony/done"
    assert desk.sealed == sealed


def test_a_power_cut_between_sealing_and_saving_still_ends_at_the_certificate(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("review").send("/ceremony/agree")
    progress = desk.progress
    assert progress is not None
    desk.save(progress.at(Step.REVIEW))
    assert client.open("/ceremony/").path == "/ceremony/done"
    assert client.open("/ceremony/review").path == "/ceremony/done"


def test_leaving_wipes_browser_and_session_and_finishes_the_document(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("review").send("/ceremony/agree")
    gone = client.browser.post("/ceremony/leave", data={"csrf_token": client.token})
    assert gone.location == "/"
    assert gone.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert desk.finished
    assert client.open("/ceremony/done").path == "/"
    assert client.browser.get("/ceremony/certificate.jpg").location == "/"


def test_stopping_before_the_end_keeps_what_was_given_behind_a_new_code(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("stamp")
    assert "Nothing has been signed" in client.open("/ceremony/stop").words
    client.send("/ceremony/leave")
    assert not desk.finished
    assert client.open("/ceremony/fill/1").path == "/"
    client.open("/start")
    assert client.open("/ceremony/fill/1").path == "/ceremony/confirm"
    client.confirm()
    assert "Ogrody" in client.open("/ceremony/fill/1").shown.get_data(as_text=True)


def test_a_page_left_open_for_hours_can_still_wipe(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("read")
    client.token = "stale"
    client.send("/ceremony/leave")
    assert client.path == "/"
    assert desk.progress is not None
    assert desk.progress.ceremony_id == ""


def test_a_stale_page_says_so_and_nothing_is_signed(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("review")
    client.token = "stale"
    client.send("/ceremony/agree")
    assert client.shown.status_code == 400
    assert "open for too long" in client.words
    assert desk.sealed is None


@pytest.mark.parametrize("path", ["/ceremony/agree", "/ceremony/review", "/ceremony/done"])
def test_nobody_signs_before_the_steps_before(client: AtTheScreen, path: str) -> None:
    assert client.open(path).path == "/ceremony/confirm"
    client.confirm()
    assert client.open(path).path == "/ceremony/read/1"
    client.read()
    assert client.open(path).path == "/ceremony/fill/1"


def test_change_from_the_review_comes_back_to_the_review(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("review").open("/ceremony/fill/2?then=review")
    client.send("/ceremony/fill/2", tax_number="526-000-12-46", then="review")
    assert client.path == "/ceremony/review"
    assert "526-000-12-46" in client.words


@pytest.mark.parametrize("sound", ["speaker", "headphones"])
def test_how_the_pages_were_shown_is_evidence_whatever_is_switched_later(
    desk: MemoryDesk, sound: Sound
) -> None:
    """Read aloud counts only where the pages themselves were spoken."""
    client = AtTheScreen(desk, "uk", ("large_text", "left_handed", "read_aloud"), sound)
    client.to("fill")
    for option in ("large_text", "read_aloud"):
        client.send("/ceremony/options", toggle=option, return_to="/ceremony/fill/1")
    client.fill().stamp().draw()
    client.send("/ceremony/agree", by="pen")
    assert desk.evidence is not None
    aloud = ("read_aloud",) if sound == "headphones" else ()
    assert desk.evidence.shown_with == ("large_text", *aloud)
    assert desk.evidence.input == "pen"
    assert len(desk.evidence.page_seconds) == desk.evidence.pages_total
    assert sum(desk.evidence.page_seconds) == desk.evidence.seconds_reading


@pytest.mark.parametrize("by", ["", "mind", "touch\n"])
def test_what_pressed_is_unknown_unless_it_is_one_of_four(
    client: AtTheScreen, desk: MemoryDesk, by: str
) -> None:
    client.to("review").send("/ceremony/agree", by=by)
    assert desk.evidence is not None
    assert desk.evidence.input == ""


def test_the_evidence_has_the_hash_of_every_picture_that_was_shown_and_the_rate_of_the_ink(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("review")
    shown = client.browser.get("/ceremony/page/2.jpg").data
    client.open("/ceremony/agree").send("/ceremony/agree")
    assert desk.evidence is not None
    assert desk.evidence.page_hashes[1] == hashlib.sha256(shown).hexdigest()[:16]
    assert desk.evidence.page_hashes[0] == ""  # this client has no browser that asks for pictures
    assert desk.evidence.ink_rate_hz == drawn_signature().sample_rate_hz


@pytest.mark.parametrize("recorded", [False, True])
def test_the_wording_says_what_is_recorded_of_a_drawing(
    client: AtTheScreen, desk: MemoryDesk, recorded: bool
) -> None:
    desk.records_strokes = recorded
    client.to("review").open("/ceremony/agree")
    assert ("the way I drew my signature" in client.words) is recorded
    client.send("/ceremony/agree")
    assert desk.evidence is not None
    assert desk.evidence.consent_version == ("2026-2" if recorded else "2026-1")
    assert desk.answers is not None
    assert sealed_strokes(desk.answers.mark) == (b"sealed" if recorded else b"")


def test_a_typed_name_is_never_said_to_be_recorded(client: AtTheScreen, desk: MemoryDesk) -> None:
    desk.records_strokes = True
    client.to("draw").send("/ceremony/sign/typed", name="Anna", typeface="caveat")
    client.open("/ceremony/agree")
    assert "the way I drew my signature" not in client.words

"""Sessions: one at a time, forgotten when nobody is there, nothing for the next client."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing.ceremony.desk import DeskRefused
from signing.ceremony.progress import Step
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk


def test_a_stranger_is_sent_to_the_start(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("review")
    stranger = AtTheScreen.__new__(AtTheScreen)
    stranger.desk = desk
    stranger.browser = client.browser.application.test_client()
    for path in ("/ceremony/", "/ceremony/review", "/ceremony/page/1.jpg", "/ceremony/stop"):
        assert stranger.browser.get(path).location == "/"


def test_a_second_session_of_the_document_ends_the_first(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("fill")
    second = AtTheScreen(desk)
    assert client.open("/ceremony/fill/1").path == "/"
    assert second.open("/ceremony/fill/1").path == "/ceremony/confirm"


def test_a_session_without_a_sign_of_life_is_forgotten(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("fill")
    desk.tick(16 * 60)
    assert client.open("/ceremony/fill/1").path == "/"
    assert desk.progress is not None
    assert desk.progress.ceremony_id == ""
    assert desk.progress.code_ok_at is None


def test_a_sign_of_life_keeps_the_session(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("fill")
    for _ in range(4):
        desk.tick(14 * 60)
        answer = client.browser.post("/ceremony/awake", headers={"X-CSRFToken": client.token})
        assert answer.status_code == 204
    assert client.open("/ceremony/fill/1").path == "/ceremony/fill/1"


def test_an_old_cookie_is_worth_nothing_after_leaving(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("fill")
    with client.browser.session_transaction() as session:
        kept = dict(session)
    client.send("/ceremony/leave")
    with client.browser.session_transaction() as session:
        session.update(kept)
    assert client.open("/ceremony/fill/1").path == "/"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("gone", "no longer here"),
        ("cancelled", "withdrawn"),
        ("expired", "time to sign"),
        ("already_signed", "already signed"),
        ("not_here_yet", "on its way"),
        ("something_new", "That did not work."),
    ],
)
def test_a_document_that_cannot_be_signed_says_why(
    client: AtTheScreen, desk: MemoryDesk, code: str, said: str
) -> None:
    client.to("fill")
    desk.refusal = code
    client.open("/ceremony/fill/1")
    assert client.shown.status_code == 409
    assert said in client.words
    assert code in client.words
    assert "To the start" in client.words
    client.send("/ceremony/leave")
    assert client.path == "/"


def test_a_document_that_cannot_be_signed_does_not_start(desk: MemoryDesk) -> None:
    desk.refusal = "expired"
    with pytest.raises(DeskRefused):
        AtTheScreen(desk)
    assert desk.saved is None


def test_what_was_given_for_another_pdf_does_not_count_for_this_one(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.to("fill")
    assert desk.progress is not None
    desk.save(replace(desk.progress, pdf_sha256="ab" * 32))
    assert client.open("/ceremony/fill/1").path == "/"
    client.open("/start").confirm()
    assert desk.progress is not None
    assert desk.progress.pages_seen == {}


def test_spoiled_progress_starts_again_from_the_code(desk: MemoryDesk) -> None:
    desk.saved = {"spoiled": True}
    assert AtTheScreen(desk).path == "/ceremony/confirm"
    assert desk.progress is not None
    assert desk.progress.step is Step.CODE


def test_language_and_options_are_switched_by_one_tap_and_reset_on_leaving(
    client: AtTheScreen,
) -> None:
    client.confirm().open("/ceremony/display?back=/ceremony/read/1")
    client.send("/ceremony/language", language="uk", return_to="/ceremony/read/1")
    assert '<html lang="uk"' in client.shown.get_data(as_text=True)
    client.send("/ceremony/options", toggle="large_text", return_to="/ceremony/read/1")
    client.send("/ceremony/options", toggle="left_handed", return_to="/ceremony/read/1")
    assert 'class="large-text left-handed"' in client.shown.get_data(as_text=True)
    client.send("/ceremony/options", toggle="large_text", return_to="/ceremony/read/1")
    assert '<html lang="uk" class="left-handed">' in client.shown.get_data(as_text=True)
    client.send("/ceremony/leave")
    with client.browser.session_transaction() as session:
        assert "language" not in session
        assert "options" not in session


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "", "//["],
)
def test_switching_never_leads_to_another_site(client: AtTheScreen, elsewhere: str) -> None:
    data = {"csrf_token": client.token, "language": "de", "return_to": elsewhere}
    assert client.browser.post("/ceremony/language", data=data).location == "/"


def test_an_unknown_language_or_option_changes_nothing(client: AtTheScreen) -> None:
    client.send("/ceremony/language", language="xx", return_to="/ceremony/confirm")
    client.send("/ceremony/options", toggle="admin", return_to="/ceremony/confirm")
    assert '<html lang="en" class="">' in client.shown.get_data(as_text=True)

"""The voice: offline, in four languages, bounded, and silent about what others must not hear."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from signing.ceremony import speech
from signing.ceremony.speech import MAX_SPOKEN_LETTERS, Sound, SpeechRefused, spoken
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.conftest import STAMPED
from tests.ceremony.memory_desk import MemoryDesk, pages_of, sample_named
from tests.ceremony.served_desk import served
from tests.journeys.browser import KIOSK_SCREEN, chromium

SENTENCES = {
    "pl": "Czy to Twój dokument? Źdźbło, ćma, gęś.",
    "en": "Is this your document?",
    "de": "Ist das Ihr Dokument? Größe, Übung.",
    "uk": "Це ваш документ? Їжак, ґанок, щастя.",
}


def seconds_of(sound: bytes) -> float:
    with wave.open(io.BytesIO(sound)) as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, 22050)
        return float(wav.getnframes() / wav.getframerate())


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_a_sentence_is_spoken_in_each_language(language: str) -> None:
    assert 1 < seconds_of(spoken(SENTENCES[language], language)) < 8


def test_another_language_says_it_otherwise() -> None:
    assert spoken("Ja, genau", "de") != spoken("Ja, genau", "pl")


def test_the_text_is_no_option_and_no_markup() -> None:
    """Nothing in it is taken for a switch of the program or for SSML."""
    assert seconds_of(spoken("--voices -w /tmp/x <break time='900s'/> [[a]]", "en")) < 30


@settings(max_examples=25)
@given(st.text(max_size=80))
def test_any_text_is_spoken_or_refused(text: str) -> None:
    try:
        assert seconds_of(spoken(text, "uk")) >= 0
    except SpeechRefused as refused:
        assert refused.code == "nothing_to_say"  # noqa: PT017 - a text may be said as well


def test_too_much_is_refused() -> None:
    with pytest.raises(SpeechRefused) as refused:
        spoken("a" * (MAX_SPOKEN_LETTERS + 1), "pl")
    assert refused.value.code == "too_much_to_say"


def test_without_the_program_there_is_no_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "PROGRAM", "/nowhere/espeak-ng")
    assert not speech.can_speak()
    with pytest.raises(SpeechRefused) as refused:
        spoken("a", "pl")
    assert refused.value.code == "no_voice"


def test_a_page_gets_sound_that_nobody_keeps(client: AtTheScreen) -> None:
    form = {"text": "Guten Tag", "language": "de", "csrf_token": client.token}
    answer = client.browser.post("/ceremony/speech", data=form)
    assert answer.mimetype == "audio/wav"
    assert answer.headers["Cache-Control"] == "no-store"
    assert seconds_of(answer.data) > 0.3
    assert client.browser.post("/ceremony/speech", data={**form, "text": " "}).status_code == 400
    assert client.browser.post("/ceremony/speech", data={"text": "x"}).status_code == 400


def test_where_no_voice_is_heard_none_is_offered(client: AtTheScreen) -> None:
    with client.browser.session_transaction() as session:
        session["options"] = ["read_aloud"]
    shown = client.open("/ceremony/display").shown.get_data(as_text=True)
    assert 'value="read_aloud"' not in shown
    assert "speech.js" not in shown


# -- in the browser --------------------------------------------------------------------------

AT_ONCE = """HTMLMediaElement.prototype.play = function () {
  setTimeout(() => this.onended?.(), 0);
  return Promise.resolve();
};"""
"""Sound that is over as soon as it begins: the tests look at what is said, not for how long."""


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    """One browser for the tests here, with sound that takes no time."""
    with sync_playwright() as playwright, chromium(playwright, KIOSK_SCREEN) as context:
        context.add_init_script(AT_ONCE)
        yield context


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """A fresh tab."""
    browser.clear_cookies()
    page = browser.new_page()
    yield page
    page.close()


def heard_on(page: Page, address: str, path: str) -> list[tuple[str, str]]:
    """What a screen says by itself: text and language of each part."""
    parts: list[tuple[str, str]] = []

    def keep(request: object) -> None:
        if request.url.endswith("/ceremony/speech"):  # type: ignore[attr-defined]
            from urllib.parse import parse_qs

            form = parse_qs(request.post_data)  # type: ignore[attr-defined]
            parts.append((form["text"][0], form["language"][0]))

    page.on("request", keep)
    page.goto(address + path)
    button = page.locator(".tool--speech")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.wait_for_load_state("networkidle")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.remove_listener("request", keep)
    return parts


def with_everything_given(desk: MemoryDesk) -> None:
    assert desk.progress is not None
    desk.save(
        replace(
            desk.progress,
            code_ok_at=desk.time,
            pages_seen=dict.fromkeys(range(1, pages_of(STAMPED) + 1), 5.0),
        )
    )


@pytest.mark.browser
@pytest.mark.parametrize("sound", ["speaker", "headphones"])
def test_what_is_private_is_said_to_headphones_only(page: Page, sound: Sound) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "de", ("read_aloud",), sound) as address:
        confirm = heard_on(page, address, "/start")
        with_everything_given(desk)
        read = heard_on(page, address, "/ceremony/read/1")
    said = " ".join(text for text, _ in confirm + read)
    assert confirm[0] == ("Schritt 2 von 7: Das sind Sie", "de")
    assert "Ist das Ihr Dokument?" in said
    assert confirm[-1][0].startswith("Ja,")
    for private in (sample_named(STAMPED).title, "US/2026/11/0042", "123", "zawarta w Warszawie"):
        assert (private in said) is (sound == "headphones")
    assert ("wird hier nicht vorgelesen" in said) is (sound == "speaker")
    if sound == "headphones":  # the document in its own language, the screen in the client's
        assert {language for text, language in read if "Warszawie" in text} == {"pl"}


@pytest.mark.browser
def test_the_warning_is_said_and_the_focus_too(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "en", ("read_aloud",), "speaker") as address:
        page.clock.install()
        page.goto(f"{address}/start")
        page.wait_for_load_state("networkidle")
        with page.expect_request("**/ceremony/speech") as request:
            page.keyboard.press("Tab")
        assert "Skip" in (request.value.post_data or "")
        with page.expect_request(
            lambda one: "Are+you+still+there" in (one.post_data or ""), timeout=10_000
        ):
            page.clock.fast_forward(61_000)
            page.clock.run_for(500)


@pytest.mark.browser
def test_a_touch_of_the_button_stops_and_begins_again(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "en", ("read_aloud",), "speaker") as address:
        page.add_init_script("HTMLMediaElement.prototype.play = () => Promise.resolve();")
        page.goto(f"{address}/start")
        button = page.locator(".tool--speech")
        expect(button).to_have_attribute("aria-pressed", "true")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")
        with page.expect_request("**/ceremony/speech"):
            button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

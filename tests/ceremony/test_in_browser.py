"""The ceremony in a real browser, by touch, with a camera: what scripts and styles add."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import (
    BrowserContext,
    FilePayload,
    Locator,
    Page,
    Route,
    expect,
    sync_playwright,
)

from signing.ceremony.progress import StampChoice
from signing.challenges import answer_text
from signing.codes import issue_code
from signing.ink import Ink, outline
from signing.ink_trace import Trace
from signing.marks import DrawnMark
from tests.ceremony.conftest import STAMPED
from tests.ceremony.memory_desk import DOCUMENT_ID, MemoryDesk, pages_of, sample_named
from tests.ceremony.served_desk import served
from tests.ceremony.test_access import AXE_TAGS
from tests.journeys.browser import KIOSK_SCREEN, chromium
from tests.journeys.camera import clip_of_photograph
from tests.samples.hand import drawn_signature, stamp_photograph
from tests.scanner import type_at

pytestmark = pytest.mark.browser

AXE = {"runOnly": {"type": "tag", "values": AXE_TAGS}}
NEXT = "footer .button--primary:visible"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One touch browser with a stamp before its camera, for all tests here."""
    clip = clip_of_photograph(stamp_photograph(), tmp_path_factory.mktemp("camera") / "stamp.mjpeg")
    with (
        sync_playwright() as playwright,
        chromium(playwright, KIOSK_SCREEN, camera=clip, touch=True) as context,
    ):
        yield context


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """A fresh tab without cookies; a script's error fails the test."""
    browser.clear_cookies()
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


def tap_digits(page: Page, digits: str) -> None:
    for digit in digits:
        page.locator(f'.keypad [data-digit="{digit}"]').tap()


def confirm(page: Page, desk: MemoryDesk, address: str) -> None:
    page.goto(f"{address}/start")
    page.locator(NEXT).tap()
    page.wait_for_url("**/ceremony/code")
    tap_digits(page, issue_code(desk.code_key(), desk.time).text)
    page.locator(NEXT).tap()
    page.wait_for_url("**/ceremony/read/1")


def read(page: Page, desk: MemoryDesk) -> None:
    for number in range(2, pages_of(desk.sample.name) + 1):
        desk.tick(11)
        page.locator("[data-next]").tap()
        page.wait_for_url(f"**/ceremony/read/{number}")
    desk.tick(11)
    page.locator("[data-finish]").tap()
    page.wait_for_url("**/ceremony/fill/1")


def fill(page: Page, desk: MemoryDesk) -> None:
    """All fields by a hardware keyboard."""
    count = len(desk.sample.client.fields)
    for number, spec in enumerate(desk.sample.client.fields, start=1):
        page.locator(f"#field-{spec.key}").fill(desk.sample.answers[spec.key])
        page.locator(NEXT).tap()
        page.wait_for_url(f"**/fill/{number + 1}" if number < count else "**/ceremony/stamp")


@contextmanager
def fingers(page: Page) -> Iterator[Callable[..., None]]:
    """Touches by hand: `touch("touchStart", {"x": 1, "y": 2, "id": 1}, ...)`."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    yield touch
    session.detach()


def draw(page: Page, ink: Ink) -> int:
    """Draw with one finger; returns how many samples were sent.

    Every fourth sample: the browser is asked for each, and takes a frame to answer.
    """
    box = page.locator("[data-pad-canvas]").bounding_box()
    assert box is not None
    scale = 0.9 * min(box["width"] / ink.width, box["height"] / ink.height)
    sent = 0
    with fingers(page) as touch:
        for stroke in ink.strokes:
            for order, point in enumerate(stroke[::4]):
                spot = {"x": box["x"] + point.x * scale, "y": box["y"] + point.y * scale, "id": 1}
                touch("touchStart" if order == 0 else "touchMove", spot)
                sent += 1
            touch("touchEnd")
    return sent


def test_a_client_signs_by_touch_in_polish(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "pl") as address:
        confirm(page, desk, address)
        read(page, desk)
        fill(page, desk)
        expect(page.locator("[data-camera-shoot]")).to_be_enabled()
        page.locator("[data-camera-shoot]").tap()
        page.wait_for_url("**/ceremony/stamp/result")
        page.locator(NEXT).tap()
        page.wait_for_url("**/ceremony/sign")
        page.get_by_text("Palcem").tap()
        page.wait_for_url("**/ceremony/sign/drawn")
        expect(page.locator("[data-pad-hint]")).to_be_visible()
        sent = draw(page, drawn_signature())
        page.get_by_text("Użyj tego podpisu").tap()
        page.wait_for_url("**/ceremony/review")
        page.get_by_text("Tak, przejdź do podpisania").tap()
        page.get_by_role("button", name="Podpisz").tap()
        page.wait_for_url("**/ceremony/done")
        expect(page.get_by_text("Podpisane. Dziękujemy!")).to_be_visible()
        page.locator(NEXT).tap()
        page.wait_for_url(f"{address}/")
        assert desk.finished
        assert desk.answers is not None
        assert desk.answers.stamp_png is not None
        assert isinstance(desk.answers.mark, DrawnMark)
        assert desk.drawn is not None
        kept = sum(len(stroke) for stroke in desk.drawn.strokes)
        assert kept >= sent
        assert desk.evidence is not None
        assert desk.evidence.seconds_reading == 11 * pages_of(STAMPED)
        page.go_back()
        page.wait_for_url(f"{address}/")


def the_key(page: Page, face: str) -> Locator:
    return page.locator(f".keyboard .key:text-is('{face}')")


def test_the_keyboard_in_the_page_types_polish_and_never_covers_the_field(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "pl") as address:
        confirm(page, desk, address)
        read(page, desk)
        for width, height in ((1280, 800), (800, 480)):
            page.set_viewport_size({"width": width, "height": height})
            assert desk.progress is not None
            desk.save(replace(desk.progress, drafts={}))
            page.reload()
            field = page.locator("#field-company")
            expect(page.locator(".keyboard")).to_be_visible()
            keyboard, own = page.locator(".keyboard").bounding_box(), field.bounding_box()
            assert keyboard is not None
            assert own is not None
            assert own["y"] + own["height"] <= keyboard["y"]
            assert keyboard["y"] + keyboard["height"] <= height + 1
            type_with_accents(page)
            expect(field).to_have_value("Żó łęa")
            page.locator(".key--erase").tap()
            expect(field).to_have_value("Żó łę")
            with page.expect_response("**/draft"):
                page.keyboard.type("x")
            expect(field).to_have_value("Żó łęx")


def test_what_is_typed_survives_a_reload_and_a_step_back(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "pl") as address:
        confirm(page, desk, address)
        read(page, desk)
        with page.expect_response("**/draft") as kept:
            page.locator("#field-company").fill("Żółw i")
        assert kept.value.json() == {"problems": {}}
        page.reload()
        expect(page.locator("#field-company")).to_have_value("Żółw i")
        page.locator("#field-company").fill("Żółw i Łoś")
        page.locator("footer .button--plain").tap()
        page.wait_for_url("**/read/*")
        page.goto(f"{address}/ceremony/fill/1")
        expect(page.locator("#field-company")).to_have_value("Żółw i Łoś")
        page.locator(NEXT).tap()
        page.wait_for_url("**/ceremony/fill/2")
        assert desk.progress is not None
        assert desk.progress.drafts == {}
        assert desk.progress.values["company"] == "Żółw i Łoś"


def test_what_is_typed_before_the_script_has_come_is_kept_too(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "pl") as address:
        confirm(page, desk, address)
        read(page, desk)
        held: list[Route] = []
        page.route("**/draft.js", lambda route: held.append(route))  # noqa: PLW0108 - a list takes no marks
        page.goto(f"{address}/ceremony/fill/1", wait_until="commit")
        page.locator("#field-company").fill("Żółw i")
        with page.expect_response("**/draft"):
            held[0].continue_()
        assert desk.progress is not None
        assert desk.progress.drafts["company"] == "Żółw i"


def test_what_is_wrong_goes_when_it_is_mended_and_comes_when_the_field_is_left(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "pl") as address:
        confirm(page, desk, address)
        read(page, desk)
        page.goto(f"{address}/ceremony/fill/4")
        field, problem = page.locator("#field-invoice_email"), page.locator(".problem")
        field.fill("jan@")
        page.locator(NEXT).tap()
        expect(problem).to_contain_text("To nie jest adres e-mail")
        expect(field).to_have_attribute("aria-invalid", "true")
        field.press_sequentially("firma.pl")
        expect(problem).to_have_count(0)
        expect(field).not_to_have_attribute("aria-invalid", "true")
        field.press("@")
        with page.expect_response("**/draft"):
            field.press("@")
        expect(problem).to_have_count(0)
        field.press("Shift+Tab")
        expect(problem).to_contain_text("dokładnie jeden znak @")
        expect(field).to_have_attribute("aria-describedby", re.compile("problem-invoice_email"))
        assert desk.progress is not None
        assert "invoice_email" not in desk.progress.values


def test_numbers_bring_up_digits_and_an_account_number_letters_too(page: Page) -> None:
    desk = MemoryDesk(sample_named("umowa-najmu-lokalu"))
    keys = [spec.key for spec in desk.sample.client.fields]
    with served(desk, "pl") as address:
        confirm(page, desk, address)
        read(page, desk)
        page.goto(f"{address}/ceremony/fill/{keys.index('pesel') + 1}")
        assert page.locator(".keyboard .key:not(.key--quiet)").all_inner_texts() == [*"1234567890"]
        page.goto(f"{address}/ceremony/fill/{keys.index('account') + 1}")
        page.locator(".key--letters").tap()
        the_key(page, "D").tap()
        the_key(page, "E").tap()
        page.locator(".key--symbols").tap()
        the_key(page, "8").tap()
        expect(page.locator("#field-account")).to_have_value("DE8")


def test_an_answer_is_chosen_by_one_touch_of_a_large_button(page: Page) -> None:
    desk = MemoryDesk(sample_named("umowa-konta-i-zgody"))
    number = [spec.key for spec in desk.sample.client.fields].index("statements") + 1
    with served(desk, "pl") as address:
        confirm(page, desk, address)
        read(page, desk)
        page.goto(f"{address}/ceremony/fill/{number}")
        page.locator(NEXT).tap()
        expect(page.locator(".problem")).to_be_visible()
        heard = page.locator(".choice").get_attribute("aria-describedby")
        assert heard == "help-statements problem-statements"
        assert Axe().run(page, options=AXE).response["violations"] == []
        offers = page.locator(".choice__offer")
        for box in (offer.bounding_box() for offer in offers.all()):
            assert box is not None
            assert box["height"] >= 72
        offers.nth(1).tap()
        page.locator(NEXT).tap()
        page.wait_for_url(lambda url: not url.endswith(f"/fill/{number}"))
        assert desk.progress is not None
        assert desk.progress.values["statements"] == "listem zwykłym"


def type_with_accents(page: Page) -> None:
    """Type “Żó łęa”: accents by their key, and one by a long press."""
    page.locator(".key--accents").tap()
    the_key(page, "Ż").tap()
    page.locator(".key--accents").tap()
    the_key(page, "ó").tap()
    page.locator(".key--space").tap()
    page.locator(".key--accents").tap()
    the_key(page, "ł").tap()
    box = the_key(page, "e").bounding_box()
    assert box is not None
    spot = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    with fingers(page) as touch:
        touch("touchStart", spot)
        expect(page.locator(".keyboard__offer")).to_be_visible()
        touch("touchEnd")
    page.locator(".keyboard__offer").get_by_text("ę", exact=True).tap()
    the_key(page, "a").tap()


def test_the_curve_on_the_screen_is_the_curve_in_the_pdf(page: Page) -> None:
    ink = drawn_signature()
    with served(MemoryDesk(sample_named(STAMPED)), "en") as address:
        page.goto(f"{address}/start")
        drawn = page.evaluate(
            """async ([strokes, width]) => {
              const { strokeOutline } = await import("/ceremony/static/ink.js");
              const path = [];
              const note = (name) => (...numbers) => path.push([name, ...numbers]);
              const sink = { moveTo: note("MoveTo"), lineTo: note("LineTo"),
                bezierCurveTo: note("CurveTo"), closePath: note("ClosePath") };
              for (const stroke of strokes) strokeOutline(stroke, width, sink);
              return path;
            }""",
            [[[astuple(point) for point in stroke] for stroke in ink.strokes], ink.width],
        )
    expected = [[type(part).__name__, *astuple(part)] for part in outline(ink).operators]
    assert len(drawn) == len(expected)
    for there, here in zip(drawn, expected, strict=True):
        assert there[0] == here[0]
        assert there[1:] == pytest.approx(here[1:], abs=1e-6)


def test_a_second_finger_and_a_palm_leave_no_ink(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "en") as address:
        to_the_pad(page, desk, address)
        box = page.locator("[data-pad-canvas]").bounding_box()
        assert box is not None
        first = [
            {"x": box["x"] + 90 + 4 * n, "y": box["y"] + 60 + (n * n) % 50, "id": 1}
            for n in range(60)
        ]
        palm = {"x": box["x"] + 600, "y": box["y"] + 300, "id": 2}
        with fingers(page) as touch:
            touch("touchStart", first[0])
            touch("touchStart", first[0], palm)
            for spot in first[1:]:
                touch("touchMove", spot, {**palm, "y": palm["y"] + 5})
            touch("touchEnd")
        page.locator("[data-pad-done]").tap()
        page.wait_for_url("**/ceremony/review")
        assert desk.progress is not None
        assert desk.progress.mark is not None
        strokes = Trace.from_json(desk.progress.mark["trace"]).strokes
        assert len(strokes) == 1
        assert max(point.x for point in strokes[0]) < 400


def test_a_dot_is_questioned_and_undo_and_clear_take_ink_away(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "en") as address:
        to_the_pad(page, desk, address)
        page.locator("[data-pad-canvas]").tap()
        page.locator("[data-pad-done]").tap()
        expect(page.get_by_text("It is only a dot.")).to_be_visible()
        expect(page.get_by_text("It is only a straight line.")).to_be_hidden()
        page.get_by_text("Sign again").tap()
        expect(page.locator("[data-pad-done]")).to_be_disabled()
        draw(page, drawn_signature())
        page.locator("[data-undo]").tap()
        page.locator("[data-pad-done]").tap()
        page.wait_for_url("**/ceremony/review")
        assert desk.progress is not None
        assert desk.progress.mark is not None
        assert len(Trace.from_json(desk.progress.mark["trace"]).strokes) == 2


def to_the_pad(page: Page, desk: MemoryDesk, address: str) -> None:
    """Everything before the signature is given already; only the code is entered."""
    page.goto(f"{address}/start")
    assert desk.progress is not None
    given = replace(
        desk.progress,
        code_ok_at=desk.time,
        pages_seen=dict.fromkeys(range(1, pages_of(STAMPED) + 1), 5.0),
        values={spec.key: "x" for spec in desk.sample.client.fields},
        stamp=StampChoice.GIVEN,
    )
    desk.save(given)
    page.goto(f"{address}/ceremony/sign/drawn")
    expect(page.locator("[data-pad-hint]")).to_be_visible()


def test_nobody_there_is_warned_and_can_stay_or_the_screen_is_wiped(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "en") as address:
        page.clock.install()
        page.goto(f"{address}/start")
        page.clock.run_for(61_000)
        expect(page.get_by_text("Are you still there?").first).to_be_visible()
        page.get_by_text("I am still here").tap()
        expect(page.locator("dialog[data-idle]")).to_be_hidden()
        page.clock.run_for(61_000)
        expect(page.locator("dialog[data-idle]")).to_be_visible()
        page.clock.run_for(21_000)
        page.wait_for_url(f"{address}/")
        assert desk.progress is not None
        assert desk.progress.ceremony_id == ""
        assert [cookie["name"] for cookie in page.context.cookies()] == []
        page.go_back()
        page.wait_for_url(f"{address}/")


def test_a_wedge_scanner_is_heard_and_a_typist_is_not(page: Page) -> None:
    with served(MemoryDesk(sample_named(STAMPED)), "en") as address:
        page.goto(f"{address}/start")
        page.evaluate(
            """async () => {
              window.scans = [];
              const heard = (event) => window.scans.push(event.detail.text);
              document.addEventListener("wedge:scan", heard);
              await import("/ceremony/static/wedge.js");
            }"""
        )
        type_at(page, "HTTPS://SYGNET.EXAMPLE/M/abcdef", gap_ms=11)
        type_at(page, "a slow typist", gap_ms=90, start_ms=10_000)
        type_at(page, "a scanner that stutters", gap_ms=61, start_ms=20_000)
        type_at(page, "short", gap_ms=2, start_ms=30_000)
        assert page.evaluate("window.scans") == ["HTTPS://SYGNET.EXAMPLE/M/abcdef"]


def test_the_square_on_the_screen_leads_to_the_number_beside_it(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED), online=False, time_assured=False)
    with served(desk, "uk") as address:
        for width, height in ((1280, 800), (800, 480)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{address}/start")
            page.locator(NEXT).tap()
            page.wait_for_url("**/ceremony/challenge")
            square = page.locator(".challenge__square")
            expect(square).to_be_in_viewport(ratio=1)
            (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(square.screenshot())))
            assert desk.codes.challenge is not None
            assert read.text.endswith(f"/a/{DOCUMENT_ID.hex()}/0/{desk.codes.challenge.digits}")
            assert Axe().run(page, options=AXE).response["violations"] == []
        page.locator(NEXT).tap()
        page.wait_for_url("**/ceremony/code")
        shown = desk.codes.challenge
        assert shown is not None
        tap_digits(page, answer_text(desk.code_key(), shown.digits))
        page.locator(NEXT).tap()
        page.wait_for_url("**/ceremony/read/1")


def test_the_camera_says_when_the_picture_is_good(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "de") as address:
        confirm(page, desk, address)
        read(page, desk)
        fill(page, desk)
        expect(page.locator("[data-camera]")).to_have_attribute("data-advice", "good")
        expect(page.locator("[data-camera-status]")).to_have_text(
            "Gut so. Bitte still halten und das Foto machen."
        )
        assert desk.pictures == {}


def test_without_a_camera_the_client_is_told_what_else_can_be_done(page: Page) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "en") as address:
        to_the_pad(page, desk, address)
        page.add_init_script(
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error())"
        )
        page.goto(f"{address}/ceremony/sign/picture")
        expect(page.get_by_text("Please choose a file, or ask the staff.")).to_be_visible()
        expect(page.locator("[data-camera-shoot]")).to_be_disabled()
        photograph = FilePayload(name="stamp.jpg", mimeType="image/jpeg", buffer=stamp_photograph())
        page.locator("input[type=file]").set_input_files(photograph)
        page.wait_for_url("**/ceremony/sign/picture/result")

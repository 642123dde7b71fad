"""The ink on the screen laid over the ink in the PDF: one picture each, pixel against pixel.

The pad of the real page draws what fingers wrote; its canvas is photographed. The same strokes go
into a PDF by the client's own update, and PDFium renders it. Nothing is compared by numbers here
(`tests/signing/test_ink_on_screen.py` does that): what is compared is what can be seen.
"""

from __future__ import annotations

import base64
import io
import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

from signing.client import sign_as_client
from signing.fields import Placement
from signing.ink import Ink, InkPoint, trace_of
from signing.ink_trace import Trace
from signing.marks import ClientAnswers, DrawnMark
from signing.one_shot import make_one_shot
from tests.ceremony.conftest import STAMPED
from tests.ceremony.memory_desk import MemoryDesk, sample_named
from tests.ceremony.served_desk import served
from tests.ceremony.test_in_browser import draw, to_the_pad
from tests.journeys.browser import KIOSK_SCREEN, chromium
from tests.samples.hand import drawn_signature
from tests.signing import inputs
from tests.signing.house import NOW, director_signed, house, plain_plan
from verifier.pdfium_lock import PDFIUM_LOCK
from verifier.token import Proof

pytestmark = pytest.mark.browser

Shape = NDArray[np.bool_]
SIDE = 900
"""Pixels of the longer side at which the two are laid over each other."""
BLUENESS = 78
"""Blue less red of the PDF's ink, of 255."""


def stroke(points: list[tuple[float, float]], start_ms: float, step_ms: float) -> list[InkPoint]:
    return [
        InkPoint(round(x, 2), round(y, 2), start_ms + step_ms * i, 0.5)
        for i, (x, y) in enumerate(points)
    ]


def hands() -> dict[str, Ink]:
    """Signatures that are hard to draw alike."""
    dots = [stroke([(80 + 70 * i, 60 + 20 * (i % 3))], 300 * i, 8) for i in range(8)]
    crossing = [
        stroke([(60 + 8 * i, 40 + 2.2 * i) for i in range(70)], 0, 8),
        stroke([(60 + 8 * i, 200 - 2.2 * i) for i in range(70)], 900, 8),
        stroke(
            [(330 + 40 * math.cos(i / 4), 120 + 60 * math.sin(i / 3)) for i in range(90)], 2e3, 8
        ),
    ]
    fast = [
        stroke([(40 + 70 * i, 120 + 70 * (-1) ** i) for i in range(10)], 0, 4),
        stroke([(60 + 110 * i, 200 - 20 * i) for i in range(6)], 700, 4),
    ]
    long = [
        stroke(
            [(60 + 0.09 * i, 120 + 70 * math.sin(i / 37) * math.cos(i / 301)) for i in range(7000)],
            0,
            4,
        )
    ]
    pressed = [
        InkPoint(
            round(60 + 3.2 * i, 2),
            round(120 + 70 * math.sin(i / 14), 2),
            4.0 * i,
            round(0.5 + 0.48 * math.sin(i / 9), 3),
        )
        for i in range(200)
    ]
    lifted = [
        InkPoint(100 + 5.0 * i, 40 + 0.2 * i * i, 900 + 8.0 * i, max(0.0, 1 - i / 20))
        for i in range(26)
    ]
    mouse = [  # few samples, no pressure of its own, and a long wait in the middle
        InkPoint(60 + 24.0 * i, 120 + 60 * math.sin(i / 2), 16.0 * i + (1500 if i > 12 else 0), 0.5)
        for i in range(26)
    ]
    return {
        name: Ink(tuple(tuple(one) for one in strokes), 760, 240, 125)
        for name, strokes in (
            ("pen, pressed and lifted", [pressed, lifted]),
            ("mouse", [mouse]),
            ("dots", dots),
            ("crossing", crossing),
            ("fast", fast),
            ("long", long),
        )
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright, chromium(playwright, KIOSK_SCREEN, touch=True) as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    browser.clear_cookies()
    page = browser.new_page()
    yield page
    page.close()


def on_screen(page: Page) -> Shape:
    """Where the pad's canvas is inked, cropped to the ink."""
    png = page.locator("[data-pad-canvas]").evaluate(
        "canvas => canvas.toDataURL('image/png').split(',')[1]"
    )
    alpha = np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"))[..., 3]
    return cropped(alpha)


def painted(page: Page, address: str, ink: Ink) -> Shape:
    """The strokes as the pad's own script fills them on a canvas of the same browser."""
    page.goto(f"{address}/start")
    png = page.evaluate(
        """async ([strokes, width, height]) => {
          const { strokeOutline } = await import("/ceremony/static/ink.js");
          const canvas = document.createElement("canvas");
          const scale = 900 / width;
          canvas.width = 900; canvas.height = Math.round(height * scale);
          const context = canvas.getContext("2d");
          context.setTransform(scale, 0, 0, scale, 0, 0);
          for (const stroke of strokes) {
            const path = new Path2D();
            strokeOutline(stroke, width, path);
            context.fill(path);
          }
          return canvas.toDataURL("image/png").split(",")[1];
        }""",
        [[[[p.x, p.y, p.t_ms, p.pressure] for p in s] for s in ink.strokes], ink.width, ink.height],
    )
    alpha = np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"))[..., 3]
    return cropped(alpha)


def in_pdf(ink: Ink, folder: Path, *, pdf: bytes, width: float, height: float) -> Shape:
    """The client's signature of a signed PDF, rendered and cropped to the drawn ink."""
    place = Placement(0, 60, 300, width, height)
    plan = plain_plan()
    plan = replace(plan, clients=(replace(plan.clients[0], signature=place),))
    source, target = director_signed(pdf, folder, plan), folder / "inked.pdf"
    name = plan.clients[0].name
    identity = make_one_shot(name, Proof.ID_DOCUMENT, house().kiosk, NOW)
    answers = ClientAnswers({}, None, DrawnMark(trace_of(ink)))
    sign_as_client(source, target, plan, 0, answers, identity, NOW)
    scale = 1600 / width
    with PDFIUM_LOCK:
        document = pypdfium2.PdfDocument(target.read_bytes())
        document.init_forms()
        page = document[0]
        left, above = 60, page.get_height() - 300 - height
        below = 300 + min(20.0, 0.25 * height)  # the caption stays out, whose edges PDFium tints
        crop = (left, below, page.get_width() - left - width, above)
        cut = page.render(scale=scale, crop=crop, rev_byteorder=True).to_numpy().astype(int)
        document.close()
    blue = cut[..., 2] - cut[..., 0]  # the ink is blue-black, the caption grey, the paper white
    return cropped(np.asarray(np.clip(blue * 255 / BLUENESS, 0, 255), dtype=np.uint8))


def cropped(cover: NDArray[np.uint8]) -> Shape:
    """Half covered or more, at `SIDE` pixels, without empty margins."""
    rows, columns = np.where(cover > 110)
    cut = cover[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = SIDE / max(cut.shape)
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(cut, size, interpolation=way) > 110)


def differing(one: Shape, other: Shape) -> tuple[float, float]:
    """Share of the ink that differs; the farthest, in pixels, that ink lies from the other's."""
    height, width = max(one.shape[0], other.shape[0]), max(one.shape[1], other.shape[1])
    assert abs(one.shape[0] - other.shape[0]) <= 4
    assert abs(one.shape[1] - other.shape[1]) <= 4
    a, b = (np.pad(s, ((0, height - s.shape[0]), (0, width - s.shape[1]))) for s in (one, other))
    share = float((a ^ b).sum() / a.sum())
    away = [
        float(cv2.distanceTransform((~there).astype(np.uint8), cv2.DIST_L2, 5)[here].max())
        for here, there in ((a, b), (b, a))
    ]
    return share, max(away)


def test_what_a_finger_drew_on_the_pad_is_what_the_pdf_shows(page: Page, tmp_path: Path) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "en") as address:
        to_the_pad(page, desk, address)
        draw(page, drawn_signature())
        page.wait_for_timeout(100)
        seen = on_screen(page)
        page.locator("[data-pad-done]").tap()
        page.wait_for_url("**/ceremony/review")
    assert desk.progress is not None
    assert desk.progress.mark is not None
    ink = desk.drawn
    assert ink is not None
    assert Trace.from_json(desk.progress.mark["trace"]) == trace_of(ink)
    share, away = differing(seen, in_pdf(ink, tmp_path, pdf=inputs.blank(), width=320, height=190))
    assert share < 0.3
    assert away < 3.0


@pytest.mark.parametrize("kind", ["mouse", "pen"])
def test_what_a_mouse_or_a_pen_drew_on_the_pad_is_what_the_pdf_shows(
    page: Page, tmp_path: Path, kind: str
) -> None:
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "en") as address:
        to_the_pad(page, desk, address)
        box = page.locator("[data-pad-canvas]").bounding_box()
        assert box is not None
        tool = page.context.new_cdp_session(page)

        def send(what: str, x: float, y: float, force: float) -> None:
            told = {"type": what, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
            if kind == "pen":
                told |= {"pointerType": "pen", "force": force}
            tool.send("Input.dispatchMouseEvent", told)

        for line in range(2):
            spots = [
                (
                    box["x"] + box["width"] * (0.1 + 0.018 * i),
                    box["y"] + box["height"] * (0.4 + 0.2 * line + 0.2 * math.sin(i / 3)),
                    0.15 + 0.8 * (i % 20) / 20,
                )
                for i in range(40)
            ]
            send("mousePressed", *spots[0])
            for spot in spots[1:]:
                send("mouseMoved", *spot)
            send("mouseReleased", *spots[-1])
        page.wait_for_timeout(100)
        seen = on_screen(page)
        page.locator("[data-pad-done]").tap()
        page.wait_for_url("**/ceremony/review")
    assert desk.progress is not None
    assert desk.progress.mark is not None
    ink = desk.drawn
    assert ink is not None
    assert Trace.from_json(desk.progress.mark["trace"]) == trace_of(ink)
    pressures = {point.pressure for one in ink.strokes for point in one}
    assert len(pressures) > 10 if kind == "pen" else len(pressures) <= 2
    share, away = differing(seen, in_pdf(ink, tmp_path, pdf=inputs.blank(), width=320, height=190))
    assert share < 0.3
    assert away < 3.0


@pytest.mark.parametrize("name", sorted(hands()))
def test_dots_crossings_fast_and_long_strokes_are_seen_alike(
    page: Page, tmp_path: Path, name: str
) -> None:
    ink = hands()[name]
    with served(MemoryDesk(sample_named(STAMPED)), "en") as address:
        seen = painted(page, address, ink)
    share, away = differing(seen, in_pdf(ink, tmp_path, pdf=inputs.blank(), width=320, height=190))
    assert share < 0.35  # thin lines: half a pixel of cropping is a quarter of their width
    assert away < 3.0


@pytest.mark.parametrize(
    ("pdf", "width", "height"),
    [(inputs.rotated(90), 200, 90), (inputs.rotated(180), 200, 90), (inputs.blank(), 44, 22)],
)
def test_turned_pages_and_tiny_places_keep_the_shape(
    page: Page, tmp_path: Path, pdf: bytes, width: float, height: float
) -> None:
    ink = hands()["crossing"]
    with served(MemoryDesk(sample_named(STAMPED)), "en") as address:
        seen = painted(page, address, ink)
    _, away = differing(seen, in_pdf(ink, tmp_path, pdf=pdf, width=width, height=height))
    assert away < 3.0


def test_another_curve_would_be_noticed(page: Page, tmp_path: Path) -> None:
    ink = hands()["crossing"]
    moved = tuple(replace(one, y=one.y + 5) for one in ink.strokes[2])
    other = replace(ink, strokes=(*ink.strokes[:2], moved))
    with served(MemoryDesk(sample_named(STAMPED)), "en") as address:
        seen = painted(page, address, other)
    share, away = differing(seen, in_pdf(ink, tmp_path, pdf=inputs.blank(), width=320, height=190))
    assert share > 0.4
    assert away > 4.5


STROKE_AT_240_HZ = """async ([seconds, per_frame]) => {
  const canvas = document.querySelector("[data-pad-canvas]");
  const box = canvas.getBoundingClientRect();
  canvas.setPointerCapture = () => {};  // no browser has a pointer of this number
  const step = 1000 / 240, start = performance.now(), sent = [];
  const spot = (i) => {
    const x = box.left + box.width * (0.08 + 0.84 * i / (240 * seconds));
    return [x, box.top + box.height * (0.5 + 0.3 * Math.sin(i / 19))];
  };
  const event = (kind, i) => {
    const [clientX, clientY] = spot(i);
    const one = new PointerEvent(kind, { pointerId: 77, pointerType: "pen", button: 0, buttons: 1,
      clientX, clientY, pressure: 0.5, bubbles: true, cancelable: true });
    Object.defineProperty(one, "timeStamp", { value: start + i * step });
    return one;
  };
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const inked = (i) => {
    const sharp = canvas.width / box.width, [x, y] = spot(i);
    const [left, above] = [(x - box.left) * sharp, (y - box.top) * sharp];
    const near = canvas.getContext("2d").getImageData(left - 2, above - 2, 5, 5).data;
    return near.some((value, place) => place % 4 === 3 && value > 0);
  };
  let worst = 0;
  await frame();
  canvas.dispatchEvent(event("pointerdown", 0));
  for (let i = 1; i < 240 * seconds; i += per_frame) {
    const last = Math.min(i + per_frame, 240 * seconds) - 1;
    const moved = event("pointermove", last);
    const merged = Array.from({ length: last - i + 1 }, (_, k) => event("pointermove", i + k));
    moved.getCoalescedEvents = () => merged;
    canvas.dispatchEvent(moved);
    let frames = 0;
    while (!inked(last) && frames < 10) { await frame(); frames += 1; }
    worst = Math.max(worst, frames);
  }
  canvas.dispatchEvent(event("pointerup", 240 * seconds - 1));
  return worst;
}"""
"""A stroke whose samples come four at a time, as many as a browser merges into one frame."""
MAX_FRAMES = 2


@pytest.mark.parametrize("per_frame", [4, 16])
def test_every_sample_of_a_stroke_at_240_hz_is_kept_and_seen_within_two_frames(
    page: Page, per_frame: int
) -> None:
    """Sixteen at a time: a device that paints 15 times a second."""
    desk = MemoryDesk(sample_named(STAMPED))
    with served(desk, "en") as address:
        to_the_pad(page, desk, address)
        frames = page.evaluate(STROKE_AT_240_HZ, [2, per_frame])
        page.locator("[data-pad-done]").tap()
        page.wait_for_url("**/ceremony/review")
    assert 1 <= frames <= MAX_FRAMES
    assert desk.progress is not None
    assert desk.progress.mark is not None
    ink = desk.drawn
    assert ink is not None
    assert Trace.from_json(desk.progress.mark["trace"]) == trace_of(ink)
    (points,) = ink.strokes
    assert len(points) == 480
    gaps = [after.t_ms - before.t_ms for before, after in itertools.pairwise(points)]
    assert max(gaps) < 4.4
    assert min(gaps) > 4.0
    assert ink.sample_rate_hz == pytest.approx(240, abs=6)

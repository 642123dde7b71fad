"""Debian's Chromium, headless, with a camera that plays a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, Playwright

__all__ = [
    "KIOSK_SCREEN",
    "OFFICE_SCREEN",
    "PHONE_SCREEN",
    "await_picture",
    "await_video",
    "chromium",
    "photograph",
]

CHROMIUM = "/usr/bin/chromium"
KIOSK_SCREEN = (1280, 800)
OFFICE_SCREEN = (1366, 900)
PHONE_SCREEN = (390, 844)
TIMEOUT_MS = 30_000
ALL_DRAWN = """async () => {
    const pictures = [...document.images].map((picture) => {
        picture.loading = "eager";
        return picture.decode();
    });
    await Promise.allSettled([document.fonts.ready, ...pictures]);
}"""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


@contextmanager
def chromium(
    playwright: Playwright,
    screen: tuple[int, int],
    *,
    camera: Path | None = None,
    touch: bool = False,
) -> Iterator[BrowserContext]:
    """One browser of its own, Polish, with an empty profile."""
    flags = [*FLAGS, *([f"--use-file-for-fake-video-capture={camera}"] if camera else [])]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    context = browser.new_context(
        viewport={"width": screen[0], "height": screen[1]},
        locale="pl-PL",
        timezone_id="Europe/Warsaw",
        has_touch=touch,
        permissions=["camera"],
        accept_downloads=True,
    )
    context.set_default_timeout(TIMEOUT_MS)
    try:
        yield context
    finally:
        context.close()
        browser.close()


def photograph(page: Page, folder: Path, name: str) -> None:
    """Keep a picture of the screen as it is now, fonts loaded and motion at rest."""
    page.evaluate(ALL_DRAWN)
    page.screenshot(path=folder / f"{name}.png", animations="disabled")


def await_picture(picture: Locator) -> None:
    """Return when an image has come and can be drawn."""
    picture.evaluate("picture => { picture.loading = 'eager'; return picture.decode(); }")


def await_video(video: Locator) -> None:
    """Return when a video has shown a few frames."""
    for _ in range(5):
        video.evaluate("video => new Promise((seen) => video.requestVideoFrameCallback(seen))")

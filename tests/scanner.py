"""A keyboard-wedge scanner, or a person at a keyboard, whose keys come at exact moments.

The keys' own time stamps are set, so that a busy machine changes nothing.
"""

from __future__ import annotations

from playwright.sync_api import Page

__all__ = ["type_at"]

_TYPE_AT = """([text, gapMs, startMs]) => {
  const target = document.activeElement ?? document.body;
  [...text, "Enter"].forEach((key, index) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: startMs + index * gapMs });
    target.dispatchEvent(event);
  });
}"""


def type_at(page: Page, text: str, gap_ms: float, start_ms: float = 0.0) -> None:
    """Send the keys of `text` and Enter, `gap_ms` milliseconds apart, to whatever has the focus.

    Args:
        page: The page.
        text: What is typed.
        gap_ms: Milliseconds from one key to the next.
        start_ms: The first key's time stamp, in milliseconds; later than what was typed before.
    """
    page.evaluate(_TYPE_AT, [text, gap_ms, start_ms])

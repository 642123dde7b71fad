"""A keyboard-wedge scanner on any keyboard layout: what it types."""

from __future__ import annotations

from verifier.keyboard_layouts import KEYS, Layout, layouts

__all__ = ["typed_on", "typed_with"]


def typed_on(name: str, text: str) -> str:
    """What a scanner types that means a text, on a layout of xkb (`de`, `de+caps`)."""
    return typed_with(next(each for each in layouts() if name in each.names), text)


def typed_with(layout: Layout, text: str) -> str:
    """What a scanner types that means a text."""
    return text.translate(dict(zip(map(ord, KEYS), layout.typed, strict=True)))

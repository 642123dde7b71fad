"""The three ways in which a client leaves a handwritten mark, and all that the client answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signing.handwriting import Typeface
    from signing.ink_trace import Trace

__all__ = ["ClientAnswers", "DrawnMark", "Mark", "PictureMark", "TypedMark", "sealed_strokes"]


@dataclass(frozen=True)
class TypedMark:
    """A name typed and set in a handwriting face."""

    name: str
    typeface: Typeface


@dataclass(frozen=True)
class DrawnMark:
    """A signature drawn by finger, pen or mouse."""

    trace: Trace
    strokes: bytes = b""  # how it was drawn, sealed for head office; empty unless that is wanted


@dataclass(frozen=True)
class PictureMark:
    """A signature photographed or uploaded, its background already removed."""

    png: bytes  # with transparency, as `signing.pictures.clean_signature` returns it


Mark = TypedMark | DrawnMark | PictureMark


@dataclass(frozen=True)
class ClientAnswers:
    """Everything one client gave at the ceremony."""

    values: Mapping[str, str]  # field key -> canonical value; "yes" or "" for a checkbox
    stamp_png: bytes | None  # with transparency, as `signing.pictures.clean_stamp` returns it
    mark: Mark


def sealed_strokes(mark: Mark) -> bytes:
    """How a signature was drawn, sealed for head office; empty where nothing of it is kept."""
    return mark.strokes if isinstance(mark, DrawnMark) else b""

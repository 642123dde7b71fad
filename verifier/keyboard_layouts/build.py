"""Makes layouts.json from Debian's xkb-data, read by libxkbcommon (Debian: libxkbcommon0).

    python -m verifier.keyboard_layouts.build > verifier/keyboard_layouts/layouts.json

The result is committed; this runs only when a newer xkb-data is to be taken in. A layout in which
two keys of KEYS type the same, or a key types nothing (a dead key), is left out. The script that it
writes plays no part: Ukrainian and Greek keyboards type a certificate's text as letters of theirs,
and each of these comes from one key.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from verifier.keyboard_layouts import KEYS

__all__ = ["build", "source"]

LISTED: Final = Path("/usr/share/X11/xkb/rules/evdev.lst")
"""Where xkb-data names its layouts."""
SHIFT: Final = 1
"""The bit of the modifier Shift in every xkb keymap."""
CAPS_LOCK: Final = 2
"""The bit of the modifier Lock."""
KEY_CODES: Final = range(10, 66)
"""The main block of a keyboard, from the digit 1 to the space bar; no keypad."""


class _Names(ctypes.Structure):
    """struct xkb_rule_names."""

    _fields_ = [  # ctypes wants a plain list
        (name, ctypes.c_char_p) for name in ("rules", "model", "layout", "variant", "options")
    ]


class _Xkb:
    """The few functions of libxkbcommon that are needed."""

    def __init__(self) -> None:
        library = ctypes.CDLL("libxkbcommon.so.0")
        self._keymap_of = library.xkb_keymap_new_from_names
        self._keymap_of.restype = ctypes.c_void_p
        self._keymap_of.argtypes = (ctypes.c_void_p, ctypes.POINTER(_Names), ctypes.c_int)
        self._state_of = library.xkb_state_new
        self._state_of.restype = ctypes.c_void_p
        self._state_of.argtypes = (ctypes.c_void_p,)
        self._set = library.xkb_state_update_mask
        self._set.argtypes = (ctypes.c_void_p, *[ctypes.c_uint32] * 6)
        self._typed = library.xkb_state_key_get_utf32
        self._typed.restype = ctypes.c_uint32
        self._typed.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
        library.xkb_context_new.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(library.xkb_context_new(0))

    def keys(self, layout: str, caps: int) -> dict[tuple[int, int], str] | None:
        """What each key types, by (key code, SHIFT or 0); None for a layout without a file."""
        names = _Names(b"evdev", b"pc105", layout.encode(), b"", b"")
        keymap = self._keymap_of(self._context, ctypes.byref(names), 0)
        if not keymap:
            return None
        state = self._state_of(keymap)
        typed = {}
        for shift in (0, SHIFT):
            self._set(state, shift, 0, caps, 0, 0, 0)
            for code in KEY_CODES:
                point = self._typed(state, code)
                typed[code, shift] = chr(point) if point else ""
        return typed


def build() -> list[dict[str, object]]:
    """The rows of the table."""
    xkb = _Xkb()
    plain = xkb.keys("us", 0) or {}
    key_of = {character: key for key, character in plain.items() if character in KEYS}
    rows: dict[str, list[str]] = {}
    for layout in _listed():
        alone = xkb.keys(layout, 0)
        if alone is None:
            continue
        for suffix, keys in (("", alone), ("+caps", xkb.keys(layout, CAPS_LOCK) or {})):
            typed = [keys[key_of[character]] for character in KEYS]
            if all(typed) and len(set(typed)) == len(KEYS):
                rows.setdefault("".join(typed), []).append(layout + suffix)
    return [{"names": names, "typed": typed} for typed, names in rows.items()]


def source() -> str:
    """The Debian package and its version."""
    asked = ["dpkg-query", "--show", "--showformat", "${Package} ${Version}", "xkb-data"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def _listed() -> Iterator[str]:
    """Names of all layouts, the US one first."""
    section = ""
    for line in LISTED.read_text(encoding="utf-8").splitlines():
        if line.startswith("!"):
            section = line
        elif section == "! layout" and line.strip():
            yield line.split()[0]


if __name__ == "__main__":
    table = {"source": f"Debian {source()}", "keys": KEYS, "layouts": build()}
    json.dump(table, sys.stdout, ensure_ascii=False, indent=1)
    print()

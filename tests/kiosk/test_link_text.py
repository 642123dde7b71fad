"""The QR code of a client's message."""

from __future__ import annotations

import hashlib

import pytest

from kiosk.link_text import link_hash_of

TOKEN = "Ab3_-" * 9


@pytest.mark.parametrize(
    "text",
    [
        f"https://office.example/m/{TOKEN}",
        f"HTTPS://OFFICE.EXAMPLE:8443/m/{TOKEN}",
        f" http://127.0.0.1:8700/m/{TOKEN}\r",
    ],
)
def test_only_the_hash_of_the_secret_part_is_used(text: str) -> None:
    assert link_hash_of(text) == hashlib.sha256(TOKEN.encode()).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        "",
        TOKEN,
        f"https://office.example/d/{TOKEN}",
        f"https://office.example/m/{TOKEN}/x",
        f"https://office.example/m/{TOKEN}?a",
        "https://office.example/m/short",
        "https://office.example/m/" + "a" * 600,
        "HTTPS://SYGNET.EXAMPLE/C#1234567890123456789012345",
    ],
)
def test_other_texts_have_none(text: str) -> None:
    assert link_hash_of(text) is None

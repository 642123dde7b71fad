"""verifier.token_text: the link that a QR code carries."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.errors import TokenError
from verifier.token_text import MAX_TEXT_CHARACTERS, read_token_text, token_text

TOKEN = b"\xd2\x84" + bytes(range(200))


@settings(max_examples=200)
@given(st.binary(max_size=1023), st.sampled_from(["A.PL", "SYGNET.EXAMPLE", "LOCALHOST:8700"]))
def test_text_gives_back_host_and_token(rest: bytes, host: str) -> None:
    token = b"\xd2" + rest
    assert read_token_text(token_text(host, token)) == (host, token)


def test_browsers_may_change_the_case_of_scheme_and_host() -> None:
    text = token_text("office.example", TOKEN)
    assert text.startswith("HTTPS://OFFICE.EXAMPLE/C#")
    changed = text.replace("HTTPS://OFFICE.EXAMPLE", "https://office.example")
    assert read_token_text(changed) == ("OFFICE.EXAMPLE", TOKEN)


@settings(max_examples=300)
@given(st.text(max_size=100))
def test_any_text_raises_nothing_but_token_errors(text: str) -> None:
    with pytest.raises(TokenError):
        read_token_text(text)
    with pytest.raises(TokenError):
        read_token_text("HTTPS://A.PL/C#" + text + "x")


def test_a_million_digits_are_refused_at_once() -> None:
    text = "HTTPS://A.PL/C#" + "1" * 1_000_000
    before = time.process_time()
    with pytest.raises(TokenError) as refused:
        read_token_text(text)
    assert refused.value.code == "text_too_long"
    assert time.process_time() - before < 0.05
    assert len(text) > MAX_TEXT_CHARACTERS


@pytest.mark.parametrize("host", ["", "-A.PL", "A PL", "Ą.PL", "A.PL/X", "A@B.PL", "A" * 101])
def test_a_host_that_would_not_fit_is_refused(host: str) -> None:
    with pytest.raises(TokenError) as refused:
        token_text(host, TOKEN)
    assert refused.value.code == "host_form"


def test_bytes_that_are_no_token_make_no_text() -> None:
    for token in (b"", b"\x00\x01", b"\xd2" * 1025):
        with pytest.raises(TokenError):
            token_text("A.PL", token)

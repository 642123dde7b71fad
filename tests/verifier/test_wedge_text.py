"""verifier.wedge_text: a scanner's text comes back whatever the keyboard layout is."""

from __future__ import annotations

import doctest
import json
import subprocess
import unicodedata
from contextlib import suppress
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.keyboards import typed_on, typed_with
from tests.vectors.sealed_pdf import NOW, Sealed
from tests.verifier.verdicts import assert_cannot_tell, assert_genuine
from verifier import wedge_text
from verifier.document import verify_text
from verifier.errors import TokenError
from verifier.keyboard_layouts import KEYS, Layout, build, layouts
from verifier.token_text import MAX_TEXT_CHARACTERS, read_token_text
from verifier.trust_list import TrustList
from verifier.wedge_text import readings, restore_wedge_text, undo_layout

HOST = "ABCDEFGHIJKLM.NOPQRSTUVWXYZ-0123456789.EXAMPLE:8443"
TEXT = f"HTTPS://{HOST}/C#{int.from_bytes(bytes([0xD2, *range(256)]), 'big')}"
EVERY = [(name, layout) for layout in layouts() for name in layout.names]


@pytest.mark.parametrize("layout", [layout for _, layout in EVERY], ids=[name for name, _ in EVERY])
def test_a_certificates_text_is_restored_from_every_layout(layout: Layout) -> None:
    assert restore_wedge_text(typed_with(layout, TEXT)) == TEXT


def test_the_table_has_all_sixty_one_latin_layouts_and_twenty_eight_of_other_scripts() -> None:
    capitals = slice(KEYS.index("A"), KEYS.index("Z") + 1)
    plain = {
        name: sum(unicodedata.name(each, "").startswith("LATIN") for each in layout.typed[capitals])
        for name, layout in EVERY
        if not name.endswith("+caps")
    }
    latin = {name for name, letters in plain.items() if letters >= 20}
    assert (len(latin), len(plain)) == (61, 89)
    assert {"us", "pl", "gb", "de", "fr", "cz", "hu", "lt", "it", "es", "se"} <= latin
    assert {"ua", "ru", "bg", "rs"} <= set(plain) - latin
    assert layouts()[0].typed == KEYS
    assert "pl" in layouts()[0].names


@pytest.mark.parametrize("host", ["SYGNET.EXAMPLE", "OFFICE.YZQWAM-XY.PL:8443", HOST])
def test_no_layout_lets_a_text_be_read_as_two_certificates(host: str, sealed: Sealed) -> None:
    text = sealed.text.replace("SYGNET.EXAMPLE", host)
    for layout in layouts():
        tokens = set()
        for reading in readings(typed_with(layout, text)):
            with suppress(TokenError):
                tokens.add(read_token_text(reading))
        assert tokens == {read_token_text(text)}, layout.names


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\t", " "])
def test_what_a_scanner_adds_at_the_end_is_dropped(ending: str, sealed: Sealed) -> None:
    for layout in layouts():
        assert restore_wedge_text(typed_with(layout, sealed.text) + ending) == sealed.text


def test_a_host_in_small_letters_is_restored(sealed: Sealed, trust: TrustList) -> None:
    small = sealed.text.replace("HTTPS://SYGNET.EXAMPLE", "https://sygnet.example")
    for layout in layouts():
        assert restore_wedge_text(typed_with(layout, small)) == small
    assert_genuine(verify_text(small, trust, NOW))


@pytest.mark.parametrize("name", ["us", "de", "fr+caps", "ua", "cz"])
def test_a_text_that_lost_or_doubled_a_key_is_refused(name: str, sealed: Sealed) -> None:
    typed = typed_on(name, sealed.text)
    for at in range(len("HTTPS://SYGNET.EXAMPLE/C#")):
        for damaged in (typed[:at] + typed[at + 1 :], typed[:at] + "?" + typed[at + 1 :]):
            if damaged == typed:  # some layouts type ? themselves
                continue
            with suppress(TokenError):
                host, token = read_token_text(restore_wedge_text(damaged))
                # only the host can lose a letter: it is not signed, and no list will hold it
                assert (host != "SYGNET.EXAMPLE", token) == (True, read_token_text(sealed.text)[1])
    with pytest.raises(TokenError) as refused:
        restore_wedge_text(typed[:-1] + "?")
    assert refused.value.code in {"token_framing", "not_a_certificate_text"}


def test_no_layout_types_two_characters_alike() -> None:
    for layout in layouts():
        assert len(layout.typed) == len(set(layout.typed)) == len(KEYS)


def test_the_table_is_what_the_script_makes_of_xkb_data() -> None:
    table = json.loads((files("verifier.keyboard_layouts") / "layouts.json").read_text("utf-8"))
    try:
        source = build.source()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("xkb-data is not installed here")
    if table["source"] != f"Debian {source}":
        pytest.skip(f"this machine has {source}, the table is of {table['source']}")
    assert table == {"source": f"Debian {source}", "keys": KEYS, "layouts": build.build()}


def test_a_restored_text_is_judged_as_the_code_itself(sealed: Sealed, trust: TrustList) -> None:
    scanned = typed_on("de", sealed.text)
    assert scanned.startswith("HTTPSÖ--")
    assert_cannot_tell(verify_text(scanned, trust, NOW), "not_a_certificate")
    assert_genuine(verify_text(restore_wedge_text(scanned), trust, NOW))


def test_the_line_end_that_a_scanner_adds_is_dropped() -> None:
    assert restore_wedge_text(f"{TEXT}\r\n") == TEXT


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_certificate_text"),
        ("5901234123457", "not_a_certificate_text"),
        ("https://example.com/menu", "not_a_certificate_text"),
        ("HTTPSÖ--EXAMPLE-MENU", "not_a_certificate_text"),
        ("Zażółć gęślą jaźń", "not_a_certificate_text"),
        ("HTTPSÖ==EXAMPLE-C§210", "not_a_certificate_text"),
        ("HTTPS://EXAMPLE/C#", "token_framing"),
        ("HTTPSÖ--EXAMPLE-C§", "token_framing"),
        ("HTTPSÖ--EXAMPLE-C§123", "token_framing"),
        ("HTTPSÖ--EXAMPLE-C§21o", "token_framing"),
        ("1" * (MAX_TEXT_CHARACTERS + 1), "text_too_long"),
    ],
)
def test_any_other_text_is_refused_with_a_code(text: str, code: str) -> None:
    with pytest.raises(TokenError) as refused:
        restore_wedge_text(text)
    assert refused.value.code == code
    assert refused.value.next_step


def test_a_damaged_text_is_still_undone_so_that_the_verdict_fits(trust: TrustList) -> None:
    damaged = undo_layout("HTTPSÖ--EXAMPLE-C§123")
    assert damaged == "HTTPS://EXAMPLE/C#123"
    assert_cannot_tell(verify_text(damaged, trust, NOW), "code_damaged")
    assert undo_layout(" something else ") == "something else"


@given(st.text(max_size=200) | st.text(alphabet="HTPSÖ:/-C#§0123456789.", max_size=80))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    try:
        restored = restore_wedge_text(text)
    except TokenError:
        restored = ""
    assert restored.upper().startswith("HTTPS://") or not restored
    assert undo_layout(text) is not None


@given(st.text(alphabet=KEYS, min_size=1, max_size=60), st.sampled_from(layouts()))
def test_every_text_of_our_characters_is_among_its_readings(text: str, layout: Layout) -> None:
    found = list(readings(typed_with(layout, text)))
    assert text in found
    assert all(first != second for first, second in pairwise(sorted(found)))


def test_the_example_in_its_docstring_runs() -> None:
    assert doctest.testmod(wedge_text).failed == 0


def test_the_table_ships_with_the_package_and_stays_small() -> None:
    assert Path(str(files("verifier.keyboard_layouts") / "layouts.json")).stat().st_size < 20_000

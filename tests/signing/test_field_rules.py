"""What may be written into a field, and in which form it is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.document_font import ALPHABET, document_font
from signing.errors import FieldRefused
from signing.field_rules import MAX_CHARACTERS, check_person_name, check_value
from signing.fields import FieldKind, FieldSpec, Placement


def spec(kind: FieldKind, *, required: bool = False) -> FieldSpec:
    return FieldSpec("key", kind, "Label", required, Placement(0, 0, 0, 300, 60))


@pytest.mark.parametrize(
    ("kind", "entered", "kept"),
    [
        (FieldKind.TEXT, "  Łódź ", "Łódź"),
        (FieldKind.TEXT, "Їжакевич Ґеоргій", "Їжакевич Ґеоргій"),
        (FieldKind.TEXT, "Ż".encode().decode() + "o\u0301", "Żó"),
        (FieldKind.TEXT, "a\u00a0b\u2011c", "a b-c"),
        (FieldKind.MULTILINE, "jeden \r\ndwa\rtrzy", "jeden\ndwa\ntrzy"),
        (FieldKind.DATE, "31.12.2026", "31.12.2026"),
        (FieldKind.DATE, "1.2.2026", "01.02.2026"),
        (FieldKind.DATE, "1-2-2026", "01.02.2026"),
        (FieldKind.DATE, "01/02/2026", "01.02.2026"),
        (FieldKind.DATE, "2026-02-01", "01.02.2026"),
        (FieldKind.DATE, "29.02.2024", "29.02.2024"),
        (FieldKind.NUMBER, "1234,5", "1234,5"),
        (FieldKind.NUMBER, "1 234 567,89", "1234567,89"),
        (FieldKind.NUMBER, "1.234.567,89", "1234567,89"),
        (FieldKind.NUMBER, "-12.5", "-12,5"),
        (FieldKind.NUMBER, "+7", "7"),
        (FieldKind.EMAIL, "Jan.Nowak@Example.COM", "Jan.Nowak@example.com"),
        (FieldKind.PHONE, "600123456", "+48 600 123 456"),
        (FieldKind.PHONE, "+48 (22) 123-45-67", "+48 221 234 567"),
        (FieldKind.PHONE, "0048 600 123 456", "+48 600 123 456"),
        (FieldKind.PHONE, "+380 44 123 45 67", "+380441234567"),
        (FieldKind.CHECKBOX, "yes", "yes"),
        (FieldKind.CHECKBOX, "", ""),
    ],
)
def test_a_value_is_kept_in_its_canonical_form(kind: FieldKind, entered: str, kept: str) -> None:
    assert check_value(spec(kind), entered) == kept
    assert check_value(spec(kind), kept) == kept


@pytest.mark.parametrize(
    ("kind", "entered", "code"),
    [
        (FieldKind.DATE, "31.02.2026", "not_a_date"),
        (FieldKind.DATE, "31.12.26", "not_a_date"),
        (FieldKind.DATE, "1.2-2026", "not_a_date"),
        (FieldKind.DATE, "jutro", "not_a_date"),
        (FieldKind.DATE, "0001-01-01", "not_a_date"),
        (FieldKind.NUMBER, "12,34,56", "not_a_number"),
        (FieldKind.NUMBER, "1 23", "not_a_number"),
        (FieldKind.NUMBER, "1e9", "not_a_number"),
        (FieldKind.NUMBER, "9" * 21, "not_a_number"),
        (FieldKind.EMAIL, "jan", "not_an_email"),
        (FieldKind.EMAIL, "jan@@example.com", "not_an_email"),
        (FieldKind.EMAIL, "jan@example", "not_an_email"),
        (FieldKind.EMAIL, ".jan@example.com", "not_an_email"),
        (FieldKind.EMAIL, "łukasz@example.com", "not_an_email"),
        (FieldKind.EMAIL, "a" * 65 + "@example.com", "not_an_email"),
        (FieldKind.PHONE, "12345", "not_a_phone"),
        (FieldKind.PHONE, "60012345", "not_a_phone"),
        (FieldKind.PHONE, "+48 zadzwoń", "not_a_phone"),
        (FieldKind.PHONE, "+1234567890123456", "not_a_phone"),
        (FieldKind.CHECKBOX, "no", "not_a_tick"),
        (FieldKind.TEXT, "😀", "unsupported_letters"),
        (FieldKind.TEXT, "שלום", "unsupported_letters"),
        (FieldKind.TEXT, "مرحبا", "unsupported_letters"),
        (FieldKind.TEXT, "漢字", "unsupported_letters"),
        (FieldKind.TEXT, "a\u202eb", "control_characters"),
        (FieldKind.TEXT, "a\u200bb", "control_characters"),
        (FieldKind.TEXT, "a\x00b", "control_characters"),
        (FieldKind.TEXT, "a\nb", "control_characters"),
        (FieldKind.TEXT, "a\tb", "control_characters"),
        (FieldKind.MULTILINE, "a\x1bb", "control_characters"),
        (FieldKind.TEXT, "x" * 201, "too_long"),
        (FieldKind.TEXT, "x" * 10_000_000, "too_long"),
        (FieldKind.MULTILINE, "x" * 2001, "too_long"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_code(
    kind: FieldKind, entered: str, code: str
) -> None:
    with pytest.raises(FieldRefused) as caught:
        check_value(spec(kind), entered)
    assert caught.value.code == code
    assert caught.value.next_step


@pytest.mark.parametrize("kind", list(FieldKind))
def test_only_a_required_field_must_be_filled(kind: FieldKind) -> None:
    assert check_value(spec(kind), "   ") == ""
    with pytest.raises(FieldRefused) as caught:
        check_value(spec(kind, required=True), "   ")
    assert caught.value.code == "required"


def test_a_name_gets_single_spaces() -> None:
    assert check_person_name("  Anna   Maria\u00a0Żółć ") == "Anna Maria Żółć"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "required"),
        ("x" * 300, "too_long"),
        ("Anna 😀", "unsupported_letters"),
        ("אנה", "unsupported_letters"),
        ("Anna\u202e", "control_characters"),
        ("12 34", "not_a_name"),
    ],
)
def test_a_name_that_is_none_is_refused(name: str, code: str) -> None:
    with pytest.raises(FieldRefused) as caught:
        check_person_name(name)
    assert caught.value.code == code


def test_every_allowed_letter_can_be_drawn() -> None:
    assert document_font().can_write("".join(ALPHABET))


@given(st.sampled_from(list(FieldKind)), st.text(max_size=300))
def test_any_text_is_kept_or_refused_and_what_is_kept_stays(kind: FieldKind, text: str) -> None:
    try:
        kept = check_value(spec(kind), text)
    except FieldRefused:
        return
    assert len(kept) <= MAX_CHARACTERS[kind] + 10
    assert check_value(spec(kind), kept) == kept
    assert document_font().can_write(kept.replace("\n", ""))


@pytest.mark.parametrize(
    ("width", "height", "fits"),
    [(300, 20, True), (60, 12, False), (14, 3, True)],
    ids=["roomy", "no room for so much", "no room for anything"],
)
def test_a_value_that_could_not_be_read_on_the_page_is_too_long(
    width: float, height: float, fits: bool
) -> None:
    spec = FieldSpec("key", FieldKind.TEXT, "Label", True, Placement(0, 0, 0, width, height))
    words = "Kraków, ul. Świętokrzyska 5, mieszkanie 12"
    if fits:
        assert check_value(spec, words) == words
        return
    with pytest.raises(FieldRefused) as caught:
        check_value(spec, words)
    assert caught.value.code == "too_long"

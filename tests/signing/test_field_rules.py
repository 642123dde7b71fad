"""What may be written into a field, and in which form it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import numdb

from signing.document_font import ALPHABET, document_font
from signing.errors import FieldRefused
from signing.field_rules import (
    MAX_CHARACTERS,
    check_field,
    check_person_name,
    check_value,
    initials_of,
    settled,
)
from signing.fields import FieldKind, FieldSpec, Placement
from signing.value_forms import printed, typed


def spec(kind: FieldKind, *, required: bool = False) -> FieldSpec:
    return FieldSpec(
        "key",
        kind,
        "Label",
        required,
        Placement(0, 0, 0, 300, 60),
        options=("gotówką", "przelewem") if kind is FieldKind.CHOICE else (),
        currency="PLN" if kind is FieldKind.MONEY else "",
    )


@pytest.mark.parametrize(
    ("kind", "entered", "kept"),
    [
        (FieldKind.TEXT, "  Łódź ", "Łódź"),
        (FieldKind.TEXT, "Їжакевич Ґеоргій", "Їжакевич Ґеоргій"),
        (FieldKind.TEXT, "Ż".encode().decode() + "o\u0301", "Żó"),
        (FieldKind.TEXT, "a\u00a0b\u2011c", "a b-c"),
        (FieldKind.TEXT, "a\tb\u2003c", "a b c"),
        (FieldKind.TEXT, "ﬁrma\u00ad 5″ × 3′", "firma 5\" × 3'"),
        (FieldKind.TEXT, "\ufeffJan\u200b", "Jan"),
        (FieldKind.MULTILINE, "jeden \r\ndwa\rtrzy", "jeden\ndwa\ntrzy"),
        (FieldKind.MULTILINE, "jeden\u2028dwa", "jeden\ndwa"),
        (FieldKind.DATE, "1 stycznia 2026 r.", "2026-01-01"),
        (FieldKind.DATE, "1 sty 2026", "2026-01-01"),
        (FieldKind.DATE, "3. März 2026", "2026-03-03"),
        (FieldKind.DATE, "1 січня 2026 р.", "2026-01-01"),
        (FieldKind.DATE, "31 December 2026", "2026-12-31"),
        (FieldKind.DATE, "Feb 1st, 2026", "2026-02-01"),
        (FieldKind.DATE, "2026/02/01", "2026-02-01"),
        (FieldKind.DATE, "31.12.2200", "2200-12-31"),
        (FieldKind.DATE, "31.12.2026", "2026-12-31"),
        (FieldKind.DATE, "1.2.2026", "2026-02-01"),
        (FieldKind.DATE, "1-2-2026", "2026-02-01"),
        (FieldKind.DATE, "01/02/2026", "2026-02-01"),
        (FieldKind.DATE, "2026-02-01", "2026-02-01"),
        (FieldKind.DATE, "1. 2. 2026 r.", "2026-02-01"),
        (FieldKind.DATE, "01022026", "2026-02-01"),
        (FieldKind.DATE, "20260201", "2026-02-01"),
        (FieldKind.DATE, "20112012", "2012-11-20"),
        (FieldKind.DATE, "29.02.2024", "2024-02-29"),
        (FieldKind.NUMBER, "1234,5", "1234.5"),
        (FieldKind.NUMBER, "1 234 567,89", "1234567.89"),
        (FieldKind.NUMBER, "1.234.567,89", "1234567.89"),
        (FieldKind.NUMBER, "1,234,567.89", "1234567.89"),
        (FieldKind.NUMBER, "0.10", "0.10"),
        (FieldKind.NUMBER, "-0,0", "0.0"),
        (FieldKind.NUMBER, "+7", "7"),
        (FieldKind.EMAIL, "Jan.Nowak@Example.COM", "Jan.Nowak@example.com"),
        (FieldKind.PHONE, "600123456", "+48600123456"),
        (FieldKind.PHONE, "+48 (22) 123-45-67", "+48221234567"),
        (FieldKind.PHONE, "0048 600 123 456", "+48600123456"),
        (FieldKind.PHONE, "\u202a+48 600 123 456\u202c", "+48600123456"),
        (FieldKind.PHONE, "tel. 600–123–456", "+48600123456"),
        (FieldKind.PHONE, "tel:+48600123456", "+48600123456"),
        (FieldKind.PHONE, "+48 (0) 22 123 45 67", "+48221234567"),
        (FieldKind.EMAIL, "mailto:jan@x.pl", "jan@x.pl"),
        (FieldKind.EMAIL, "Jan Nowak <jan@x.pl>", "jan@x.pl"),
        (FieldKind.NUMBER, "1’234,5", "1234.5"),
        (FieldKind.MONEY, "1234,-", "1234.00"),
        (FieldKind.MONEY, "1234,-- zł", "1234.00"),
        (FieldKind.MONEY, "5 zl", "5.00"),
        (FieldKind.PESEL, "PESEL: 44051401359", "44051401359"),
        (FieldKind.NIP, "NIP 526–000–12–46", "5260001246"),
        (
            FieldKind.IBAN,
            "IBAN: PL61 1090 1014 0000 0712 1981 2874",
            "PL61109010140000071219812874",
        ),
        (FieldKind.IBAN, "BE68 5390 0754 7034", "BE68539007547034"),
        (FieldKind.PHONE, "+380 44 123 45 67", "+380441234567"),
        (FieldKind.MONEY, "1 234,5", "1234.50"),
        (FieldKind.MONEY, "1.234,50 zł", "1234.50"),
        (FieldKind.MONEY, "PLN 007", "7.00"),
        (FieldKind.MONEY, "123456789012345,67", "123456789012345.67"),
        (FieldKind.MONEY, "0,1", "0.10"),
        (FieldKind.PESEL, "440514 01359", "44051401359"),
        (FieldKind.PESEL, "02211307589", "02211307589"),
        (FieldKind.NIP, "PL 526-000-12-46", "5260001246"),
        (FieldKind.IBAN, "61 1090 1014 0000 0712 1981 2874", "PL61109010140000071219812874"),
        (FieldKind.IBAN, "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        (FieldKind.IBAN, "GB29-NWBK-6016-1331-9268-19", "GB29NWBK60161331926819"),
        (FieldKind.IBAN, "MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
        (FieldKind.IBAN, "UA213223130000026007233566001", "UA213223130000026007233566001"),
        (FieldKind.CHOICE, " przelewem ", "przelewem"),
        (FieldKind.INITIALS, " ŁŻ ", "ŁŻ"),
        (FieldKind.INITIALS, "Ґ.Ї.", "Ґ.Ї."),
        (FieldKind.TEXT, "=SUM(A1)", "=SUM(A1)"),
        (FieldKind.TEXT, "(a) \\ [b] <c> /d %e", "(a) \\ [b] <c> /d %e"),
        (FieldKind.CHECKBOX, "yes", "yes"),
        (FieldKind.CHECKBOX, "", ""),
    ],
)
def test_a_value_is_kept_in_its_canonical_form(kind: FieldKind, entered: str, kept: str) -> None:
    assert check_value(spec(kind), entered) == kept
    assert check_value(spec(kind), kept) == kept


@pytest.mark.parametrize(
    ("kind", "entered", "kept"),
    [
        (FieldKind.NUMBER, "-1 234,5", "-1234.5"),
        (FieldKind.NUMBER, "−7", "-7"),
        (FieldKind.NUMBER, "-0", "0"),
        (FieldKind.MONEY, "-1 234,5", "-1234.50"),
        (FieldKind.MONEY, "- 5 zł", "-5.00"),
        (FieldKind.MONEY, "-PLN 5", "-5.00"),
        (FieldKind.MONEY, "PLN -5", "-5.00"),
        (FieldKind.MONEY, "-0,00", "0.00"),
        (FieldKind.MONEY, "+5", "5.00"),
    ],
)
def test_a_number_is_below_zero_where_its_field_allows_it(
    kind: FieldKind, entered: str, kept: str
) -> None:
    field = replace(spec(kind), negative=True)
    assert check_value(field, entered) == kept
    assert check_value(field, kept) == kept
    assert check_value(field, typed(field, kept, "de"), "de") == kept
    assert check_value(field, printed(field, kept, "en"), "en") == kept


@pytest.mark.parametrize("entered", ["--5", "5-", "-- 5 zł", "-zł", "+-5", "- -5"])
def test_a_sign_that_makes_no_sense_is_no_amount(entered: str) -> None:
    with pytest.raises(FieldRefused, match="not_an_amount"):
        check_value(replace(spec(FieldKind.MONEY), negative=True), entered)


def test_what_head_office_suggests_is_settled_in_its_canonical_form() -> None:
    day = replace(spec(FieldKind.DATE), suggested="1.2.2026")
    assert settled(day, "pl") == replace(day, suggested="2026-02-01")
    fixed = replace(spec(FieldKind.DATE), fixed="1.2.2026")
    assert settled(fixed, "pl") == replace(fixed, fixed="2026-02-01")
    asked = spec(FieldKind.DATE)
    assert settled(asked, "pl") == asked
    with pytest.raises(FieldRefused, match="no_such_day"):
        settled(replace(day, suggested="30.2.2026"), "pl")
    with pytest.raises(FieldRefused, match="required"):
        settled(replace(day, suggested=" "), "pl")


@pytest.mark.parametrize(
    ("kind", "entered", "code"),
    [
        (FieldKind.DATE, "31.02.2026", "no_such_day"),
        (FieldKind.DATE, "31.12.26", "date_year"),
        (FieldKind.DATE, "1.2-2026", "not_a_date"),
        (FieldKind.DATE, "jutro", "not_a_date"),
        (FieldKind.DATE, "0001-01-01", "date_out_of_range"),
        (FieldKind.NUMBER, "12,34,56", "not_a_number"),
        (FieldKind.NUMBER, "1 23", "not_a_number"),
        (FieldKind.NUMBER, "1e9", "not_a_number"),
        (FieldKind.NUMBER, "9" * 21, "number_too_long"),
        (FieldKind.MONEY, "-5", "below_zero"),
        (FieldKind.MONEY, "-", "not_an_amount"),
        (FieldKind.NUMBER, "-12.5", "below_zero"),
        (FieldKind.NUMBER, "−12,5", "below_zero"),
        (FieldKind.MONEY, "5 EUR", "not_an_amount"),
        (FieldKind.MONEY, "1.234", "amount_decimals"),
        (FieldKind.MONEY, "1" * 16, "amount_too_large"),
        (FieldKind.PESEL, "4405140135", "pesel_length"),
        (FieldKind.PESEL, "4405140135X", "pesel_digits"),
        (FieldKind.PESEL, "٤٤٠٥١٤٠١٣٥٩", "right_to_left"),
        (FieldKind.PESEL, "44051401358", "pesel_check"),
        (FieldKind.PESEL, "44150100009", "pesel_date"),
        (FieldKind.NIP, "526000124", "nip_length"),
        (FieldKind.NIP, "DE5260001246", "nip_digits"),
        (FieldKind.NIP, "5260001247", "nip_check"),
        (FieldKind.NIP, "0000000000", "nip_check"),
        (FieldKind.IBAN, "PL01446962913702858733577365", "iban_check"),
        (FieldKind.IBAN, "PL99954555016440874075679883", "iban_check"),
        (FieldKind.DATE, "30 lutego 2026", "no_such_day"),
        (FieldKind.DATE, "1 foo 2026", "not_a_date"),
        (FieldKind.DATE, "29.02.2023", "no_such_day"),
        (FieldKind.DATE, "31.12.9999", "date_out_of_range"),
        (FieldKind.IBAN, "12345", "iban_form"),
        (FieldKind.IBAN, "XX61109010140000071219812874", "iban_country"),
        (FieldKind.IBAN, "PL6110901014000007121981287", "iban_length"),
        (FieldKind.IBAN, "PL61109010140000071219812875", "iban_check"),
        (FieldKind.IBAN, "GB29123460161331926819", "iban_check"),
        (FieldKind.CHOICE, "kartą", "not_an_option"),
        (FieldKind.INITIALS, "A1", "not_initials"),
        (FieldKind.INITIALS, "...", "not_initials"),
        (FieldKind.EMAIL, "jan", "email_at"),
        (FieldKind.EMAIL, "jan@@example.com", "email_at"),
        (FieldKind.EMAIL, "jan@example", "not_an_email"),
        (FieldKind.EMAIL, ".jan@example.com", "not_an_email"),
        (FieldKind.EMAIL, "łukasz@example.com", "email_letters"),
        (FieldKind.EMAIL, "jan nowak@example.com", "email_letters"),
        (FieldKind.EMAIL, "a" * 65 + "@example.com", "not_an_email"),
        (FieldKind.PHONE, "12345", "phone_short"),
        (FieldKind.PHONE, "60012345", "phone_short"),
        (FieldKind.PHONE, "+48 zadzwoń", "not_a_phone"),
        (FieldKind.PHONE, "+1234567890123456", "phone_long"),
        (FieldKind.PHONE, "+999 600 100 200", "phone_country"),
        (FieldKind.PHONE, "0671234567", "phone_long"),
        (FieldKind.CHECKBOX, "no", "not_a_tick"),
        (FieldKind.TEXT, "😀", "unsupported_letters"),
        (FieldKind.TEXT, "שלום", "right_to_left"),
        (FieldKind.TEXT, "مرحبا", "right_to_left"),
        (FieldKind.TEXT, "漢字", "unsupported_letters"),
        (FieldKind.TEXT, "a\u202eb", "control_characters"),
        (FieldKind.TEXT, "a\u200bb", "control_characters"),
        (FieldKind.TEXT, "a\x00b", "control_characters"),
        (FieldKind.TEXT, "a\nb", "control_characters"),
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
        ("אנה", "right_to_left"),
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
    [(300, 20, True), (60, 12, False), (8, 8, False), (14, 3, False)],
    ids=["roomy", "no room for so much", "room for a letter", "no room for anything"],
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
    assert caught.value.code == "no_room"


def test_an_accent_without_a_letter_is_named_with_the_letter_below_it() -> None:
    with pytest.raises(FieldRefused) as caught:
        check_value(spec(FieldKind.TEXT), "Хе\u0301й 漢漢")
    assert caught.value.details["letters"] == "е\u0301 漢"


def test_the_details_say_how_many_digits_there_are_and_should_be() -> None:
    with pytest.raises(FieldRefused) as caught:
        check_value(spec(FieldKind.PESEL), "440514")
    assert caught.value.details == {"needed": "11", "count": "6"}


@pytest.mark.parametrize("country", [prefix[2] for prefix in numdb.get("iban").prefixes])
def test_every_country_with_account_numbers_has_its_own_length(country: str) -> None:
    with pytest.raises(FieldRefused) as caught:
        check_value(spec(FieldKind.IBAN), country + "00" + "1" * 9)
    assert caught.value.code == "iban_length"
    assert caught.value.details["country"] == country


def test_a_fixed_value_is_checked_like_any_other() -> None:
    fixed = replace(spec(FieldKind.DATE), fixed="31.02.2026")
    with pytest.raises(FieldRefused) as caught:
        check_field(fixed, "pl")
    assert caught.value.code == "no_such_day"
    assert check_field(replace(fixed, fixed="1.2.2026"), "pl") == "2026-02-01"
    with pytest.raises(FieldRefused, match="required"):
        check_field(replace(fixed, fixed=" "), "pl")


def test_a_fixed_tick_may_be_missing() -> None:
    assert check_field(replace(spec(FieldKind.CHECKBOX), fixed=""), "pl") == ""
    assert check_field(replace(spec(FieldKind.CHECKBOX), fixed="yes"), "pl") == "yes"


@pytest.mark.parametrize(
    ("option", "code"), [("漢", "unsupported_letters"), ("słowo " * 13 + "x", "no_room")]
)
def test_an_option_that_cannot_be_drawn_is_refused(option: str, code: str) -> None:
    choice = replace(
        spec(FieldKind.CHOICE), options=("a", option), placement=Placement(0, 0, 0, 60, 12)
    )
    with pytest.raises(FieldRefused) as caught:
        check_field(choice, "pl")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Łucja Żółkiewska", "ŁŻ"),
        ("Anna Maria Nowak-Ćwik", "AMNĆ"),
        ("ґалина їжак", "ҐЇ"),
        ("ნინო ჯავახიშვილი", "ნჯ"),
        ("", ""),
    ],
)
def test_initials_are_the_first_letters_of_a_name(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_line_ends_of_a_browser_do_not_count_twice() -> None:
    lines = "\r\n".join(["x" * 8] * 200)
    roomy = replace(spec(FieldKind.MULTILINE), placement=Placement(0, 0, 0, 500, 2000))
    assert check_value(roomy, lines) == lines.replace("\r\n", "\n")


def test_a_letter_fits_into_a_box_for_a_letter() -> None:
    box = replace(spec(FieldKind.TEXT), placement=Placement(0, 0, 0, 8, 8))
    assert check_value(box, "X") == "X"

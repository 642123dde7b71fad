"""Numbers, contacts, layouts and settings: small rules with many cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.contacts import checked_contact, masked_contact
from office.errors import Refused
from office.layout import Layout
from office.numbers import check_digit, is_short_number
from office.settings import read_settings
from office.words import gsm7
from signing.fields import FieldKind, FieldSpec, Placement
from signing.page_geometry import PageSize

SIX = st.text("0123456789", min_size=6, max_size=6)


@given(SIX)
def test_a_short_number_with_its_check_digit_is_one(digits: str) -> None:
    assert is_short_number(digits + check_digit(digits))


@given(SIX, st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(digits: str, place: int, by: int) -> None:
    number = digits + check_digit(digits)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert not is_short_number(wrong)


@pytest.mark.parametrize("text", ["", "123", "12345678", "123456x", "١٢٣٤٥٦٧"])
def test_other_texts_are_no_short_numbers(text: str) -> None:
    assert not is_short_number(text)


@pytest.mark.parametrize(
    ("typed", "channel", "contact", "masked"),
    [
        ("600 100 200", "sms", "+48600100200", "+48 *** *** 200"),
        ("+48 600-100-200", "sms", "+48600100200", "+48 *** *** 200"),
        ("0048600100200", "sms", "+48600100200", "+48 *** *** 200"),
        ("+380 44 123 4567", "sms", "+380441234567", "+38 *** *** 567"),
        (" anna@example.com ", "email", "anna@example.com", "a***@example.com"),
    ],
)
def test_contacts_come_into_one_form(typed: str, channel: str, contact: str, masked: str) -> None:
    assert checked_contact(typed) == (channel, contact)
    assert masked_contact(channel, contact) == masked


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12",
        "abc",
        "+0123456789",
        "a@b@c",
        "a b@c.pl",
        "<a@b.pl>",
        "x@y.pl\nBcc: z@q.pl",
        "a\x00@b.pl",
        "a\u202e@b.pl",
        "ą@b.pl",
        "a@żółw.pl",
        "+48\u0661\u0662\u0663456789",
    ],
)
def test_what_is_no_contact_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        checked_contact(typed)


def test_letters_of_other_languages_lose_their_marks_in_an_sms() -> None:
    assert gsm7("Tomáš Řezníček, Őri utca") == "Tomas Reznicek, Ori utca"
    assert gsm7("Łódź, Żółć – „Ähre“") == 'Lodz, Zolc - "Ähre"'


@given(st.text(max_size=300))
def test_sms_text_never_leaves_gsm7(text: str) -> None:
    assert gsm7(gsm7(text)) == gsm7(text)
    assert gsm7(text).encode("utf-8", "strict") is not None


COORDINATES = st.floats(0, 300, allow_nan=False)
SIDES = st.floats(70, 200, allow_nan=False)
PLACES = st.builds(Placement, st.integers(0, 3), COORDINATES, COORDINATES, SIDES, SIDES)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True).filter(lambda key: key != "stamp")


@st.composite
def some_field(draw: st.DrawFn) -> FieldSpec:
    """A field of any kind, with what its kind needs."""
    kind = draw(st.sampled_from(FieldKind))
    return FieldSpec(
        key=draw(KEYS),
        kind=kind,
        label="Imię",
        required=draw(st.booleans()),
        placement=draw(PLACES),
        options=("tak", "nie") if kind is FieldKind.CHOICE else (),
        currency="PLN" if kind is FieldKind.MONEY else "",
    )


LAYOUTS = st.builds(
    Layout,
    fields=st.lists(some_field(), max_size=5, unique_by=lambda field: field.key).map(tuple),
    signature=st.none() | PLACES,
    stamp=st.none() | PLACES,
    director_signature=st.none() | PLACES,
)


@given(LAYOUTS)
def test_a_layout_comes_back_from_json_in_whole_points(layout: Layout) -> None:
    written = layout.to_json()
    pages = tuple(PageSize(600, 600) for _ in range(4))
    assert Layout.from_json(written, pages).to_json() == written
    signature = written["signature"]
    assert signature is None or all(isinstance(value, int) for value in signature.values())


def test_settings_come_from_the_environment_and_the_command_line_wins() -> None:
    environment = {"SYGNET_OFFICE_PORT": "9000", "SYGNET_OFFICE_SMTP_TLS": "yes", "OTHER": "1"}
    settings = read_settings(environment, data_folder=Path("x"), port=None)
    assert (settings.port, settings.smtp_tls) == (9000, True)
    assert settings.public_url == "http://127.0.0.1:9000"
    assert read_settings(environment, port=9100).port == 9100
    assert not settings.secure_cookies
    assert read_settings({}, public_url="https://a.example/").public_url == "https://a.example"
    assert read_settings({}, public_url="https://office.example").secure_cookies


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "99999"),
        ("PORT", "9" * 5000),
        ("SMTP_TLS", "maybe"),
        ("PUBLIC_URL", "x"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://żółw.pl"),
        ("PUBLIC_URL", "https://[x"),
        ("TIMEZONE", "Mars/Olympus"),
        ("TIMEZONE", "../etc/passwd"),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_settings({f"SYGNET_OFFICE_{name}": value})
    assert refusal.value.code == "bad_setting"
    assert name in refusal.value.sentence


def test_secrets_do_not_show_in_a_settings_repr() -> None:
    settings = read_settings(
        {"SYGNET_OFFICE_SMTP_PASSWORD": "hush-1", "SYGNET_OFFICE_SMS_TOKEN": "hush-2"}
    )
    assert "hush" not in repr(settings)

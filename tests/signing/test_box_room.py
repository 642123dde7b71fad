"""A box has room for what its kind may hold, or head office is told before anybody is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.box_room import LONGEST, Room, box_room, check_box
from signing.document_font import document_font
from signing.errors import FieldRefused, PlanRefused
from signing.field_rules import check_value
from signing.fields import ClientPlan, FieldKind, FieldSpec, Placement
from signing.normalise import normalise
from signing.prepare import prepare
from signing.value_forms import printed
from signing.value_layout import READABLE, inner_room, lay_out_value
from tests.signing import inputs
from tests.signing.house import CLIENT, NOW, plain_plan

LANGUAGES = ("pl", "en", "de", "uk")
LONG_VALUES = {
    FieldKind.PESEL: ("44051401359",),
    FieldKind.NIP: ("526-000-12-46",),
    FieldKind.DATE: ("30.9.2026", "2.11.2200"),
    FieldKind.PHONE: ("+49 1512 3456 7890", "+4366412345678", "+43 720 8801 234567"),
    FieldKind.IBAN: (
        "PL61 1090 1014 0000 0712 1981 2874",
        "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
        "LC55 HEMM 0001 0001 0012 0012 0002 3015",
    ),
}


def spec(kind: FieldKind, width: float, height: float) -> FieldSpec:
    return FieldSpec(
        "key",
        kind,
        "Label",
        True,
        Placement(0, 40, 40, width, height),
        options=("gotówką", "przelewem na rachunek") if kind is FieldKind.CHOICE else (),
        currency="PLN" if kind is FieldKind.MONEY else "",
        negative=kind is FieldKind.MONEY,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(FieldKind))
def test_a_line_of_the_usual_size_has_room_and_a_speck_has_none(
    kind: FieldKind, language: str
) -> None:
    height = 64 if kind is FieldKind.MULTILINE else 20
    assert box_room(spec(kind, 180, height), language) is Room.AMPLE
    assert box_room(spec(kind, 5, 5), language) is Room.TOO_SMALL


@given(
    st.sampled_from(sorted(LONG_VALUES)),
    st.floats(8, 250),
    st.floats(8, 40),
    st.sampled_from(LANGUAGES),
)
def test_a_box_that_is_not_too_small_takes_every_legal_value(
    kind: FieldKind, width: float, height: float, language: str
) -> None:
    field = spec(kind, width, height)
    if box_room(field, language) is Room.TOO_SMALL:
        return
    for value in LONG_VALUES[kind]:
        text = printed(field, check_value(field, value, language), language)
        laid = lay_out_value(text, kind, document_font(), inner_room(width, height))
        assert laid.size >= READABLE


def test_the_samples_are_the_longest_values() -> None:
    font = document_font()
    for kind, values in LONG_VALUES.items():
        field = spec(kind, 500, 60)
        longest = LONGEST[kind]
        if kind is not FieldKind.PHONE:
            longest = printed(field, longest, "en")
        for value in values:
            shown = printed(field, check_value(field, value, "en"), "en")
            assert font.width(shown, 10) <= font.width(longest, 10)


def test_free_text_is_warned_of_before_it_is_refused() -> None:
    text = [box_room(spec(FieldKind.TEXT, width, 14), "pl") for width in (8, 40, 180)]
    assert text == [Room.TOO_SMALL, Room.TIGHT, Room.AMPLE]
    lines = [box_room(spec(FieldKind.MULTILINE, 180, height), "pl") for height in (8, 16, 40)]
    assert lines == [Room.TOO_SMALL, Room.TIGHT, Room.AMPLE]


def test_what_head_office_fixed_needs_room_for_itself_alone() -> None:
    fixed = FieldSpec("key", FieldKind.TEXT, "Label", True, Placement(0, 0, 0, 20, 12), fixed="7")
    check_box(fixed, "pl")
    assert box_room(fixed, "pl") is Room.AMPLE


@pytest.mark.parametrize("kind", list(FieldKind))
def test_a_document_whose_box_is_too_small_is_not_prepared(kind: FieldKind) -> None:
    tiny = spec(kind, 5, 5)
    if kind is not FieldKind.CHOICE:  # whose options are refused one by one
        with pytest.raises(FieldRefused, match="box_too_small"):
            check_box(tiny, "pl")
    plan = plain_plan()
    client = ClientPlan(CLIENT, (tiny,), None, None)
    document = normalise(inputs.blank())
    with pytest.raises(PlanRefused, match="bad_field") as caught:
        prepare(
            document, type(plan)(**{**vars(plan), "clients": (client,)}), NOW - timedelta(hours=4)
        )
    assert "Enlarge the box" in caught.value.next_step

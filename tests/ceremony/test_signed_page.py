"""The preview of the page that will carry the signature."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing.ceremony.desk import CeremonyDocument
from signing.ceremony.page_pictures import Places
from signing.ceremony.progress import Progress, StampChoice
from signing.ceremony.signed_page import SignedPage, signed_page
from signing.fields import ClientPlan, FieldKind, FieldSpec, Placement
from tests.ceremony.memory_desk import DOCUMENT_ID, MemoryDesk

A4 = (595.0, 842.0)
SPOT = Placement(1, 100, 200, 150, 20)


@pytest.fixture
def document(desk: MemoryDesk) -> CeremonyDocument:
    """A document whose client fills a line, several lines and a box, and stamps it."""
    kinds = (FieldKind.TEXT, FieldKind.MULTILINE, FieldKind.CHECKBOX)
    fields = tuple(FieldSpec(kind.value, kind, kind.value, False, SPOT) for kind in kinds)
    client = ClientPlan("Anna", fields, SPOT, SPOT)
    document = desk.document(DOCUMENT_ID.hex())
    return replace(document, plan=replace(document.plan, clients=(client,)))


PLACES: Places = {
    "Client1": (SPOT, A4),
    "Fill1.text": (SPOT, A4),
    "Fill1.multiline": (Placement(1, 100, 300, 100, 60), A4),
    "Fill1.checkbox": (Placement(1, 50, 50, 12, 12), A4),
    "Fill1.stamp": (Placement(1, 300, 100, 120, 60), A4),
}


def shown(document: CeremonyDocument, places: Places, **values: str) -> SignedPage:
    progress = Progress(DOCUMENT_ID.hex(), values=values, stamp=StampChoice.GIVEN)
    page = signed_page(places, document, progress)
    assert page is not None
    return page


def test_y_is_counted_from_the_top_as_on_a_screen(document: CeremonyDocument) -> None:
    page = shown(document, PLACES)
    assert page.page == 2
    assert page.mark is not None
    assert (page.mark.x, page.mark.y) == (100, 842 - 220)


def test_long_values_are_set_smaller_and_many_words_are_wrapped(
    document: CeremonyDocument,
) -> None:
    page = shown(document, PLACES, text="x" * 60, multiline="some words " * 12 + "\nnew line")
    line, lines = page.values
    assert line.size < 11
    assert "".join(line.lines) == "x" * 60
    assert len(lines.lines) > 3
    assert lines.lines[-1] == "new line"
    assert lines.baseline - lines.size > lines.box.y


def test_a_ticked_box_is_ticked_and_an_empty_value_is_nothing(document: CeremonyDocument) -> None:
    page = shown(document, PLACES, text="", checkbox="yes")
    assert [value.tick for value in page.values] == [True]


def test_the_stamp_is_shown_only_when_it_was_given(document: CeremonyDocument) -> None:
    assert shown(document, PLACES).stamp is not None
    without = Progress(DOCUMENT_ID.hex(), stamp=StampChoice.OPEN)
    page = signed_page(PLACES, document, without)
    assert page is not None
    assert page.stamp is None


def test_what_stands_on_other_pages_is_not_shown_here(document: CeremonyDocument) -> None:
    elsewhere = {**PLACES, "Fill1.text": (replace(SPOT, page=0), A4)}
    assert shown(document, elsewhere, text="Żółw").values == ()


def test_a_document_without_a_spot_for_the_signature_has_no_preview(
    document: CeremonyDocument,
) -> None:
    assert signed_page({}, document, Progress(DOCUMENT_ID.hex())) is None

"""Pages as pictures and words, and where the form fields stand."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from signing.ceremony.page_pictures import PagePictures, PageRefused, widget_places
from signing.fields import client_field, fill_field, stamp_field
from tests.ceremony.conftest import STAMPED
from tests.ceremony.memory_desk import pages_of, sample_named, signed_by_director


@pytest.fixture
def pdf() -> bytes:
    """A contract that waits for its client."""
    return signed_by_director(STAMPED)


def test_a_page_is_as_wide_as_asked(pdf: bytes) -> None:
    for width in (1240, 1860):
        picture = Image.open(io.BytesIO(PagePictures().jpeg(pdf, "a", 1, width)))
        assert picture.format == "JPEG"
        assert abs(picture.width - width) <= 1


def test_what_is_kept_is_not_drawn_again_until_it_is_forgotten(pdf: bytes) -> None:
    loads: list[int] = []

    def load() -> bytes:
        loads.append(1)
        return pdf

    pictures = PagePictures()
    first = pictures.jpeg(load, "a", 1, 1240)
    assert pictures.jpeg(load, "a", 1, 1240) == first
    assert len(loads) == 1
    pictures.forget()
    pictures.jpeg(load, "a", 1, 1240)
    assert len(loads) == 2


@pytest.mark.parametrize("page", [0, -2, 999])
def test_a_page_that_is_not_there_is_refused(pdf: bytes, page: int) -> None:
    with pytest.raises(PageRefused) as refused:
        PagePictures().jpeg(pdf, "a", page, 1240)
    assert refused.value.code == "no_such_page"
    with pytest.raises(PageRefused):
        PagePictures().text(pdf, "a", page)


@pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDF-1.7\n1 0 obj\n<<"])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(PageRefused) as refused:
        PagePictures().jpeg(data, "a", 1, 1240)
    assert refused.value.code == "page_unreadable"
    with pytest.raises(PageRefused):
        PagePictures().text(data, "a", 1)
    with pytest.raises(PageRefused):
        widget_places(data)


def test_every_field_is_found_where_the_plan_put_it(pdf: bytes) -> None:
    places = widget_places(pdf)
    client = sample_named(STAMPED).client
    assert client.signature is not None
    found, size = places[client_field(0)]
    assert found.page == client.signature.page
    assert found.x == pytest.approx(client.signature.x, abs=1)
    assert found.y == pytest.approx(client.signature.y, abs=1)
    assert size[1] > size[0]
    assert {fill_field(0, spec.key) for spec in client.fields} <= set(places)
    assert stamp_field(0) in places
    assert places["Seal"][0].page == pages_of(STAMPED) - 1

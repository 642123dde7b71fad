"""Bookmarks and links go where a document has more of them than can be verified; the pages stay."""

from __future__ import annotations

import io

import pikepdf
import pytest

from signing.errors import InputRefused
from signing.normalise import normalise
from tests.signing import inputs
from verifier import bounded_reading

LINKS = 600


def handbook(document: pikepdf.Pdf) -> None:
    """A page with a framed link, many without a frame, and bookmarks."""
    page = document.pages[0]
    place = pikepdf.Array([page.obj, pikepdf.Name.Fit])
    document.Root.Names = pikepdf.Dictionary(Dests=pikepdf.Dictionary(Names=["here", place]))
    links = [
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[50, 50 + number, 90, 51 + number],
            Border=[0, 0, 0],
            Dest=place,
        )
        for number in range(LINKS)
    ]
    del links[0].Border
    page.Annots = pikepdf.Array(links)
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Chapter", 0))


def left(data: bytes) -> tuple[int, bool, bytes]:
    """How many links there are, whether bookmarks, and what the first page draws."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        links = pdf.pages[0].get("/Annots", pikepdf.Array())
        leads = any("/Dest" in link or "/A" in link for link in links)
        assert leads == ("/Outlines" in pdf.Root)
        content = pdf.pages[0].Contents
        parts = content if isinstance(content, pikepdf.Array) else [content]
        return len(links), leads, b"".join(part.read_bytes() for part in parts)


def test_links_and_bookmarks_stay_where_they_can_be_verified() -> None:
    found = normalise(inputs.changed(inputs.paper(), handbook))
    assert left(found.data)[:2] == (LINKS, True)


def test_links_and_bookmarks_go_where_they_are_too_many_and_frames_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = inputs.changed(inputs.paper(), handbook)
    whole = left(normalise(data).data)
    monkeypatch.setattr(bounded_reading, "LEAST_READS", 330_000)  # 30,000 beside those for signing
    assert left(normalise(data).data) == (1, False, whole[2])


def test_what_has_too_many_parts_without_them_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_reading, "LEAST_READS", 300_500)
    with pytest.raises(InputRefused) as refused:
        normalise(inputs.changed(inputs.paper(), handbook))
    assert refused.value.code == "too_many_parts"

"""signing.readable: what head office lets through, the kiosk's own verification accepts."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from signing import readable
from signing.completion import complete
from signing.errors import InputRefused
from signing.normalise import normalise
from signing.prepare import prepare
from tests.signing import inputs
from tests.signing.house import (
    NOW,
    context,
    director_signed,
    full_plan,
    full_values,
    house,
    plain_plan,
    typed_answers,
)
from verifier import bounded_reading, unsigned


def bookmarks(count: int) -> bytes:
    """Twenty pages and a table of contents."""

    def add(document: pikepdf.Pdf) -> None:
        pages = [page.obj for page in document.pages]
        items = [
            document.make_indirect(
                Dictionary(
                    Title=String(f"Rozdział {number}"), Dest=Array([pages[number % 20], Name.Fit])
                )
            )
            for number in range(count)
        ]
        outline = Dictionary(Type=Name.Outlines, First=items[0], Last=items[-1], Count=count)
        document.Root.Outlines = document.make_indirect(outline)
        for number, item in enumerate(items):
            item.Parent = document.Root.Outlines
            if number:
                item.Prev, items[number - 1].Next = items[number - 1], item

    return inputs.changed(inputs.paper(20), add)


def drawing(parts: int) -> bytes:
    """A page that uses so many small objects."""

    def add(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        states = {
            f"/G{number}": document.make_indirect(
                Dictionary(Type=Name.ExtGState, CA=number / parts)
            )
            for number in range(parts)
        }
        page.obj.Resources.ExtGState = Dictionary(states)
        page.contents_add(b"".join(name.encode() + b" gs " for name in states))

    return inputs.changed(inputs.paper(2), add)


def finish(pdf: bytes, folder: Path) -> None:
    """Everything from head office to the sealed file, verified by the kiosk."""
    folder.mkdir()
    source = director_signed(pdf, folder)
    target = folder / "sealed.pdf"
    complete(source, target, plain_plan(), 0, typed_answers(), house().kiosk, context(), NOW)


def test_a_table_of_contents_of_thousands_is_signed(tmp_path: Path) -> None:
    finish(bookmarks(3000), tmp_path / "toc")


def test_a_drawing_of_too_many_parts_is_refused_before_anybody_signs() -> None:
    with pytest.raises(InputRefused) as refused:
        normalise(drawing(25_000))
    assert refused.value.code == "too_many_parts"


@pytest.mark.parametrize("count", [100, 300, 600, 900])
def test_whatever_passes_head_office_passes_the_kiosk(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same limits at a tenth of their size, with documents below, at and above them."""
    monkeypatch.setattr(bounded_reading, "LEAST_READS", 200_000)
    monkeypatch.setattr(readable, "READS_FOR_SIGNING", 0)  # preparing looks again, with the plan
    if count < 500:
        finish(bookmarks(count), tmp_path / "toc")
    else:
        with pytest.raises(InputRefused) as refused:
            finish(bookmarks(count), tmp_path / "toc")
        assert refused.value.code == "too_many_parts"


def test_many_fields_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    document = normalise(inputs.paper())
    prepare(document, full_plan(document), NOW)
    monkeypatch.setattr(unsigned, "READS_PER_FIELD", 300_000)
    monkeypatch.setattr(readable, "READS_PER_FIELD", 300_000)
    with pytest.raises(InputRefused) as refused:
        prepare(document, full_plan(document), NOW)
    assert refused.value.code == "too_many_parts"


def test_what_is_set_aside_for_signing_is_enough(tmp_path: Path) -> None:
    """Of the reads that are counted for fields and signatures, less than half is used."""
    document = normalise(inputs.paper())
    plan = full_plan(document)
    source = director_signed(inputs.paper(), tmp_path, plan)
    target = tmp_path / "sealed.pdf"
    complete(source, target, plan, 0, typed_answers(full_values()), house().kiosk, context(), NOW)
    set_aside = 3 * unsigned.READS_PER_SIGNATURE + 7 * unsigned.READS_PER_FIELD
    spent = _reads(target) - _reads(tmp_path / "prepared.pdf")
    assert spent < set_aside / 2


def _reads(path: Path) -> int:
    """How often the verifier reads in a file when it reads each object of each revision."""
    data = path.read_bytes()
    low, high = 0, bounded_reading.LEAST_READS
    while high - low > 500:  # how many more could be afforded tells how many were
        middle = (low + high) // 2
        try:
            unsigned.check_unsigned(data, middle, 2)
            low = middle
        except unsigned.TooManyPartsError:
            high = middle
    return bounded_reading.LEAST_READS + len(data) // bounded_reading.BYTES_PER_READ - low

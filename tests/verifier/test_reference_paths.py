"""verifier.reference_paths: ways through a document are walked, but not without end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.fuzz.bounds import bounded
from tests.vectors import foreign_files
from tests.vectors.sealed_pdf import NOW, House, direct, finish, prepare
from tests.verifier.verdicts import assert_cannot_tell, assert_genuine
from verifier.document import verify_pdf
from verifier.foreign_pdf import verify_foreign_pdf
from verifier.trust_list import TrustList
from verifier.verdict import Outcome


def chain(links: int) -> Callable[[Any], None]:
    """Objects of which each names the next one twice and the last one the page: 2**links paths."""

    def plant(writer: Any) -> None:
        target = writer.root["/Pages"]["/Kids"].raw_get(0)
        for _ in range(links):
            both = {pdf_name("/A"): target, pdf_name("/B"): target}
            target = writer.add_object(DictionaryObject(both))
        writer.root["/PieceInfo"] = target
        writer.update_root()

    return plant


def test_an_object_that_is_used_in_many_places_is_no_fault(house: House, trust: TrustList) -> None:
    sealed = finish(direct(prepare(plant=chain(8)), house), house)
    assert_genuine(verify_pdf(sealed.data, trust, NOW))


def table_of_contents(bookmarks: int) -> Callable[[Any], None]:
    """Bookmarks that lead to the page, each of which names the next one."""

    def plant(writer: Any) -> None:
        page = writer.root["/Pages"]["/Kids"].raw_get(0)
        following: dict[str, Any] = {}
        for _ in range(bookmarks):
            dest = ArrayObject([page, pdf_name("/Fit")])
            entries = {pdf_name("/Title"): pdf_string("Rozdział"), pdf_name("/Dest"): dest}
            following = {
                pdf_name("/Next"): writer.add_object(DictionaryObject(entries | following))
            }
        first = following[pdf_name("/Next")]
        writer.root["/Outlines"] = DictionaryObject({pdf_name("/First"): first})
        writer.update_root()

    return plant


def test_a_long_table_of_contents_is_no_fault(house: House, trust: TrustList) -> None:
    usual = sys.getrecursionlimit()
    sealed = finish(direct(prepare(plant=table_of_contents(600)), house), house)
    assert_genuine(verify_pdf(sealed.data, trust, NOW))
    assert sys.getrecursionlimit() == usual


@pytest.mark.parametrize("links", [20, 60])
def test_more_paths_than_can_be_walked_are_answered_soon(
    house: House, trust: TrustList, links: int
) -> None:
    sealed = finish(direct(prepare(plant=chain(links)), house), house)
    with bounded():
        verdict = verify_pdf(sealed.data, trust, NOW)
    assert_cannot_tell(verdict, "structure_unreadable")


def test_nor_do_they_hold_up_the_judging_of_others_files() -> None:
    writer = IncrementalPdfFileWriter(BytesIO(foreign_files.paper()))
    chain(60)(writer)
    out = BytesIO()
    writer.write(out)
    data = foreign_files.signed(foreign_files.signed(out.getvalue()), "Signature2")
    with bounded():
        verdict = verify_foreign_pdf(data, foreign_files.roots(), NOW)
    assert verdict.outcome is Outcome.CANNOT_TELL
    assert verdict.findings[-1].code == "structure_unreadable"

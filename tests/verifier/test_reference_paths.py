"""verifier.reference_paths: ways through a document are walked, but not without end."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.fuzz.bounds import bounded
from tests.vectors import foreign_files
from tests.vectors.sealed_pdf import NOW, House, direct, finish, prepare
from tests.verifier.verdicts import assert_altered, assert_cannot_tell, assert_genuine
from verifier.document import verify_pdf
from verifier.foreign_pdf import verify_foreign_pdf
from verifier.reference_paths import find_usages
from verifier.strict_validation import open_pdf
from verifier.trust_list import TrustList
from verifier.verdict import Outcome


def chain(links: int, *, to_page: bool = False) -> Callable[[Any], None]:
    """Objects of which each names the next one twice: 2**links ways to the last one, a field.

    A page instead of the field is entered by its place in the page tree only.
    """

    def plant(writer: Any) -> None:
        page = writer.root["/Pages"]["/Kids"].raw_get(0)
        target = page if to_page else writer.root["/AcroForm"]["/Fields"].raw_get(0)
        for _ in range(links):
            both = {pdf_name("/A"): target, pdf_name("/B"): target}
            target = writer.add_object(DictionaryObject(both))
        writer.root["/OutputIntents"] = target
        writer.update_root()

    return plant


def ring(objects: int) -> Callable[[Any], None]:
    """Objects in a ring, each of which names its neighbour, one farther off, and a field."""

    def plant(writer: Any) -> None:
        field = writer.root["/AcroForm"]["/Fields"].raw_get(0)
        made = [DictionaryObject({pdf_name("/C"): field}) for _ in range(objects)]
        named = [writer.add_object(each) for each in made]
        for place, each in enumerate(made):
            each["/A"] = named[(place + 1) % objects]
            each["/B"] = named[(place + 7) % objects]
        writer.root["/OutputIntents"] = named[0]
        writer.update_root()

    return plant


def test_an_object_that_is_used_in_many_places_is_no_fault(house: House, trust: TrustList) -> None:
    for plant in (chain(8, to_page=True), chain(40, to_page=True)):
        sealed = finish(direct(prepare(plant=plant), house), house)
        assert_genuine(verify_pdf(sealed.data, trust, NOW))


def test_a_field_that_is_used_elsewhere_too_may_not_be_filled(
    house: House, trust: TrustList
) -> None:
    sealed = finish(direct(prepare(plant=chain(2)), house), house)
    assert_altered(verify_pdf(sealed.data, trust, NOW), "changed_after_signature")


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
    sealed = finish(direct(prepare(plant=table_of_contents(4000)), house), house)
    assert_genuine(verify_pdf(sealed.data, trust, NOW))


@pytest.mark.parametrize(
    "plant",
    [chain(3), chain(3, to_page=True), ring(9), table_of_contents(20), lambda writer: None],
    ids=["field", "page", "ring", "bookmarks", "nothing"],
)
def test_the_ways_that_are_found_are_those_that_the_library_finds_alone(
    plant: Callable[[Any], None], house: House
) -> None:
    data = finish(direct(prepare(plant=plant), house), house).data
    for revision in (1, 2):
        old, new = (open_pdf(data).get_historical_resolver(at) for at in (revision, revision + 1))
        alone = open_pdf(data).get_historical_resolver(revision)
        find_usages(old, new)
        alone._load_reverse_xref_cache()
        found = {each: old._get_usages_of_ref(each) for each in new.explicit_refs_in_revision()}
        assert any(found.values())
        assert found == {each: alone._get_usages_of_ref(each) for each in found}


def test_long_ways_in_circles_are_answered_soon(house: House, trust: TrustList) -> None:
    """By the library's own walk this took half a minute: it looks back along the whole way."""
    sealed = finish(direct(prepare(plant=ring(400)), house), house)
    with bounded():
        verdict = verify_pdf(sealed.data, trust, NOW)
    assert_cannot_tell(verdict, "structure_unreadable")


@pytest.mark.parametrize("links", [20, 60])
def test_more_paths_than_can_be_walked_are_answered_soon(
    house: House, trust: TrustList, links: int
) -> None:
    sealed = finish(direct(prepare(plant=chain(links)), house), house)
    with bounded():
        verdict = verify_pdf(sealed.data, trust, NOW)
    assert_cannot_tell(verdict, "structure_unreadable")


def test_nor_do_they_hold_up_the_judging_of_others_files() -> None:
    # A second signature adds its field to the page, so there the page is what is changed.
    writer = IncrementalPdfFileWriter(BytesIO(foreign_files.paper()))
    chain(60, to_page=True)(writer)
    out = BytesIO()
    writer.write(out)
    data = foreign_files.signed(foreign_files.signed(out.getvalue()), "Signature2")
    with bounded():
        verdict = verify_foreign_pdf(data, foreign_files.roots(), NOW)
    assert verdict.outcome is Outcome.CANNOT_TELL
    assert verdict.findings[-1].code == "structure_unreadable"

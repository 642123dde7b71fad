"""Whatever the verifier would dislike in a document is mended or refused before anybody signs."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from signing.completion import complete
from signing.director import sign_as_director
from signing.errors import InputRefused
from signing.fields import DocumentPlan
from signing.normalise import NormalisedPdf, normalise
from signing.prepare import prepare
from signing.readable import check_normalised
from tests.signing import inputs
from tests.signing.house import (
    NOW,
    context,
    full_plan,
    full_values,
    house,
    plain_plan,
    typed_answers,
)
from tests.signing.test_normalise import assert_shows_the_same
from verifier.document import verify_pdf
from verifier.plain_document import OTHER_ACTIONS
from verifier.verdict import Outcome

Change = Callable[[pikepdf.Pdf], None]


def action(kind: str = "/JavaScript") -> Dictionary:
    """Something that runs."""
    return Dictionary(S=Name(kind), JS=String("app.alert(1)"), D=Array([0, Name.Fit]))


def usage() -> Dictionary:
    """A layer that shows on paper alone; readers need no /Type to take it for one."""
    return Dictionary(Name=String("a"), Usage=Dictionary(Print=Dictionary(PrintState=Name.ON)))


def catalog(key: str, make: Callable[[pikepdf.Pdf], Any]) -> Change:
    return lambda document: document.Root.__setitem__(key, make(document))


def page(key: str, make: Callable[[pikepdf.Pdf], Any]) -> Change:
    return lambda document: document.pages[0].obj.__setitem__(key, make(document))


def resource(key: str, make: Callable[[pikepdf.Pdf], Any]) -> Change:
    return lambda document: document.pages[0].obj.Resources.__setitem__(key, make(document))


def link(**entries: Any) -> Change:
    """A link on the first page."""
    plain = Dictionary(Subtype=Name.Link, Rect=Array([10, 10, 60, 60]), **entries)
    return page("/Annots", lambda document: Array([plain]))


def form(document: pikepdf.Pdf, **entries: Any) -> pikepdf.Stream:
    """A form that nobody draws."""
    stream = document.make_stream(b"0 0 9 9 re f")
    entries = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": Array([0, 0, 9, 9])} | entries
    for key, value in entries.items():
        if value is not None:
            stream[f"/{key}"] = value
    return stream


DISLIKED: Final[dict[str, Change]] = {
    "catalog that runs": catalog("/OpenAction", lambda document: action()),
    "metadata": catalog("/Metadata", lambda document: document.make_stream(b"<x/>")),
    "files": catalog("/Names", lambda document: Dictionary(EmbeddedFiles=Dictionary())),
    "names that are a list": catalog("/Names", lambda document: Array([1])),
    "other layers": catalog("/OCProperties", lambda document: Dictionary(Configs=Array())),
    "layers by the occasion": catalog(
        "/OCProperties", lambda document: Dictionary(D=Dictionary(AS=Array()))
    ),
    "layers that are a number": catalog("/OCProperties", lambda document: 3),
    "layers without a default": catalog("/OCProperties", lambda document: Dictionary(D=3)),
    "layer on paper": resource("/Properties", lambda document: Dictionary(L=usage())),
    "layer in a list": resource("/Odd", lambda document: Array([Array([usage()])])),
    "page that runs": page("/AA", lambda document: Dictionary(O=action())),
    "note": page(
        "/Annots",
        lambda document: Array([Dictionary(Subtype=Name.Text, Rect=Array([1, 1, 9, 9]))]),
    ),
    "link that runs": link(A=action()),
    "link with more": link(A=Dictionary(S=Name.URI, URI=String("http://a"), Next=action())),
    "link to what runs": link(Dest=action()),
    "bookmark that runs": catalog(
        "/Outlines",
        lambda document: document.make_indirect(
            Dictionary(First=document.make_indirect(Dictionary(Title=String("a"), A=action())))
        ),
    ),
    "kind written elsewhere": catalog(
        "/Dests",
        lambda document: Dictionary(x=Dictionary(S=document.make_indirect(Name.JavaScript))),
    ),
    "form elsewhere": resource(
        "/XObject", lambda document: Dictionary(F=form(document, F=String("other.pdf")))
    ),
    "form for printers": resource(
        "/XObject", lambda document: Dictionary(F=form(document, Subtype=Name.PS))
    ),
    "group that runs": resource(
        "/XObject", lambda document: Dictionary(F=form(document, Group=action()))
    ),
} | {
    f"{kind} behind a destination": catalog(
        "/Names",
        lambda document, kind=kind: Dictionary(  # type: ignore[misc]
            Dests=Dictionary(Names=Array([String("x"), document.make_indirect(action(kind))]))
        ),
    )
    for kind in sorted(OTHER_ACTIONS)
}


def finished(document: NormalisedPdf, plan: DocumentPlan, values: dict[str, str]) -> Outcome:
    """Prepare, sign as everybody, seal, and judge."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        prepared, directed, sealed = (folder / f"{step}.pdf" for step in "pds")
        prepared.write_bytes(prepare(document, plan, NOW - timedelta(hours=4)))
        sign_as_director(prepared, directed, plan, house().director, NOW - timedelta(hours=3))
        answers = typed_answers(values)
        complete(directed, sealed, plan, 0, answers, house().kiosk, context(), NOW)
        return verify_pdf(sealed.read_bytes(), house().trust, NOW).outcome


@pytest.mark.parametrize("change", DISLIKED.values(), ids=list(DISLIKED))
def test_what_the_verifier_dislikes_is_taken_out(change: Change) -> None:
    pdf = inputs.changed(inputs.paper(), change)
    assert_shows_the_same(pdf, normalise(pdf).data)


def test_what_would_not_be_taken_out_is_refused() -> None:
    plain = normalise(inputs.paper()).data
    check_normalised(inputs.changed(plain, lambda document: None), 1)
    for name, change in DISLIKED.items():
        with pytest.raises((InputRefused, TypeError)) as refused:  # of a number where others look
            check_normalised(inputs.changed(plain, change), 1)
        assert getattr(refused.value, "code", "would_not_verify") == "would_not_verify", name


def test_all_of_it_together_becomes_genuine() -> None:
    pdf = inputs.paper(2)
    for change in DISLIKED.values():
        pdf = inputs.changed(pdf, change)
    assert finished(normalise(pdf), plain_plan(), {}) is Outcome.GENUINE


def test_what_preparing_adds_is_looked_at_too() -> None:
    """Some readers go by this word among the first bytes, wherever it stands."""
    document = normalise(inputs.paper())
    plan = replace(plain_plan(), title="/Linearized 1")
    with pytest.raises(InputRefused) as refused:
        prepare(document, plan, NOW)
    assert refused.value.code == "would_not_verify"


def test_ways_in_circles_to_the_catalog_are_refused_at_upload() -> None:
    def plant(document: pikepdf.Pdf) -> None:
        made = [document.make_indirect(Dictionary(C=document.Root)) for _ in range(60)]
        for place, each in enumerate(made):
            each.A, each.B = made[(place + 1) % 60], made[(place + 7) % 60]
        document.pages[0].obj.Resources.Odd = Array(made)

    with pytest.raises(InputRefused) as refused:
        normalise(inputs.changed(inputs.paper(), plant))
    assert refused.value.code == "too_many_parts"


def test_words_like_those_of_a_files_structure_may_be_written_anywhere() -> None:
    document = normalise(inputs.paper())
    words = "5 10 obj. trailer startxref 9 %%EOF"
    plan = full_plan(document)
    client = plan.clients[0]
    fields = tuple(replace(spec, label=words) for spec in client.fields)
    client = replace(client, name=words, fields=fields)
    plan = replace(plan, title=words, number=words, clients=(client,))
    assert finished(document, plan, full_values() | {"city": words}) is Outcome.GENUINE


def test_a_page_with_a_font_of_our_name_keeps_its_letters() -> None:
    def rename(document: pikepdf.Pdf) -> None:
        courier = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier)
        document.pages[0].obj.Resources.Font = Dictionary(SygnetSans=courier)
        document.pages[0].contents_add(b"BT /SygnetSans 40 Tf 80 500 Td (Czynsz 900) Tj ET")

    pdf = inputs.changed(inputs.paper(), rename)
    assert_shows_the_same(pdf, prepare(normalise(pdf), plain_plan(), NOW))


def odd_values(depth: int = 2) -> st.SearchStrategy[Callable[[pikepdf.Pdf], Any]]:
    """Whatever may stand in a PDF, and its catalog and pages where nobody expects them."""
    names = st.sampled_from(
        ["/Link", "/OCG", "/PS", "/GoTo", "/GoToR", "/URI", "/JavaScript", "/Page", "/Pages", "/"]
    )
    plain: st.SearchStrategy[Callable[[pikepdf.Pdf], Any]] = st.one_of(
        st.integers(-(2**40), 2**40).map(lambda value: lambda document: value),
        st.text(max_size=6).map(lambda value: lambda document: String(value)),
        names.map(lambda value: lambda document: Name(value)),
        st.just(lambda document: document.Root),
        st.just(lambda document: document.Root.Pages),
        st.just(lambda document: document.pages[-1].obj),
        st.just(lambda document: document.pages[0].obj.Resources),
        st.just(lambda document: None),
    )
    if not depth:
        return plain
    keys = st.sampled_from(
        [
            *("Type", "S", "D", "A", "Dest", "Next", "First", "Kids", "Names", "Usage", "Print"),
            *("AS", "Configs", "F", "Subtype", "Annots", "AA"),
        ]
    )
    below = odd_values(depth - 1)
    return st.one_of(
        plain,
        st.tuples(st.lists(below, max_size=3), st.booleans()).map(
            lambda made: (
                lambda document: held(
                    document, Array([each(document) for each in made[0]]), made[1]
                )
            )
        ),
        st.tuples(st.dictionaries(keys, below, max_size=4), st.booleans()).map(
            lambda made: (
                lambda document: held(
                    document,
                    Dictionary({f"/{key}": each(document) for key, each in made[0].items()}),
                    made[1],
                )
            )
        ),
        st.dictionaries(keys, below, max_size=2).map(
            lambda made: (
                lambda document: form(
                    document, **{key: each(document) for key, each in made.items()}
                )
            )
        ),
    )


def held(document: pikepdf.Pdf, value: Any, indirect: bool) -> Any:
    return document.make_indirect(value) if indirect else value


PLACES: Final = {
    "catalog": (
        *("/Names", "/Dests", "/Outlines", "/OCProperties", "/PageLabels", "/Lang"),
        *("/OutputIntents", "/PageLayout", "/AcroForm", "/Extensions", "/ViewerPreferences"),
    ),
    "page": ("/Group", "/Annots", "/Resources", "/Odd", "/Rotate", "/UserUnit", "/CropBox"),
    "resources": ("/Properties", "/XObject", "/ExtGState", "/Font", "/Odd"),
}


@settings(max_examples=8)
@given(
    st.lists(
        st.sampled_from([(holder, key) for holder, keys in PLACES.items() for key in keys]).flatmap(
            lambda place: st.tuples(st.just(place), odd_values())
        ),
        min_size=2,
        max_size=6,
    )
)
def test_whatever_is_accepted_becomes_genuine(
    changes: list[tuple[tuple[str, str], Callable[[pikepdf.Pdf], Any]]],
) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(inputs.paper(2))) as document:
        first = document.pages[0].obj  # what is written inside itself has no end
        first.Resources = document.make_indirect(first.Resources)
        for (holder, key), make in changes:
            holders = {"catalog": document.Root, "page": document.pages[0].obj}
            holders["resources"] = document.pages[0].obj.Resources
            value = make(document)
            if value is not None and isinstance(holders[holder], Dictionary):
                holders[holder][key] = value
        document.save(output)
    try:
        outcome = finished(normalise(output.getvalue()), plain_plan(), {})
    except InputRefused:  # at upload, or when it was prepared; nobody has signed then
        return
    assert outcome is Outcome.GENUINE

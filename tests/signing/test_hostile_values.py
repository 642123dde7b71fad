"""Any text for any field of anybody: drawn exactly and whole inside its box, or refused in words.

The product is walked whole: every kind, required or not, for the director and either of two
clients, asked for or fixed by head office, in every language; the text is what Hypothesis breaks.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import example, given, settings
from hypothesis import strategies as st

from signing.appearances import writing_of
from signing.ceremony import TRANSLATIONS
from signing.ceremony.field_words import FIELD_CODES, field_message
from signing.errors import FieldRefused, PlanRefused
from signing.field_rules import check_value
from signing.field_specs import FieldKind, FieldSpec, Placement
from signing.fields import DIRECTOR_FILLS, ClientPlan, DocumentPlan, fill_group
from signing.filling import fill_fields
from signing.normalise import normalise
from signing.page_geometry import Rectangle
from signing.prepare import prepare
from signing.revision import open_revision
from signing.value_forms import printed
from tests.signing.every_kind import CLIENT_VALUES
from tests.signing.house import CLIENT, DIRECTOR, NOW
from tests.signing.test_value_forms import packed
from verifier.pdfium_lock import PDFIUM_LOCK

INITIALS: Final = FieldKind.INITIALS
LANGUAGES: Final = ("pl", "en", "de", "uk")
GROUPS: Final = (DIRECTOR_FILLS, fill_group(0), fill_group(1))
SCALE: Final = 2.0  # pixels to the point
HOSTILE: Final = (
    "\u0301\u0327",  # accents without a letter
    "z\u030c\u0335",
    "👩\u200d🦰",
    "\U0001f1f5\U0001f1f1",  # two letters that are one flag
    "\u200b\u200c\u200d\u2060\ufeff",
    "שלום",
    "مرحبا",
    "\u202egpj.exe\u202c",
    "\u2066\u2069",
    "\t\t",
    "\x00",
    "\x1b[2J",
    "\ud800",
    "\udfff\ud800",
    "\r\n\x0b\x0c\u2028\u2029\x85",
    "漢字",
    "ﷺ",
    "\ufffd\uffff",
    "ᾆ\u0345",
    "\u00ad\u2011\u00a0",
    "W" * 400,
    "a " * 400,
    "ﬃ" * 9,
    ")>> endobj",
    "\\(\\",
    "{{ 7*7 }}<script>",
    "Zażółć gęślą jaźń",
    "ґєії",
)


@cache
def app() -> Flask:
    app = Flask("words")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app)
    return app


@cache
def specs(who: str) -> tuple[FieldSpec, ...]:
    """Every kind, required and not; boxes of two widths in two columns."""
    found = []
    for row, (kind, required) in enumerate(product(FieldKind, (True, False))):
        column, line = divmod(row, len(FieldKind))
        place = Placement(
            GROUPS.index(who), 40 + 290 * column, 770 - 50 * line, 260 - 60 * column, 36
        )
        found.append(
            FieldSpec(
                f"{kind.value}_{int(required)}",
                kind,
                "Pole",
                required,
                place,
                options=("gotówką", "przelewem") if kind is FieldKind.CHOICE else (),
                currency="PLN" if kind is FieldKind.MONEY else "",
                negative=kind is FieldKind.NUMBER,
            )
        )
    return tuple(found)


def plan_of(fields: Mapping[str, tuple[FieldSpec, ...]], language: str) -> DocumentPlan:
    one, two = (ClientPlan(name, fields[group], None, None) for name, group in
                ((CLIENT, GROUPS[1]), ("Ewa Lis", GROUPS[2])))  # fmt: skip
    return DocumentPlan(
        bytes(range(16)), "UM/1", "Umowa", language, DIRECTOR, None, (one, two), fields[GROUPS[0]]
    )


@cache
def prepared(language: str) -> bytes:
    """A document that asks everybody for everything."""
    plan = plan_of({who: specs(who) for who in GROUPS}, language)
    return prepare(normalise(three_pages()), plan, NOW - timedelta(hours=4))


@cache
def three_pages() -> bytes:
    with pikepdf.new() as pdf:
        for _ in GROUPS:
            pdf.add_blank_page(page_size=(595, 842))
        output = io.BytesIO()
        pdf.save(output)
    return output.getvalue()


def kept_and_refused(
    who: str, texts: Mapping[FieldKind, str], language: str
) -> tuple[dict[str, str], list[FieldRefused]]:
    """What the rules keep, by key; every refusal."""
    kept, refused = {}, []
    for spec in specs(who):
        try:
            kept[spec.key] = check_value(spec, texts[spec.kind], language)
        except FieldRefused as error:
            refused.append(error)
            kept[spec.key] = ""
    return kept, refused


def filled(who: str, kept: Mapping[str, str], language: str) -> bytes:
    """The document after an update that writes the values."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "prepared.pdf"
        path.write_bytes(prepared(language))
        with open_revision(path) as revision:
            writing = writing_of(revision)
            fill_fields(revision, writing, who, specs(who), kept, language)
            output = io.BytesIO()
            revision.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()


def check_page(
    pdf: bytes, who: str, fields: Sequence[FieldSpec], kept: Mapping[str, str], language: str
) -> None:
    """Every value stands in its field and, whole and readable, in its box on the page."""
    flat = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (group,) = (one for one in document.Root.AcroForm.Fields if who == one.T)
        held = {str(one.T): str(one.get("/V", "")) for one in group.Kids}
        document.flatten_annotations("all")
        document.save(flat)
    with PDFIUM_LOCK, pypdfium2.PdfDocument(flat.getvalue()) as opened:
        page = opened[GROUPS.index(who)]
        text = page.get_textpage()
        grey = page.render(scale=SCALE).to_numpy().min(axis=2)
        for spec in fields:
            shown = printed(spec, kept[spec.key], language)
            box = spec.placement.rectangle
            inside = grey[
                round((842 - box.top) * SCALE) : round((842 - box.y) * SCALE),
                round(box.x * SCALE) : round(box.right * SCALE),
            ]
            if spec.kind is FieldKind.CHECKBOX:
                assert held[spec.key] == ("/Yes" if shown else "/Off")
                continue
            assert held[spec.key] == shown
            copied = text.get_text_bounded(box.x, box.y, box.right, box.top)
            assert packed(copied) == packed(shown), spec.key
            assert bool((inside < 140).any()) == bool(shown) or len(shown) < 4  # a point is pale
        boxes = [spec.placement.rectangle for spec in fields]
        hands = [one for spec, one in zip(fields, boxes, strict=True) if spec.kind is INITIALS]
        assert_whole_and_readable(text, boxes, by_hand=hands)


def assert_whole_and_readable(
    text: pypdfium2.PdfTextPage, boxes: Sequence[Rectangle], *, by_hand: Sequence[Rectangle]
) -> None:
    """Every letter inside the page's edge lies in one box, and is at least 5 points large."""
    for index in range(text.count_chars()):
        left, low, right, top = text.get_charbox(index)
        edge = low < 40 or left < 36  # the small print
        if edge or right <= left or pdfium.FPDFText_IsGenerated(text.raw, index):
            continue
        (box,) = (one for one in boxes if one.x <= left and low >= one.y and right <= one.right
                  and top <= one.top)  # fmt: skip
        assert box in by_hand or pdfium.FPDFText_GetFontSize(text.raw, index) >= 4.99


def said(error: FieldRefused) -> str:
    """What a screen says of it: words, and such as can be sent to a browser."""
    assert error.code in FIELD_CODES | {"not_a_tick"}  # a screen sends a tick or none
    words = field_message(error)
    words.encode("utf-8")
    (error.sentence + error.next_step).encode("utf-8")
    return words


def hostile(base: str) -> st.SearchStrategy[str]:
    """A good value with something put into it, or anything at all."""
    pieces = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=6), st.characters())
    spoilt = st.tuples(st.integers(0, len(base)), pieces).map(
        lambda spoil: base[: spoil[0]] + spoil[1] + base[spoil[0] :]
    )
    return st.one_of(spoilt, pieces, st.just(base))


TEXTS: Final = st.fixed_dictionaries(
    {kind: hostile(CLIENT_VALUES[kind.value]) for kind in FieldKind}
)


@settings(max_examples=6)
@given(TEXTS, st.sampled_from(GROUPS), st.sampled_from(LANGUAGES))
@example({kind: CLIENT_VALUES[kind.value] for kind in FieldKind}, GROUPS[0], "uk")
@example(dict.fromkeys(FieldKind, ""), GROUPS[1], "pl")
def test_a_value_asked_for_is_drawn_exactly_or_refused(
    texts: Mapping[FieldKind, str], who: str, language: str
) -> None:
    kept, refused = kept_and_refused(who, texts, language)
    with app().app_context(), force_locale(language):
        assert all(said(error) for error in refused)
    check_page(filled(who, kept, language), who, specs(who), kept, language)


@settings(max_examples=4)
@given(TEXTS, st.sampled_from(GROUPS), st.sampled_from(LANGUAGES))
def test_a_value_that_head_office_fixes_is_drawn_exactly_or_refused(
    texts: Mapping[FieldKind, str], who: str, language: str
) -> None:
    kept, _ = kept_and_refused(who, texts, language)
    fixed = tuple(
        replace(spec, fixed=texts[spec.kind][:2000]) for spec in specs(who) if kept[spec.key]
    )
    fields = {group: fixed if group == who else () for group in GROUPS}
    pdf = prepare(normalise(three_pages()), plan_of(fields, language), NOW)
    if fixed:
        check_page(pdf, who, fixed, kept, language)


@pytest.mark.parametrize("piece", HOSTILE, ids=lambda piece: ascii(piece)[:24])
def test_every_hostile_piece_is_met_in_every_kind(piece: str) -> None:
    for who, language in zip(GROUPS, LANGUAGES, strict=False):
        texts = {kind: CLIENT_VALUES[kind.value] + piece for kind in FieldKind}
        kept, refused = kept_and_refused(who, texts, language)
        with app().app_context(), force_locale(language):
            assert all(said(error) for error in refused)
        for spec in specs(who):
            if kept[spec.key]:
                assert check_value(spec, kept[spec.key], language) == kept[spec.key]
            elif spec.required:
                bad = replace(spec, fixed=texts[spec.kind][:2000])
                fields = {group: (bad,) if group == who else () for group in GROUPS}
                plan = plan_of(fields, language)
                with pytest.raises(PlanRefused):
                    prepare(normalise(three_pages()), plan, NOW)
                break  # one is enough: they all go one way

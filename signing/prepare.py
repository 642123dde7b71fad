"""A normalised document becomes one that is ready for its signers.

This is the last time that a document is written anew. From here on it only grows: each signer
appends an incremental update, so that every revision is a byte prefix of the next.

Added are, in this order: the line in small print on every page, a page of signatures for those who
have no spot of their own, a last page for the certificate of authenticity, and the form: signature
fields for director, clients and seal, and the clients' fields and stamps (`signing.fields` has
their names). The seal's field is the whole last page: its appearance will be the certificate.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pikepdf
from pikepdf import Array, Dictionary, Name

from signing.box_room import check_box
from signing.document_font import FONT_KEY, DocumentFont, document_font, embed_font
from signing.errors import FieldRefused, PlanRefused
from signing.field_rules import check_field
from signing.fields import (
    DIRECTOR_FIELD,
    DIRECTOR_FILLS,
    SEAL_FIELD,
    STAMP_KEY,
    DocumentPlan,
    FieldSpec,
    Placement,
    client_field,
    fill_group,
)
from signing.form_building import FormBuilder
from signing.normalise import NormalisedPdf
from signing.page_drawing import Drawing
from signing.page_geometry import A4, PageSize, Rectangle
from signing.readable import check_prepared
from signing.signing_page import draw_signing_page, signer_spots
from signing.small_print import small_print
from signing.value_forms import printed
from signing.words import words_for

__all__ = ["prepare"]


def prepare(normalised: NormalisedPdf, plan: DocumentPlan, now: datetime) -> bytes:
    """Make the document that its signers sign.

    Args:
        normalised: What `signing.normalise` returned.
        plan: Who signs where, and what the clients fill in.
        now: The moment of preparing, aware; it becomes the document's creation date.

    Returns:
        The prepared PDF.

    Raises:
        PlanRefused: The plan puts something off its page (`place_off_page`), names something
            in letters that cannot be written (`unsupported_letters`), or fixes a value or offers
            an option that does not fit its field (`bad_field`).
        InputRefused: `too_many_parts`, `would_not_verify`: with all this in it, no kiosk could
            call it genuine.
    """
    sizes = [*normalised.pages, A4] if plan.needs_signing_page else list(normalised.pages)
    font = document_font()
    _check_letters(plan, font)
    _check_places(plan, sizes)
    with pikepdf.open(io.BytesIO(normalised.data)) as pdf:
        embedded = embed_font(pdf)
        if plan.needs_signing_page:
            _append_page(pdf, draw_signing_page(plan, font, len(sizes) - 1), embedded)
        for number, size in enumerate(sizes, start=1):
            line = small_print(plan, number, len(sizes), size, font)
            _draw_over(pdf, number - 1, line, embedded)
        _append_page(pdf, _certificate_to_come(plan, font), embedded)
        _add_form(pdf, plan, embedded, font, len(sizes))
        _describe(pdf, plan, now)
        output = io.BytesIO()
        pdf.save(
            output,
            preserve_pdfa=False,
            fix_metadata_version=False,
            force_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,
        )
    result = output.getvalue()
    check_prepared(result, plan)
    return result


def _check_letters(plan: DocumentPlan, font: DocumentFont) -> None:
    people = [plan.director_name, *(client.name for client in plan.clients)]
    for text in (plan.title, plan.number, *people):
        if not font.can_write(text):
            raise PlanRefused(
                "unsupported_letters",
                f"“{text[:60]}” contains characters that cannot be written into the document.",
                "Use Latin or Cyrillic letters, digits and common punctuation.",
            )


def _check_places(plan: DocumentPlan, sizes: list[PageSize]) -> None:
    places: list[tuple[str, Placement | None]] = [("director's signature", plan.director_signature)]
    places += [(f"field “{field.label}”", field.placement) for field in plan.director_fields]
    for client in plan.clients:
        places.append((f"signature of {client.name}", client.signature))
        places.append((f"stamp of {client.name}", client.stamp))
        places += [(f"field “{field.label}”", field.placement) for field in client.fields]
    for what, place in places:
        if place is None:
            continue
        if place.page >= len(sizes) or not place.rectangle.fits(sizes[place.page]):
            raise PlanRefused(
                "place_off_page",
                f"The {what} does not lie on a page of the document.",
                "Place it again on one of the pages.",
            )


def _append_page(pdf: pikepdf.Pdf, content: bytes, font: Dictionary) -> None:
    page = pdf.add_blank_page(page_size=(A4.width, A4.height))
    page.obj.MediaBox = Array([0, 0, round(A4.width, 3), round(A4.height, 3)])
    fonts = Dictionary()
    fonts[FONT_KEY] = font
    page.obj.Resources = Dictionary(Font=fonts)
    page.obj.Contents = pdf.make_stream(content)


def _draw_over(pdf: pikepdf.Pdf, page: int, content: bytes, font: Dictionary) -> None:
    if not content:
        return
    target = pdf.pages[page]
    resources = target.obj.get("/Resources")
    if not isinstance(resources, Dictionary):
        resources = target.obj.Resources = Dictionary()
    if not isinstance(resources.get("/Font"), Dictionary):
        resources.Font = Dictionary()
    resources.Font[FONT_KEY] = font
    target.contents_add(pdf.make_stream(content), prepend=False)


def _certificate_to_come(plan: DocumentPlan, font: DocumentFont) -> bytes:
    words = words_for(plan.language)
    drawing = Drawing(font)
    middle = A4.width / 2
    drawing.centred(words.certificate_here, middle, A4.height * 0.55, 15, grey=0.62)
    drawing.centred(words.certificate_how, middle, A4.height * 0.55 - 22, 9, grey=0.68)
    return drawing.content()


def _add_form(
    pdf: pikepdf.Pdf, plan: DocumentPlan, font: Dictionary, metrics: DocumentFont, pages: int
) -> None:
    form = FormBuilder(pdf, font, metrics)
    words = words_for(plan.language)
    spots = signer_spots(plan, pages - 1)
    place = plan.director_signature or _on_page(pages - 1, spots[0].signature)
    form.signature(DIRECTOR_FIELD, plan.director_name, place.page, place.rectangle)
    for index, client in enumerate(plan.clients):
        place = client.signature or _on_page(pages - 1, spots[index + 1].signature)
        form.signature(client_field(index), client.name, place.page, place.rectangle)
    whole_page = Rectangle(0, 0, A4.width, A4.height)
    form.signature(SEAL_FIELD, words.certificate_here, pages, whole_page, seals=True)
    for field in plan.director_fields:
        form.fill(DIRECTOR_FILLS, field, _fixed_text(field, plan.language))
    for index, client in enumerate(plan.clients):
        for field in client.fields:
            form.fill(fill_group(index), field, _fixed_text(field, plan.language))
        if client.stamp is not None:
            rectangle = client.stamp.rectangle
            form.stamp(fill_group(index), STAMP_KEY, words.stamp, client.stamp.page, rectangle)
    form.finish()


def _fixed_text(field: FieldSpec, language: str) -> str:
    """The value that head office fixed, as it is printed; what it suggests is not printed yet.

    Raises:
        PlanRefused: Head office's value or an option does not fit its field, or its box is too
            small for what its signer may enter.
    """
    try:
        value = check_field(field, language)
        check_box(field, language)
    except FieldRefused as error:
        raise PlanRefused(
            "bad_field", f"The field “{field.label}”: {error.sentence}", error.next_step
        ) from error
    return "" if field.fixed is None else printed(field, value, language)


def _on_page(page: int, rectangle: Rectangle) -> Placement:
    return Placement(page, rectangle.x, rectangle.y, rectangle.width, rectangle.height)


def _describe(pdf: pikepdf.Pdf, plan: DocumentPlan, now: datetime) -> None:
    catalog = pdf.Root
    catalog.Lang = pikepdf.String(plan.language)
    catalog.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    # PAdES signatures in PDF 1.7 announce themselves (ETSI EN 319 142-1, 5.2 and annex A).
    catalog.Extensions = Dictionary(ESIC=Dictionary(BaseVersion=Name("/1.7"), ExtensionLevel=1))
    moment = pikepdf.String(now.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ"))
    pdf.trailer.ID = Array([pikepdf.String(plan.document_id)] * 2)
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=pikepdf.String(plan.title),
            Subject=pikepdf.String(plan.number),
            Producer=pikepdf.String("Sygnet"),
            CreationDate=moment,
            ModDate=moment,
        )
    )

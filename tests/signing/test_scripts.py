"""Names and values in the scripts of Europe and beside it: whole on every page, or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import typefaces
from signing.completion import complete
from signing.director import sign_as_director
from signing.document_font import ALPHABET
from signing.errors import FieldRefused
from signing.field_rules import check_value
from signing.fields import FieldKind, FieldSpec, Placement
from signing.filling import fill_fields
from signing.handwriting import faces_for
from signing.marks import ClientAnswers, TypedMark
from signing.normalise import normalise
from signing.prepare import prepare
from tests.signing import inputs
from tests.signing.house import NOW, context, house, plain_plan
from tests.signing.test_client import flat_text, letters
from tests.signing.test_value_forms import box_on_a_page, ink_and_text, packed
from verifier.document import verify_pdf
from verifier.token import MAX_NAME_BYTES
from verifier.verdict import Outcome

NAMES = {
    "Greek": "Ελευθερία Παπαδοπούλου",
    "Greek with breathings": "Ἀλέξανδρος Ὠριγένης ᾍδης Ῥόδος",
    "Georgian": "ნინო ჯავახიშვილი",
    "Armenian": "Հովհաննես Թումանյան",
    "Vietnamese": "Nguyễn Thị Ánh Tuyết",
    "Turkish": "Işıl Çağdaş Güneş",
    "Romanian": "Ștefan Țurcanu",
    "Lithuanian": "Žygimantė Šleževičiūtė",
    "Czech": "Kateřina Žďárská",
    "Hungarian": "Őszi Tünde Űrhajós",
    "Croatian": "Đurđica Šćepanović",
    "Kazakh": "Әсел Қожахметқызы",
}
FACES = (typefaces.SANS, typefaces.SANS_SEMIBOLD, typefaces.SERIF, typefaces.SERIF_SEMIBOLD)
ROOM = Placement(0, 0, 0, 300, 60)
LINE = FieldSpec("key", FieldKind.TEXT, "Label", True, ROOM)


@pytest.mark.parametrize("path", FACES, ids=lambda path: path.stem)
def test_every_letter_of_a_document_has_a_shape_in_every_face_of_the_certificate(
    path: Path,
) -> None:
    assert not typefaces.missing_letters("".join(sorted(ALPHABET)), path)
    with TTFont(path) as font:
        glyphs, names = font.getGlyphSet(), font.getBestCmap()
        for letter in ALPHABET - {" ", "\u00a0"}:
            pen = BoundsPen(glyphs)
            glyphs[names[ord(letter)]].draw(pen)
            assert pen.bounds is not None, f"U+{ord(letter):04X}"


@pytest.mark.parametrize("script", list(NAMES))
def test_a_value_is_drawn_and_copied_letter_by_letter(script: str) -> None:
    assert check_value(LINE, NAMES[script]) == NAMES[script]
    drawn, copied = ink_and_text(box_on_a_page(NAMES[script], FieldKind.TEXT, 220, 16))
    assert packed(copied) == packed(NAMES[script])
    assert (drawn < 128).sum() > 400


@pytest.mark.parametrize("script", ["Greek with breathings", "Georgian", "Armenian", "Vietnamese"])
def test_a_signer_of_any_script_stands_on_the_pages_and_in_the_token(
    script: str, tmp_path: Path
) -> None:
    name = NAMES[script]
    owner = replace(plain_plan().clients[0], name=name, fields=(LINE,))
    plan = replace(plain_plan(title=f"Umowa: {name}"), clients=(owner,))
    prepared, signed, final = (tmp_path / f"{step}.pdf" for step in ("prepared", "signed", "final"))
    prepared.write_bytes(prepare(normalise(inputs.blank()), plan, NOW - timedelta(hours=4)))
    sign_as_director(prepared, signed, plan, house().director, NOW - timedelta(hours=3))
    mark = TypedMark(name, faces_for(name)[0])
    answers = ClientAnswers({"key": name}, None, mark)
    sealed = complete(signed, final, plan, 0, answers, house().kiosk, context(), NOW)
    token_name = sealed.claims.signers[1].name
    assert name.startswith(token_name)
    assert token_name == name or len(token_name.encode()) > MAX_NAME_BYTES - 4  # cut at a letter
    verdict = verify_pdf(final.read_bytes(), context().trust, NOW)
    assert verdict.outcome is Outcome.GENUINE
    with pikepdf.open(final) as pdf:
        last = len(pdf.pages) - 1
        assert str(pdf.Root.AcroForm.Fields[-1].Kids[0].V) == name
    assert letters(name) in letters(flat_text(final.read_bytes(), 0))
    assert letters(flat_text(final.read_bytes(), last)).count(letters(name)) >= 2


NASTY = "אבגﷺمرحבا\u200d\u200c\u200b\u202e\u2066\u0301\u0327\ufe0f\ufeff\u0335\ud7a3\u1f00\u00ad"


WRITABLE = st.text(st.sampled_from(sorted(ALPHABET)), max_size=30)


@settings(max_examples=40)
@given(WRITABLE, st.one_of(st.just(""), st.sampled_from(NASTY), st.characters()), WRITABLE)
def test_whatever_is_accepted_is_drawn_with_all_its_letters(
    before: str, odd: str, after: str
) -> None:
    try:
        value = check_value(LINE, before + odd + after)
    except FieldRefused:
        return
    _, copied = ink_and_text(box_on_a_page(value, FieldKind.TEXT, 300, 60))
    assert packed(copied) == packed(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kowalski שלום", "right_to_left"),
        ("1) مرحبا (2", "right_to_left"),
        ("a\u2067b", "control_characters"),
        ("Anna\u061c", "right_to_left"),
        ("👩\u200d🦰", "control_characters"),
        ("A\ufe0f", "unsupported_letters"),
        ("e\u0335", "unsupported_letters"),
        ("ﷺ", "right_to_left"),
        ("ᾳ\u0325", "unsupported_letters"),
        ("\ufffd", "unsupported_letters"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_says_why(text: str, code: str) -> None:
    with pytest.raises(FieldRefused) as caught:
        check_value(LINE, text)
    assert caught.value.code == code


def test_letters_written_with_loose_accents_become_letters() -> None:
    loose = "Nguye\u0302\u0303n Ά\u0399\u0308 ž".replace("ž", "z\u030c")
    assert check_value(LINE, loose) == "Nguyễn ΆΪ ž"
    assert check_value(LINE, "α\u0313\u0342\u0345 \u03c9\u0314") == "ᾆ ὡ"


def test_a_document_of_an_older_release_refuses_what_its_own_font_lacks() -> None:
    class OldFont:
        def can_write(self, text: str) -> bool:
            return text.isascii()

    class OldWriting:
        font = OldFont()

    class Untouched:
        def field(self, name: str) -> dict[str, str]:
            assert name == "Fill1.key"
            return {}

    with pytest.raises(FieldRefused, match="unsupported_letters"):
        fill_fields(
            Untouched(),  # type: ignore[arg-type]
            OldWriting(),  # type: ignore[arg-type]
            "Fill1",
            (LINE,),
            {"key": NAMES["Greek"]},
            "pl",
        )

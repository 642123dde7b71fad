"""The certificate page: complete, nothing overlaps, nothing leaves the page, its QR is read."""

from __future__ import annotations

import itertools
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from signing.certificate_layout import lay_out
from signing.certificate_page import (
    CertificateFacts,
    EvidenceSummary,
    SignerLine,
    draw_certificate,
)
from signing.certificate_sheet import PAGE_HEIGHT, PAGE_WIDTH, QR_SIDE, SMALLEST, Layout
from signing.certificate_token import sign_token
from signing.certificate_words import (
    LANGUAGES,
    METHODS,
    PROOFS,
    ROLES,
    TIME_QUALITIES,
    WORDS,
    duration,
)
from signing.qr_vector import make_qr
from tests.signing.house import house
from verifier.pdfium_lock import PDFIUM_LOCK
from verifier.token import (
    Claims,
    Method,
    Proof,
    Role,
    SignerClaim,
    TimeQuality,
    cut_name,
    cut_title,
)
from verifier.token_text import token_text

NOW = datetime(2026, 11, 24, 9, 30, 12, tzinfo=UTC)
A4 = (595.276, 841.89)
MILLIMETRE = 72 / 25.4
QR_TEXT = token_text(
    "SYGNET.EXAMPLE", bytes([0xD2]) + bytes((31 * i + 7) % 256 for i in range(299))
)
DIRECTOR = SignerLine(
    "Katarzyna Wiśniewska-Dąbrowska",
    Role.DIRECTOR,
    Method.KEY,
    Proof.ACCOUNT,
    NOW - timedelta(hours=20),
)
CLIENT = SignerLine(
    "Jan Kowalski",
    Role.CLIENT,
    Method.DRAWN,
    Proof.SMS_CODE,
    NOW,
    EvidenceSummary(5, 5, 200, "2026-1", "pl"),
    "Kiosk Warszawa Centralna 1",
)
UKRAINIAN = SignerLine("Наталія Їжакевич", Role.CLIENT, Method.TYPED, Proof.EMAIL_CODE, NOW)
LONG = SignerLine(
    "Maria Magdalena Anna Wiśniewska-Dąbrowska de domo Brzęczyszczykiewicz-Chrząszczyrzewoszycka",
    Role.CLIENT,
    Method.PICTURE,
    Proof.ID_DOCUMENT,
    NOW,
    EvidenceSummary(4, 5, 61, "2026-1", "uk"),
    "Gdynia, Świętojańska 14",
)
FACTS = CertificateFacts(
    document_id=bytes(range(16)),
    number="SPR/2026/11/0042",
    title="Umowa najmu lokalu użytkowego",
    language="pl",
    pages=5,
    signers=(DIRECTOR, CLIENT),
    kiosk_name="Kiosk Warszawa Centralna 1",
    software_version="0.1.0",
    trust_version=12,
    trust_as_of=NOW - timedelta(days=1),
    issued_at=NOW,
    time_quality=TimeQuality.ASSURED,
    journal_position=1842,
    covered_sha256=bytes(range(100, 132)),
    host="SYGNET.EXAMPLE",
)
TITLE_60 = "Umowa o konserwację instalacji przeciwpożarowej w budynku ABC"
SIXTY_LETTERS = (
    "Максиміліан-Володимир Перебийніс-Нечуй-Левицький-Старицький",
    "Maria Magdalena Brzęczyszczykiewicz-Chrząszczyrzewoszycka z d",
    "Karl-Theodor Müller-Lüdenscheidt von und zu Großweißenbach AG",
)
TWELVE = (DIRECTOR, *(LONG, CLIENT, UKRAINIAN) * 3, LONG, CLIENT)


def text_for(facts: CertificateFacts) -> str:
    """A real token of these facts, as the QR carries it."""
    claims = Claims(
        document_id=facts.document_id,
        covered_sha256=facts.covered_sha256,
        covered_bytes=812_345,
        issued_at=facts.issued_at.replace(microsecond=0),
        time_quality=facts.time_quality,
        title=cut_title(facts.title),
        number=facts.number,
        signers=tuple(
            SignerClaim(cut_name(one.name), one.role, one.method, one.proof, one.signed_at)
            for one in facts.signers
        ),
        certificate_sequence=412,
        pages=facts.pages + 1,
    )
    return token_text(facts.host, sign_token(claims, house().kiosk.seal_key))


def faults(layout: Layout) -> list[str]:
    """What overlaps or leaves the page."""
    boxes = [(line.text, line.box) for line in layout.lines]
    left, bottom = layout.qr
    quiet, side = layout.quiet_zone, layout.qr_side
    boxes.append(("QR", (left - quiet, bottom - quiet, left + side + quiet, bottom + side + quiet)))
    x, y, radius = layout.emblem
    boxes.append(("emblem", (x - radius, y - radius, x + radius, y + radius)))
    margin = 13 * MILLIMETRE
    found = [
        f"{name} leaves the page"
        for name, (x1, y1, x2, y2) in boxes
        if x1 < margin or y1 < margin or x2 > PAGE_WIDTH - margin or y2 > PAGE_HEIGHT - margin
    ]
    for (a, box_a), (b, box_b) in itertools.combinations(boxes, 2):
        across = min(box_a[2], box_b[2]) - max(box_a[0], box_b[0])
        down = min(box_a[3], box_b[3]) - max(box_a[1], box_b[1])
        if across > 0.01 and down > 0.75:  # accents may reach into a descender's room
            found.append(f"{a} overlaps {b} by {down:.2f}")
    for rule in layout.rules:
        for name, (x1, y1, x2, y2) in boxes:
            if x1 < rule.x2 and x2 > rule.x1 and y1 + 0.5 < rule.y1 < y2 - 0.5:
                found.append(f"a rule crosses {name}")
    return found


def small_print(layout: Layout, least: float = 7.25) -> list[str]:
    """What nobody reads at arm's length."""
    return [line.text for line in layout.lines if line.size < least]


def printed(layout: Layout) -> str:
    """All that is printed; a name may go on in the next line after a hyphen."""
    return " ".join(line.text for line in layout.lines).replace("- ", "-")


def nearest_rule(layout: Layout) -> float:
    """The least distance from a line of type down to a rule under it, descenders counted."""
    return min(
        line.box[1] - rule.y1
        for line in layout.lines
        for rule in layout.rules
        if line.box[0] < rule.x2 and line.box[2] > rule.x1 and line.box[1] > rule.y1 - 2
    )


def text_of(pdf: bytes) -> str:
    with PDFIUM_LOCK:
        document = pypdfium2.PdfDocument(pdf)
        text: str = document[0].get_textpage().get_text_range()
        document.close()
    return text


def picture_of(pdf: bytes, dots_per_inch: int) -> Any:
    with PDFIUM_LOCK:
        document = pypdfium2.PdfDocument(pdf)
        picture = document[0].render(scale=dots_per_inch / 72).to_pil()
        document.close()
    return picture


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "signers", [TWELVE[:count] for count in (0, 1, 2, 3, 4, 5, 8, 12)], ids=len
)
def test_nothing_overlaps_and_nothing_leaves_the_page(
    language: str, signers: tuple[SignerLine, ...]
) -> None:
    for title in ("NDA", TITLE_60, "W" * 200):
        facts = replace(FACTS, language=language, signers=signers, title=title, time_stamped=True)
        for modules in (69, 93) if len(signers) < 8 else (93, 113):
            layout = lay_out(facts, modules)
            assert not faults(layout)
            assert not small_print(layout)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [2, 4, 5, 6, 9, 12])
def test_type_of_eight_points_is_kept_for_names_of_usual_length(language: str, count: int) -> None:
    usual = (CLIENT, UKRAINIAN, replace(CLIENT, name="Zofia Wójcik-Zielińska", kiosk_name="Gdynia"))
    signers = (DIRECTOR, *usual * 4)[:count]
    facts = replace(FACTS, language=language, signers=signers, title=TITLE_60, time_stamped=True)
    assert not small_print(lay_out(facts, make_qr(text_for(facts)).modules), SMALLEST)


@settings(max_examples=30, deadline=None)
@given(
    title=st.text(max_size=300),
    number=st.text(max_size=80),
    name=st.text(max_size=200),
    kiosk=st.text(max_size=120),
    count=st.integers(0, 14),
    language=st.sampled_from((*LANGUAGES, "fr", "")),
    huge=st.integers(0, 10**12),
    modules=st.sampled_from((69, 73, 81, 93, 101, 113)),
)
def test_no_text_breaks_the_page(
    title: str,
    number: str,
    name: str,
    kiosk: str,
    count: int,
    language: str,
    huge: int,
    modules: int,
) -> None:
    evidence = EvidenceSummary(huge, huge, huge, number, language)
    facts = replace(
        FACTS,
        title=title,
        number=number,
        kiosk_name=kiosk,
        signers=(replace(CLIENT, name=name, evidence=evidence, kiosk_name=name),) * count,
        language=language,
        pages=huge,
        journal_position=huge,
        host=number,
    )
    assert not faults(lay_out(facts, modules))


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_the_design_lists_is_on_the_page(language: str) -> None:
    said = " ".join(
        text_of(draw_certificate(replace(FACTS, language=language), QR_TEXT, A4)).split()
    )
    for expected in (
        FACTS.title,
        FACTS.number,
        "0001 0203 0405 0607 0809 0a0b 0c0d 0e0f",
        FACTS.covered_sha256.hex()[:8],
        FACTS.covered_sha256.hex()[-8:],
        DIRECTOR.name,
        CLIENT.name,
        ROLES[language][Role.CLIENT],
        METHODS[language][Method.DRAWN],
        PROOFS[language][Proof.SMS_CODE],
        "2026-11-23 14:30:12",
        "2026-11-24 10:30:12",
        "UTC+01:00",
        FACTS.kiosk_name,
        FACTS.software_version,
        TIME_QUALITIES[language][TimeQuality.ASSURED],
        "1842",
        "2026-1",
        "sygnet.example",
        WORDS[language]["trust_value"].format(version=12, date="2026-11-23"),
        WORDS[language]["shown_value"].format(shown=5, total=5, time=duration(200, language)),
        WORDS[language]["how"],
        WORDS["en"]["certificate"],
    ):
        assert expected in said, expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_on_verifying_is_whole(language: str) -> None:
    lines = " ".join(line.text for line in lay_out(replace(FACTS, language=language)).lines)
    assert WORDS[language]["how_text"] in lines
    assert WORDS["en"]["how_text"] in lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_time_has_its_zone(language: str) -> None:
    said = text_of(draw_certificate(replace(FACTS, language=language), QR_TEXT, A4))
    assert said.count("UTC+01:00") == len(FACTS.signers) + 1


def test_twelve_signers_are_all_on_the_page() -> None:
    said = text_of(draw_certificate(replace(FACTS, signers=TWELVE), QR_TEXT, A4))
    assert said.count("Jan Kowalski") == 4
    assert said.count("Наталія Їжакевич") == 3
    assert said.count("Maria Magdalena") == 4


def poppler(pdf: Path, dots: int) -> Any:
    name = pdf.with_suffix(f".{dots}")
    subprocess.run(["pdftoppm", "-r", str(dots), "-gray", pdf, name], check=True)
    return Image.open(next(pdf.parent.glob(f"{name.name}-*.pgm")))


def mupdf(pdf: Path, dots: int) -> Any:
    picture = pdf.with_suffix(f".{dots}.pgm")
    command = ["mutool", "draw", "-q", "-r", str(dots), "-o", str(picture), str(pdf)]
    subprocess.run(command, check=True, capture_output=True)
    return Image.open(picture)


@pytest.mark.parametrize(("count", "least"), [(1, 69), (2, 69), (5, 77), (12, 101)])
def test_the_qr_is_read_from_three_renderers_at_100_dots_per_inch_and_more(
    count: int, least: int, tmp_path: Path
) -> None:
    facts = replace(FACTS, signers=TWELVE[:count], title=TITLE_60)
    text = text_for(facts)
    code = make_qr(text)
    assert code.modules >= least
    assert lay_out(facts, code.modules).qr_side / code.modules >= 0.58 * MILLIMETRE - 1e-9
    pdf = tmp_path / "page.pdf"
    pdf.write_bytes(draw_certificate(facts, text, A4))
    for dots in (100, 150, 300):
        for picture in (
            picture_of(pdf.read_bytes(), dots),
            poppler(pdf, dots),
            mupdf(pdf, dots),
        ):
            assert [found.text for found in zxingcpp.read_barcodes(picture)] == [text]


def test_sixty_letter_names_of_twelve_signers_are_printed_whole() -> None:
    names = [f"{name} {chr(1040 + place)}" for place, name in enumerate(SIXTY_LETTERS * 4)]
    signers = tuple(replace(LONG, name=name) for name in names)
    for language in LANGUAGES:
        facts = replace(FACTS, language=language, signers=signers, title=TITLE_60)
        layout = lay_out(facts, 113)
        assert not faults(layout)
        assert not small_print(layout)
        assert all(name in printed(layout) for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 2, 3, 6, 12])
def test_no_name_is_cut_and_few_signers_stand_in_large_type(language: str, count: int) -> None:
    """Readable at arm's length: names of 90 letters too, and what was signed with."""
    signers = (DIRECTOR, *(LONG, CLIENT, UKRAINIAN, LONG) * 3)[:count]
    facts = replace(FACTS, language=language, signers=signers, title=TITLE_60, time_stamped=True)
    layout = lay_out(facts, 101 if count > 6 else 77)
    for signer in signers:
        assert signer.name in printed(layout)
    described = [line for line in layout.lines if METHODS[language][Method.KEY] in line.text]
    assert described[0].size >= (9 if count <= 3 else 7.7)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 8, 12])
def test_long_names_leave_type_its_width_and_rules_their_distance(
    language: str, count: int
) -> None:
    facts = replace(FACTS, language=language, signers=TWELVE[:count], time_stamped=True)
    layout = lay_out(facts, make_qr(text_for(facts)).modules)
    assert [line.text for line in layout.lines if line.stretch < 1 or line.size < 7.5] == []
    assert nearest_rule(layout) > 1.5


def test_twelve_names_of_ninety_letters_move_the_emblem_beside_the_heading() -> None:
    facts = replace(FACTS, signers=(LONG,) * 12, title=TITLE_60, time_stamped=True)
    layout = lay_out(facts, 113)
    assert not faults(layout)
    assert printed(layout).count(LONG.name) == 12
    assert layout.emblem[0] < lay_out(FACTS).emblem[0]


def test_each_client_stands_with_what_was_shown_and_where() -> None:
    shown = EvidenceSummary(5, 5, 200, "2026-1", "pl")
    clients = (replace(CLIENT, evidence=shown), LONG)
    said = text_of(draw_certificate(replace(FACTS, signers=(DIRECTOR, *clients)), QR_TEXT, A4))
    said = " ".join(said.split())
    for expected in ("5 z 5 stron, 3 min 20 s", "4 z 5 stron, 1 min 1 s", LONG.kiosk_name):
        assert expected in said
    assert "2026-1 (pl, uk)" in said


def test_marks_in_the_table_are_explained_below_it() -> None:
    aided = replace(
        LONG, evidence=EvidenceSummary(5, 5, 75, "2026-1", "pl", ("large_text", "read_aloud"))
    )
    facts = replace(FACTS, signers=(DIRECTOR, *(CLIENT, aided, UKRAINIAN) * 3))
    lines = [line.text for line in lay_out(facts, 93).lines]
    assert lines.count("5/5, 3 min 20 s \u00b7 A") == 3
    assert lines.count("5/5, 1 min 15 s \u00b9 \u00b3 \u00b7 B") == 3
    said = " ".join(lines)
    for expected in (
        f"A \u2013 {CLIENT.kiosk_name} \u00b7 B \u2013 {LONG.kiosk_name}",
        "\u00b9 duży tekst, large text \u00b7 \u00b3 odczytano na głos, read aloud",
        "UTC+01:00 \u00b7 pokazane strony, czas czytania \u00b7 pages shown, time of reading",
    ):
        assert expected in said
    assert "wysoki kontrast" not in said


def test_times_in_two_zones_say_their_own() -> None:
    summer = replace(DIRECTOR, signed_at=NOW - timedelta(days=90))
    facts = replace(FACTS, signers=(summer, *(CLIENT, LONG, UKRAINIAN) * 3))
    lines = [line.text for line in lay_out(facts, 93).lines]
    assert "UTC+02:00" in lines
    assert "UTC+01:00 \u00b7 5/5, 3 min 20 s \u00b7 A" in lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_the_pages_were_shown_is_said_in_both_languages(language: str) -> None:
    shown = EvidenceSummary(
        5, 5, 200, "2026-1", language, ("large_text", "high_contrast", "read_aloud"), "keyboard"
    )
    facts = replace(FACTS, language=language, signers=(DIRECTOR, replace(CLIENT, evidence=shown)))
    layout = lay_out(facts)
    assert not faults(layout)
    lines = {line.text: line.size for line in layout.lines}
    for words in (WORDS[language], WORDS["en"]):
        said = ", ".join(
            (
                words["shown_value"].format(shown=5, total=5, time=duration(200, language))
                if words is not WORDS["en"]
                else words["shown_value"].format(shown=5, total=5, time=duration(200, "en")),
                *(words[key] for key in ("large_text", "high_contrast", "read_aloud", "keyboard")),
            )
        )
        assert lines[said] >= 6


def test_who_vouches_for_the_time_is_said_when_the_kiosk_time_stamps() -> None:
    for stamped in (False, True):
        page = draw_certificate(replace(FACTS, time_stamped=stamped), QR_TEXT, A4)
        assert (WORDS["pl"]["stamped"] in text_of(page)) is stamped


def test_the_qr_is_at_least_42_millimetres_with_a_white_quiet_zone() -> None:
    assert 42 <= QR_SIDE / MILLIMETRE <= 45
    picture = picture_of(draw_certificate(FACTS, QR_TEXT, A4), 300).convert("L")
    layout = lay_out(FACTS)
    scale = 300 / 72
    left, bottom = layout.qr
    quiet = QR_SIDE * 4 / 69
    outer = (
        round((left - quiet) * scale) + 1,
        round((A4[1] - bottom - QR_SIDE - quiet) * scale) + 1,
        round((left + QR_SIDE + quiet) * scale) - 1,
        round((A4[1] - bottom + quiet) * scale) - 1,
    )
    zone = picture.crop(outer)
    band = round(quiet * scale) - 4
    width, height = zone.size
    for box in (
        (0, 0, width, band),
        (0, height - band, width, height),
        (0, 0, band, height),
        (width - band, 0, width, height),
    ):
        assert zone.crop(box).getextrema() == (255, 255)


def test_the_same_facts_give_the_same_bytes() -> None:
    assert draw_certificate(FACTS, QR_TEXT, A4) == draw_certificate(FACTS, QR_TEXT, A4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_small(language: str) -> None:
    facts = replace(FACTS, language=language, signers=(DIRECTOR, CLIENT, UKRAINIAN))
    assert len(draw_certificate(facts, QR_TEXT, A4)) < 60_000


def test_another_page_size_is_filled_evenly() -> None:
    pdf = draw_certificate(FACTS, QR_TEXT, (612, 792))
    found = zxingcpp.read_barcodes(picture_of(pdf, 150))
    assert [code.text for code in found] == [QR_TEXT]


def test_letters_that_the_typeface_lacks_do_not_stop_the_page() -> None:
    facts = replace(FACTS, title="Umowa 😀 王", kiosk_name="\u202eksoiK\u0007")
    assert "Umowa" in text_of(draw_certificate(facts, QR_TEXT, A4))


def test_an_unknown_time_zone_falls_back_to_utc() -> None:
    said = text_of(draw_certificate(replace(FACTS, timezone="Nowhere/Else"), QR_TEXT, A4))
    assert "2026-11-24 09:30:12" in said
    assert "UTC+00:00" in said


def test_all_languages_say_everything() -> None:
    for table in (WORDS, ROLES, METHODS, PROOFS, TIME_QUALITIES):
        assert set(table) == set(LANGUAGES)
        keys = [set(words) for words in table.values()]
        assert all(words == keys[0] for words in keys)
    assert all(set(words) == set(Role) for words in ROLES.values())
    assert all(set(words) == set(Method) for words in METHODS.values())
    assert all(set(words) == set(Proof) for words in PROOFS.values())
    assert all(set(words) == set(TimeQuality) for words in TIME_QUALITIES.values())


def test_lengths_of_time_are_said_in_minutes_and_seconds() -> None:
    assert duration(0, "pl") == "0 s"
    assert duration(200, "uk") == "3 хв 20 с"


def test_the_check_for_overlaps_finds_one() -> None:
    """The control of the tests above."""
    layout = lay_out(FACTS)
    line = layout.lines[0]
    layout.lines += [line.at(line.x + 3, line.y - 4), line.at(2, line.y)]
    said = " ".join(faults(layout))
    assert "overlaps" in said
    assert "leaves the page" in said

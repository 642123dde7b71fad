"""The verifier on what the kiosk really makes, with fields, stamp page and drawn certificate."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from signing.completion import complete
from signing.normalise import normalise
from tests.signing import inputs
from tests.signing.house import (
    NOW,
    context,
    director_signed,
    full_plan,
    full_values,
    house,
    typed_answers,
)
from tests.vectors.attacks import (
    Attack,
    annotation_added,
    hexadecimal_in_lower_case,
    information_changed,
    junk_after_end,
    page_swapped,
    page_tree_switched,
    seal_appearance_replaced,
    white_box,
)
from tests.vectors.sealed_pdf import House, Sealed
from tests.verifier.verdicts import assert_altered, assert_genuine
from verifier.document import examine_bytes, verify_pdf, verify_text
from verifier.rendered_page import text_on_last_page
from verifier.trust_list import TrustList
from verifier.verdict import Outcome

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """A document of three pages, prepared, signed twice and sealed by the real code."""
    folder = tmp_path_factory.mktemp("real")
    paper = inputs.paper(3)
    plan = full_plan(normalise(paper))
    source, target = director_signed(paper, folder, plan, NOW), folder / "sealed.pdf"
    answers = typed_answers(full_values())
    made = complete(source, target, plan, 0, answers, house(NOW).kiosk, context(now=NOW), NOW)
    return Sealed(target.read_bytes(), made.text, made.claims, Path(source).stat().st_size)


@pytest.fixture(scope="module")
def real_trust() -> TrustList:
    """The list that vouches for it."""
    return house(NOW).trust


def test_what_the_kiosk_makes_is_genuine(real: Sealed, real_trust: TrustList) -> None:
    assert_genuine(verify_pdf(real.data, real_trust, NOW))
    assert_genuine(verify_pdf(real.data, real_trust, NOW, text=real.text))
    assert_genuine(verify_text(real.text, real_trust, NOW))


def test_the_drawn_certificate_shows_the_very_code(real: Sealed) -> None:
    assert text_on_last_page(real.data) == real.text


@pytest.mark.parametrize(
    "attack",
    [
        white_box,
        page_swapped,
        page_tree_switched,
        annotation_added,
        seal_appearance_replaced,
        information_changed,
        junk_after_end,
        hexadecimal_in_lower_case,
    ],
    ids=lambda attack: attack.__name__,
)
def test_an_attack_on_it_is_seen(attack: Attack, real: Sealed, real_trust: TrustList) -> None:
    assert_altered(verify_pdf(attack(real, House()), real_trust, NOW))


def test_flipped_bytes_in_it_are_seen(real: Sealed, real_trust: TrustList) -> None:
    data = bytearray(real.data)
    for at in range(0, len(data), 53):
        data[at] ^= 1 << (at % 8)
        assert examine_bytes(bytes(data), real_trust, NOW).outcome is not Outcome.GENUINE, at
        data[at] ^= 1 << (at % 8)

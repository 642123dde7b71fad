"""Every known attack on a sealed PDF, each by name with the one finding that it deserves."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.attack_files import CASES, write_attack_files
from tests.vectors.attacks import contents_gap
from tests.vectors.drawing_attacks import (
    drawn_by_hand,
    drawn_on_two_lines,
    within_the_tolerance_of_clocks,
)
from tests.vectors.evidence_attacks import EVIDENCE_PLANTS
from tests.vectors.place_attacks import plainly_drawn
from tests.vectors.sealed_pdf import NOW, House, Sealed, direct, finish, prepare
from tests.vectors.shadow_attacks import PLANTS
from tests.vectors.statement_attacks import service_time_stamped, time_stamped_by_the_kiosk
from tests.vectors.timestamps import timestamped
from tests.vectors.update_attacks import ink_plainly_drawn, rewritten_file
from verifier.document import examine_bytes, verify_pdf
from verifier.trust_folder import load_trust
from verifier.trust_list import TrustList
from verifier.verdict import Outcome

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)


PATIENCE_SECONDS = 5.0
"""CPU time that one attack may cost."""


@pytest.mark.parametrize("name", CASES)
def test_an_attack_is_seen(name: str, sealed: Sealed, house: House, trust: TrustList) -> None:
    case = CASES[name]
    forged = case.attack(sealed, house)
    assert forged != sealed.data
    start = time.process_time()
    verdict = verify_pdf(forged, trust, NOW)
    assert time.process_time() - start < PATIENCE_SECONDS
    assert (str(verdict.outcome), set(verdict.against)) == (case.outcome, {case.finding})


@pytest.mark.parametrize("plant", [*PLANTS, *EVIDENCE_PLANTS])
def test_what_is_planted_and_never_revealed_is_what_was_signed(
    plant: Callable[[Any], None], house: House, trust: TrustList
) -> None:
    """The control of the attacks that plant: nothing but the revealing is refused."""
    harmless = finish(direct(prepare(plant=plant), house), house)
    assert verify_pdf(harmless.data, trust, NOW).outcome is Outcome.GENUINE
    assert verify_pdf(timestamped(harmless.data, house), trust, NOW).outcome is Outcome.GENUINE


def test_a_kiosks_time_stamps_on_client_and_seal_are_genuine(
    house: House, trust: TrustList
) -> None:
    """The control of the attacks on time-stamps."""
    assert verify_pdf(time_stamped_by_the_kiosk(house), trust, NOW).outcome is Outcome.GENUINE


def test_a_services_time_stamps_on_director_and_file_are_genuine(
    house: House, trust: TrustList
) -> None:
    """The control of the attacks on what a service states."""
    assert verify_pdf(service_time_stamped(house), trust, NOW).outcome is Outcome.GENUINE


def test_a_field_that_is_drawn_in_its_rectangle_is_genuine(house: House, trust: TrustList) -> None:
    """The control of the attacks on where and how fields show."""
    assert verify_pdf(plainly_drawn(house), trust, NOW).outcome is Outcome.GENUINE


def test_updates_that_are_written_anew_as_they_were_are_genuine(
    sealed: Sealed, house: House, trust: TrustList
) -> None:
    """The control of the attacks on how an update is written."""
    for made in (rewritten_file(sealed, house), ink_plainly_drawn(sealed, house)):
        assert verify_pdf(made, trust, NOW).outcome is Outcome.GENUINE


@pytest.mark.parametrize(
    "make", [drawn_on_two_lines, drawn_by_hand, within_the_tolerance_of_clocks]
)
def test_what_is_drawn_and_timed_as_it_should_be_is_genuine(
    make: Callable[[House], bytes], house: House, trust: TrustList
) -> None:
    """The controls of the attacks on drawings and on the order of times."""
    verdict = verify_pdf(make(house), trust, NOW)
    assert (verdict.outcome, verdict.against) == (Outcome.GENUINE, frozenset())


def test_every_attack_can_be_had_as_a_file(tmp_path: Path) -> None:
    write_attack_files(tmp_path)
    expected = json.loads((tmp_path / "expected.json").read_text(encoding="utf-8"))
    assert {path.name for path in tmp_path.glob("*.pdf")} == set(expected["files"])
    trust = load_trust(tmp_path / "trust")
    now = datetime.fromisoformat(expected["now"])
    genuine = (tmp_path / "genuine.pdf").read_bytes()
    assert verify_pdf(genuine, trust, now).outcome == expected["files"]["genuine.pdf"]["outcome"]


@pytest.mark.parametrize("name", ["seal_cut_off", "rolled_back_to_director"])
def test_a_cut_file_is_altered_when_its_paper_is_at_hand(
    name: str, sealed: Sealed, house: House, trust: TrustList
) -> None:
    forged = CASES[name].attack(sealed, house)
    verdict = verify_pdf(forged, trust, NOW, text=sealed.text)
    assert verdict.outcome is Outcome.ALTERED


def test_flipping_any_single_byte_is_seen_without_a_pdf_parser(
    sealed: Sealed, trust: TrustList
) -> None:
    data = bytearray(sealed.data)
    unseen = []
    for at in range(len(data)):
        data[at] ^= 1 << (at % 8)
        if examine_bytes(bytes(data), trust, NOW).outcome is Outcome.GENUINE:
            unseen.append(at)
        data[at] ^= 1 << (at % 8)
    assert unseen == []


def test_writing_the_seals_signature_otherwise_is_seen(sealed: Sealed, trust: TrustList) -> None:
    start, end = contents_gap(sealed)
    data = bytearray(sealed.data)
    unseen = []
    for at in (*range(start, start + 4200), *range(end - 300, end)):
        for bit in (0, 4, 5):  # another digit, another letter, another case
            data[at] ^= 1 << bit
            if examine_bytes(bytes(data), trust, NOW).outcome is Outcome.GENUINE:
                unseen.append((at, bit))
            data[at] ^= 1 << bit
    assert unseen == []


def test_a_byte_after_the_end_is_seen_whatever_it_is(sealed: Sealed, trust: TrustList) -> None:
    for byte in range(0, 256, 5):
        verdict = verify_pdf(sealed.data + bytes([byte]), trust, NOW)
        assert verdict.outcome is Outcome.ALTERED


def test_no_flipped_byte_leaves_the_whole_verdict_genuine(sealed: Sealed, trust: TrustList) -> None:
    """Exhaustive: each single byte of the file, one after the other."""
    data = bytearray(sealed.data)
    unseen = []
    for at in range(len(data)):
        data[at] ^= 0x01
        if verify_pdf(bytes(data), trust, NOW).outcome is Outcome.GENUINE:
            unseen.append(at)
        data[at] ^= 0x01
    assert unseen == []


def test_a_missing_byte_is_seen_wherever_it_was(sealed: Sealed, trust: TrustList) -> None:
    for at in range(0, len(sealed.data), 97):
        shorter = sealed.data[:at] + sealed.data[at + 1 :]
        assert examine_bytes(shorter, trust, NOW).outcome is not Outcome.GENUINE


def test_every_cut_is_seen(sealed: Sealed, trust: TrustList) -> None:
    for end in range(0, len(sealed.data), 1009):
        assert verify_pdf(sealed.data[:end], trust, NOW).outcome is not Outcome.GENUINE

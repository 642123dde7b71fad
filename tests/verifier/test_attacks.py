"""Every known attack on a sealed PDF, each by name: none may read as genuine."""

from __future__ import annotations

import logging

import pytest

from tests.vectors.attacks import ATTACKS, contents_gap
from tests.vectors.sealed_pdf import NOW, House, Sealed
from verifier.document import examine_bytes, verify_pdf
from verifier.trust_list import TrustList
from verifier.verdict import Outcome

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_seen(name: str, sealed: Sealed, house: House, trust: TrustList) -> None:
    attack, outcome = ATTACKS[name]
    forged = attack(sealed, house)
    assert forged != sealed.data
    verdict = verify_pdf(forged, trust, NOW)
    assert verdict.outcome == outcome, [finding.code for finding in verdict.findings]


@pytest.mark.parametrize("name", ["seal_cut_off", "rolled_back_to_director"])
def test_a_cut_file_is_altered_when_its_paper_is_at_hand(
    name: str, sealed: Sealed, house: House, trust: TrustList
) -> None:
    forged = ATTACKS[name][0](sealed, house)
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


def test_a_flipped_byte_is_seen_by_the_whole_verdict(sealed: Sealed, trust: TrustList) -> None:
    length = len(sealed.data)
    for at in (*range(0, length, 601), length - 1):
        data = bytearray(sealed.data)
        data[at] ^= 0x20
        assert verify_pdf(bytes(data), trust, NOW).outcome is not Outcome.GENUINE


def test_a_missing_byte_is_seen_wherever_it_was(sealed: Sealed, trust: TrustList) -> None:
    for at in range(0, len(sealed.data), 97):
        shorter = sealed.data[:at] + sealed.data[at + 1 :]
        assert examine_bytes(shorter, trust, NOW).outcome is not Outcome.GENUINE


def test_every_cut_is_seen(sealed: Sealed, trust: TrustList) -> None:
    for end in range(0, len(sealed.data), 1009):
        assert verify_pdf(sealed.data[:end], trust, NOW).outcome is not Outcome.GENUINE

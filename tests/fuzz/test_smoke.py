"""Every harness over its seeds and some mutations that are the same every time."""

from __future__ import annotations

import logging
from random import Random

import pytest

from tests.fuzz import bounds, houses, pdfs
from tests.fuzz.bounds import Violation, bounded
from tests.fuzz.resigning import forged_file, signed_again
from tests.fuzz.target import Target, plain_mutation
from tests.fuzz.targets import TARGETS
from tests.vectors.raw_seal import sealed_bytes
from tests.vectors.sealed_pdf import House
from verifier.document import verify_pdf, verify_text
from verifier.verdict import Outcome

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
def test_no_seed_and_no_mutation_breaks_a_promise(target: Target) -> None:
    seeds = target.seeds()
    for seed in list(seeds.values())[: target.smoke_rounds]:
        target.run(seed)
    chance = Random(target.name)
    mutate = plain_mutation(chance, target.words)
    kinds = list(seeds.values())
    for _ in range(target.smoke_rounds):
        target.run(target.changed(chance.choice(kinds), chance, mutate, target.max_bytes))


def test_a_genuine_verdict_on_what_nobody_sealed_is_noticed() -> None:
    verdict = verify_text(houses.honest_file().text, House().trust(), houses.NOW)
    assert verdict.outcome is Outcome.GENUINE
    with pytest.raises(Violation, match="nobody sealed"):
        houses.check_verdict(verdict, known=False)


def test_too_much_memory_is_noticed() -> None:
    with pytest.raises(Violation, match="too much memory"), bounded():
        bytearray(b"\1") * (bounds.MAX_GROWTH_BYTES + 2**20)


def test_too_much_time_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_CPU_SECONDS", 0.02)
    with pytest.raises(Violation, match="too slow"), bounded():
        sum(range(10_000_000))


def test_mending_leaves_a_file_in_order_as_it_is() -> None:
    data = houses.honest_file().data
    moved = data[:9] + b"% moved\n" + data[9:]
    assert pdfs.mended(data) == data
    assert pdfs.mended(moved) != moved
    assert verify_pdf(pdfs.mended(moved), houses.trust(), houses.NOW).outcome is Outcome.ALTERED


def test_what_is_signed_again_is_refused_for_its_change_alone() -> None:
    """The mutator's keys ended long ago, which is all that is wrong with a file of theirs."""
    plain = forged_file().data
    changed = plain.replace(b"<000E00180020", b"<000F00180020")
    assert changed != plain
    for data, against in ((plain, set()), (changed, {"field_differs"})):
        verdict = verify_pdf(signed_again(data), houses.trust(), houses.NOW)
        assert verdict.against == against | {"key_not_valid_then"}


def test_a_mutator_gets_past_the_signature_checks_and_is_still_not_genuine() -> None:
    honest = houses.honest_file()
    data, _ = sealed_bytes(honest.data[: honest.prefix_end], houses.forger())
    verdict = verify_pdf(data, houses.trust(), houses.NOW)
    assert verdict.has("seal_intact")
    assert verdict.outcome is not Outcome.GENUINE

"""What a fuzzing target is, and mutation without atheris."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.fuzz.bounds import bounded

__all__ = ["Mutate", "Target", "no_rework", "plain_mutation"]

Mutate = Callable[[bytes, int], bytes]
"""Changes bytes at random, to at most so many."""

Rework = Callable[[bytes, Random, Mutate], bytes]
"""Changes an input and mends what would refuse it too early: signatures, offsets, checksums."""


def no_rework(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """For inputs without framing."""
    return mutate(data, len(data) + 64)


@dataclass(frozen=True)
class Target:
    """One entry of the verifier, with its invariants and its seeds."""

    name: str
    """What the command line calls it."""
    entries: tuple[str, ...]
    """Functions of the verifier that it feeds, for the documentation."""
    examine: Callable[[bytes], None]
    """Feeds one input; raises whatever an invariant or the code raises."""
    seeds: Callable[[], Mapping[str, bytes]]
    """Valid and hostile inputs by name."""
    rework: Rework = no_rework
    """Mutation that knows the structure."""
    words: tuple[bytes, ...] = ()
    """Tokens of the format, for the dictionary."""
    max_bytes: int = 64 * 1024
    """Longest input while hunting."""
    smoke_rounds: int = 300
    """Mutations of the ordinary test suite."""
    blind_share: float = 0.4
    """How often the structure is left to luck."""

    def run(self, data: bytes) -> None:
        """Feed one input within the bounds."""
        with bounded():
            self.examine(data)

    def changed(self, data: bytes, chance: Random, mutate: Mutate, max_bytes: int) -> bytes:
        """A mutation: blind in some of ten cases, else one that knows the structure."""
        if chance.random() < self.blind_share:
            return mutate(data, max_bytes)
        return self.rework(data, chance, mutate)[:max_bytes]


_INTERESTING: Final = (b"\0", b"\xff", b"\x7f\xff\xff\xff", b"9" * 20, b"[" * 50, b"<<", b"-1")


def plain_mutation(chance: Random, words: tuple[bytes, ...]) -> Mutate:
    """A mutator that always does the same for the same `chance`."""
    pieces = (*_INTERESTING, *words)

    def mutate(data: bytes, max_bytes: int) -> bytes:
        made = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 4, 8))):
            at = chance.randrange(len(made) + 1)
            end = min(len(made), at + chance.choice((0, 1, 1, 2, 8, 64)))
            kind = chance.randrange(5)
            if kind == 0:
                made[at:end] = bytes(chance.randrange(256) for _ in range(end - at or 1))
            elif kind == 1:
                made[at:end] = b""
            elif kind == 2:
                made[at:at] = made[at:end] * chance.choice((1, 2, 16))
            elif kind == 3:
                made[at:end] = chance.choice(pieces)
            elif at < len(made):
                made[at] ^= 1 << chance.randrange(8)
        return bytes(made[:max_bytes])

    return mutate

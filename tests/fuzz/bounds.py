"""What one input may cost, and how that is measured inside the process that examines it."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["HARD_STOP_BYTES", "MAX_CPU_SECONDS", "MAX_GROWTH_BYTES", "MAX_INPUT_BYTES"]
__all__ += ["Cost", "Violation", "bounded", "measured", "resident_growth", "set_hard_stop"]

MAX_INPUT_BYTES: Final = 5 * 2**20
"""Largest input for which the bounds below are promised."""
MAX_CPU_SECONDS: Final = 5.0
"""CPU time of one input, user and system, child processes included."""
MAX_GROWTH_BYTES: Final = 300 * 2**20
"""How far the process's memory may rise above what it held before one input."""
HARD_STOP_BYTES: Final = 2**30
"""Growth at which the kernel refuses more, so that a runaway input cannot harm the machine."""

_STATUS: Final = Path("/proc/self/status")
_CLEAR: Final = Path("/proc/self/clear_refs")
_RESET_PEAK: Final = "5"  # proc(5): sets VmHWM back to what is resident now


@dataclass
class Cost:
    """What something cost, known when it is done."""

    cpu_seconds: float = 0.0
    """User and system, child processes included."""
    growth_bytes: int = 0
    """How far resident memory rose."""


class Violation(AssertionError):
    """An input broke one of the promises."""


@contextmanager
def bounded() -> Iterator[None]:
    """Hold whatever runs inside to the bounds on time and memory.

    Raises:
        Violation: `too slow` or `too much memory`, with the measured number.
    """
    with measured() as cost:
        yield
    if cost.cpu_seconds > MAX_CPU_SECONDS:
        raise Violation(f"too slow: {cost.cpu_seconds:.1f} s of CPU time")
    if cost.growth_bytes > MAX_GROWTH_BYTES:
        raise Violation(f"too much memory: {cost.growth_bytes // 2**20} MB")


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure what runs inside."""
    cost = Cost()
    before = _resident_bytes(reset=True)
    start = _cpu_seconds()
    yield cost
    cost.cpu_seconds = _cpu_seconds() - start
    cost.growth_bytes = _resident_bytes(reset=False) - before


@contextmanager
def resident_growth() -> Iterator[Callable[[], int]]:
    """Measure how far memory rises inside; what is given tells it, in bytes, when asked."""
    before = _resident_bytes(reset=True)
    yield lambda: _resident_bytes(reset=False) - before


def set_hard_stop() -> None:
    """Bound this process's memory, from what it holds now."""
    stop = _resident_bytes(reset=False) + HARD_STOP_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (stop, stop))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _cpu_seconds() -> float:
    return sum(os.times()[:4])


def _resident_bytes(*, reset: bool) -> int:
    """The highest resident size since the last reset."""
    if reset:
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    for line in _STATUS.read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the kernel does not tell the peak of resident memory")

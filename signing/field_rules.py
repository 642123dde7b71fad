"""What a client may write into a field. (Being written.)"""

from __future__ import annotations

from signing.fields import FieldSpec

__all__ = ["check_person_name", "check_value"]


def check_value(spec: FieldSpec, text: str) -> str:
    """Return the canonical value. Raises `FieldRefused`."""
    raise NotImplementedError


def check_person_name(name: str) -> str:
    """Return the name in one canonical form. Raises `FieldRefused`."""
    raise NotImplementedError

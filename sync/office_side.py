"""Head office's end of the protocol: a Flask blueprint over the OfficeLedger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Blueprint

from sync.office_ledger import OfficeLedger

__all__ = ["make_sync_blueprint"]


def make_sync_blueprint(
    ledger: OfficeLedger,
    office_key: Ed25519PrivateKey,
    clock: Callable[[], datetime],
    next_poll_seconds: int = 60,
) -> Blueprint:
    """Make the blueprint `sync`, to be registered as it is (its prefix is /sync/v1).

    Exempt it from CSRF protection: `csrf.exempt(blueprint)`; every request is signed.

    Args:
        ledger: head office's books.
        office_key: signs every reply; its public half is pinned at enrolment.
        clock: gives the current time, aware UTC.
        next_poll_seconds: what kiosks are told to wait between polls.
    """
    raise NotImplementedError

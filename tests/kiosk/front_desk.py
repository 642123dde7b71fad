"""People of the front desk for the tests, with PINs that are quick to check."""

from __future__ import annotations

import argon2
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sync.staff import StaffMember, StaffRight

__all__ = ["ANNA", "ANNA_PIN", "EWA", "EWA_PIN", "enter"]

HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ANNA_PIN, EWA_PIN = "482917", "730164"
ANNA = StaffMember("s-00000001", "Anna Kowal", HASHER.hash(ANNA_PIN), frozenset(StaffRight))
EWA = StaffMember("s-00000002", "Ewa Górska", HASHER.hash(EWA_PIN))


def enter(
    browser: FlaskClient, member: StaffMember, pin: str, purpose: str = "desk"
) -> TestResponse:
    """Type a PIN."""
    return browser.post(f"/staff/enter/{member.staff_id}", data={"pin": pin, "for": purpose})

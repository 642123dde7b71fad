"""A real kiosk whose place was taken away by a real head office."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from office.history import Actor
from office.revocation import RevocationReason, revoke_kiosk
from sync.errors import SyncError
from tests.world import World


def test_a_kiosk_that_was_shut_out_is_told_so_at_its_next_contact(tmp_path: Path) -> None:
    with World(tmp_path, lambda: datetime.now(UTC)) as world:
        world.exchange()
        reason = RevocationReason.RETIRED
        revoke_kiosk(world.office, world.kiosk_id, reason, Actor(), datetime.now(UTC))
        with pytest.raises(SyncError) as refusal:
            world.kiosk.head_office.exchange()
        assert refusal.value.code == "kiosk_revoked"

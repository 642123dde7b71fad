"""A real kiosk whose keys a real head office wants renewed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from sqlalchemy import select

from kiosk.identity import key_generation
from office import trust
from office.errors import Refused
from office.history import Actor
from office.kiosk_authority import list_of, newest_list
from office.kiosks import find_kiosk
from office.ledger import Ledger
from office.renewal import ask_for_new_keys, ask_where_due, renewals_under_way
from office.tables.devices import kiosk_renewals as renewals
from sync.errors import RequestRefused
from tests.office.conftest import cheap_passwords
from tests.world import World
from verifier.trust_list import KeyRole, TrustList

__all__ = ["cheap_passwords"]  # a fixture


class Now:
    """A clock ahead of the machine's by as much as a test wants."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def listed(world: World) -> TrustList:
    with world.office.database.read() as connection:
        return trust.trust_list(world.office, connection)


def ends(world: World, role: KeyRole) -> list[datetime]:
    return [key.valid_until for key in listed(world).with_role(role)]


def test_head_office_asks_the_kiosk_renews_and_the_old_keys_end_on_the_list(
    tmp_path: Path,
) -> None:
    with World(tmp_path, Now()) as world:
        terminal = world.kiosk.terminal
        old = terminal.enrolment().kiosk
        assert ask_for_new_keys(world.office, world.kiosk_id, Actor(), world.clock()) == 2
        with pytest.raises(Refused) as refused:
            ask_for_new_keys(world.office, world.kiosk_id, Actor(), world.clock())
        assert refused.value.code == "renewal_under_way"
        world.exchange()
        assert key_generation(terminal.store) == 2
        new = terminal.enrolment().kiosk
        with world.office.database.read() as connection:
            keys = find_kiosk(connection, world.kiosk_id).device_keys
            assert renewals_under_way(connection) == {}
        assert keys is not None
        own = terminal.enrolment().keys
        assert keys.sync_public_key == own.sync.public_key().public_bytes_raw()
        assert keys.box_public_key == own.exchange.public_key().public_bytes_raw()
        soon = world.clock() + timedelta(days=1)
        for role in (KeyRole.SEAL, KeyRole.KIOSK_CA, KeyRole.TIMESTAMP):
            before, after = ends(world, role)
            assert before <= soon < after
        for _ in range(3):
            world.exchange()  # the last list of the old CA, then the new one's
        with world.office.database.read() as connection:
            kept = [list_of(connection, world.kiosk_id, one.ca_certificate) for one in (old, new)]
            assert newest_list(connection, world.kiosk_id) == kept[1]
        issuers = [None if one is None else one.issuer for one in kept]
        assert issuers == [old.ca_certificate.subject, new.ca_certificate.subject]


def test_only_what_was_asked_for_is_certified_and_the_same_again_costs_nothing(
    tmp_path: Path,
) -> None:
    with World(tmp_path, Now()) as world:
        terminal, ledger = world.kiosk.terminal, Ledger(world.office, world.clock)
        terminal.store.set_setting("keys_wanted", "2")
        request = terminal.renewal.request()
        assert request is not None
        with pytest.raises(RequestRefused) as refused:
            ledger.renew_keys(world.kiosk_id, request, world.clock())
        assert refused.value.code == "renewal_not_due"
        ask_for_new_keys(world.office, world.kiosk_id, Actor(), world.clock())
        first = ledger.renew_keys(world.kiosk_id, request, world.clock())
        count = len(listed(world).keys)
        assert ledger.renew_keys(world.kiosk_id, request, world.clock()) == first
        assert len(listed(world).keys) == count
        for path in terminal.settings.keys_folder.glob("*-2.pem"):
            path.unlink()  # the disk lost them
        again = terminal.renewal.request()
        assert again is not None
        second = ledger.renew_keys(world.kiosk_id, again, world.clock())
        assert second.seal_certificate != first.seal_certificate
        gone = {key.certificate_der for key in listed(world).keys if key.revocation is not None}
        assert gone == {first.ca_certificate, first.seal_certificate, first.timestamp_certificate}
        with world.office.database.read() as connection:
            assert connection.execute(select(renewals.c.certified)).scalars().all() == [2]


def test_a_kiosk_is_asked_by_itself_while_its_signatures_still_last_ten_years(
    tmp_path: Path,
) -> None:
    clock = Now()
    with World(tmp_path, clock) as world:
        assert ask_where_due(world.office, clock()) == 0
        clock.ahead = timedelta(days=9.7 * 365.25)
        assert ask_where_due(world.office, clock()) == 0
        clock.ahead = timedelta(days=9.8 * 365.25)
        assert ask_where_due(world.office, clock()) == 1
        assert ask_where_due(world.office, clock()) == 0  # it has been asked
        seal = terminal_seal(world)
        assert seal.not_valid_after_utc - clock() > timedelta(days=3650)


def terminal_seal(world: World) -> x509.Certificate:
    return world.kiosk.terminal.enrolment().kiosk.seal_certificate

"""The trust list as kiosks get it: published at every change, fresh, enrolment over HTTP."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from office import trust
from office.application import create_app
from office.head_office import HeadOffice
from office.history import Actor
from office.kiosks import find_kiosk, renew_enrolment_code
from sync.device_side import enrol
from sync.enrolment import make_request
from sync.errors import OfficeRefused
from sync.trust_update import http_source, update_trust
from tests.office.town_hall import Clock, People, TestKiosk
from verifier.trust_folder import load_trust, load_trust_files
from verifier.trust_list import KeyRole, TrustList

ADDRESS = "http://office.example"


@pytest.fixture
def http(office: HeadOffice, clock: Clock) -> httpx.Client:
    return httpx.Client(transport=httpx.WSGITransport(app=create_app(office, clock)))


def published(office: HeadOffice) -> TrustList:
    return load_trust_files(office.publisher.client_files())


def test_a_new_head_office_publishes_its_list(office: HeadOffice) -> None:
    listed = published(office)
    assert [key.role for key in listed.keys] == [KeyRole.ROOT, KeyRole.SIGNING_CA]
    assert listed.organisation == "Zielony Most sp. z o.o."
    assert listed.hosts == ("SYGNET.EXAMPLE",)


def test_every_new_key_raises_the_version(office: HeadOffice, people: People, clock: Clock) -> None:
    before = published(office)
    TestKiosk(office, clock).enrol()
    after = published(office)
    assert after.version == before.version + 1
    assert [key.role for key in after.keys][-2:] == [KeyRole.KIOSK_CA, KeyRole.SEAL]
    assert any(key.role is KeyRole.DIRECTOR for key in before.keys)


def test_the_as_of_time_stays_fresh_without_changes(office: HeadOffice, clock: Clock) -> None:
    version = published(office).version
    assert not trust.refresh_if_old(office, clock.forward(hours=11))
    assert trust.refresh_if_old(office, clock.forward(hours=2))
    assert published(office).version == version + 1
    assert published(office).as_of == clock()


def test_a_publication_whose_transaction_never_ended_does_not_block_the_next(
    office: HeadOffice, clock: Clock
) -> None:
    def interrupted() -> None:
        with office.database.write() as connection:
            trust.publish(office, connection, clock())
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        interrupted()
    on_disk = published(office).version
    with office.database.write() as connection:
        assert trust.publish(office, connection, clock()) == on_disk + 1
    with office.database.read() as connection:
        assert trust.trust_list(office, connection) == published(office)


def test_a_device_enrols_and_follows_the_list_over_http(
    office: HeadOffice, http: httpx.Client, people: People, clock: Clock, tmp_path: Path
) -> None:
    kiosk = TestKiosk(office, clock)
    request = make_request(
        kiosk.code.text,
        kiosk.sync_key,
        kiosk.box_key.public_key().public_bytes_raw(),
        kiosk.seal_key,
        kiosk.ca_key,
    )
    grant = enrol(http, ADDRESS, kiosk.code.text, request)
    assert grant.kiosk_id == kiosk.id
    assert enrol(http, ADDRESS, kiosk.code.text, request) == grant
    with office.database.read() as connection:
        assert find_kiosk(connection, kiosk.id).enrolled_at == clock()
    folder = tmp_path / "trust"
    version = update_trust(folder, http_source(http, ADDRESS), grant.trust_root)
    assert version == published(office).version == kiosk.ledger.trust_version()
    assert load_trust(folder) == published(office)


def test_an_enrolment_code_dies_after_a_day_or_with_its_successor(
    office: HeadOffice, http: httpx.Client, people: People, clock: Clock
) -> None:
    kiosk = TestKiosk(office, clock)

    def refusal(code: str) -> str:
        keys = (kiosk.seal_key, kiosk.ca_key)
        box = kiosk.box_key.public_key().public_bytes_raw()
        with pytest.raises(OfficeRefused) as refused:
            enrol(http, ADDRESS, code, make_request(code, kiosk.sync_key, box, *keys))
        return refused.value.code

    first = kiosk.code.text
    second = renew_enrolment_code(office, kiosk.id, Actor(people.administrator.id), clock())
    assert refusal(first) == "code_unknown"
    clock.forward(hours=24)
    assert refusal(second.text) == "code_expired"
    with office.database.read() as connection:
        assert find_kiosk(connection, kiosk.id).enrolled_at is None

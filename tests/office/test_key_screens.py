"""The administrator's pages of keys: what they show, what they ask twice, and whom they refuse."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from flask import Flask

from office import authorities, trust
from office.application import create_app
from office.head_office import HeadOffice, open_head_office
from office.history import Actor
from office.key_list import key_name
from office.kiosks import find_kiosk
from office.people import NewPerson, Person, Role, add_person, find_person
from office.renewal import renewals_under_way
from office.settings import Settings
from tests.office.test_root_apart import make_ceremony
from tests.office.town_hall import PASSWORD, Clock, People, TestKiosk
from tests.visitor import Visitor
from verifier.trust_list import KeyRole

ADDRESS = "http://office.example"
Browser = Callable[[Person | None], Visitor]


@pytest.fixture
def app(office: HeadOffice, clock: Clock) -> Flask:
    return create_app(office, clock)


def opened(app: Flask, person: Person | None) -> Visitor:
    http = httpx.Client(transport=httpx.WSGITransport(app=app), base_url=ADDRESS)
    visitor = Visitor(http, language="en")
    if person is not None:
        page = visitor.visit("/sign-in")
        page = visitor.submit(page, "/sign-in", {"email": person.email, "password": PASSWORD})
        visitor.http.post("/language", data={"csrf_token": page.csrf_token, "language": "en"})
    return visitor


@pytest.fixture
def administrator(app: Flask, people: People) -> Visitor:
    return opened(app, people.administrator)


def revoked(office: HeadOffice) -> dict[KeyRole, str]:
    with office.database.read() as connection:
        keys = trust.trust_list(office, connection).keys
    return {key.role: key.revocation.reason for key in keys if key.revocation is not None}


def test_the_page_shows_every_key_and_where_it_is(
    administrator: Visitor, people: People, kiosk: TestKiosk
) -> None:
    words = administrator.visit("/keys").words
    for expected in ("Root", "Signing CA", people.director.name, kiosk.name, "Seal"):
        assert expected in words
    assert "The root lies on this machine" in words
    assert "file on this machine" in words
    assert "on the kiosk" in words
    assert len(re.findall(r"\b(?:[0-9a-f]{4} ){3}[0-9a-f]{4}\b", words)) == 6


def test_a_kiosk_is_shut_out_with_a_reason_and_a_tick(
    office: HeadOffice, administrator: Visitor, kiosk: TestKiosk
) -> None:
    page = administrator.visit(f"/kiosks/{kiosk.id}/revoke")
    assert "cannot be undone" in page.words
    page = administrator.submit(page, "/revoke", {"reason": "stolen", "sure": []}, expect=422)
    assert "not_confirmed" in page.words
    page = administrator.submit(page, "/revoke", {"reason": "bored", "sure": "yes"}, expect=422)
    assert "bad_reason" in page.words
    assert revoked(office) == {}
    page = administrator.submit(page, "/revoke", {"reason": "stolen", "sure": "yes"})
    assert "The kiosk is shut out." in page.words
    assert revoked(office) == {KeyRole.KIOSK_CA: "stolen", KeyRole.SEAL: "stolen"}
    with office.database.read() as connection:
        assert find_kiosk(connection, kiosk.id).revoked_at is not None
    again = administrator.visit(f"/kiosks/{kiosk.id}/revoke")
    again = administrator.submit(again, "/revoke", {"reason": "stolen", "sure": "yes"}, expect=422)
    assert "already_revoked" in again.words
    administrator.visit("/kiosks/k-00000000/revoke", expect=404)


def test_a_director_gets_a_new_key_and_loses_it(
    office: HeadOffice, administrator: Visitor, people: People
) -> None:
    page = administrator.visit("/keys")
    page = administrator.submit(page, f"/keys/director/{people.director.id}/renew")
    assert "new key" in page.words
    assert "Replaced" in page.words
    page = administrator.visit(f"/keys/director/{people.director.id}/revoke")
    page = administrator.submit(page, "/revoke", {"reason": "left", "sure": "yes"})
    assert "This key counts no more." in page.words
    assert revoked(office) == {KeyRole.DIRECTOR: "left"}
    with office.database.read() as connection:
        assert not find_person(connection, people.director.id).has_key


def test_a_new_signing_ca_needs_a_tick(office: HeadOffice, administrator: Visitor) -> None:
    page = administrator.visit("/keys/signing-ca")
    page = administrator.submit(page, "/keys/signing-ca", {"sure": []}, expect=422)
    assert "not_confirmed" in page.words
    page = administrator.submit(page, "/keys/signing-ca", {"sure": "yes"})
    assert "There is a new signing CA." in page.words
    with office.database.read() as connection:
        assert len(authorities.certificates_of(connection, KeyRole.SIGNING_CA)) == 2


def test_only_administrators_see_and_change_keys(
    office: HeadOffice, app: Flask, people: People, kiosk: TestKiosk
) -> None:
    director = people.director.id
    looks = ["/keys", "/keys/signing-ca", f"/keys/director/{director}/revoke"]
    looks.append(f"/kiosks/{kiosk.id}/revoke")
    acts = ["/keys/signing-ca", "/keys/signing-ca/request", "/keys/signing-ca/answer"]
    acts += [f"/keys/director/{director}/{act}" for act in ("renew", "revoke")]
    acts.append(f"/kiosks/{kiosk.id}/revoke")
    version = kiosk.ledger.trust_version()
    for person in (people.operator, people.director):
        visitor = opened(app, person)
        token = visitor.visit("/documents").csrf_token
        for path in looks:
            visitor.visit(path, expect=403)
        for path in acts:
            given = {"csrf_token": token, "sure": "yes", "reason": "stolen"}
            assert visitor.http.post(path, data=given).status_code == 403, path
    nobody = opened(app, None)
    assert nobody.http.get("/keys").status_code in {302, 303}
    administrator = opened(app, people.administrator)
    for path in acts:  # without its token a form is not believed
        given = {"sure": "yes", "reason": "left"}
        assert administrator.http.post(path, data=given).status_code == 400, path
    assert kiosk.ledger.trust_version() == version


def test_a_root_apart_is_asked_by_a_file_and_answers_by_a_file(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    cheap_passwords: None,
) -> None:
    ceremony = make_ceremony(tmp_path, capsys, monkeypatch)
    ceremony.create()
    for step in (ceremony.asking, ceremony.signing, ceremony.finishing):
        assert ceremony.run(*step) == 0
    office = open_head_office(Settings(ceremony.data, public_url=ADDRESS), {})
    try:
        with office.database.read() as connection:
            clock = Clock(trust.trust_list(office, connection).as_of)
        new = NewPerson("a@sygnet.example", "Anna Zarzycka", Role.ADMINISTRATOR, "en", PASSWORD)
        with office.database.write() as connection:
            person = add_person(connection, new, Actor(), clock())
        visitor = opened(create_app(office, clock), person)
        assert "apart" in visitor.visit("/keys").words
        page = visitor.visit("/keys/signing-ca")
        token = {"csrf_token": page.csrf_token}
        asked = visitor.http.post("/keys/signing-ca/request", data=token)
        assert asked.headers["Content-Disposition"].startswith("attachment; filename=root-request-")
        stale = {"answer": ("a.json", ceremony.answer.read_bytes(), "application/json")}
        page = visitor.submit(page, "/keys/signing-ca/answer", files=stale, expect=422)
        assert "answer_refused" in page.words
        broken = {"answer": ("a.json", b"{}", "application/json")}
        page = visitor.submit(page, "/keys/signing-ca/answer", files=broken, expect=422)
        assert "root_file_unreadable" in page.words
        ceremony.request.write_bytes(asked.content)
        ceremony.answer.unlink()
        assert ceremony.run(*ceremony.signing) == 0
        right = {"answer": ("a.json", ceremony.answer.read_bytes(), "application/json")}
        page = visitor.submit(page, "/keys/signing-ca/answer", files=right)
        assert "There is a new signing CA." in page.words
    finally:
        office.close()


def test_a_kiosk_is_asked_for_new_keys_once(
    administrator: Visitor, people: People, kiosk: TestKiosk, office: HeadOffice
) -> None:
    page = administrator.submit(administrator.visit("/keys"), f"/kiosks/{kiosk.id}/renew-keys")
    assert "The kiosk makes new keys when it is next in contact." in page.words
    assert "Being renewed" in page.words
    assert f"/kiosks/{kiosk.id}/renew-keys" not in page.text
    with office.database.read() as connection:
        assert set(renewals_under_way(connection)) == {kiosk.id}
    again = administrator.http.post(
        f"/kiosks/{kiosk.id}/renew-keys", data={"csrf_token": page.csrf_token}
    )
    assert again.status_code == 422
    assert "This kiosk was asked for new keys already." in again.text


def test_a_signing_ca_is_revoked_with_a_reason_and_a_tick(
    administrator: Visitor, people: People, kiosk: TestKiosk, office: HeadOffice
) -> None:
    with office.database.read() as connection:
        key = key_name(authorities.newest_certificate(connection, KeyRole.SIGNING_CA))
    action = f"/keys/signing-ca/{key}/revoke"
    page = administrator.visit(action)
    assert "nothing that a thief issues counts" in page.words
    refused = administrator.http.post(action, data={"csrf_token": page.csrf_token})
    assert refused.status_code == 422
    assert revoked(office) == {}
    page = administrator.submit(page, action, {"reason": "stolen", "sure": "yes"})
    assert "The signing CA is revoked." in page.words
    assert "Being renewed" in page.words
    assert revoked(office) == {KeyRole.SIGNING_CA: "stolen"}
    assert administrator.http.get("/keys/signing-ca/0123/revoke").status_code == 404


def test_the_keys_of_the_trust_list_are_replaced_from_the_page(
    administrator: Visitor, people: People, office: HeadOffice
) -> None:
    before = office.publisher.online_keys()
    page = administrator.submit(administrator.visit("/keys"), "/keys/trust-keys")
    assert "The trust list is signed with new keys." in page.words
    after = office.publisher.online_keys()
    assert set(after.values()).isdisjoint(before.values())
    assert office.publisher.client_files()


def test_the_key_of_answers_is_replaced_from_the_page(
    administrator: Visitor, people: People, kiosk: TestKiosk, office: HeadOffice, clock: Clock
) -> None:
    before = office.keyring.response_key().public_key().public_bytes_raw()
    clock.forward(minutes=1)
    page = administrator.submit(administrator.visit("/keys"), "/keys/response-key")
    assert "They follow at their next contact." in page.words
    assert office.keyring.response_key().public_key().public_bytes_raw() != before
    assert f"Not in contact since then: {kiosk.name}" in page.words

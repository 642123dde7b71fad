"""A time-stamping service's key is taken off the list of those that count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from office import authorities
from office.application import create_app
from office.authority_lists import write_own_lists
from office.ca_revocation import SigningCaReason, revoke_signing_ca
from office.command_line import main
from office.ending_mail import enqueue_endings
from office.endings import list_endings
from office.errors import NotFound, NotSetUp, OfficeError
from office.head_office import HeadOffice
from office.history import Actor
from office.key_list import key_name, list_keys
from office.service_keys import ServiceKeyReason, revoke_service_key
from office.time_service import usable_service
from office.trust import published_version, trust_list
from tests.office.keeping_town import Keeping
from tests.office.test_key_screens import administrator, app, opened
from tests.office.town_hall import Clock, Letterbox, People, TestKiosk, kinds
from tests.signing.long_life_tools import etsi_says
from tests.time_server import TimeServer
from tests.visitor import Visitor
from verifier.trust_list import KeyRole
from verifier.verdict import Outcome

__all__ = ["administrator", "app"]

FALSE_TIMES = ServiceKeyReason.FALSE_TIMES


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[TimeServer]:
    with TimeServer(tmp_path / "service", clock, "rsa") as running:
        yield running


@pytest.fixture
def town(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    clock: Clock,
    pdf: bytes,
    tmp_path: Path,
    server: TimeServer,
) -> Keeping:
    made = Keeping(office, people, kiosk, clock, pdf, tmp_path)
    made.use(server)
    return made


def reasons(office: HeadOffice) -> dict[str, str]:
    """Who is revoked on the trust list, and why."""
    with office.database.read() as connection:
        keys = trust_list(office, connection).keys
    return {key.holder: key.revocation.reason for key in keys if key.revocation is not None}


def test_evidence_of_a_revoked_service_is_left_out_and_made_anew_by_another(
    town: Keeping, server: TimeServer, tmp_path: Path, clock: Clock
) -> None:
    document = town.completed()
    town.round()
    sealed, kept = town.sealed(document), town.file(document)
    assert town.verdict(kept).has("long_life_only")
    done = revoke_service_key(
        town.office, key_name(server.certificate), FALSE_TIMES, Actor(), clock()
    )
    assert (done.holder, done.evidence_anew) == ("Time", 1)
    assert reasons(town.office) == {"Time": "false_times"}
    assert town.verdict(kept).outcome is Outcome.CANNOT_TELL  # so nobody must be given that one
    town.round()
    assert town.file(document) == sealed
    assert town.verdict(sealed).outcome is Outcome.GENUINE  # its director's time-stamp is Time's
    assert town.blobs(document).get("kept") is None
    assert "evidence_left_out" in kinds(town.office, document.id)
    assert town.standing(document).stamps == 0
    with TimeServer(tmp_path / "other", clock, name="Other Time") as other:
        town.use(other)
        town.tried_often()  # the list of who vouched for the revoked one cannot be had any more
        assert town.round() == 1
        renewed = town.file(document)
    assert renewed.startswith(sealed)
    assert town.standing(document).service == "Other Time"
    assert town.verdict(renewed).has("long_life_only")


def test_evidence_of_other_services_stays_and_is_renewed_when_it_was_due(
    town: Keeping, server: TimeServer, tmp_path: Path, clock: Clock
) -> None:
    document = town.completed()
    with TimeServer(tmp_path / "other", clock, name="Other Time") as other:
        town.use(other)
        town.tried_often()  # the list of the director's time-stamp cannot be had there
        town.round()
    kept, due = town.file(document), town.next_look(document)
    town.use(server)
    revoke_service_key(town.office, key_name(server.certificate), FALSE_TIMES, Actor(), clock())
    town.round()
    assert (town.standing(document).stamps, kept) == (1, town.file(document))
    assert abs(town.next_look(document) - due).total_seconds() < 60
    assert town.standing(document).renew_at == town.next_look(document)
    assert "evidence_left_out" not in kinds(town.office, document.id)


def test_administrators_hear_that_a_service_s_certificate_and_stamps_of_copies_elsewhere_end(
    town: Keeping, server: TimeServer, clock: Clock
) -> None:
    """Long after the files themselves were destroyed here."""
    office, ends = town.office, server.certificate.not_valid_after_utc
    town.completed()
    town.round()

    def told(left: timedelta) -> dict[str, tuple[str, ...]]:
        clock.now = ends - left
        enqueue_endings(office, clock())
        letterbox = Letterbox()
        letterbox.run(office, clock())
        with office.database.read() as connection:
            found = list_endings(office, connection, clock())
        names = {one.kind.value: one.holder for one in found if "Time" in one.holder}
        text = " ".join(one.text for one in letterbox.messages)
        return {kind: (name, text) for kind, name in names.items()}

    assert told(timedelta(days=400)) == {}
    (copies,) = told(timedelta(days=360)).items()
    assert copies[0] == "stamped_copies"
    assert "Znaczniki czasu usługi Time w kopiach" in copies[1][1]
    both = told(timedelta(days=170))
    assert set(both) == {"stamped_copies", "time_service"}
    assert "Certyfikat usługi znakowania czasem Time" in both["time_service"][1]
    page = opened(create_app(office, clock), town.people.administrator).visit("/keys")
    assert "Time-stamps of Time in copies that are kept elsewhere" in page.words
    assert "Put its next certificate into the file" in page.words
    server.certify_again()
    town.use(server)
    assert set(told(timedelta(days=169))) == {"stamped_copies"}
    assert told(timedelta(days=-31)) == {}
    clock.now = ends - timedelta(days=100)
    revoke_service_key(office, key_name(server.certificate), FALSE_TIMES, Actor(), clock())
    assert "stamped_copies" not in told(timedelta(days=99))


def test_another_certificate_for_a_revoked_key_does_not_make_it_count(
    town: Keeping, server: TimeServer, clock: Clock
) -> None:
    usable_service(town.office, clock())
    identifier = key_name(server.certificate)
    revoke_service_key(town.office, identifier, FALSE_TIMES, Actor(), clock())
    server.certify_again()
    assert key_name(server.certificate) == identifier
    with pytest.raises(NotSetUp) as raised:
        usable_service(town.office, clock())
    assert raised.value.code == "timestamp_keys_revoked"


def test_what_is_no_service_or_revoked_already_is_refused_and_nothing_changes(
    town: Keeping, server: TimeServer, clock: Clock
) -> None:
    usable_service(town.office, clock())
    identifier = key_name(server.certificate)
    with town.office.database.read() as connection:
        clocks = [
            one
            for one in list_keys(town.office, connection, clock())
            if one.role is KeyRole.TIMESTAMP and one.kiosk_id is not None
        ]
    assert clocks  # a kiosk's clock goes with its kiosk, never alone
    revoke_service_key(town.office, identifier, FALSE_TIMES, Actor(), clock())
    with town.office.database.read() as connection:
        before = published_version(connection)
    for wanted, code in (
        (clocks[0].identifier, "no_such_service_key"),
        ("0123", "no_such_service_key"),
        (identifier, "service_key_revoked"),
    ):
        with pytest.raises(OfficeError) as raised:
            revoke_service_key(town.office, wanted, FALSE_TIMES, Actor(), clock())
        assert raised.value.code == code
        assert isinstance(raised.value, NotFound) == (code == "no_such_service_key")
    with town.office.database.read() as connection:
        assert published_version(connection) == before


def test_the_command_takes_a_key_as_the_list_shows_it(
    town: Keeping, server: TimeServer, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    usable_service(town.office, clock())
    with town.office.database.read() as connection:
        (entry,) = [
            one
            for one in list_keys(town.office, connection, clock())
            if one.holder == "Time" and one.kiosk_id is None
        ]
    data = ["--data", str(town.office.settings.data_folder)]
    command = ["keys", "revoke-time-service", *data, "--key", entry.name]
    assert main([*command, "--reason", "key_compromise"]) == 0
    assert "Time time-stamps nothing that counts any more." in capsys.readouterr().out
    assert reasons(town.office) == {"Time": "key_compromise"}
    assert main([*command, "--reason", "key_compromise"]) == 1
    assert "[service_key_revoked]" in capsys.readouterr().err


def test_a_service_is_revoked_on_the_page_with_a_reason_and_a_tick(
    administrator: Visitor, office: HeadOffice, server: TimeServer, town: Keeping, clock: Clock
) -> None:
    usable_service(town.office, clock())
    action = f"/keys/time-service/{key_name(server.certificate)}/revoke"
    assert action in administrator.visit("/keys").text
    page = administrator.visit(action)
    assert "when it stated false times" in page.words
    refused = administrator.http.post(action, data={"csrf_token": page.csrf_token})
    assert (refused.status_code, reasons(office)) == (422, {})
    page = administrator.submit(page, action, {"reason": "false_times", "sure": "yes"})
    assert "The time-stamps of Time count no more." in page.words
    assert action not in administrator.visit("/keys").text
    assert reasons(office) == {"Time": "false_times"}
    assert administrator.http.get("/keys/time-service/0123/revoke").status_code == 404


def test_by_etsi_rules_evidence_outlives_the_revocation_of_the_signing_ca(
    town: Keeping, server: TimeServer, clock: Clock, tmp_path: Path
) -> None:
    document = town.completed()
    town.round()
    kept, sealed = tmp_path / "kept.pdf", tmp_path / "sealed.pdf"
    kept.write_bytes(town.file(document))
    sealed.write_bytes(town.sealed(document))
    clock.forward(days=10)
    with town.office.database.read() as connection:
        signing_ca = authorities.newest_certificate(connection, KeyRole.SIGNING_CA)
    reason = SigningCaReason.STOLEN
    revoke_signing_ca(town.office, key_name(signing_ca), reason, Actor(), clock())
    with town.office.database.write() as connection:
        lists = tuple(write_own_lists(town.office, connection, clock()).values())
    assert any(
        one.get_revoked_certificate_by_serial_number(signing_ca.serial_number) for one in lists
    )
    clock.forward(days=1)
    roots = (town.root(), server.authority.certificate)
    said = [
        set(etsi_says(path, clock(), roots, (server.root_list, *lists)).values())
        for path in (kept, sealed)
    ]
    # the control: without evidence nothing proves that it was signed before
    assert said == [{"AdESPassed.OK"}, {"AdESIndeterminate.NO_POE"}]

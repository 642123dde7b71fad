"""Head office and a real time-stamping service, also one that misbehaves."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from office import tables, time_service
from office.errors import NotSetUp, Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.preparation import send_to_director
from office.serving import serve
from office.settings import Settings, read_settings
from office.time_service import TimeService, configured_service, download, usable_service
from office.trust import published_version, trust_list
from office.work import housekeeping
from signing.signature_facts import read_facts
from signing.timestamp_service import TimestampError
from tests.office.town_hall import (
    Clock,
    People,
    TestKiosk,
    direct,
    document_of,
    draft,
    due_document,
    kinds,
)
from tests.time_server import Manner, TimeServer
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole
from verifier.verdict import Outcome

HASH = bytes(range(32))


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[TimeServer]:
    with TimeServer(tmp_path / "service", clock) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, server: TimeServer) -> Settings:
    """A head office that was told of the service."""
    return Settings(
        data_folder=tmp_path / "office",
        public_url="http://office.example",
        timestamp_url=server.url,
        timestamp_certificates=str(server.pem),
    )


@pytest.fixture
def service(settings: Settings) -> TimeService:
    found = configured_service(settings)
    assert found is not None
    return found


def refusal(service: TimeService, clock: Clock) -> str:
    with pytest.raises(TimestampError) as raised:
        service.token(HASH, clock())
    return raised.value.code


@pytest.mark.parametrize(
    ("manner", "code", "asked"),
    [
        (Manner.REFUSING, "timestamp_refused", 1),
        (Manner.TALKING, "timestamp_wrong", 1),
        (Manner.MOVED, "timestamp_refused", 1),
        (Manner.BROKEN, "timestamp_unreachable", 2),
        (Manner.ELSEWHEN, "timestamp_clock", 1),
        (Manner.ENDLESS, "timestamp_refused", 1),
    ],
)
def test_a_service_that_misbehaves_gives_no_time_stamp(
    server: TimeServer, service: TimeService, clock: Clock, manner: Manner, code: str, asked: int
) -> None:
    server.manner = manner
    assert (refusal(service, clock), server.asked) == (code, asked)


@pytest.mark.parametrize("manner", [Manner.SILENT, Manner.DRIPPING])
def test_a_service_that_takes_its_time_is_left(
    monkeypatch: pytest.MonkeyPatch,
    server: TimeServer,
    service: TimeService,
    clock: Clock,
    manner: Manner,
) -> None:
    monkeypatch.setattr(time_service, "TOTAL_SECONDS", 0.3)
    server.manner = manner
    assert (refusal(service, clock), server.asked) == ("timestamp_unreachable", 2)


def test_an_answer_of_before_is_not_taken_again(
    server: TimeServer, service: TimeService, clock: Clock
) -> None:
    server.manner = Manner.REPLAYING
    assert service.token(HASH, clock())
    assert refusal(service, clock) == "timestamp_wrong"


def test_nobody_at_the_address_is_no_traceback(service: TimeService, clock: Clock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "http://no-such-host.invalid/", "http://[::1/"):
        assert refusal(replace(service, url=url), clock) == "timestamp_unreachable"
        assert download(url, 10) is None


def test_the_account_comes_from_a_file_and_is_shown_nowhere(
    server: TimeServer, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    server.user = "office:tajne hasło"
    file = tmp_path / "password"
    file.write_text("tajne hasło\n", encoding="utf-8")
    without = configured_service(settings)
    with_account = replace(settings, timestamp_user="office", timestamp_password_file=str(file))
    service = configured_service(with_account)
    assert without is not None
    assert service is not None
    assert refusal(without, clock) == "timestamp_refused"
    assert service.token(HASH, clock())
    assert "tajne" not in repr(service) + repr(with_account)
    file.unlink()
    with pytest.raises(NotSetUp) as raised:
        configured_service(with_account)
    assert raised.value.code == "timestamp_password_unreadable"


def test_settings_without_the_services_certificates_are_refused(settings: Settings) -> None:
    for environment in (
        {"SYGNET_OFFICE_TIMESTAMP_URL": "http://time.example/"},
        {"SYGNET_OFFICE_TIMESTAMP_URL": "ftp://x/", "SYGNET_OFFICE_TIMESTAMP_CERTIFICATES": "x"},
    ):
        with pytest.raises(Refused) as refused:
            read_settings(environment)
        assert refused.value.code == "bad_setting"
    Path(settings.timestamp_certificates).write_bytes(b"no certificates")
    with pytest.raises(NotSetUp) as unusable:
        configured_service(settings)
    assert unusable.value.code == "timestamp_certificates_unusable"


def test_the_key_of_the_service_is_on_the_trust_list_once(
    office: HeadOffice, server: TimeServer, clock: Clock
) -> None:
    with office.database.read() as connection:
        before = published_version(connection)
    for _ in range(2):
        assert usable_service(office, clock()) is not None
    with office.database.read() as connection:
        trusted = trust_list(office, connection)
        assert published_version(connection) == before + 1
    keys = trusted.with_role(KeyRole.TIMESTAMP)
    assert [key.certificate for key in keys] == [server.certificate]
    assert keys[0].holder == "Time"


def test_a_key_that_was_revoked_is_used_no_more(
    office: HeadOffice, settings: Settings, clock: Clock
) -> None:
    usable_service(office, clock())
    with office.database.write() as connection:
        connection.execute(tables.trust_keys.update().values(revoked_at=clock()))
    with pytest.raises(NotSetUp) as raised:
        usable_service(office, clock())
    assert raised.value.code == "timestamp_keys_revoked"


def test_without_a_service_nothing_is_asked(settings: Settings) -> None:
    assert configured_service(Settings(data_folder=settings.data_folder)) is None


# -- the director -------------------------------------------------------------------------------


def test_the_directors_signature_is_time_stamped_and_the_sealed_file_genuine(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    server: TimeServer,
    tmp_path: Path,
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())
    assert "director_not_stamped" not in kinds(office, document.id)
    path = tmp_path / "sealed.pdf"
    path.write_bytes(kiosk.sign(document, tmp_path, proved=True))
    facts = read_facts(path)
    assert facts.fields == ("Director", "Client1", "Seal")
    assert facts.with_time_stamp == {"Director"}
    assert server.certificate in facts.certificates
    with office.database.read() as connection:
        trusted = trust_list(office, connection)
    verdict = verify_pdf(path.read_bytes(), trusted, clock())
    assert verdict.outcome is Outcome.GENUINE
    # the control: the verifier does look whose time-stamp it is
    others = tuple(key for key in trusted.keys if key.role is not KeyRole.TIMESTAMP)
    stranger = verify_pdf(path.read_bytes(), replace(trusted, keys=others), clock())
    assert (stranger.outcome, stranger.has("signature_untrusted")) == (Outcome.CANNOT_TELL, True)


def test_a_director_signs_also_when_the_service_is_down_and_the_history_says_so(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    server: TimeServer,
    tmp_path: Path,
) -> None:
    server.manner = Manner.BROKEN
    ids = [draft(office, people, kiosk, pdf, clock()) for _ in range(3)]
    for document_id in ids:
        send_to_director(office, document_id, Actor(people.operator.id), clock())
    direct(office, people, *ids, now=clock())
    assert server.asked == 2  # one file's two tries; the others do not wait again
    for document_id in ids:
        assert kinds(office, document_id).count("director_not_stamped") == 1
        path = tmp_path / f"{document_id}.pdf"
        path.write_bytes(kiosk.sign(document_of(office, document_id), tmp_path, proved=True))
        assert not read_facts(path).stamped("Director")
    server.manner = Manner.HONEST
    later = due_document(office, people, kiosk, pdf, clock.forward(minutes=1))
    assert "director_not_stamped" not in kinds(office, later.id)
    assert list(office.work_folder.iterdir()) == []


def test_a_file_that_names_the_service_and_is_lost_stops_no_director(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    settings: Settings,
) -> None:
    Path(settings.timestamp_certificates).unlink()
    document = due_document(office, people, kiosk, pdf, clock())
    query = select(tables.events.c.body).where(
        tables.events.c.document_id == document.id,
        tables.events.c.kind == "director_not_stamped",
    )
    with office.database.read() as connection:
        assert connection.execute(query).scalar_one() == {"code": "timestamp_certificates_unusable"}


def test_a_service_that_lies_about_the_time_is_not_believed(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    server: TimeServer,
) -> None:
    server.manner = Manner.ELSEWHEN
    document = due_document(office, people, kiosk, pdf, clock())
    assert "director_not_stamped" in kinds(office, document.id)


def test_the_housekeeping_announces_the_keys_and_outlives_a_lost_file(
    office: HeadOffice, server: TimeServer, settings: Settings, clock: Clock
) -> None:
    housekeeping(office, clock())
    with office.database.read() as connection:
        keys = trust_list(office, connection).with_role(KeyRole.TIMESTAMP)
    assert [key.certificate for key in keys] == [server.certificate]
    Path(settings.timestamp_certificates).unlink()
    housekeeping(office, clock())


def test_head_office_does_not_start_with_a_service_that_nobody_can_check(
    office: HeadOffice, settings: Settings
) -> None:
    Path(settings.timestamp_certificates).write_bytes(b"no certificates")
    with pytest.raises(NotSetUp) as raised:
        serve(replace(settings, port=0))
    assert raised.value.code == "timestamp_certificates_unusable"

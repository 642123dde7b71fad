"""New keys in the place of old ones: old documents stay genuine, a crash leaves nothing usable."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from office import authorities, trust
from office.command_line import main
from office.errors import Refused
from office.head_office import HeadOffice, open_head_office
from office.history import Actor
from office.key_commands import print_table
from office.key_list import list_keys
from office.key_rotation import (
    DirectorReason,
    renew_director,
    revoke_director,
    rotate_signing_ca,
)
from office.keyring import KeyPlace
from office.people import find_person
from office.preparation import send_to_director
from office.settings import Settings
from tests.office.conftest import staffed_office
from tests.office.key_cut import cut
from tests.office.test_root_apart import Ceremony, make_ceremony
from tests.office.town_hall import (
    Clock,
    Letterbox,
    People,
    TestKiosk,
    direct,
    draft,
    due_document,
)
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole, TrustList
from verifier.verdict import Outcome


@pytest.fixture
def clock() -> Clock:
    """Now, an hour ago: the commands look at the machine's clock."""
    return Clock(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


@pytest.fixture
def office(settings: Settings, clock: Clock) -> Iterator[HeadOffice]:
    made = staffed_office(settings, clock())
    yield made
    made.close()


@pytest.fixture
def ceremony(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Ceremony:
    return make_ceremony(tmp_path, capsys, monkeypatch)


def listed(office: HeadOffice) -> TrustList:
    with office.database.read() as connection:
        return trust.trust_list(office, connection)


def key_files(office: HeadOffice) -> set[str]:
    return {path.name for path in (office.settings.data_folder / "keys").iterdir()}


def judged(office: HeadOffice, pdf: bytes, clock: Clock) -> Outcome:
    return verify_pdf(pdf, listed(office), clock()).outcome


def test_documents_of_before_during_and_after_a_rotation_are_genuine(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, tmp_path: Path
) -> None:
    before = kiosk.sign(due_document(office, people, kiosk, pdf, clock()), tmp_path, proved=True)
    version = listed(office).version
    new = rotate_signing_ca(office, Actor(people.administrator.id), clock.forward(minutes=1))
    assert listed(office).version == version + 1
    mixed = kiosk.sign(due_document(office, people, kiosk, pdf, clock()), tmp_path, proved=True)
    renew_director(office, people.director.id, Actor(people.administrator.id), clock())
    other = TestKiosk(office, clock, "Sopot, Monte Cassino 1")
    other.enrol()
    assert other.identity is not None
    assert other.identity.chain[0] == new
    after = other.sign(due_document(office, people, other, pdf, clock()), tmp_path, proved=True)
    assert [judged(office, one, clock) for one in (before, mixed, after)] == [Outcome.GENUINE] * 3
    with office.database.read() as connection:
        names = {
            one.subject.rfc4514_string()
            for one in authorities.certificates_of(connection, KeyRole.SIGNING_CA)
        }
    assert len(names) == 2


def test_a_renewed_director_signs_with_the_new_key_and_the_old_one_is_gone(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, tmp_path: Path
) -> None:
    before = kiosk.sign(due_document(office, people, kiosk, pdf, clock()), tmp_path, proved=True)
    old = {name for name in key_files(office) if name.startswith("director-")}
    renew_director(office, people.director.id, Actor(), clock.forward(minutes=1))
    new = {name for name in key_files(office) if name.startswith("director-")}
    assert len(new) == 1
    assert new.isdisjoint(old)
    after = kiosk.sign(due_document(office, people, kiosk, pdf, clock()), tmp_path, proved=True)
    assert [judged(office, one, clock) for one in (before, after)] == [Outcome.GENUINE] * 2


def test_a_revoked_director_signs_no_more_and_what_was_sealed_stays(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, tmp_path: Path
) -> None:
    sealed = kiosk.sign(due_document(office, people, kiosk, pdf, clock()), tmp_path, proved=True)
    waiting = draft(office, people, kiosk, pdf, clock())
    send_to_director(office, waiting, Actor(people.operator.id), clock())
    clock.forward(hours=1)
    reason = DirectorReason.KEY_COMPROMISE
    assert revoke_director(office, people.director.id, reason, Actor(), clock()) == 1
    assert not [name for name in key_files(office) if name.startswith("director-")]
    clock.forward(hours=1)
    assert judged(office, sealed, clock) is Outcome.GENUINE
    with pytest.raises(Refused) as refused:
        direct(office, people, waiting, now=clock())
    assert refused.value.code == "no_key"
    with pytest.raises(Refused) as refused:
        revoke_director(office, people.director.id, reason, Actor(), clock())
    assert refused.value.code == "no_key_to_revoke"
    renew_director(office, people.director.id, Actor(), clock())  # an error: a key again
    direct(office, people, waiting, now=clock.forward(minutes=1))


def test_the_list_says_where_each_key_is_and_when_to_renew_it(
    office: HeadOffice, people: People, kiosk: TestKiosk, clock: Clock
) -> None:
    rotate_signing_ca(office, Actor(), clock())
    with office.database.read() as connection:
        entries = list_keys(office, connection, clock())
        late = list_keys(office, connection, clock.forward(days=9 * 366))
    roles = [(one.role, one.place, one.current) for one in entries]
    assert roles[:3] == [
        (KeyRole.ROOT, KeyPlace.FILE, True),
        (KeyRole.SIGNING_CA, KeyPlace.FILE, True),
        (KeyRole.SIGNING_CA, KeyPlace.FILE, False),
    ]
    assert (KeyRole.DIRECTOR, KeyPlace.FILE, True) in roles
    assert (KeyRole.SEAL, KeyPlace.NOT_HERE, True) in roles
    assert not any(one.renew for one in entries)
    assert {one.role for one in late if one.renew} == set()
    with office.database.read() as connection:
        later = list_keys(office, connection, clock.forward(days=2 * 366))
    due = {one.role for one in later if one.renew}
    assert due == {KeyRole.SIGNING_CA, KeyRole.DIRECTOR, KeyRole.SEAL, KeyRole.KIOSK_CA}


def test_the_commands_renew_revoke_and_list(
    office: HeadOffice, people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(office.settings.data_folder)]
    email = ["--email", people.director.email]
    assert main(["keys", "rotate-signing-ca", *data]) == 0
    assert main(["keys", "renew-director", *data, *email]) == 0
    assert main(["keys", "revoke-director", *data, *email, "--reason", "left"]) == 0
    capsys.readouterr()
    assert main(["keys", "list", *data]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["role"] for one in lines].count("director") == 2
    assert [one["revoked"] for one in lines].count("left") == 1
    nobody = ["--email", "nobody@sygnet.example"]
    assert main(["keys", "renew-director", *data, *nobody]) == 1
    assert "[no_such_director]" in capsys.readouterr().err


def test_a_root_apart_certifies_the_next_signing_ca(ceremony: Ceremony) -> None:
    ceremony.create()
    assert ceremony.run(*ceremony.asking) == 0
    assert ceremony.run(*ceremony.signing) == 0
    assert ceremony.run(*ceremony.finishing) == 0
    rotate = ["keys", "rotate-signing-ca", "--data", ceremony.data]
    assert ceremony.refusal(*rotate) == "root_apart"
    assert ceremony.refusal(*rotate, "--answer", ceremony.answer) == "no_request"
    assert ceremony.run(*rotate, "--request", ceremony.request) == 0
    assert ceremony.refusal(*rotate, "--answer", ceremony.answer) == "answer_refused"
    ceremony.answer.unlink()
    assert ceremony.run(*ceremony.signing) == 0
    cut(
        "before:office.authorities:trust_signing_ca",
        *map(str, (*rotate, "--answer", ceremony.answer)),
    )
    assert ceremony.run(*rotate, "--answer", ceremony.answer) == 0
    office = open_head_office(Settings(ceremony.data), {})
    try:
        with office.database.read() as connection:
            found = authorities.certificates_of(connection, KeyRole.SIGNING_CA)
            chain = authorities.chain(connection)
        assert len(found) == 2
        assert chain[0] == found[0]
        assert office.keyring.signing_ca(found[0]).certificate == found[0]
        assert office.publisher.client_files()
    finally:
        office.close()


@pytest.mark.parametrize(
    "point",
    [
        "after:signing.key_files:KeyFile.keep",  # the key is made, no certificate names it
        "after:signing.trust_publication:TrustPublisher.publish",  # inside the transaction
    ],
)
def test_a_director_s_key_without_its_certificate_is_never_used(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, point: str,
    letterbox: Letterbox, tmp_path: Path,
) -> None:  # fmt: skip
    data = ["--data", str(office.settings.data_folder)]
    email = ["--email", people.director.email]
    with office.database.read() as connection:
        before = trust.director_identity(office, connection, people.director).certificate
    cut(point, "keys", "renew-director", *data, *email)
    assert len([name for name in key_files(office) if name.startswith("director-")]) == 2
    with office.database.read() as connection:
        assert find_person(connection, people.director.id).has_key
        now = trust.director_identity(office, connection, people.director).certificate
    assert now == before
    signed = kiosk.sign(due_document(office, people, kiosk, pdf, clock()), tmp_path, proved=True)
    assert judged(office, signed, clock) is Outcome.GENUINE
    assert main(["keys", "renew-director", *data, *email]) == 0
    assert len([name for name in key_files(office) if name.startswith("director-")]) == 1


@pytest.mark.parametrize(
    "point", ["after:signing.key_files:KeyFile.keep", "before:office.key_rotation:record"]
)
def test_a_signing_ca_without_its_certificate_issues_nothing(
    office: HeadOffice, people: People, clock: Clock, point: str
) -> None:
    data = ["--data", str(office.settings.data_folder)]
    cut(point, "keys", "rotate-signing-ca", *data)
    with office.database.read() as connection:
        (only,) = authorities.certificates_of(connection, KeyRole.SIGNING_CA)
    kiosk = TestKiosk(office, clock)
    kiosk.enrol()
    assert kiosk.identity is not None
    assert kiosk.identity.chain[0] == only
    assert main(["keys", "rotate-signing-ca", *data]) == 0
    assert len([name for name in key_files(office) if name.startswith("signing-ca-")]) == 2


def test_a_root_apart_renews_its_lists_without_another_signing_ca(ceremony: Ceremony) -> None:
    ceremony.create()
    for step in (ceremony.asking, ceremony.signing, ceremony.finishing):
        assert ceremony.run(*step) == 0
    lists = ceremony.data / "authorities" / "root.crl"
    before = lists.read_bytes()
    ask = ["keys", "ask-root", "--data", ceremony.data]
    ceremony.answer.unlink()
    assert ceremony.run(*ask, "--request", ceremony.request) == 0
    assert ceremony.run(*ceremony.signing) == 0
    assert ceremony.run(*ask, "--answer", ceremony.answer) == 0
    assert lists.read_bytes() != before
    office = open_head_office(Settings(ceremony.data), {})
    try:
        with office.database.read() as connection:
            found = authorities.certificates_of(connection, KeyRole.SIGNING_CA)
        assert len(found) == 1
        assert office.keyring.signing_ca(found[0]).certificate == found[0]
        version = office.publisher.client_files()["root.json"]
        assert json.loads(version)["signed"]["version"] == 2
    finally:
        office.close()


def test_with_the_root_here_nobody_is_asked(
    office: HeadOffice, people: People, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data = ["--data", str(office.settings.data_folder)]
    request = tmp_path / "request.json"
    assert main(["keys", "ask-root", "--request", str(request), *data]) == 1
    assert "[root_here]" in capsys.readouterr().err
    assert not request.exists()


def test_people_get_a_table_of_keys(
    office: HeadOffice, people: People, capsys: pytest.CaptureFixture[str], clock: Clock
) -> None:
    with office.database.read() as connection:
        entries = list_keys(office, connection, clock())
    print_table(entries)
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["KEY", "WHAT", "IT", "IS", "HOLDER", "KEPT", "UNTIL", "STATE"]
    assert [row[:19] for row in rows] == [entry.name for entry in entries]
    assert {row.rsplit("  ", 1)[1] for row in rows} == {"in use"}

"""What opens the key files and what codes are derived from, each replaced by another one."""

from __future__ import annotations

import os
import shutil
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import select

from office import codes_desk, tables, trust
from office.application import create_app
from office.authorities import newest_certificate
from office.command_line import main
from office.credential import KEY_FOLDERS, REPLACED, credential_source
from office.credential_change import PREPARING, replace_credential
from office.derivation_change import replace_secret
from office.derivation_secrets import DerivationSecrets
from office.dispatch import renew_code_key
from office.documents import document_by_link
from office.errors import NotSetUp
from office.head_office import HeadOffice, open_head_office
from office.history import Actor
from office.keyring import link_hash
from office.preparation import send_to_director
from office.response_key import office_keys
from office.settings import Settings
from office.staff import NewStaff, add_staff
from office.uploads import Uploads
from signing.key_files import KeyFile, KeyFileError
from sync.sealed_box import seal_box
from tests.kiosk.power_cut import NEVER_REACHED, cut_at
from tests.office.conftest import staffed_office
from tests.office.test_key_screens import opened
from tests.office.town_hall import (
    Clock,
    Letterbox,
    People,
    TestKiosk,
    direct,
    document_of,
    draft,
    due_document,
)
from verifier.trust_list import KeyRole


def opens_everything(settings: Settings, environment: dict[str, str]) -> None:
    """Whatever is encrypted opens, and the trust list can be signed."""
    office = open_head_office(settings, environment)
    try:
        office.keyring.root_key()
        office.keyring.response_key()
        office.keyring.root_secret()
        with office.database.write() as connection:
            office.keyring.signing_ca(newest_certificate(connection, KeyRole.SIGNING_CA))
            trust.publish(office, connection, datetime.now(UTC))
    finally:
        office.close()


def key_files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for name in ("keys", "trust-keys", "credential")
        for path in sorted((folder / name).rglob("*") if name != "credential" else [folder / name])
        if path.is_file()
    }


@pytest.fixture
def by_the_clock(tmp_path: Path) -> Settings:
    """A head office of an hour ago, for commands that look at the machine's clock."""
    settings = Settings(data_folder=tmp_path / "office", public_url="http://office.example")
    made = staffed_office(settings, datetime.now(UTC) - timedelta(hours=1))
    made.close()
    return settings


def die_in(office: HeadOffice, point: str, now: datetime) -> bool:
    """Replace the credential in another process, which dies at the point; False: never reached."""
    office.database.engine.dispose()
    child = os.fork()
    if child == 0:
        cut_at(point)
        replace_credential(office, {}, None, Actor(), now)
        os._exit(NEVER_REACHED)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == NEVER_REACHED
    return False


def opened_files(folder: Path) -> int:
    """Open every encrypted file with what opens them now; say how many there are."""
    source = credential_source(folder, {})
    files = [
        KeyFile(path, source) for name in KEY_FOLDERS for path in (folder / name).glob("*.pem")
    ]
    for file in files:
        file.load()
    return len(files) + len(DerivationSecrets(folder / "keys", source).value()) // 32


def test_killed_at_every_write_the_old_or_the_new_credential_opens_everything(
    office: HeadOffice, people: People, clock: Clock, settings: Settings, tmp_path: Path
) -> None:
    folder, whole = settings.data_folder, tmp_path / "whole"
    for name in KEY_FOLDERS:
        shutil.copytree(folder / name, whole / name)
    shutil.copy(folder / "credential", whole)
    before = key_files(folder)
    cuts, changed = 0, 0
    for call in ("pathlib:Path.replace", "pathlib:Path.rmdir"):
        for number in (1, 4, *range(8, 60)):  # between them files are written beside
            died = die_in(office, f"before:{call}#{number}", clock())
            begun = (folder / REPLACED).exists()
            assert opened_files(folder) == len(before) - 1
            after = key_files(folder)
            assert after.keys() == before.keys()
            kept = [name for name in before if after[name] == before[name]]
            new = after["credential"] != before["credential"]
            assert kept == ([] if new else list(before))
            assert begun <= new
            assert not (folder / REPLACED).exists()
            cuts, changed = cuts + died, changed + new
            for name in KEY_FOLDERS:
                shutil.rmtree(folder / name)
                shutil.copytree(whole / name, folder / name)
            shutil.copy(whole / "credential", folder)
            if not died:
                break
    assert cuts > 12
    assert 8 < changed < cuts


def test_a_running_head_office_goes_on_with_the_other_credential(
    office: HeadOffice, people: People, clock: Clock, settings: Settings
) -> None:
    (office.settings.data_folder / PREPARING / "keys").mkdir(parents=True)  # a cut left it
    old = (settings.data_folder / "credential").read_bytes().strip()
    before = key_files(settings.data_folder)
    beside = open_head_office(settings, {})
    replace_credential(office, {}, None, Actor(), clock())
    assert not (settings.data_folder / PREPARING).exists()
    for running in (office, beside):
        running.keyring.response_file.load_ed25519()
        running.keyring.root_key()
        assert len(running.keyring.root_secret()) == 32
        with running.database.write() as connection:
            trust.publish(running, connection, clock())
    beside.close()
    with pytest.raises(KeyFileError, match="key_unreadable"):
        KeyFile(settings.data_folder / "keys" / "root.pem", old).load()
    assert not set(before.values()) & set(key_files(settings.data_folder).values())


def test_with_systemd_the_new_credential_is_given_and_kept_nowhere(
    by_the_clock: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    handed = tmp_path / "handed"
    handed.mkdir()
    folder = by_the_clock.data_folder
    (folder / "credential").rename(handed / "sygnet-credential")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    before = {path: path.read_bytes() for path in (folder / "keys").iterdir()}
    command = ["keys", "replace-credential", "--data", str(folder)]
    assert main(command) == 1
    assert "credential_from_systemd" in capsys.readouterr().err
    new = tmp_path / "new"
    for content, mode in ((b"short", 0o600), (b"x" * 32, 0o644), (b"x" * 9000, 0o600)):
        new.write_bytes(content)
        new.chmod(mode)
        assert main([*command, "--new", str(new)]) == 1
        assert "bad_credential" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (folder / "keys").iterdir()} == before
    new.write_bytes(b"  " + b"y" * 40 + b"\n")
    new.chmod(0o600)
    assert main([*command, "--new", str(new)]) == 0
    assert "systemd's credential" in capsys.readouterr().out
    assert not (folder / "credential").exists()
    shut = open_head_office(by_the_clock)
    with pytest.raises(NotSetUp, match="secret_unreadable"):
        shut.keyring.root_secret()
    shut.close()
    shutil.copy(new, handed / "sygnet-credential")
    opens_everything(by_the_clock, {"CREDENTIALS_DIRECTORY": str(handed)})


def test_a_damaged_key_file_stops_the_change_before_anything_is_changed(
    office: HeadOffice, clock: Clock
) -> None:
    folder = office.settings.data_folder
    damaged = folder / "trust-keys" / "trust-targets.pem"
    damaged.write_bytes(damaged.read_bytes()[:-40])
    before = key_files(folder)
    with pytest.raises(KeyFileError, match="key_unreadable"):
        replace_credential(office, {}, None, Actor(), clock())
    assert key_files(folder) == before
    assert not (folder / REPLACED).exists()


def test_links_keys_and_codes_of_before_live_on_and_new_ones_come_from_the_other_secret(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    waiting = due_document(office, people, kiosk, pdf, clock())
    drafted = draft(office, people, kiosk, pdf, clock())
    link = office.keyring.message_link(waiting.id)
    box = office.keyring.box_key().public_key().public_bytes_raw()
    sealed = seal_box(box, b"strokes", b"info")
    with office.database.write() as connection:
        Uploads(office).append(connection, kiosk.id, "a" * 64, 0, b"piece", clock())
        wrapped = connection.execute(select(tables.document_keys.c.wrapped_key)).scalars().all()
    session = office.keyring.session_key()
    done = replace_secret(office, Actor(), clock(), may_be_known=False)
    assert (done.generation, done.codes_renewed) == (2, 0)
    assert office.keyring.session_key() != session
    # What people have.
    assert office.keyring.message_link(waiting.id, waiting.client.link_hash) == link
    assert office.keyring.message_link(waiting.id) != link
    letterbox = Letterbox()
    letterbox.run(office, clock())
    invitation = next(one for one in letterbox.messages if "/m/" in one.text)
    assert link in invitation.text
    with office.database.read() as connection:
        assert document_by_link(connection, link_hash(link))[0].id == waiting.id
        # Document keys open, and are wrapped by the new secret alone.
        assert office.blobs.get(connection, waiting.id, "director")
        assert Uploads(office).content(connection, kiosk.id, "a" * 64) == b"piece"
        again = connection.execute(select(tables.document_keys.c.wrapped_key)).scalars().all()
    assert not set(wrapped) & set(again)
    # What a kiosk sealed before opens, and kiosks are told another key.
    assert office_keys(office).open_box(sealed, b"info") == b"strokes"
    told = office_keys(office).box().public_key()
    assert isinstance(told, X25519PublicKey)
    assert told.public_bytes_raw() != box
    # A kiosk that was not in contact still takes codes of the document that waits there.
    assert codes_desk.issue_for(office, waiting.id, Actor(), clock(), "link").sent
    assert document_of(office, waiting.id).client.code_secret == 1
    # Drafts get their codes from the new one when they are handed out, and so does a renewal.
    assert document_of(office, drafted).client.code_secret == 1
    send_to_director(office, drafted, Actor(people.operator.id), clock())
    clock.forward(minutes=6)
    direct(office, people, drafted, now=clock())
    assert document_of(office, drafted).client.code_secret == 2
    assert renew_code_key(office, waiting.id, Actor(), clock()) == 2
    assert document_of(office, waiting.id).client.code_secret == 2


def test_when_the_secret_may_be_known_waiting_clients_get_codes_of_the_new_one(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    waiting = due_document(office, people, kiosk, pdf, clock())
    done = replace_secret(office, Actor(), clock(), may_be_known=True)
    assert done.codes_renewed == 1
    client = document_of(office, waiting.id).client
    assert (client.code_generation, client.code_secret) == (2, 2)
    with office.database.read() as connection:
        rows = connection.execute(
            select(tables.kiosk_rows.c.record).order_by(tables.kiosk_rows.c.counter)
        ).scalars()
        kinds = [row["kind"] for row in rows]
    assert kinds[-1] == "code_key_renewed"
    letterbox = Letterbox()
    letterbox.run(office, clock())
    assert codes_desk.issue_for(office, waiting.id, Actor(), clock(), "link").sent
    letterbox.run(office, clock())
    kiosk.report(kiosk.accept_code(document_of(office, waiting.id), letterbox.code()))
    assert not document_of(office, waiting.id).quarantined


def test_a_message_that_waits_still_has_the_link_that_was_kept(
    office: HeadOffice, people: People, kiosk: TestKiosk, clock: Clock
) -> None:
    new = NewStaff("Ola Wilk", "ola@sygnet.example", "pl", frozenset(), frozenset({kiosk.id}))
    add_staff(office, new, Actor(), clock())
    with office.database.read() as connection:
        kept = connection.execute(select(tables.staff.c.link_hash)).scalar_one()
    replace_secret(office, Actor(), clock(), may_be_known=False)
    letterbox = Letterbox()
    letterbox.run(office, clock())
    token = letterbox.messages[-1].text.split("/pin/")[1].split()[0]
    assert link_hash(token) == kept


def test_without_its_secret_nothing_is_replaced(office: HeadOffice, clock: Clock) -> None:
    (office.settings.data_folder / "keys" / "codes.secret").write_bytes(b"damaged")
    with pytest.raises(NotSetUp, match="secret_unreadable"):
        replace_secret(office, Actor(), clock(), may_be_known=True)
    assert not (office.settings.data_folder / "keys" / "codes-2.secret").exists()


def test_an_administrator_replaces_both_on_the_page_of_keys(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    due_document(office, people, kiosk, pdf, clock())
    app = create_app(office, clock)
    administrator = opened(app, people.administrator)
    credential = (office.settings.data_folder / "credential").read_bytes()
    page = administrator.submit(administrator.visit("/keys"), "/keys/credential")
    assert "Another credential opens the key files." in page.words
    assert (office.settings.data_folder / "credential").read_bytes() != credential
    page = administrator.submit(page, "/keys/secret", {"reason": "curious"}, expect=422)
    assert "bad_reason" in page.words
    assert office.keyring.secrets.generations() == [1]
    page = administrator.submit(page, "/keys/secret", {"reason": "may_be_known"})
    assert "New codes and links come from another secret." in page.words
    assert "1 client gets other codes" in page.words
    assert "In use: number 2" in page.words
    for person in (people.operator, people.director):
        visitor = opened(app, person)
        for path in ("/keys/credential", "/keys/secret"):
            visitor.http.post(path)
    assert office.keyring.secrets.generations() == [2, 1]

"""A kiosk that came back from an old backup, and what was signed there."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

import kiosk.__main__
import kiosk.application
import office.command_line
from kiosk.identity import key_generation
from kiosk.settings import Settings
from office.bringing import bring_in
from office.copies import Standing, list_copies
from office.errors import OfficeError
from office.history import Actor
from office.lifecycle import State
from office.renewal import ask_for_new_keys
from office.rulings import accept_copy
from sync.errors import PacketRefused, SyncError
from sync.rescued import RescuedDocument, open_rescued, seal_rescued
from sync.sealed_box import open_box
from tests.office.conftest import cheap_passwords
from tests.test_carried_by_stick import document_of, sent, sign
from tests.world import OFFICE_ADDRESS, World

__all__ = ["cheap_passwords"]  # a fixture

KEY = X25519PrivateKey.generate()


def put_back(world: World, backup: Path) -> None:
    """The kiosk's disk is what it was."""
    folder = world.kiosk.terminal.settings.data_folder
    kiosk.application.stop(world.terminal.app)
    if backup.exists():
        shutil.rmtree(folder)
        shutil.copytree(backup, folder)
    else:
        shutil.copytree(folder, backup)
    world.terminal.app = kiosk.application.create_app(
        Settings(folder, office_url=OFFICE_ADDRESS), http=httpx.Client(transport=world.cable)
    )


def test_what_was_signed_at_a_kiosk_from_an_old_backup_comes_to_head_office_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stick = tmp_path / "stick"
    with World(tmp_path, lambda: datetime.now(UTC)) as world:
        document = sent(world)
        world.exchange()
        put_back(world, tmp_path / "backup")  # makes it
        ask_for_new_keys(world.office, world.kiosk_id, Actor(), world.clock())
        for _ in range(3):
            world.exchange()
        assert key_generation(world.kiosk.terminal.store) == 2
        put_back(world, tmp_path / "backup")
        assert key_generation(world.kiosk.terminal.store) == 1
        world.cable.joined = False
        sign(world, document)
        world.cable.joined = True
        with pytest.raises(SyncError) as unknown:
            world.kiosk.head_office.exchange()
        assert unknown.value.code == "signature_invalid"
        assert document_of(world, document.id).state is State.DUE

        data = str(world.kiosk.terminal.settings.data_folder)
        for _ in range(2):  # nothing at the kiosk changes, so it can be done again
            assert kiosk.__main__.main(["rescue", "--data", data, "--out", str(stick)]) == 0
        (path,) = stick.iterdir()
        assert path.name == f"{document.id}.signed.sygnet"
        assert b"%PDF" not in path.read_bytes()

        capsys.readouterr()
        at_office = ["--data", str(world.office.settings.data_folder)]
        command = ["documents", "bring", str(path), *at_office]
        assert office.command_line.main(command) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["known"], said["state"]) == (False, "client_signed")
        assert office.command_line.main(command) == 0
        assert json.loads(capsys.readouterr().out)["known"] is True
        held = document_of(world, document.id)
        assert held.quarantined
        with world.office.database.read() as connection:
            (copy,) = list_copies(connection, document.id)
        assert copy.standing is Standing.HELD
        assert "brought_by_hand" in copy.problems
        accept_copy(
            world.office, document.id, copy.sha256, "Była u nas", Actor(world.director.id),
            world.clock(),
        )  # fmt: skip
        completed = document_of(world, document.id)
        assert (completed.state, completed.quarantined) == (State.COMPLETED, False)
        assert completed.final_sha256 == copy.sha256


def test_what_is_brought_must_be_sealed_by_a_kiosk_of_ours_for_this_document(
    tmp_path: Path,
) -> None:
    with World(tmp_path, lambda: datetime.now(UTC)) as world:
        document, now = sent(world), world.clock()
        key = world.office.keyring.box_key().public_key().public_bytes_raw()
        with world.office.database.read() as connection:
            unsigned = world.office.blobs.get(connection, document.id, "director")
        before = document_of(world, document.id)

        def refused(data: bytes, document_id: str = "") -> str:
            try:
                bring_in(world.office, data, document_id, Actor(), now)
            except (OfficeError, PacketRefused) as error:
                return error.code
            return "taken"

        def sealed(kiosk_id: str, document_id: str, pdf: bytes) -> bytes:
            return seal_rescued(RescuedDocument(kiosk_id, document_id, pdf), key)

        mine = sealed(world.kiosk_id, document.id, unsigned)
        assert refused(mine) == "not_this_document"
        assert refused(unsigned, document.id) == "not_this_document"
        assert refused(sealed(world.kiosk_id, document.id, b"")) == "not_this_document"
        assert refused(unsigned, "f" * 32) == "no_such_document"
        assert refused(sealed(world.kiosk_id, "f" * 32, unsigned)) == "no_such_document"
        assert refused(sealed("k-00000000", document.id, unsigned)) == "no_such_kiosk"
        assert refused(mine[:-1]) == "rescued_unreadable"
        assert refused(mine.replace(document.id.encode(), b"f" * 32)) == "rescued_unreadable"
        assert document_of(world, document.id) == before
        with world.office.database.read() as connection:
            assert list_copies(connection, document.id) == []


@given(st.binary(max_size=300), st.integers(0, 120))
def test_whatever_is_brought_is_read_whole_or_refused(noise: bytes, cut: int) -> None:
    document = RescuedDocument("k-0123abcd", sha256(b"x").hexdigest()[:32], b"%PDF-1.7 signed")
    whole = seal_rescued(document, KEY.public_key().public_bytes_raw())

    def opened(data: bytes) -> RescuedDocument:
        return open_rescued(data, lambda box, info: open_box(KEY, box, info))

    assert opened(whole) == document
    for spoiled in (noise, whole[:cut] + noise, whole[:cut] + whole[cut + 1 :]):
        if spoiled == whole:
            continue
        with pytest.raises(PacketRefused) as refused:
            opened(spoiled)
        assert refused.value.code == "rescued_unreadable"

"""Head office answers with another key; real kiosks follow, whenever they come back."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from office.command_line import main
from office.history import Actor
from office.response_key import present_response_key, replace_response_key
from sync.errors import ReplyNotTrusted
from sync.records import EventKind
from tests.office.conftest import cheap_passwords
from tests.office.key_cut import cut
from tests.world import World

__all__ = ["cheap_passwords"]  # a fixture

POINTS = [
    "after:signing.key_files:KeyFile.keep#1",  # the new key is there, nobody was told
    "after:office.response_key:write_whole#1",  # announced, not in use
    "before:office.response_key:replace_file#1",
]
DAY = timedelta(days=1)


class Now:
    """A clock ahead of the machine's by as much as a test wants."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def key_in_use(world: World) -> bytes:
    return world.office.keyring.response_key().public_key().public_bytes_raw()


def pinned(world: World) -> bytes:
    return world.kiosk.terminal.enrolment().grant.office_public_key


def test_a_kiosk_follows_while_both_run_and_the_old_key_is_gone(tmp_path: Path) -> None:
    with World(tmp_path, Now()) as world:
        before = key_in_use(world)
        replace_response_key(world.office, Actor(), world.clock())
        assert key_in_use(world) != before == pinned(world)
        world.exchange()
        assert pinned(world) == key_in_use(world)
        names = {path.name for path in (world.office.settings.data_folder / "keys").iterdir()}
        assert "response-next.pem" not in names
        world.exchange()
        with world.office.database.read() as connection:
            made = present_response_key(world.office, connection)
        assert made.since is not None
        assert made.name.replace(" ", "") == made.identifier


def test_a_kiosk_that_was_away_is_named_until_it_comes_and_follows_two_keys(
    tmp_path: Path,
) -> None:
    clock = Now()
    with World(tmp_path, clock) as world:
        world.cable.joined = False
        for _ in range(2):
            clock.ahead += 15 * DAY
            replace_response_key(world.office, Actor(), world.clock())
        with world.office.database.read() as connection:
            assert present_response_key(world.office, connection).kiosks_not_seen == (
                "Kraków, Rynek 5",
            )
        world.cable.joined = True
        world.exchange()
        assert pinned(world) == key_in_use(world)
        with world.office.database.read() as connection:
            assert present_response_key(world.office, connection).kiosks_not_seen == ()


@pytest.mark.parametrize("point", POINTS)
def test_a_cut_leaves_the_key_in_use_that_kiosks_know_and_the_command_ends_it(
    tmp_path: Path, point: str
) -> None:
    with World(tmp_path, Now()) as world:
        before = key_in_use(world)
        data = str(world.office.settings.data_folder)
        cut(point, "keys", "rotate-response-key", "--data", data)
        assert key_in_use(world) == before
        world.exchange()
        assert pinned(world) == before
        assert main(["keys", "rotate-response-key", "--data", data]) == 0
        assert key_in_use(world) != before
        world.exchange()
        assert pinned(world) == key_in_use(world)


def test_head_office_from_a_backup_of_before_is_not_believed_and_the_kiosk_loses_nothing(
    tmp_path: Path,
) -> None:
    with World(tmp_path, Now()) as world:
        keys = world.office.settings.data_folder / "keys"
        shutil.copytree(keys, tmp_path / "old keys")
        replace_response_key(world.office, Actor(), world.clock())
        world.exchange()
        followed, store = pinned(world), world.kiosk.terminal.store
        shutil.copytree(keys, tmp_path / "new keys")
        _restore(tmp_path / "old keys", keys)
        world.kiosk.terminal.journal.add(EventKind.CEREMONY_STARTED, "0" * 32)
        waiting = world.kiosk.terminal.device_store.queue_lengths()
        with pytest.raises(ReplyNotTrusted):
            world.exchange()
        assert pinned(world) == followed
        assert world.kiosk.terminal.device_store.queue_lengths() == waiting
        assert store.setting("grant")
        _restore(tmp_path / "new keys", keys)
        world.exchange()
        # a device that is enrolled now pins the key that is in use
        newcomer = world.second_terminal()
        grant = newcomer.parts.terminal.enrolment().grant
        assert grant.office_public_key == key_in_use(world)


def _restore(source: Path, keys: Path) -> None:
    shutil.rmtree(keys)
    shutil.copytree(source, keys)

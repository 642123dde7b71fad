"""A real kiosk and a real head office that watch each other's journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from kiosk.journal_log import JournalLog
from office import tables
from office.command_line import main
from office.history import Actor, record
from office.journal_check import check_journals, journal_states
from office.journal_trees import OFFICE_LOG, nodes_of, take_own_events
from sync.checkpoint import OFFICE_ORIGIN, SignedCheckpoint, kiosk_origin
from sync.errors import JournalFault
from sync.events import EventKind
from sync.merkle_log import check_inclusion, leaf_hash, root
from tests.office.conftest import cheap_passwords
from tests.test_renewed_kiosk import Now
from tests.world import World

__all__ = ["cheap_passwords"]  # a fixture


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, Now()) as made:
        yield made


def log_of(world: World) -> JournalLog:
    return world.kiosk.terminal.journal_log


def happen(world: World) -> None:
    """Something happens at the kiosk."""
    world.kiosk.terminal.journal.add(EventKind.VERIFIED, None, {"outcome": "genuine"})


def problems(world: World) -> tuple[str, ...]:
    return world.kiosk.head_office.exchange().problems


def faults(world: World) -> list[str]:
    """What head office has written down."""
    query = select(tables.journal_faults.c.code).order_by(tables.journal_faults.c.id)
    with world.office.database.read() as connection:
        return list(connection.execute(query).scalars())


def leaves(world: World) -> int:
    query = select(tables.journal_heads.c.size).where(tables.journal_heads.c.log == OFFICE_LOG)
    with world.office.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def rewritten(world: World) -> None:
    """Somebody with head office's database changes what happened first, and all hashes with it."""
    with world.office.database.write() as connection:
        first = select(func.min(tables.events.c.id)).scalar_subquery()
        connection.execute(
            update(tables.events).where(tables.events.c.id == first).values(kind="nothing")
        )
        connection.execute(update(tables.events).values(leaf=None))
        for _ in range(9):
            record(connection, world.clock(), "looked_at", Actor())  # as long as it was
        for table in (tables.journal_nodes, tables.journal_heads, tables.journal_checkpoints):
            connection.execute(delete(table))
        take_own_events(connection)


def test_head_office_cosigns_and_the_kiosk_witnesses(world: World) -> None:
    cosigned, office_log = log_of(world).cosigned(), log_of(world).office_log()
    assert cosigned is not None
    assert office_log is not None
    office_key = world.office.keyring.response_key().public_key()
    identity = world.kiosk.terminal.enrolment().device
    kiosk_key = identity.signing_key.public_key()
    mine = cosigned.check_log(kiosk_origin(world.kiosk_id), kiosk_key)
    cosigned.check_witness(OFFICE_ORIGIN, office_key)
    assert mine.size == log_of(world).check_rows()
    seen = office_log.check_log(OFFICE_ORIGIN, office_key)
    with world.office.database.read() as connection:
        assert root(seen.size, nodes_of(connection, OFFICE_LOG)) == seen.root
        assert root(mine.size, nodes_of(connection, world.kiosk_id)) == mine.root
    happen(world)
    assert problems(world) == ()
    with world.office.database.read() as connection:
        kept = connection.execute(select(tables.journal_witnesses)).one()
    assert (kept.kiosk_id, kept.size) == (world.kiosk_id, seen.size)
    assert kept.note.startswith(office_log.text())


def test_nothing_is_sent_while_nothing_happens_and_once_a_day_all_the_same(world: World) -> None:
    before = leaves(world)
    world.exchange()
    assert leaves(world) == before
    assert isinstance(world.clock, Now)
    world.clock.ahead = timedelta(days=1, minutes=1)
    world.exchange()
    world.exchange()
    with world.office.database.read() as connection:
        assert connection.execute(select(tables.journal_witnesses)).one().size == before


def test_every_event_of_head_office_is_in_its_log(world: World) -> None:
    with world.office.database.write() as connection:
        record(connection, world.clock(), "looked_at", Actor(world.operator.id), None, times=3)
    happen(world)
    world.exchange()
    with world.office.database.read() as connection:
        places = list(connection.execute(select(tables.events.c.leaf)).scalars())
        checkpoints = list(connection.execute(select(tables.journal_checkpoints.c.leaf)).scalars())
    assert None not in places
    assert sorted([*places, *checkpoints]) == list(range(leaves(world)))


def test_a_rewritten_history_of_head_office_is_found_by_both_sides(world: World) -> None:
    rewritten(world)
    happen(world)
    assert set(problems(world)) == {"office_log_forked"}
    with world.office.database.read() as connection:
        assert connection.execute(select(tables.journal_checkpoints)).all() == []
    assert faults(world) == ["office_log_forked"]
    assert [code for code, _ in log_of(world).faults()] == ["office_log_forked"]
    assert set(problems(world)) == {"office_log_forked"}
    assert [code for code, _ in log_of(world).faults()] == ["office_log_forked"]
    with world.office.database.read() as connection:
        told = connection.execute(
            select(tables.kiosk_events.c.record).where(
                tables.kiosk_events.c.kind == EventKind.JOURNAL_DISPUTED.value
            )
        ).scalar_one()
    assert told["body"]["code"] == "office_log_forked"


def test_a_log_of_head_office_that_was_cut_or_comes_from_an_old_backup_is_found(
    world: World,
) -> None:
    with world.office.database.write() as connection:
        nodes = tables.journal_nodes
        connection.execute(delete(nodes).where(nodes.c.log == OFFICE_LOG))
        connection.execute(update(tables.events).values(leaf=None))
        heads = tables.journal_heads
        connection.execute(delete(heads).where(heads.c.log == OFFICE_LOG))
        connection.execute(delete(tables.events).where(tables.events.c.id > 1))
        connection.execute(delete(tables.journal_checkpoints))
    happen(world)
    assert set(problems(world)) == {"office_log_behind"}
    assert faults(world)[0] == "office_log_behind"


def test_a_rewritten_journal_of_the_kiosk_is_found_and_both_notes_are_kept(world: World) -> None:
    store = world.kiosk.terminal.store
    happen(world)
    world.exchange()
    with store.transaction() as database:
        database.execute(
            "UPDATE event SET body = replace(body, 'genuine', 'altered') WHERE sequence ="
            " (SELECT max(sequence) FROM event)"
        )
    with pytest.raises(JournalFault, match="journal_damaged"):
        log_of(world).check_rows()
    with store.transaction() as database:
        database.execute("DELETE FROM journal_node")
    happen(world)
    assert set(problems(world)) == {"journal_forked"}
    assert faults(world) == ["journal_forked"]
    with world.office.database.read() as connection:
        kept = connection.execute(select(tables.journal_faults)).one()
    assert kept.kiosk_note.startswith(kiosk_origin(world.kiosk_id))
    assert kept.office_note.startswith(OFFICE_ORIGIN)


def test_a_journal_of_the_kiosk_that_was_cut_is_found(world: World) -> None:
    happen(world)
    world.exchange()
    with world.kiosk.terminal.store.transaction() as database:
        database.execute("DELETE FROM event WHERE sequence = (SELECT max(sequence) FROM event)")
        database.execute("DELETE FROM journal_node")
    assert set(problems(world)) == {"journal_behind"}
    assert faults(world) == ["journal_behind"]


def test_an_event_is_proved_to_whoever_knows_the_two_keys(world: World) -> None:
    happen(world)
    world.exchange()
    count = log_of(world).check_rows()
    for sequence in range(1, count + 1):
        line, path, note = log_of(world).proof(sequence)
        seen = note.checkpoint
        check_inclusion(leaf_hash(line.encode()), sequence - 1, seen.size, path, seen.root)
    happen(world)
    with pytest.raises(JournalFault, match="proof_impossible"):
        log_of(world).proof(count + 1)


def checked(world: World) -> list[tuple[str, str]]:
    with world.office.database.read() as connection:
        return check_journals(connection)


def test_head_office_finds_what_was_changed_in_its_own_database(world: World) -> None:
    happen(world)
    world.exchange()
    assert checked(world) == []
    kiosk_events, events = tables.kiosk_events, tables.events
    with world.office.database.write() as connection:
        row = connection.execute(select(kiosk_events).limit(1)).one()
        where = (kiosk_events.c.kiosk_id == row.kiosk_id, kiosk_events.c.sequence == row.sequence)
        connection.execute(
            update(kiosk_events).where(*where).values(record=row.record | {"boot_id": "0"})
        )
    assert checked(world) == [(world.kiosk_id, "journal_damaged")]
    with world.office.database.write() as connection:
        connection.execute(update(kiosk_events).where(*where).values(record=row.record))
        connection.execute(update(events).where(events.c.leaf == 1).values(kind="nothing"))
    assert checked(world) == [(OFFICE_LOG, "journal_damaged")]


def test_head_office_finds_that_its_whole_log_was_made_anew(world: World) -> None:
    happen(world)
    world.exchange()  # the kiosk vouches for what it saw before
    rewritten(world)
    assert checked(world) == [(world.kiosk_id, "office_log_forked")]


def test_the_administrator_sees_how_the_journals_stand(world: World) -> None:
    with world.office.database.read() as connection:
        (state,) = journal_states(connection)
    assert (state.kiosk_id, state.events, state.faults) == (world.kiosk_id, state.cosigned, ())
    world.exchange()
    store = world.kiosk.terminal.store
    with store.transaction() as database:
        database.execute("UPDATE event SET body = replace(body, ':1,', ':0,')")
        database.execute("DELETE FROM journal_node")
    happen(world)
    problems(world)
    with world.office.database.read() as connection:
        (state,) = journal_states(connection)
    assert [code for code, _ in state.faults] == ["journal_forked"]


def test_the_commands_check_the_journals_and_prove_an_event(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(world.office.settings.data_folder)
    assert main(["journal", "check", "--data", data]) == 0
    assert capsys.readouterr().out == ""
    named = ["journal", "proof", "--data", data, "--kiosk", world.kiosk_id, "--event"]
    assert main([*named, "1"]) == 0
    proof = json.loads(capsys.readouterr().out)
    note = SignedCheckpoint.from_text(proof["checkpoint"])
    key = world.kiosk.terminal.enrolment().device.signing_key.public_key()
    seen = note.check_log(kiosk_origin(world.kiosk_id), key)
    path = [bytes.fromhex(part) for part in proof["path"]]
    check_inclusion(leaf_hash(proof["event"].encode()), 0, seen.size, path, seen.root)
    assert main([*named, "999"]) == 1
    assert "proof_impossible" in capsys.readouterr().err
    rewritten(world)
    happen(world)
    problems(world)
    with world.office.database.write() as connection:
        connection.execute(update(tables.events).values(kind="nothing"))
    assert main(["journal", "check", "--data", data]) == 1
    captured = capsys.readouterr()
    assert {"log": "office", "code": "journal_damaged"} in map(
        json.loads, captured.out.splitlines()
    )
    assert "journals_do_not_fit" in captured.err

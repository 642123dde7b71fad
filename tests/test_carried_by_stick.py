"""A real kiosk that no network reaches, a real head office, and a stick between them."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import office.command_line
import sync.command_line
from office.director_desk import request_director_code, sign_documents
from office.documents import Document, find_document
from office.downloads import final_file
from office.history import Actor
from office.layout import Layout
from office.lifecycle import State
from office.preparation import NewDocument, cancel_document, create_document, send_to_director
from office.signing_order import NewClient
from signing.fields import Placement
from tests.client_at_kiosk import ClientAtKiosk
from tests.office.conftest import cheap_passwords
from tests.samples import samples
from tests.samples.hand import drawn_signature
from tests.visitor import VisitFailed
from tests.world import World
from verifier.document import verify_pdf
from verifier.trust_folder import load_trust
from verifier.verdict import Outcome

__all__ = ["cheap_passwords"]  # a fixture

NAME = "Łucja Żółkiewska"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, lambda: datetime.now(UTC)) as made:
        made.cable.joined = False
        yield made


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def at_kiosk(world: World, command: str, stick: Path) -> int:
    """`python -m sync`, beside the running kiosk."""
    data = world.kiosk.terminal.settings.data_folder
    return sync.command_line.main([command, str(stick), "--data", str(data)])


def at_office(world: World, stick: Path) -> int:
    """`python -m office stick`, beside the running head office."""
    data = world.office.settings.data_folder
    return office.command_line.main(["stick", str(stick), "--data", str(data)])


def carry(world: World, stick: Path) -> None:
    """One round: to head office and back."""
    assert at_kiosk(world, "export", stick) == 0
    assert at_office(world, stick) == 0
    assert at_kiosk(world, "import", stick) == 0


def sent(world: World) -> Document:
    """A document that waits for its client at the kiosk."""
    actor, now = Actor(world.operator.id), world.clock()
    layout = Layout(
        director_signature=Placement(0, 40, 40, 160, 50), signature=Placement(0, 300, 40, 160, 50)
    )
    new = NewDocument(
        pdf=samples()[1].pdf,
        title="Umowa najmu",
        clients=(NewClient(NAME, "+48600000123", world.kiosk_id),),
        director_id=world.director.id,
        language="pl",
        layout=layout,
    )
    document_id = create_document(world.office, new, actor, now)
    send_to_director(world.office, document_id, actor, now)
    request_director_code(world.office, world.director, [document_id], now)
    world.run_jobs()
    code = world.mailbox.latest_code(to=world.director.email)
    sign_documents(world.office, world.director, [document_id], code, now)
    world.run_jobs()
    return document_of(world, document_id)


def document_of(world: World, document_id: str) -> Document:
    with world.office.database.read() as connection:
        return find_document(connection, document_id)


def sign(world: World, document: Document) -> None:
    """The client signs at the kiosk, with a code from the page behind their link."""
    visit = ClientAtKiosk(world.visitor())
    visit.find(document.short_number)
    address = world.mailbox.latest(r"http\S+(/m/\S+)")
    telephone = world.client_page()
    telephone.submit(telephone.visit(address), f"{address}/code")
    world.run_jobs()
    visit.enter_code(world.mailbox.latest_code())
    visit.read_every_page()
    visit.draw(drawn_signature())
    visit.agree()
    visit.leave()


def picture(folder: Path) -> dict[str, bytes]:
    """What lies in a folder and below it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def test_a_document_is_signed_where_no_network_ever_was(
    world: World, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = sent(world)
    with pytest.raises(VisitFailed):
        ClientAtKiosk(world.visitor()).find(document.short_number)
    carry(world, stick)
    said = capsys.readouterr().out
    assert re.search(r"documents=0 events=\d+ file=", said)
    assert json.loads(said.splitlines()[1]) == {"kiosk": world.kiosk_id, "refused": []}
    assert "rows=1 pdfs_down=1" in said
    sign(world, document)
    carry(world, stick)
    assert "pdfs_up=1" in capsys.readouterr().out
    files, events = world.kiosk.terminal.device_store.queue_lengths()
    assert (files, events) == (0, 1)  # that it erased the completed document is new
    completed = document_of(world, document.id)
    assert (completed.state, completed.quarantined) == (State.COMPLETED, False)
    with world.office.database.read() as connection:
        pdf = final_file(world.office, connection, completed)
    trust = load_trust(world.kiosk.terminal.settings.trust_folder.resolve())
    assert verify_pdf(pdf, trust, world.clock()).outcome is Outcome.GENUINE
    world.cable.joined = True
    world.exchange()  # nothing is doubled, and the link goes on from where the stick left off
    assert world.kiosk.terminal.device_store.queue_lengths() == (0, 0)


def test_the_trust_list_comes_by_stick(world: World, stick: Path) -> None:
    trust_folder = world.kiosk.terminal.settings.trust_folder
    before = load_trust(trust_folder.resolve()).version
    world.second_terminal()  # its keys go on the list
    carry(world, stick)
    assert load_trust(trust_folder.resolve()).version > before


def test_nothing_is_delivered_that_was_cancelled_meanwhile(world: World, stick: Path) -> None:
    document = sent(world)
    assert at_kiosk(world, "export", stick) == 0
    cancel_document(world.office, document.id, Actor(world.operator.id), world.clock())
    assert at_office(world, stick) == 0
    assert at_kiosk(world, "import", stick) == 0
    with pytest.raises(VisitFailed):
        ClientAtKiosk(world.visitor()).find(document.short_number)


def other_kiosks_answer(world: World, stick: Path) -> None:
    """The answer to another kiosk under this one's name."""
    there = world.second_terminal()
    data = there.parts.terminal.settings.data_folder
    assert sync.command_line.main(["export", str(stick), "--data", str(data)]) == 0
    shutil.move(stick / f"{world.kiosk_id}.up.sygnet", stick.parent / "kept")
    assert at_office(world, stick) == 0
    (stick / f"{there.id}.down.sygnet").replace(down(world, stick))
    (stick / f"{there.id}.up.sygnet").unlink()


def earlier_answer(world: World, stick: Path) -> None:
    assert at_office(world, stick) == 0
    assert at_kiosk(world, "export", stick) == 0


def tampered(world: World, stick: Path) -> None:
    assert at_office(world, stick) == 0
    path = down(world, stick)
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)


def cut_off(world: World, stick: Path) -> None:
    assert at_office(world, stick) == 0
    os.truncate(down(world, stick), down(world, stick).stat().st_size // 2)


def symbolic_link(world: World, stick: Path) -> None:
    assert at_office(world, stick) == 0
    down(world, stick).rename(stick / "elsewhere")
    down(world, stick).symlink_to(stick / "elsewhere")


def pipe(world: World, stick: Path) -> None:
    os.mkfifo(down(world, stick))


def endless(world: World, stick: Path) -> None:
    with down(world, stick).open("wb") as file:
        file.truncate(64 * 1024**3)  # takes no room on the disk


def deflate_bomb(world: World, stick: Path) -> None:
    down(world, stick).write_bytes(b"\x1f\x8b\x08" + bytes(5000))


def nothing(world: World, stick: Path) -> None:
    pass


def down(world: World, stick: Path) -> Path:
    return stick / f"{world.kiosk_id}.down.sygnet"


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (other_kiosks_answer, "reply_not_trusted"),
        (earlier_answer, "reply_not_trusted"),
        (tampered, "packet_damaged"),
        (cut_off, "packet_damaged"),
        (symbolic_link, "packet_malformed"),
        (pipe, "packet_malformed"),
        (endless, "packet_too_large"),
        (deflate_bomb, "packet_malformed"),
        (nothing, "packet_missing"),
    ],
)
def test_a_hostile_stick_changes_nothing_at_the_kiosk(
    world: World,
    stick: Path,
    capsys: pytest.CaptureFixture[str],
    attack: Callable[[World, Path], None],
    code: str,
) -> None:
    sent(world)
    assert at_kiosk(world, "export", stick) == 0
    attack(world, stick)
    store = world.kiosk.terminal.device_store
    before = (store.cursor(), store.queue_lengths(), store.missing_blobs(), store.asked_packet())
    trust = picture(world.kiosk.terminal.settings.trust_folder)
    assert at_kiosk(world, "import", stick) == 1
    assert f"[{code}]" in capsys.readouterr().err
    after = (store.cursor(), store.queue_lengths(), store.missing_blobs(), store.asked_packet())
    assert after == before
    assert picture(world.kiosk.terminal.settings.trust_folder) == trust


def test_a_hostile_stick_changes_nothing_at_head_office_and_stops_no_other_packet(
    world: World, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at_kiosk(world, "export", stick) == 0
    good = stick / f"{world.kiosk_id}.up.sygnet"
    honest = good.read_bytes()
    (stick / "kiosk-a.up.sygnet").write_bytes(honest)  # under another name
    (stick / "kiosk-b.up.sygnet").symlink_to("/etc/passwd")
    os.mkfifo(stick / "kiosk-c.up.sygnet")
    (stick / "kiosk-d.up.sygnet").mkdir()
    (stick / "kiosk-e.up.sygnet").write_bytes(b"")
    (stick / "../outside.up.sygnet").write_bytes(honest)
    (stick / "UPPER.up.sygnet").write_bytes(honest)
    capsys.readouterr()
    assert at_office(world, stick) == 1
    told = capsys.readouterr()
    found = {line["kiosk"]: line["refused"] for line in map(json.loads, told.out.splitlines())}
    assert found == {
        world.kiosk_id: [],
        "kiosk-a": ["packet_malformed"],
        "kiosk-b": ["packet_malformed"],
        "kiosk-c": ["packet_malformed"],
        "kiosk-d": ["packet_malformed"],
        "kiosk-e": ["packet_malformed"],
    }
    assert "[packets_refused]" in told.err
    written = {path.name for path in stick.glob("*.down.sygnet")}
    assert written == {f"{world.kiosk_id}.down.sygnet"}


def test_a_folder_with_too_many_files_is_not_looked_through(
    world: World, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at_kiosk(world, "export", stick) == 0
    for number in range(10_001):
        (stick / f"{number}").touch()
    assert at_office(world, stick) == 1
    assert "[stick_crowded]" in capsys.readouterr().err
    assert len(list(stick.iterdir())) == 10_002


def test_a_stick_that_is_full_or_write_protected_keeps_what_is_on_it(
    world: World, stick: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at_kiosk(world, "export", stick) == 0
    before = picture(stick)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sync.stick.os.fsync", full)
    assert at_kiosk(world, "export", stick) == 1
    assert "[stick_unusable]" in capsys.readouterr().err
    assert picture(stick) == before
    assert at_kiosk(world, "export", stick / "not there") == 1
    assert "[stick_unusable]" in capsys.readouterr().err
    assert at_office(world, stick) == 1
    assert picture(stick) == before


def test_a_folder_without_packets_says_so(
    world: World, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at_office(world, stick) == 1
    assert "[no_packets]" in capsys.readouterr().err

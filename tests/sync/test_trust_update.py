"""The trust list arrives by TUF; whatever goes wrong, the last accepted copy stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from signing.trust_keys import TrustKeys
from signing.trust_publication import TrustPublisher
from sync import trust_update
from sync.errors import TrustUpdateFailed
from sync.trust_update import folder_source, held_version, http_source, update_trust
from tests.sync.memory_device import KilledError
from tests.sync.pair import OFFICE_URL, Pair
from verifier.trust_folder import load_trust
from verifier.trust_list import TrustList

# python-tuf judges expiry by the real clock, so these lists are published by it.
REAL_NOW = datetime.now(UTC).replace(microsecond=0)


class Publisher:
    """Head office's repository and a kiosk's copy of it."""

    def __init__(self, folder: Path) -> None:
        self.repository = folder / "repository"
        self.client = folder / "client" / "trust"
        self.client.parent.mkdir(parents=True)
        self.publisher = TrustPublisher(self.repository, TrustKeys(folder / "keys", b"credential"))
        (folder / "keys").mkdir()
        self.publisher.create(REAL_NOW)
        self.root = self.publisher.root_bytes()

    def publish(self, version: int, at: datetime = REAL_NOW) -> None:
        trust = TrustList("Spółka Przykładowa", version, at, (), ("SYGNET.EXAMPLE",))
        self.publisher.publish(trust, at)

    def update(self) -> int:
        return update_trust(self.client, folder_source(self.repository), self.root)

    def refused(self) -> str:
        """Update, expect a refusal, check that nothing changed, give the code."""
        before = picture(self.client)
        with pytest.raises(TrustUpdateFailed) as refused:
            self.update()
        assert picture(self.client) == before
        return refused.value.code


def picture(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def office(tmp_path: Path) -> Publisher:
    """A repository with one published list."""
    made = Publisher(tmp_path)
    made.publish(1)
    return made


def test_the_first_list_arrives_and_the_verifier_reads_it(office: Publisher) -> None:
    assert held_version(office.client) == 0
    assert office.update() == 1
    assert load_trust(office.client).version == 1
    assert held_version(office.client) == 1
    names = {path.name for path in office.client.iterdir() if path.is_file()}
    assert names == set(office.publisher.client_files())
    assert not any(path.is_symlink() for path in office.client.resolve().iterdir())


def test_a_newer_list_takes_its_place(office: Publisher) -> None:
    office.update()
    office.publish(2)
    assert office.update() == 2
    assert office.update() == 2
    assert load_trust(office.client).version == 2


def test_only_the_list_before_is_kept_beside_it(office: Publisher) -> None:
    for version in range(2, 7):
        office.update()
        office.publish(version)
    office.update()
    names = sorted(path.name for path in office.client.with_name("trust.versions").iterdir())
    assert names == ["5", "6", "lock"]


def test_a_rollback_is_refused(office: Publisher) -> None:
    old = office.repository.with_name("old")
    shutil.copytree(office.repository, old)
    office.publish(2)
    office.update()
    office.repository = old
    assert office.refused() == "trust_rollback"
    assert load_trust(office.client).version == 2


def test_a_freeze_is_refused(office: Publisher) -> None:
    office.update()
    office.publish(2, REAL_NOW - timedelta(days=31))
    assert office.refused() == "trust_frozen"


def test_a_repository_with_another_root_is_refused(office: Publisher, tmp_path: Path) -> None:
    office.update()
    stranger = Publisher(tmp_path / "stranger")
    stranger.publish(7)
    office.repository = stranger.repository
    assert office.refused() == "trust_not_signed"


def test_a_list_changed_in_place_is_refused(office: Publisher) -> None:
    office.update()
    office.publish(2)
    for path in (office.repository / "targets").iterdir():
        path.write_bytes(path.read_bytes().replace(b"SYGNET", b"SYGNAT"))
    assert office.refused() == "trust_not_signed"


@pytest.mark.parametrize("name", ["timestamp.json", "2.snapshot.json", "2.targets.json"])
@pytest.mark.parametrize("content", [b"", b"<html>", b"{}", b"[" * 50_000])
def test_metadata_that_is_none_is_refused(office: Publisher, name: str, content: bytes) -> None:
    office.update()
    office.publish(2)
    (office.repository / "metadata" / name).write_bytes(content)
    assert office.refused() in ("trust_not_signed", "trust_unreachable")


@pytest.mark.parametrize("missing", ["metadata/timestamp.json", "metadata/2.targets.json"])
def test_a_repository_with_a_hole_is_refused(office: Publisher, missing: str) -> None:
    office.update()
    office.publish(2)
    (office.repository / missing).unlink()
    assert office.refused() == "trust_unreachable"


def test_a_list_that_never_ends_is_refused(office: Publisher) -> None:
    office.update()
    office.publish(2)
    (office.repository / "metadata" / "timestamp.json").write_bytes(b" " * 10_000_000)
    assert office.refused() == "trust_unreachable"


def test_a_first_list_that_is_refused_leaves_no_list(office: Publisher) -> None:
    (office.repository / "metadata" / "timestamp.json").write_bytes(b"{}")
    assert office.refused() == "trust_not_signed"
    assert held_version(office.client) == 0
    assert office.client.exists() is False


def test_a_kiosk_with_an_empty_folder_gets_its_list(office: Publisher) -> None:
    office.client.mkdir()
    assert office.update() == 1


def test_a_list_copied_there_by_hand_is_updated(office: Publisher) -> None:
    office.client.mkdir()
    for name, data in office.publisher.client_files().items():
        (office.client / name).write_bytes(data)
    office.publish(2)
    assert office.update() == 2
    assert load_trust(office.client).version == 2


@pytest.mark.parametrize("step", ["_fetch_into", "_check", "_publish", "_point"])
def test_a_power_cut_during_an_update_costs_nothing(
    office: Publisher, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    office.update()
    office.publish(2)
    before = picture(office.client)

    def power_cut(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(trust_update, step, power_cut)
        with pytest.raises(KilledError):
            office.update()
    assert picture(office.client) == before
    assert office.update() == 2


def test_updates_at_the_same_time_do_not_meet(office: Publisher) -> None:
    with ThreadPoolExecutor(4) as pool:
        versions = [pool.submit(office.update) for _ in range(8)]
    assert [version.result() for version in versions] == [1] * 8
    assert load_trust(office.client).version == 1


def test_a_file_outside_the_folder_is_not_read(office: Publisher) -> None:
    (office.repository.parent / "secret").write_bytes(b"{}")
    fetcher = folder_source(office.repository).fetcher
    assert fetcher is not None
    with pytest.raises(Exception, match="no such file"):
        b"".join(fetcher.fetch("folder://trust/../secret"))


@pytest.fixture
def connected(tmp_path: Path, office: Publisher) -> Iterator[Pair]:
    """A kiosk and a head office that serves its repository at /trust."""
    with Pair(REAL_NOW, tmp_path / "kiosk" / "trust", office.root) as pair:
        pair.repository = office.repository
        pair.trust_folder.parent.mkdir()
        yield pair


def test_an_exchange_brings_the_list_when_head_office_has_another(
    connected: Pair, office: Publisher
) -> None:
    assert connected.device.exchange().trust_updated is False
    connected.ledger.published_trust = 1
    assert connected.device.exchange().trust_updated is True
    assert load_trust(connected.trust_folder).version == 1
    assert connected.device.exchange().trust_updated is False
    office.publish(2)
    connected.ledger.published_trust = 2
    assert connected.device.exchange().trust_updated is True
    assert load_trust(connected.trust_folder).version == 2


def test_a_list_that_cannot_be_fetched_does_not_hinder_the_rest(
    connected: Pair, office: Publisher
) -> None:
    connected.ledger.published_trust = 1
    shutil.rmtree(office.repository)
    connected.store.sign("01" * 16, b"%PDF-1.7 signed", REAL_NOW)
    report = connected.device.exchange()
    assert (report.events_up, report.trust_updated) == (1, False)
    assert report.problems == ("trust_unreachable",)


def test_no_network_is_trust_unreachable(office: Publisher) -> None:
    def unplugged(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("unplugged", request=request)

    http = httpx.Client(transport=httpx.MockTransport(unplugged))
    with pytest.raises(TrustUpdateFailed) as refused:
        update_trust(office.client, http_source(http, OFFICE_URL), office.root)
    assert refused.value.code == "trust_unreachable"

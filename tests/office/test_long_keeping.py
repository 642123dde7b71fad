"""Final files get evidence for long keeping, once, and again before it runs out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import delete, select, update

from office import long_keeping, tables
from office.application import create_app
from office.destruction import destroy_document
from office.errors import Refused
from office.head_office import HeadOffice
from office.keep_command import keep_copy
from office.keeping_book import longest_file
from office.lifecycle import State
from office.long_keeping import CHECK_AGAIN, enqueue_missing
from office.trust import refresh_if_old
from office.work import housekeeping
from signing.signature_facts import read_facts
from tests.office.keeping_town import DAY, Keeping
from tests.office.town_hall import (
    PASSWORD,
    Clock,
    Letterbox,
    People,
    TestKiosk,
    document_of,
    kinds,
)
from tests.signing.long_life_tools import etsi_says
from tests.time_server import Form, Manner, TimeServer
from verifier.verdict import Outcome

for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL)

EVERYBODY = dict.fromkeys(("Director", "Client1", "Seal"), "AdESPassed.OK")


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


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[TimeServer]:
    with TimeServer(tmp_path / "service", clock) as running:
        yield running


def test_a_completed_document_gets_evidence_once(town: Keeping, server: TimeServer) -> None:
    document = town.completed()
    sealed = town.sealed(document)
    assert town.file(document) == sealed
    assert town.round() == 1
    kept = town.file(document)
    assert kept.startswith(sealed)
    assert town.standing(document).waits_for == ""
    verdict = town.verdict(kept)
    assert (verdict.outcome, verdict.has("long_life_only")) == (Outcome.GENUINE, True)
    assert town.sealed(document) == sealed
    assert document_of(town.office, document.id).final_sha256 == sha256(sealed).hexdigest()
    standing = town.standing(document)
    assert (standing.director_stamped, standing.clients_stamped, standing.seal_stamped) == (
        (True, True, True)
    )
    assert (standing.stamps, standing.service, standing.waits_for) == (1, "Time", "")
    assert standing.renew_at == server.certificate.not_valid_after_utc - timedelta(days=180)
    assert town.next_look(document) == standing.renew_at
    assert kinds(town.office, document.id)[-1] == "evidence_added"
    assert list(town.office.work_folder.iterdir()) == []
    asked = server.asked
    with town.office.database.write() as connection:  # a power cut before the job was marked
        connection.execute(update(tables.jobs).values(run_after=town.clock()))
    assert town.round() >= 1
    assert (town.file(document), server.asked) == (kept, asked)
    assert kinds(town.office, document.id).count("evidence_added") == 1


def test_other_jobs_do_not_wait_for_the_service(
    town: Keeping, server: TimeServer, letterbox: Letterbox
) -> None:
    document = town.completed()
    asked = server.asked
    letterbox.run(town.office, town.clock())
    assert letterbox.messages[-1].key.startswith("client_completed")
    assert (server.asked, town.blobs(document).get("kept")) == (asked, None)


def test_it_waits_for_the_list_that_the_kiosk_made_after_signing(
    town: Keeping, server: TimeServer
) -> None:
    document = town.completed(reported=False)
    asked = server.asked
    town.round()
    assert town.standing(document).waits_for == "kiosk_list_awaited"
    assert (town.file(document), server.asked) == (town.sealed(document), asked)
    town.tried_often()  # however long it takes
    town.round()
    town.report()
    town.clock.forward(hours=1)
    town.round()
    assert (town.standing(document).stamps, town.standing(document).waits_for) == (1, "")


@pytest.mark.parametrize(
    ("manner", "code"),
    [(Manner.BROKEN, "timestamp_unreachable"), (Manner.ELSEWHEN, "timestamp_clock")],
)
def test_a_service_that_fails_changes_nothing_and_is_asked_again(
    town: Keeping, server: TimeServer, manner: Manner, code: str
) -> None:
    document = town.completed()
    before = town.blobs(document)
    server.manner = manner
    town.round()
    town.tried_often()
    town.round()
    town.clock.forward(hours=1)
    assert town.standing(document).waits_for == code
    assert (town.file(document), town.blobs(document)) == (town.sealed(document), before)
    assert list(town.office.work_folder.iterdir()) == []
    server.manner = Manner.HONEST
    town.round()
    assert town.standing(document).stamps == 1


def test_without_a_service_it_stays_as_it_is_until_there_is_one(
    town: Keeping, server: TimeServer
) -> None:
    town.use(None)
    document = town.completed()
    town.round()
    standing = town.standing(document)
    assert (standing.director_stamped, standing.clients_stamped, standing.seal_stamped) == (
        (False, True, True)
    )
    assert (standing.stamps, standing.waits_for, server.asked) == (0, "", 0)
    assert town.next_look(document) == town.clock() + CHECK_AGAIN
    assert town.file(document) == town.sealed(document)
    town.use(server)
    town.clock.forward(hours=1)
    town.round()
    assert town.standing(document).stamps == 1
    assert not town.standing(document).director_stamped  # nobody can make up for that


def test_a_file_that_is_not_genuine_afterwards_is_not_kept(
    town: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = town.completed()

    def careless(source: Path, target: Path, *_: object) -> None:
        target.write_bytes(source.read_bytes() + b"\n% more\n")

    monkeypatch.setattr(long_keeping, "extend", careless)
    town.round()
    assert town.standing(document).waits_for == "kept_not_genuine"
    assert town.file(document) == town.sealed(document)


def test_destruction_takes_the_longer_file_too(town: Keeping) -> None:
    document = town.completed()
    town.round()
    folder = town.office.settings.data_folder / "blobs"
    assert town.blobs(document)["kept"] == 1
    destroy_document(town.office, document.id, town.clock())
    assert not [path for path in folder.rglob("*") if path.is_file()]
    with town.office.database.read() as connection:
        assert connection.execute(select(tables.keeping)).first() is None
    assert town.round() == 0
    assert enqueue_missing(town.office, town.clock()) == 0


def test_a_document_destroyed_meanwhile_stays_destroyed(town: Keeping, server: TimeServer) -> None:
    document = town.completed()

    class Doom(Clock):
        def __call__(self) -> object:  # type: ignore[override]
            destroy_document(town.office, document.id, self.now)
            return self.now

    server.clock = Doom(town.clock())  # type: ignore[assignment]
    town.round()
    assert document_of(town.office, document.id).state is State.DESTROYED
    assert not list(town.office.settings.data_folder.glob("blobs/**/*.*"))
    assert town.blobs(document) == {}
    assert "evidence_added" not in kinds(town.office, document.id)


def test_files_of_before_are_found_by_the_housekeeping(town: Keeping) -> None:
    document = town.completed()
    with town.office.database.write() as connection:
        connection.execute(delete(tables.jobs).where(tables.jobs.c.kind == "keep"))
    assert town.round() == 0
    housekeeping(town.office, town.clock())
    assert enqueue_missing(town.office, town.clock()) == 0
    town.round()
    assert town.standing(document).stamps == 1


def test_another_file_that_counts_is_not_given_the_evidence_of_the_first(town: Keeping) -> None:
    """Somebody decides a conflict for the other copy: what was kept is of the first."""
    document = town.completed()
    town.round()
    with town.office.database.write() as connection:
        other = town.office.blobs.put(connection, document.id, "final", b"other", town.clock())
        changed = tables.documents.update().where(tables.documents.c.id == document.id)
        connection.execute(changed.values(final_sha256=other))
    with town.office.database.read() as connection:
        assert longest_file(town.office, connection, document_of(town.office, document.id)) == (
            b"other"
        )


def test_evidence_is_renewed_for_years_also_by_another_service(
    town: Keeping, tmp_path: Path
) -> None:
    """Certificates of two years, then another provider, on RSA, with some of five."""
    with (
        TimeServer(tmp_path / "first", town.clock, valid_for=730 * DAY) as first,
        TimeServer(tmp_path / "other", town.clock, "rsa", 730 * DAY, "Other") as other,
    ):
        town.use(first)
        document = town.completed()
        sealed, services, path = town.sealed(document), [], tmp_path / "kept.pdf"
        roots = (town.root(), first.authority.certificate, other.authority.certificate)
        for number in range(1, 6):
            assert town.round() == 1
            standing, data = town.standing(document), town.file(document)
            services.append((standing.stamps, standing.service))
            path.write_bytes(data)
            assert data.startswith(sealed)
            assert (town.blobs(document)["kept"], town.blobs(document)["final"]) == (1, 1)
            verdict = town.verdict(data)
            assert (verdict.outcome, verdict.has("long_life_only")) == (Outcome.GENUINE, True)
            if number in {3, 5}:  # this engine takes its time
                lists = (first.root_list, other.root_list)
                said = etsi_says(path, town.clock() + timedelta(hours=1), roots, lists)
                assert said == EVERYBODY
            assert standing.renew_at is not None
            assert standing.renew_at > town.clock()
            town.clock.now = standing.renew_at
            if number == 3:
                other.renew(1826 * DAY)
                town.use(other)
            else:
                town.round()  # nothing is gained by stamping with the same certificate again
                assert town.standing(document).waits_for == "service_certificate_old"
                (first if number < 3 else other).renew((730 if number < 3 else 1826) * DAY)
                town.clock.forward(hours=1)
    assert services == [(1, "Time"), (2, "Time"), (3, "Time"), (4, "Other"), (5, "Other")]
    assert read_facts(path).document_stamps == 5
    assert town.clock() - document.created_at > 9 * 365 * DAY
    with town.office.database.read() as connection:
        stamped = kinds(town.office, document.id)
        assert connection.execute(select(tables.keeping.c.stamps)).scalar_one() == 5
    assert (stamped.count("evidence_added"), stamped.count("evidence_renewed")) == (1, 4)


def test_a_copy_that_was_kept_elsewhere_is_renewed_when_somebody_brings_it(
    town: Keeping, server: TimeServer, tmp_path: Path
) -> None:
    """Head office's own copy is gone after 14 days; the company's and the client's are not."""
    document = town.completed()
    town.round()
    copy, out = tmp_path / "copy.pdf", tmp_path / "longer.pdf"
    copy.write_bytes(town.file(document))
    destroy_document(town.office, document.id, town.clock())
    town.clock.forward(days=2900)
    refresh_if_old(town.office, town.clock())
    server.renew(3650 * DAY)
    keep_copy(town.office, copy, out, town.clock())
    assert out.read_bytes().startswith(copy.read_bytes())
    assert read_facts(out).document_stamps == 2
    assert town.verdict(out.read_bytes()).outcome is Outcome.GENUINE
    assert list(town.office.work_folder.iterdir()) == []
    assert town.blobs(document) == {}


def test_a_copy_that_is_not_genuine_is_not_touched(town: Keeping, tmp_path: Path) -> None:
    document = town.completed()
    copy, out = tmp_path / "copy.pdf", tmp_path / "longer.pdf"

    def refusal() -> str:
        with pytest.raises(Refused) as raised:
            keep_copy(town.office, copy, out, town.clock())
        return raised.value.code

    assert refusal() == "file_unreadable"
    for data in (b"", b"%PDF-1.7 words", town.sealed(document) + b"\n"):
        copy.write_bytes(data)
        assert refusal() == "copy_not_genuine"
    copy.write_bytes(town.sealed(document))
    out.write_bytes(b"somebody's")
    assert refusal() == "file_exists"
    assert out.read_bytes() == b"somebody's"
    out.unlink()
    town.use(None)
    assert refusal() == "no_time_service"
    assert not out.exists()


def test_of_two_clients_each_kiosks_list_speaks_for_its_own_signature(
    town: Keeping, office: HeadOffice, people: People, clock: Clock, pdf: bytes, tmp_path: Path
) -> None:
    """The first kiosk need not send another list when the second one has sealed."""
    other = TestKiosk(office, clock, "Gdańsk, Długa 8")
    other.enrol()
    there = Keeping(office, people, other, clock, pdf, tmp_path)
    document = town.completed_by_two(other)
    assert document.state is State.COMPLETED
    town.round()
    assert town.standing(document).waits_for == "kiosk_list_awaited"  # the second one's
    there.report()
    clock.forward(hours=1)
    town.round()
    assert town.standing(document).stamps == 1
    verdict = town.verdict(town.file(document))
    assert (verdict.outcome, verdict.has("long_life_only")) == (Outcome.GENUINE, True)


WORDS = {
    "pl": ("Czym potwierdzony jest czas", "Czeka na następną synchronizację kiosku"),
    "en": ("How the time is proved", "Waits for the kiosk’s next sync"),
    "de": ("Womit die Zeit belegt ist", "Wartet auf die nächste Synchronisierung"),
    "uk": ("Чим підтверджено час", "Очікує наступної синхронізації кіоску"),
}


def test_the_documents_page_says_how_its_time_is_proved(town: Keeping) -> None:
    browser = create_app(town.office, town.clock).test_client()
    form = browser.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', form)
    assert token is not None
    given = {"email": "operator@sygnet.example", "password": PASSWORD, "csrf_token": token[1]}
    assert browser.post("/sign-in", data=given).status_code == 302
    document = town.completed(reported=False)

    def page(language: str = "en") -> str:
        with browser.session_transaction() as session:
            session["language"] = language
        return browser.get(f"/documents/{document.id}").get_data(as_text=True)

    assert "B-LTA" not in page()
    town.round()
    for language, (proved, waiting) in WORDS.items():
        text = page(language)
        assert (proved in text, waiting in text) == (True, True), language
        assert (text.count("B-T"), "B-LTA" in text) == (3, False)
    town.report()
    town.clock.forward(hours=1)
    town.round()
    for language, (proved, waiting) in WORDS.items():
        text = page(language)
        assert (proved in text, "B-LTA" in text, waiting in text) == (True, True, False), language


@pytest.mark.parametrize(
    ("kind", "form"), [("rsa", Form.PSS_BY_KEY), ("rsa", Form.PSS), ("p256", Form.BY_KEY)]
)
def test_services_with_other_signatures_and_names_prove_the_same(
    town: Keeping, tmp_path: Path, clock: Clock, kind: Literal["p256", "rsa"], form: Form
) -> None:
    with TimeServer(tmp_path / "other", clock, kind, name="Other Time", form=form) as other:
        town.use(other)
        document = town.completed()
        assert town.round() == 1
        kept = town.file(document)
    standing = town.standing(document)
    assert (standing.director_stamped, standing.stamps, standing.service) == (True, 1, "Other Time")
    verdict = town.verdict(kept)
    assert (verdict.outcome, verdict.has("long_life_only")) == (Outcome.GENUINE, True)
    path = tmp_path / "kept.pdf"
    path.write_bytes(kept)
    roots, lists = (town.root(), other.authority.certificate), (other.root_list,)
    assert etsi_says(path, clock() + timedelta(hours=1), roots, lists) == EVERYBODY

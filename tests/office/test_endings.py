"""The years go by: somebody is told before anything stops, and what has stopped is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from office import trust
from office.application import create_app
from office.authority_lists import write_own_lists
from office.endings import Ending, EndingKind, list_endings
from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.key_list import list_keys
from office.key_rotation import renew_director, rotate_signing_ca
from office.preparation import send_to_director
from office.root_apart import ROOT_LIST
from office.work import housekeeping
from sync.errors import RequestRefused
from tests.office.town_hall import (
    PASSWORD,
    Clock,
    Letterbox,
    People,
    TestKiosk,
    direct,
    document_of,
    draft,
)
from tests.visitor import Visitor
from verifier.trust_folder import load_trust_files
from verifier.trust_list import KeyRole

STEP = timedelta(days=220)
MONTH = timedelta(days=30)


def endings(office: HeadOffice, clock: Clock) -> list[Ending]:
    with office.database.read() as connection:
        return list_endings(office, connection, clock())


class Years:
    """Time passes; what administrators were written is kept, with the day."""

    def __init__(self, office: HeadOffice, clock: Clock, letterbox: Letterbox) -> None:
        self.office, self.clock, self.letterbox = office, clock, letterbox
        self.told: dict[str, list[str]] = {}

    def pass_by(self, count: int) -> Iterator[None]:
        for _ in range(count):
            self.clock.now += STEP
            housekeeping(self.office, self.clock())
            before = len(self.letterbox.messages)
            self.letterbox.run(self.office, self.clock())
            for message in self.letterbox.messages[before:]:
                self.told.setdefault(f"{self.clock():%Y-%m}", []).append(message.text)
            yield

    def first_told(self, words: str) -> str:
        return min(
            (month for month, texts in self.told.items() if any(words in text for text in texts)),
            default="never",
        )


def test_forty_years_without_anybody_reacting(
    office: HeadOffice, people: People, kiosk: TestKiosk, clock: Clock, letterbox: Letterbox
) -> None:
    """Warned long before; nothing breaks, everything that has run out is refused."""
    with office.database.read() as connection:
        ends = {
            (one.role, one.holder): one.valid_until
            for one in list_keys(office, connection, clock())
        }
    years = Years(office, clock, letterbox)
    for _ in years.pass_by(int(timedelta(days=41 * 365.25) / STEP)):
        roles = office.publisher.expiries()  # the trust list is served all the time
        assert min(roles.values()) > clock() + timedelta(days=29)
        load_trust_files(office.publisher.client_files())
    words = {
        (KeyRole.ROOT, office.organisation): "Klucz główny:",
        (KeyRole.SIGNING_CA, office.organisation): "Urząd podpisujący:",
        (KeyRole.DIRECTOR, people.director.name): f"Klucz dyrektora: {people.director.name}",
        (KeyRole.SEAL, kiosk.name): f"Klucze kiosku {kiosk.name}",
    }
    for key, sentence in words.items():
        early = f"{ends[key] - 9 * timedelta(days=366):%Y-%m}"
        assert years.first_told(sentence) < early, sentence
        again = [month for month, texts in years.told.items() if sentence in " ".join(texts)]
        assert len(again) >= 5, sentence  # reminded, not once and then never
        assert any(f"{ends[key]:%Y-%m}" <= month for month in again)  # and that it has ended
    assert {one.kind for one in endings(office, clock)} == set(EndingKind) - {
        EndingKind.ROOT_LIST, EndingKind.TRUST_ROOT, EndingKind.TRUST_LIST,
        EndingKind.TIME_SERVICE, EndingKind.STAMPED_COPIES,
    }  # fmt: skip
    with pytest.raises(RequestRefused) as refused:
        TestKiosk(office, clock, "Sopot").enrol()
    assert refused.value.code == "issuer_not_valid"


def test_a_director_whose_key_has_run_out_signs_nothing(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    waiting = draft(office, people, kiosk, pdf, clock())
    send_to_director(office, waiting, Actor(people.operator.id), clock())
    clock.forward(days=20 * 366)
    before = document_of(office, waiting)
    with pytest.raises(Refused) as refused:
        direct(office, people, waiting, now=clock())
    assert refused.value.code == "director_key_ended"
    assert document_of(office, waiting) == before
    renew_director(office, people.director.id, Actor(), clock())
    direct(office, people, waiting, now=clock.forward(minutes=1))


def test_whoever_reacts_is_left_in_peace(
    office: HeadOffice, people: People, clock: Clock, letterbox: Letterbox
) -> None:
    clock.forward(days=11 * 366)
    housekeeping(office, clock())
    letterbox.run(office, clock())
    (told,) = letterbox.messages  # one message for all of it
    assert told.to == people.administrator.email
    assert told.subject == "Wygasają klucze lub listy"
    assert told.text.count("\n- ") + told.text.startswith("- ") == 2
    housekeeping(office, clock.forward(days=1))
    letterbox.run(office, clock())
    assert len(letterbox.messages) == 1  # nobody is told twice
    rotate_signing_ca(office, Actor(), clock())
    renew_director(office, people.director.id, Actor(), clock())
    assert endings(office, clock) == []


def test_with_the_root_apart_its_list_and_its_role_are_warned_of_a_year_before(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    with office.database.write() as connection:
        lists = write_own_lists(office, connection, clock())
    root_list = lists[f"{office.organisation} Root"]
    path = office.settings.data_folder / "authorities" / ROOT_LIST
    path.write_bytes(root_list.public_bytes(Encoding.DER))
    office.publisher.forget_root_key()
    office.keyring.forget_root()
    kinds = {EndingKind.ROOT_LIST, EndingKind.TRUST_ROOT}
    for years, expected in ((8.9, set()), (9.1, kinds)):
        now = clock() + timedelta(days=years * 365.25)
        trust.refresh_if_old(office, now)
        with office.database.read() as connection:
            found = {one.kind for one in list_endings(office, connection, now)}
        assert found & kinds == expected


def test_a_trust_list_that_is_not_published_any_more_is_noticed(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    clock.forward(days=14)
    assert endings(office, clock) == []
    clock.forward(days=2)
    assert [one.kind for one in endings(office, clock)] == [EndingKind.TRUST_LIST]


def test_the_page_of_keys_says_what_runs_out_and_what_to_do(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    clock.forward(days=11 * 366)
    trust.refresh_if_old(office, clock())
    app = create_app(office, clock)
    http = httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://office.example")
    visitor = Visitor(http, language="en")
    page = visitor.visit("/sign-in")
    given = {"email": people.administrator.email, "password": PASSWORD}
    page = visitor.submit(page, "/sign-in", given)
    http.post("/language", data={"csrf_token": page.csrf_token, "language": "en"})
    words = visitor.visit("/keys").words
    assert "Keys or lists run out" in words
    assert f"The key of {people.director.name}, director" in words
    assert "Make a new signing CA." in words

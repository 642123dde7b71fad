"""The screens as people use them: forms, refusals, rights, headers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import httpx
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from office import tables
from office.application import create_app
from office.head_office import HeadOffice
from office.lifecycle import State
from office.people import Person, Role
from sync.staff import IdentityWay
from tests.office.town_hall import (
    CLIENT,
    PASSWORD,
    Clock,
    Letterbox,
    People,
    TestKiosk,
    document_of,
    draft,
    due_document,
)
from tests.visitor import Page, Visitor

ADDRESS = "http://office.example"
FIELD = (
    '{"key": "a", "kind": "text", "label": "TEXT", "required": true, "help": "", '
    '"placement": {"page": 0, "x": 10, "y": 10, "width": 100, "height": 20}}'
)
"""One box of a layout, as the editor sends it."""
Browser = Callable[[Person | None], Visitor]


def boxes(wanted: str, instead: str) -> str:
    """A layout with one box, one thing in it changed."""
    return f'{{"fields": [{FIELD.replace(wanted, instead)}]}}'


@pytest.fixture
def app(office: HeadOffice, clock: Clock) -> Flask:
    return create_app(office, clock)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Open a browser, signed in as somebody or nobody."""

    def opened(person: Person | None) -> Visitor:
        visitor = Visitor(
            httpx.Client(transport=httpx.WSGITransport(app=app), base_url=ADDRESS), language="en"
        )
        if person is not None:
            page = visitor.visit("/sign-in")
            visitor.submit(page, "/sign-in", {"email": person.email, "password": PASSWORD})
            visitor.http.post(
                "/language", data={"csrf_token": page_token(visitor), "language": "en"}
            )
        return visitor

    return opened


def page_token(visitor: Visitor) -> str:
    return visitor.visit("/documents").csrf_token


def form(kiosk: TestKiosk, people: People, **other: str) -> dict[str, str | list[str]]:
    given: dict[str, str | list[str]] = {
        "title": "Umowa najmu",
        "client_name": CLIENT,
        "contact": "lukasz@example.com",
        "kiosk_id": kiosk.id,
        "director_id": people.director.id,
        "language": "pl",
        "stamp_wanted": [],
    }
    return {**given, **other}


def upload(data: bytes, name: str = "umowa.pdf") -> dict[str, tuple[str, bytes, str]]:
    return {"pdf": (name, data, "application/pdf")}


def test_a_contract_goes_from_upload_to_its_kiosk(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    letterbox: Letterbox,
    clock: Clock,
) -> None:
    operator = browser(people.operator)
    page = operator.visit("/documents/new")
    page = operator.submit(page, "/documents/new", form(kiosk, people), files=upload(pdf))
    document_id = re.findall("[0-9a-f]{32}", page.address)[0]
    layout = {"signature": {"page": 1, "x": 300, "y": 90, "width": 200, "height": 60}}
    answer = operator.http.put(
        f"/documents/{document_id}/layout",
        json=layout,
        headers={"X-CSRFToken": page.csrf_token},
    )
    assert answer.json()["saved"] is True
    page = operator.submit(page, f"/documents/{document_id}/send")
    assert "in the director's queue" in page.words
    director = browser(people.director)
    page = director.visit("/queue")
    assert "Umowa najmu" in page.words
    reading = director.visit(f"/queue/{document_id}")
    assert reading.text.count("place--client") == 1
    page = director.submit(page, "/queue/code", {"document": [document_id]})
    letterbox.run(office, clock())
    page = director.submit(page, "/queue/sign", {"code": "11111111"}, expect=422)
    assert "The code is wrong." in page.words
    page = director.submit(page, "/queue/sign", {"code": letterbox.code()})
    assert "1 document is signed" in page.words
    assert document_of(office, document_id).state is State.DUE
    page = operator.visit(f"/documents/{document_id}")
    for words in ("Waiting for the client", "Handed to the kiosk", "Number at the kiosk"):
        assert words in page.words
    picture = operator.http.get(f"/documents/{document_id}/pages/1.jpg")
    assert Image.open(BytesIO(picture.content)).width == 1240


def sixty_megapixels() -> bytes:
    buffer = BytesIO()
    Image.new("1", (10_000, 6_000)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "changes", "code"),
    [
        (b"", {}, "empty_file"),
        (b"not a pdf", {}, "not_a_pdf"),
        (sixty_megapixels(), {}, "not_a_pdf"),
        (b"%PDF-1.4 broken", {}, "broken_pdf"),
        (None, {"client_name": "Ł" * 300}, "too_long"),
        (None, {"client_name": "Anna 😀"}, "unsupported_letters"),
        (None, {"deadline": "yesterday"}, "bad_deadline"),
        (None, {"kiosk_id": ""}, "no_such_kiosk"),
    ],
)
def test_a_bad_upload_gets_a_sentence_a_code_and_its_form_back(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    data: bytes | None,
    changes: dict[str, str],
    code: str,
) -> None:
    operator = browser(people.operator)
    page = operator.visit("/documents/new")
    page = operator.submit(
        page,
        "/documents/new",
        form(kiosk, people, **changes),
        files=upload(pdf if data is None else data),
        expect=422,
    )
    assert code in page.words
    assert page.form("/documents/new").values["title"] == ["Umowa najmu"]
    with office.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(tables.documents)).scalar() == 0


def test_what_a_client_is_called_cannot_run_in_anybodys_browser(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    title = "<script>alert(1)</script>"
    document_id = draft(office, people, kiosk, pdf, clock(), title=title)
    for path in ("/documents", f"/documents/{document_id}", f"/documents/{document_id}/fields"):
        answer = browser(people.operator).http.get(path)
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;" in answer.text


ROLES_OF_PATHS = {
    "/documents": set(Role),
    "/documents/new": {Role.OPERATOR, Role.ADMINISTRATOR},
    "/documents/{id}": set(Role),
    "/documents/{id}/fields": {Role.OPERATOR, Role.ADMINISTRATOR},
    "/queue": {Role.DIRECTOR},
    "/kiosks": {Role.OPERATOR, Role.ADMINISTRATOR},
    "/people": {Role.ADMINISTRATOR},
}


@pytest.mark.parametrize("path", ROLES_OF_PATHS)
def test_each_page_serves_its_roles_and_no_others(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    path: str,
) -> None:
    document_id = draft(office, people, kiosk, pdf, clock())
    for person in (people.administrator, people.operator, people.director):
        answer = browser(person).http.get(path.format(id=document_id))
        allowed = person.role in ROLES_OF_PATHS[path]
        assert answer.status_code == (200 if allowed else 403), person.role
    nobody = browser(None).http.get(path.format(id=document_id))
    assert nobody.status_code == 302
    assert nobody.headers["Location"].startswith("/sign-in")


OPEN_TO_ALL = {
    "client.answer_challenge",
    "client.answer_typed_challenge",
    "client.ask_code",
    "client.certificate_page",
    "client.certificate_page_lower",
    "client.download",
    "client.message_page",
    "client.message_pdf",
    "look.static",
    "pin.choose",
    "pin.choose_page",
    "sign_in.choose_language",
    "sign_in.sign_in_page",
    "sign_in.sign_in_try",
    "sign_in.sign_out_now",
    "static",
    "trust.repository_file",
}


def test_every_route_names_its_roles_or_is_meant_for_everybody(app: Flask) -> None:
    unguarded = {
        name for name, view in app.view_functions.items() if not hasattr(view, "sygnet_roles")
    }
    assert {name for name in unguarded if not name.startswith("sync.")} == OPEN_TO_ALL


def test_an_act_of_another_role_changes_nothing(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    document_id = draft(office, people, kiosk, pdf, clock())
    director = browser(people.director)
    token = page_token(director)
    for path in ("cancel", "send", "resend", "new-codes"):
        answer = director.http.post(f"/documents/{document_id}/{path}", data={"csrf_token": token})
        assert answer.status_code == 403
    operator = browser(people.operator)
    answer = operator.http.post("/people", data={"csrf_token": page_token(operator)})
    assert answer.status_code == 403
    assert document_of(office, document_id).state is State.DRAFT


def test_a_form_without_its_token_is_refused(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    document_id = draft(office, people, kiosk, pdf, clock())
    answer = browser(people.operator).http.post(f"/documents/{document_id}/cancel")
    assert answer.status_code == 400
    assert "form_expired" in answer.text
    assert document_of(office, document_id).state is State.DRAFT


def test_every_page_is_protected_by_its_headers(browser: Browser, people: People) -> None:
    for path in ("/sign-in", "/C", "/nothing-here"):
        headers = browser(None).http.get(path).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
    answer = browser(None).http.get("/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_tls_the_cookie_never_travels_in_the_clear(office: HeadOffice, clock: Clock) -> None:
    secure = replace(office, settings=replace(office.settings, public_url="https://o.example"))
    answer = create_app(secure, clock).test_client().get("/sign-in", base_url="https://o.example")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_signing_in_leads_back_but_never_to_another_site(browser: Browser, people: People) -> None:
    for back, lands in (("/kiosks", "/kiosks"), ("//evil.example/x", "/documents")):
        visitor = browser(None)
        page = visitor.visit("/sign-in?back=" + back)
        page = visitor.submit(
            page, "/sign-in", {"email": people.operator.email, "password": PASSWORD}
        )
        assert page.address.startswith(lands)


def test_a_wrong_password_says_so_and_keeps_the_address(browser: Browser, people: People) -> None:
    visitor = browser(None)
    page = visitor.submit(
        visitor.visit("/sign-in"), "/sign-in", {"email": "a@b.pl", "password": "x"}, expect=401
    )
    assert "is wrong" in page.words
    assert page.form("/sign-in").values["email"] == ["a@b.pl"]


def test_a_client_asks_for_a_code_without_an_account(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    letterbox: Letterbox,
    clock: Clock,
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())
    link = f"/m/{office.keyring.message_link(document.id)}"
    client = browser(None)
    page = client.visit(f"{link}?language=en")
    for words in (document.number, kiosk.name, document.pdf_sha256[:6]):
        assert words in page.words
    assert "600100200" not in page.text
    assert CLIENT not in page.text
    page = client.submit(page, f"{link}/code")
    letterbox.run(office, clock())
    assert len(letterbox.code()) == 8
    for _ in range(4):
        clock.forward(minutes=1)
        page = client.submit(page, f"{link}/code")
    clock.forward(minutes=1)
    page = client.submit(page, f"{link}/code", expect=409)


def test_the_square_on_a_kiosks_screen_sends_its_answer_and_shows_nothing_else(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    letterbox: Letterbox,
    clock: Clock,
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())
    letterbox.run(office, clock())
    address = f"/a/{document.id}/0/1234567897"
    client = browser(None)
    page = client.visit(f"{address}?language=en")
    assert "123 456 7897" in page.words
    assert document.client.masked_contact in page.words.replace("\u00a0", " ")
    for secret in (document.title, document.number, CLIENT, "600100200", document.short_number):
        assert secret not in page.text
    page = client.submit(page, address)
    assert "on its way" in page.words
    letterbox.run(office, clock())
    assert letterbox.messages[-1].to == document.client.contact
    assert "123 456 7897" in letterbox.messages[-1].text
    page = client.visit(f"{address}?language=en")
    page = client.submit(page, address, expect=409)
    assert "already sent" in page.words


def test_the_number_can_be_typed_behind_the_link_of_the_message(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    letterbox: Letterbox,
    clock: Clock,
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())
    letterbox.run(office, clock())
    link = f"/m/{office.keyring.message_link(document.id)}"
    client = browser(None)
    page = client.visit(f"{link}?language=en")
    before = len(letterbox.messages)
    page = client.submit(page, f"{link}/answer", {"challenge": "123 456 7898"}, expect=409)
    assert "ten digits" in page.words
    letterbox.run(office, clock())
    assert len(letterbox.messages) == before
    client.submit(page, f"{link}/answer", {"challenge": "123 456 7897"})
    letterbox.run(office, clock())
    assert "123 456 7897" in letterbox.messages[-1].text


@pytest.mark.parametrize(
    "address",
    [
        "/a/{id}/0/1234567898",
        "/a/{id}/0/12345",
        "/a/{id}/1/1234567897",
        "/a/{id}/0/" + "1" * 200,
        "/a/" + "0" * 32 + "/0/1234567897",
        "/a/{upper}/0/1234567897",
        "/a/{id}/99999999999999999999/1234567897",
    ],
)
def test_a_square_that_belongs_to_nothing_says_so(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    address: str,
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())
    path = address.format(id=document.id, upper=document.id.upper() + "F")
    answer = browser(None).http.get(path)
    assert answer.status_code == 404
    assert "no_challenge" in answer.text


@pytest.mark.parametrize("path", ["/m/AAAA", "/d/AAAA", "/m/" + "A" * 500, "/d/%00"])
def test_an_unknown_link_says_so_without_a_trace(browser: Browser, path: str) -> None:
    answer = browser(None).http.get(path)
    assert answer.status_code == 404
    assert "link_gone" in answer.text


def test_a_draft_has_no_page_for_its_client_yet(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    document_id = draft(office, people, kiosk, pdf, clock())
    link = f"/m/{office.keyring.message_link(document_id)}"
    assert browser(None).http.get(link).status_code == 404


def test_the_trust_list_is_served_and_nothing_beside_it(browser: Browser) -> None:
    visitor = browser(None)
    assert visitor.http.get("/trust/metadata/1.root.json").status_code == 200
    assert visitor.http.get("/trust/metadata/timestamp.json").json()["signed"]
    for path in ("/trust/metadata/../../office.sqlite3", "/trust/keys/root.pem", "/trust/"):
        assert visitor.http.get(path).status_code == 404


def test_development_pages_are_absent_from_a_real_head_office(browser: Browser) -> None:
    for path in ("/development/messages", "/development/messages.json"):
        assert browser(None).http.get(path).status_code == 404
    assert browser(None).http.post("/development/sms", json={}).status_code in {400, 404}


def test_an_administrator_adds_a_kiosk_and_sees_its_code_once(
    browser: Browser, people: People
) -> None:
    admin = browser(people.administrator)
    page = admin.submit(admin.visit("/kiosks"), "/kiosks", {"name": "Łódź, Piotrkowska 1"})
    assert re.search(r"\b([0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", page.words)
    assert "data:image/png" in page.text
    again = admin.visit("/kiosks")
    assert "Łódź, Piotrkowska 1" in again.words
    assert not re.search(r"\b([0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", again.words)
    refused = admin.submit(again, "/kiosks", {"name": "Łódź, Piotrkowska 1"}, expect=422)
    assert "name_taken" in refused.words


def test_a_new_director_can_sign_at_once(
    office: HeadOffice, browser: Browser, people: People
) -> None:
    admin = browser(people.administrator)
    given: dict[str, str | list[str]] = {
        "name": "Ewa Dąbrowska",
        "email": "ewa@sygnet.example",
        "role": "director",
        "language": "pl",
        "password": PASSWORD,
    }
    page = admin.submit(admin.visit("/people"), "/people", given)
    assert "has a signing key" in page.words
    page = admin.submit(page, "/people", given, expect=422)
    assert "email_taken" in page.words


def test_the_list_finds_by_number_title_client_and_state(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    draft(office, people, kiosk, pdf, clock(), number="X/1", title="Pierwsza 100%")
    draft(office, people, kiosk, pdf, clock(), number="X/2", title="Druga", client_name="Ewa Lis")
    operator = browser(people.operator)
    for query, found in (
        ("text=X/1", ["X/1"]),
        ("text=druga", ["X/2"]),
        ("text=ewa", ["X/2"]),
        ("text=100%25", ["X/1"]),
        ("text=nothing", []),
        ("state=draft", ["X/1", "X/2"]),
        ("state=due", []),
        ("state=nonsense&page=abc", ["X/1", "X/2"]),
    ):
        words = operator.visit(f"/documents?{query}").words
        assert sorted(number for number in ("X/1", "X/2") if number in words.split()) == found


@pytest.mark.parametrize("language", ["pl", "en", "de", "uk"])
def test_pages_come_in_every_language(browser: Browser, language: str) -> None:
    visitor = browser(None)
    visitor.http.headers["Accept-Language"] = language
    page: Page = visitor.visit("/sign-in")
    assert f'<html lang="{language}">' in page.text


def test_cancelling_is_written_into_the_timeline(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())
    operator = browser(people.operator)
    page = operator.visit(f"/documents/{document.id}")
    page = operator.submit(page, f"/documents/{document.id}/cancel")
    assert "Cancelled" in page.words
    assert people.operator.name in page.words
    assert document_of(office, document.id).state is State.CANCELLED


def test_writing_again_is_limited(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())
    operator = browser(people.operator)
    page = operator.visit(f"/documents/{document.id}")
    for _ in range(3):
        clock.forward(seconds=1)
        page = operator.submit(page, f"/documents/{document.id}/resend")
        assert "on its way" in page.words
    page = operator.submit(page, f"/documents/{document.id}/resend")
    assert "several times" in page.words


@pytest.mark.parametrize("path", ["/documents?page=" + "9" * 5000, "/documents?page=%D9%A3"])
def test_a_page_number_beyond_all_measure_is_an_empty_page(
    browser: Browser, people: People, path: str
) -> None:
    assert browser(people.operator).http.get(path).status_code == 200


@pytest.mark.parametrize("back", ["//[", "//evil.example", "/\\evil", "https://evil.example"])
def test_nobody_is_led_to_another_site(browser: Browser, people: People, back: str) -> None:
    operator = browser(people.operator)
    fields = {"csrf_token": page_token(operator), "language": "en", "back": back}
    assert operator.http.post("/language", data=fields).headers["Location"] == "/"


@pytest.mark.parametrize(
    "body",
    [
        "[" * 60_000,
        boxes("TEXT", "\\ud800"),
        boxes("TEXT", "😀"),
        boxes("TEXT", "שם"),
        boxes('"x": 10', '"x": 1' + "0" * 400),
    ],
    ids=["brackets", "no text at all", "emoji", "right to left", "beyond all measure"],
)
def test_a_hostile_layout_is_refused_and_changes_nothing(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    body: str,
) -> None:
    document_id = draft(office, people, kiosk, pdf, clock())
    before = document_of(office, document_id)
    operator = browser(people.operator)
    headers = {"X-CSRFToken": page_token(operator), "Content-Type": "application/json"}
    answer = operator.http.put(
        f"/documents/{document_id}/layout", content=body.encode(), headers=headers
    )
    assert answer.status_code == 422
    assert answer.json()["sentence"]
    assert document_of(office, document_id) == before


def test_a_clients_link_is_in_no_log_even_when_the_program_fails(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    due = due_document(office, people, kiosk, pdf, clock())
    with office.database.write() as connection:
        broken = update(tables.documents).where(tables.documents.c.id == due.id)
        connection.execute(broken.values(state="no such state"))
    link = office.keyring.message_link(due.id)
    assert browser(None).http.get(f"/m/{link}").status_code == 500
    assert "event=request_broken endpoint=client.message_page" in caplog.text
    assert link not in caplog.text


def test_what_a_statement_was_given_is_not_in_its_error(office: HeadOffice) -> None:
    with pytest.raises(IntegrityError) as error, office.database.write() as connection:
        connection.execute(insert(tables.sample_messages).values(recipient="anna@example.com"))
    assert "anna" not in str(error.value)


def test_an_administrator_alone_decides_whether_drawings_are_recorded(
    browser: Browser, people: People, kiosk: TestKiosk
) -> None:
    operator = browser(people.operator)
    assert "How signatures are drawn" not in operator.visit("/kiosks").words
    token = {"csrf_token": page_token(operator), "wanted": "yes"}
    assert operator.http.post("/kiosks/strokes", data=token).status_code == 403
    assert not kiosk.ledger.records_strokes()
    admin = browser(people.administrator)
    page = admin.submit(admin.visit("/kiosks"), "/kiosks/strokes", {"wanted": "yes"})
    assert kiosk.ledger.records_strokes()
    assert "Record it no longer" in page.words
    admin.submit(page, "/kiosks/strokes")
    assert not kiosk.ledger.records_strokes()


@pytest.mark.parametrize(
    ("way", "brings", "asks"),
    [
        (IdentityWay.CODE, False, True),
        (IdentityWay.CODE_OR_STAFF, True, True),
        (IdentityWay.STAFF, True, False),
    ],
)
def test_a_clients_page_says_what_to_bring_and_offers_a_code_only_where_one_is_asked_for(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    way: IdentityWay,
    brings: bool,
    asks: bool,
) -> None:
    document = due_document(office, people, kiosk, pdf, clock(), identity=way)
    page = browser(None).visit(f"/m/{office.keyring.message_link(document.id)}?language=en")
    assert ("identity document" in page.words) is brings
    assert ("Send me a code" in page.words) is asks

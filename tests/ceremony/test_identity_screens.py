"""Is it you: asking for a code, and what each outcome says, in each language."""

from __future__ import annotations

import pytest

from signing.codes import KioskCodeLimit, issue_code
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.memory_desk import MemoryDesk

WRONG = "00000000"


def right_code(desk: MemoryDesk) -> str:
    return issue_code(desk.code_key(), desk.time).text


def enter(client: AtTheScreen, code: str) -> str:
    return client.send("/ceremony/code", code=code).words


def test_the_document_is_shown_with_a_masked_contact_and_its_mark(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    assert client.path == "/ceremony/confirm"
    assert desk.sample.title in client.words
    assert desk.sample.number in client.words
    assert "+48\u00a0***\u00a0***\u00a0123" in client.shown.get_data(as_text=True)
    assert desk.document(desk.plan.document_id.hex()).pdf_sha256[:6] in client.words
    assert desk.sample.client.name not in client.words


def test_a_code_is_sent_on_request(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.send("/ceremony/code/send")
    assert client.path == "/ceremony/code"
    assert "on its way by text message" in client.words
    assert len(desk.sent) == 1
    assert desk.sent[0] not in client.words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", "Otwórz w telefonie link z wiadomości i tam poproś o kod."),
        ("en", "Open the link in your message on your phone and ask for a code there."),
        ("de", "Öffnen Sie auf Ihrem Telefon den Link"),
        ("uk", "Відкрийте на телефоні посилання"),
    ],
)
def test_without_a_link_the_client_asks_on_the_phone(
    desk: MemoryDesk, language: str, words: str
) -> None:
    desk.online = False
    client = AtTheScreen(desk, language).send("/ceremony/code/send")
    assert words in client.words


def test_the_right_code_leads_to_the_first_page(client: AtTheScreen, desk: MemoryDesk) -> None:
    code = right_code(desk)
    client.send("/ceremony/code", code=f"{code[:4]} {code[4:]}")
    assert client.path == "/ceremony/read/1"


@pytest.mark.parametrize(
    ("language", "wrong", "left"),
    [
        ("pl", "Ten kod jest błędny.", "Zostały Ci 4 próby."),
        ("en", "This code is not right.", "You have 4 tries left."),
        ("de", "Dieser Code ist falsch.", "Sie haben noch 4 Versuche."),
        ("uk", "Цей код неправильний.", "У вас залишилося 4 спроби."),
    ],
)
def test_a_wrong_code_says_how_many_tries_are_left(
    desk: MemoryDesk, language: str, wrong: str, left: str
) -> None:
    words = enter(AtTheScreen(desk, language), WRONG)
    assert wrong in words
    assert left in words


def test_an_old_code_says_to_ask_for_a_new_one(client: AtTheScreen, desk: MemoryDesk) -> None:
    code = right_code(desk)
    desk.tick(6 * 60)
    assert "too old" in enter(client, code)
    assert "works for 5 minutes" in client.words


def test_a_used_code_says_so(client: AtTheScreen, desk: MemoryDesk) -> None:
    code = right_code(desk)
    enter(client, code)
    client.open("/start")
    assert "already been used" in enter(client, code)


def test_too_quick_a_second_try_has_to_wait(client: AtTheScreen) -> None:
    enter(client, WRONG)
    enter(client, WRONG)
    assert "Please wait 2 seconds." in enter(client, WRONG)


def test_five_wrong_codes_lock_the_document(client: AtTheScreen, desk: MemoryDesk) -> None:
    for _ in range(5):
        desk.tick(60)
        enter(client, WRONG)
    assert "locked" in client.words
    assert "ask the staff" in client.words
    desk.tick(60)
    assert "locked" in enter(client, right_code(desk))


def test_a_closed_kiosk_says_when_to_come_back(client: AtTheScreen, desk: MemoryDesk) -> None:
    desk.limit = KioskCodeLimit((desk.time,) * 20)
    assert "try again in an hour" in enter(client, WRONG)


@pytest.mark.parametrize("entered", ["", "123", "123456789", "abcdefgh", "1234567٣", "😀" * 8])
def test_anything_but_eight_digits_is_no_try(
    client: AtTheScreen, desk: MemoryDesk, entered: str
) -> None:
    assert "The code has 8 digits." in enter(client, entered)
    assert desk.codes.tries_left == 5


def test_the_cookie_holds_no_name_no_contact_and_no_document(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    client.send("/ceremony/code/send")
    enter(client, WRONG)
    with client.browser.session_transaction() as session:
        kept = str(dict(session))
    for secret in (desk.sample.client.name, "123", desk.plan.document_id.hex(), desk.sample.title):
        assert secret not in kept.replace(session["csrf_token"], "").replace(
            session["ceremony"], ""
        ).replace(str(session["active"]), "")


def test_a_second_tap_on_the_right_code_goes_on_as_the_first(
    client: AtTheScreen, desk: MemoryDesk
) -> None:
    code = right_code(desk)
    client.send("/ceremony/code", code=code)
    used = desk.codes
    assert client.send("/ceremony/code", code=code).path.startswith("/ceremony/read/")
    assert desk.codes == used

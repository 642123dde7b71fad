"""Placing fields in a real browser, by mouse and by keyboard; every page accessible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from office.application import create_app
from office.head_office import HeadOffice
from office.history import Actor
from office.layout import Layout
from office.lifecycle import State
from office.people import Person
from office.preparation import send_to_director
from office.signing_order import NewClient
from signing.fields import FieldKind, FieldSpec, Placement
from tests.journeys.browser import OFFICE_SCREEN, PHONE_SCREEN, chromium
from tests.office.town_hall import (
    CLIENT,
    PASSWORD,
    Clock,
    People,
    TestKiosk,
    document_of,
    draft,
    due_document,
)
from tests.served import served

pytestmark = pytest.mark.browser

PHONE = "600 100 200"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def address(office: HeadOffice, clock: Clock) -> Iterator[str]:
    """Head office on a port of the loopback address."""
    developing = replace(office, settings=replace(office.settings, development=True))
    with served(create_app(developing, clock)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright, chromium(playwright, OFFICE_SCREEN) as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext, address: str) -> Iterator[Page]:
    """A page that is closed before the server is: it may still be asking for something."""
    assert address
    browser.clear_cookies()
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    yield page
    page.close()
    assert complaints == []


def is_complaint(said: ConsoleMessage) -> bool:
    """Whether a line of the console tells of a fault; a refusal of ours (422) is none."""
    return said.type == "error" and "422" not in said.text


def sign_in(page: Page, address: str, person: Person) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#email", person.email)
    page.fill("#password", PASSWORD)
    page.click("form.form button[type=submit]")


@pytest.fixture
def editing(
    page: Page,
    address: str,
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> str:
    """An operator before the pages of a draft; its id."""
    document_id = draft(office, people, kiosk, pdf, clock())
    sign_in(page, address, people.operator)
    page.goto(f"{address}/documents/{document_id}/fields")
    return document_id


def saved(page: Page) -> None:
    line = page.locator("#saved")
    expect(line).to_have_text(line.get_attribute("data-saved") or "")


def test_a_box_drawn_by_mouse_lands_where_it_was_drawn(
    page: Page, editing: str, office: HeadOffice
) -> None:
    page.click("[data-tool=text]")
    frame = page.locator(".sheet img").first.bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 100, frame["y"] + 200)
    page.mouse.down()
    page.mouse.move(frame["x"] + 300, frame["y"] + 230, steps=4)
    page.mouse.up()
    page.keyboard.type("Miejscowość")
    page.uncheck("#box-required")
    saved(page)
    (field,) = document_of(office, editing).layout.fields
    assert (field.kind, field.label, field.required) == (FieldKind.TEXT, "Miejscowość", False)
    place = field.placement
    assert abs(place.x - 100) <= 1
    assert abs(place.y - (842 - 230)) <= 2
    assert abs(place.width - 200) <= 1
    assert abs(place.height - 30) <= 1


def test_everything_can_be_placed_moved_sized_and_removed_by_keyboard(
    page: Page, editing: str, office: HeadOffice
) -> None:
    page.focus("[data-tool=signature]")
    page.keyboard.press("Enter")
    saved(page)
    before = document_of(office, editing).layout.signature
    assert before is not None
    for key in ("ArrowRight", "Shift+ArrowDown", "Alt+ArrowRight", "Alt+Shift+ArrowDown"):
        page.keyboard.press(key)
    saved(page)
    after = document_of(office, editing).layout.signature
    assert after is not None
    assert (after.x - before.x, after.width - before.width) == (1, 1)
    assert (after.y - before.y, after.height - before.height) == (-20, 10)
    page.keyboard.press("Delete")
    saved(page)
    assert document_of(office, editing).layout.signature is None


def test_enter_names_a_box_and_escape_leads_back_to_it(
    page: Page, editing: str, office: HeadOffice
) -> None:
    page.focus("[data-tool=email]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Adres")
    page.keyboard.press("Escape")
    expect(page.locator(".box.is-chosen")).to_be_focused()
    saved(page)
    assert document_of(office, editing).layout.fields[0].label == "Adres"


def test_boxes_come_back_where_they_were(page: Page, editing: str, office: HeadOffice) -> None:
    for tool in ("date", "checkbox", "signature", "director_signature"):
        page.focus(f"[data-tool={tool}]")
        page.keyboard.press("Enter")
    saved(page)
    layout = document_of(office, editing).layout
    page.reload()
    assert page.locator(".box").count() == 4
    page.locator(".box").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    saved(page)
    assert document_of(office, editing).layout == layout


def test_a_box_cannot_leave_its_page(page: Page, editing: str, office: HeadOffice) -> None:
    page.focus("[data-tool=checkbox]")
    page.keyboard.press("Enter")
    for _ in range(70):
        page.keyboard.press("Shift+ArrowUp")
        page.keyboard.press("Shift+ArrowLeft")
    saved(page)
    (field,) = document_of(office, editing).layout.fields
    assert field.placement.x == 0
    assert field.placement.y + field.placement.height == 842


def test_axe_finds_nothing_on_any_page(
    page: Page,
    address: str,
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
) -> None:
    couple = (NewClient("Anna Nowak", PHONE, kiosk.id), NewClient("Ewa Lis", PHONE, kiosk.id))
    document = due_document(office, people, kiosk, pdf, clock(), clients=couple)
    unsent = draft(office, people, kiosk, pdf, clock(), clients=couple)
    link = office.keyring.message_link(document.id)
    found: list[str] = []

    def look(*paths: str) -> None:
        for path in paths:
            page.goto(address + path)
            result = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
            found.extend(
                f"{path}: {violation['id']} {violation['nodes'][0]['html'][:160]}"
                for violation in result.response["violations"]
            )

    look("/sign-in", "/C", f"/m/{link}", "/development/messages")
    sign_in(page, address, people.administrator)
    look("/documents", "/documents/new", f"/documents/{document.id}", "/kiosks", "/people")
    look(f"/documents/{unsent}/fields", f"/documents/{unsent}/clients")
    revoke = (f"/keys/director/{people.director.id}/revoke", f"/kiosks/{kiosk.id}/revoke")
    keys = ("/keys", "/keys/signing-ca", "/journals", *revoke)
    look(*keys)
    page.set_viewport_size({"width": PHONE_SCREEN[0], "height": PHONE_SCREEN[1]})
    narrow = (f"/m/{link}", "/documents", f"/documents/{document.id}", "/kiosks", "/people", *keys)
    for path in narrow:
        page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > PHONE_SCREEN[0]:
            found.append(f"{path}: {wide} pixels wide on a phone")
    page.set_viewport_size({"width": OFFICE_SCREEN[0], "height": OFFICE_SCREEN[1]})
    assert found == []


def place(page: Page, tool: str, label: str) -> None:
    """Put a field into the middle of the page by keyboard and name it."""
    page.locator(f"[data-tool={tool}]").press("Enter")
    page.fill("#box-label", label)


def test_a_field_can_be_the_directors(page: Page, editing: str, office: HeadOffice) -> None:
    page.locator(".who label").nth(1).click()
    place(page, "money", "Stawka")
    page.select_option("#box-currency", "EUR")
    saved(page)
    layout = document_of(office, editing).layout
    assert layout.fields == ()
    (field,) = layout.director_fields
    assert (field.kind, field.label, field.currency) == (FieldKind.MONEY, "Stawka", "EUR")
    page.select_option("#box-who", "client")
    saved(page)
    assert document_of(office, editing).layout.director_fields == ()
    assert document_of(office, editing).layout.fields[0].label == "Stawka"


def test_a_choice_gets_its_answers_one_a_line(page: Page, editing: str, office: HeadOffice) -> None:
    place(page, "choice", "Płatność")
    page.fill("#box-options", "przelewem\n  gotówką \n\nprzelewem\n")
    saved(page)
    (field,) = document_of(office, editing).layout.fields
    assert field.options == ("przelewem", "gotówką")
    page.reload()
    page.locator(".box").click()
    expect(page.locator("#box-options")).to_have_value("przelewem\ngotówką")


def test_a_value_that_head_office_fixes_is_checked_at_once(
    page: Page, editing: str, office: HeadOffice
) -> None:
    place(page, "pesel", "PESEL klienta")
    page.check("#box-fixed")
    page.fill("#box-value", "44051401358")
    trouble = page.locator("#trouble")
    expect(trouble).to_contain_text("PESEL klienta")
    expect(trouble).to_contain_text("Cyfra kontrolna się nie zgadza")
    page.fill("#box-value", "44051401359")
    saved(page)
    expect(trouble).to_be_hidden()
    (field,) = document_of(office, editing).layout.fields
    assert field.fixed == "44051401359"
    page.uncheck("#box-fixed")
    saved(page)
    assert document_of(office, editing).layout.fields[0].fixed is None


def test_a_value_can_be_suggested_and_a_number_be_below_zero(
    page: Page, editing: str, office: HeadOffice
) -> None:
    place(page, "number", "Zmiana ceny")
    page.check("#box-fixed")
    page.fill("#box-value", "-5")
    expect(page.locator("#trouble")).to_contain_text("mniej niż zero")
    page.check("#box-negative")
    page.check("#box-changeable")
    expect(page.locator("#asked-only")).to_be_visible()
    saved(page)
    (field,) = document_of(office, editing).layout.fields
    assert (field.fixed, field.suggested, field.negative) == (None, "-5", True)
    page.reload()
    page.locator(".box").click()
    expect(page.locator("#box-changeable")).to_be_checked()
    expect(page.locator("#box-negative")).to_be_checked()
    expect(page.locator("#box-value")).to_have_value("-5")
    page.uncheck("#box-changeable")
    saved(page)
    assert document_of(office, editing).layout.fields[0].fixed == "-5"


def test_a_director_fills_in_and_then_signs(
    page: Page, address: str, office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes,
    clock: Clock,
) -> None:  # fmt: skip
    box = Placement(0, 72, 300, 180, 20)
    fields = (
        FieldSpec("day", FieldKind.DATE, "Początek", True, box, "Pierwszy dzień najmu."),
        FieldSpec("pay", FieldKind.CHOICE, "Płatność", False, box, options=("z góry", "z dołu")),
    )
    layout = Layout(director_fields=fields)
    document_id = draft(office, people, kiosk, pdf, clock(), layout=layout)
    send_to_director(office, document_id, Actor(people.operator.id), clock())
    sign_in(page, address, people.director)
    page.goto(f"{address}/queue/{document_id}")
    sign = page.locator("form[action='/queue/code']")
    expect(sign).to_have_count(0)
    page.fill("#v-day", "31.2.2027")
    page.select_option("#v-pay", "z góry")
    with page.expect_response("**/values") as answered:
        page.click("#filling button[type=submit]")
    assert answered.value.status == 422
    expect(page.locator("#problem-day")).to_contain_text("31.02.2027")
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
    assert [violation["id"] for violation in result.response["violations"]] == []
    expect(page.locator("#v-day")).to_have_value("31.2.2027")
    expect(page.locator("#v-day")).to_have_attribute("aria-describedby", "day-help problem-day")
    page.fill("#v-day", "1.3.2027")
    page.click("#filling button[type=submit]")
    expect(sign).to_have_count(1)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#v-day")).to_have_value("01.03.2027")
    assert document_of(office, document_id).director_values == {
        "day": "2027-03-01",
        "pay": "z góry",
    }


def test_clients_are_added_moved_and_removed_by_keyboard(
    page: Page, editing: str, address: str, office: HeadOffice
) -> None:
    page.goto(f"{address}/documents/{editing}/clients")
    names, contacts = page.locator("[name=client_name]"), page.locator("[name=contact]")
    expect(page.locator(".signer__top")).to_be_hidden()  # with one there is nothing to order
    for name in ("Ewa Lis", "Jan Lis"):
        page.locator("[data-do=add]").press("Enter")
        expect(names.last).to_be_focused()
        names.last.fill(name)
        contacts.last.fill(PHONE)
    assert page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size"
    ) == (page.locator("[id]").count())
    page.locator("[data-do=up]").last.press("Enter")
    page.locator("[data-do=up]").nth(1).press("Enter")
    expect(page.locator("[data-do=down]").first).to_be_focused()
    page.locator("[data-do=remove]").last.press("Enter")
    expect(names).to_have_count(2)
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
    assert [violation["id"] for violation in result.response["violations"]] == []
    page.locator(".form__end button[type=submit]").press("Enter")
    page.wait_for_url("**/fields")
    assert [client.name for client in document_of(office, editing).clients] == ["Jan Lis", CLIENT]


def test_the_boxes_of_other_clients_are_seen_and_not_touched(
    page: Page, address: str, office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes,
    clock: Clock,
) -> None:  # fmt: skip
    hers = Layout(signature=Placement(0, 300, 600, 200, 60))
    couple = (
        NewClient("Anna Nowak", PHONE, kiosk.id),
        NewClient("Ewa Lis", PHONE, kiosk.id, layout=hers),
    )
    document_id = draft(office, people, kiosk, pdf, clock(), clients=couple)
    sign_in(page, address, people.operator)
    page.goto(f"{address}/documents/{document_id}/fields")
    other = page.locator(".box--other")
    expect(other).to_have_text("Ewa Lis")
    page.click("[data-tool=signature]")
    frame = other.bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] - 150, frame["y"] + 10)
    page.mouse.down()
    page.mouse.move(frame["x"] - 20, frame["y"] + 50, steps=4)
    page.mouse.up()
    page.locator(".whose a").nth(1).click()  # what was drawn last is kept before the page is left
    page.wait_for_url("**/fields?client=2")
    expect(page.locator(".box--other")).to_have_text("Anna Nowak")
    after = document_of(office, document_id)
    assert after.layout_of(0).signature is not None
    assert after.layout_of(1).signature == hers.signature


def test_a_box_too_small_for_its_kind_is_told_of_at_once_and_is_not_sent(
    page: Page, editing: str, address: str, office: HeadOffice
) -> None:
    place(page, "iban", "Numer rachunku")
    page.locator(".box").focus()
    for _ in range(16):
        page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(page.locator("#box-too-small")).to_be_visible()
    expect(page.locator(".box.is-too-small")).to_have_count(1)
    page.reload()
    expect(page.locator(".box.is-too-small")).to_have_count(1)
    page.click("#send button")
    expect(page.locator(".message--bad", has_text="Numer rachunku")).to_be_visible()
    assert document_of(office, editing).state is State.DRAFT
    page.locator(".box").focus()
    for _ in range(16):
        page.keyboard.press("Alt+Shift+ArrowRight")
    expect(page.locator("#box-too-small")).to_be_hidden()
    expect(page.locator(".box.is-too-small")).to_have_count(0)
    place(page, "text", "Uwagi")
    page.locator(".box").nth(1).focus()
    for _ in range(14):
        page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(page.locator("#box-tight")).to_be_visible()
    saved(page)
    page.click("#send button")
    page.wait_for_url(f"{address}/documents/{editing}")
    assert document_of(office, editing).state is State.SENT

"""Filling in: what is refused says so beside its field, and nothing of it is kept."""

from __future__ import annotations

import pytest

from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.conftest import STAMPED
from tests.ceremony.memory_desk import MemoryDesk, sample_named


def values(desk: MemoryDesk) -> dict[str, str]:
    assert desk.progress is not None
    return dict(desk.progress.values)


@pytest.mark.parametrize(
    ("number", "key", "entered", "said"),
    [
        (1, "company", "", "Please fill this in."),
        (1, "company", "   ", "Please fill this in."),
        (1, "company", "x" * 300, "longer than 200 characters"),
        (1, "company", "Firma 😀", "cannot hold these characters: 😀"),
        (1, "company", "שלום", "from right to left"),
        (1, "company", "a\x07b", "cannot be seen"),
        (4, "invoice_email", "jan@", "not an e-mail address"),
        (5, "start", "31.02.2026", "no 31.02.2026 in the calendar"),
        (5, "start", "soon", "not a date"),
    ],
)
def test_a_bad_value_is_explained_beside_its_field_and_not_kept(
    client: AtTheScreen, desk: MemoryDesk, number: int, key: str, entered: str, said: str
) -> None:
    client.to("fill")
    client.send(f"/ceremony/fill/{number}", **{key: entered})
    body = client.shown.get_data(as_text=True)
    assert client.shown.status_code == 422
    assert said in client.words
    assert f'id="problem-{key}" role="alert"' in body
    assert "aria-invalid" in body
    assert "autofocus" in body
    assert values(desk) == {}


def test_what_was_refused_stays_in_the_field(client: AtTheScreen) -> None:
    client.to("fill").send("/ceremony/fill/4", invoice_email="jan@")
    assert 'value="jan@"' in client.shown.get_data(as_text=True)


def test_a_good_value_is_saved_in_its_canonical_form(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("fill").send("/ceremony/fill/5", start="1.12.2026")
    assert values(desk)["start"] == "2026-12-01"


def test_back_shows_what_was_entered(client: AtTheScreen) -> None:
    client.to("fill").send("/ceremony/fill/1", company="Żółw sp. z o.o.")
    assert client.path == "/ceremony/fill/2"
    assert "Żółw sp. z o.o." in client.open("/ceremony/fill/1").shown.get_data(as_text=True)


def test_markup_in_a_value_stays_text(client: AtTheScreen) -> None:
    client.to("fill").send("/ceremony/fill/1", company='"><script>x</script>')
    body = client.open("/ceremony/fill/1").shown.get_data(as_text=True)
    assert "<script>x" not in body


def test_fill_goes_on_where_an_answer_is_missing(client: AtTheScreen) -> None:
    client.to("fill").send("/ceremony/fill/1", company="Firma")
    assert client.open("/ceremony/fill").path == "/ceremony/fill/2"
    assert client.open("/ceremony/stamp").path == "/ceremony/fill/2"


def test_a_screen_that_is_not_there_leads_to_the_fields(client: AtTheScreen) -> None:
    assert client.to("fill").open("/ceremony/fill/99").path == "/ceremony/fill/1"


def test_tick_boxes_that_are_neighbours_share_a_screen() -> None:
    desk = MemoryDesk(sample_named("umowa-konta-i-zgody"))
    client = AtTheScreen(desk).to("draw")
    assert client.path == "/ceremony/sign"
    assert set(values(desk)) == {spec.key for spec in desk.sample.client.fields}


def test_the_kiosk_brings_its_own_keyboard_and_the_phone_its_own(desk: MemoryDesk) -> None:
    at_kiosk = AtTheScreen(desk).to("fill").shown.get_data(as_text=True)
    assert 'inputmode="none"' in at_kiosk
    assert "keyboard.js" in at_kiosk
    on_phone = MemoryDesk(sample_named(STAMPED), kind="phone")
    shown = AtTheScreen(on_phone).to("fill").open("/ceremony/fill/4").shown.get_data(as_text=True)
    assert 'inputmode="email"' in shown
    assert "keyboard.js" not in shown

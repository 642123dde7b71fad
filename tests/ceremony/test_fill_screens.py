"""Filling in: what is refused says so beside its field, and nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing.ceremony.desk import CeremonyDocument
from signing.ceremony.fill_screens import field_groups
from signing.ceremony.progress import Progress, Step
from signing.fields import FieldKind, FieldSpec, Placement
from tests.ceremony.at_the_screen import AtTheScreen
from tests.ceremony.conftest import STAMPED
from tests.ceremony.memory_desk import DOCUMENT_ID, MemoryDesk, sample_named
from tests.signing.house import NOW


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


def test_what_is_typed_is_kept_but_is_no_answer(client: AtTheScreen, desk: MemoryDesk) -> None:
    form = "application/x-www-form-urlencoded"
    kept = client.to("fill").ask("/ceremony/fill/2/draft", b"tax_number=526-00", form)
    assert kept.json == {"problems": {"tax_number": "A NIP has 10 digits; here are 5."}}
    assert values(desk) == {}
    assert desk.progress is not None
    assert desk.progress.drafts == {"tax_number": "526-00"}
    assert 'value="526-00"' in client.open("/ceremony/fill/2").shown.get_data(as_text=True)
    client.send("/ceremony/fill/2", tax_number="526-000-12-46")
    assert desk.progress.drafts == {}
    assert values(desk) == {"tax_number": "5260001246"}


def test_progress_of_an_older_release_has_no_drafts(client: AtTheScreen, desk: MemoryDesk) -> None:
    client.to("fill")
    assert desk.saved is not None
    del desk.saved["drafts"]
    assert client.open("/ceremony/fill/1").shown.status_code == 200


def desk_with(*fields: FieldSpec) -> MemoryDesk:
    """A desk whose document has these fields."""
    sample = sample_named(STAMPED)
    return MemoryDesk(replace(sample, client=replace(sample.client, fields=fields)))


def with_fields(desk: MemoryDesk, *fields: FieldSpec) -> CeremonyDocument:
    document = desk.document(DOCUMENT_ID.hex())
    client = replace(document.client, fields=fields)
    return replace(document, plan=replace(document.plan, clients=(client,)))


def test_initials_are_asked_for_once_wherever_they_stand(desk: MemoryDesk) -> None:
    place = Placement(0, 50, 50, 60, 20)
    first, second = (FieldSpec(key, FieldKind.INITIALS, "Inicjały", True, place) for key in "ab")
    city = FieldSpec("city", FieldKind.TEXT, "Miejscowość", True, place)
    assert field_groups(with_fields(desk, first, city, second)) == [(first, second), (city,)]


def test_what_head_office_fixed_is_not_asked_for(desk: MemoryDesk) -> None:
    place = Placement(0, 50, 50, 60, 20)
    fixed = FieldSpec("day", FieldKind.DATE, "Początek", True, place, fixed="2027-02-01")
    document = with_fields(desk, fixed)
    assert field_groups(document) == []
    everything = Progress(DOCUMENT_ID.hex(), code_ok_at=NOW, pages_seen={1: 1.0, 2: 1.0, 3: 1.0})
    assert everything.missing_step(document) is not Step.FILL


def test_a_suggestion_stands_in_its_field_and_what_the_client_leaves_is_the_answer() -> None:
    place = Placement(0, 50, 50, 160, 20)
    city = FieldSpec("city", FieldKind.TEXT, "Miasto", True, place, suggested="Kielce")
    day = FieldSpec("day", FieldKind.DATE, "Początek", False, place, suggested="2027-02-01")
    news = FieldSpec("news", FieldKind.CHECKBOX, "Nowości", False, place, suggested="yes")
    desk = desk_with(city, day, news)
    client = AtTheScreen(desk).to("fill")
    shown = client.shown.get_data(as_text=True)
    assert 'value="Kielce"' in shown
    assert 'aria-describedby="suggested-city"' in shown
    assert values(desk) == {}
    client.send("/ceremony/fill/1", city="Kielce")
    assert 'value="01.02.2027"' in client.shown.get_data(as_text=True)
    client.send("/ceremony/fill/2", day="")
    assert 'value="yes" checked' in client.shown.get_data(as_text=True)
    client.send("/ceremony/fill/3")
    assert values(desk) == {"city": "Kielce", "day": "", "news": ""}
    assert 'value=""' in client.open("/ceremony/fill/2").shown.get_data(as_text=True)
    assert 'value="yes" checked' not in client.open("/ceremony/fill/3").shown.get_data(as_text=True)


def test_the_minus_key_is_there_where_a_number_may_be_below_zero() -> None:
    place = Placement(0, 50, 50, 160, 20)
    number = FieldSpec("n", FieldKind.NUMBER, "Liczba", True, place)
    for negative, keyboard in ((False, "number"), (True, "signed")):
        desk = desk_with(replace(number, negative=negative))
        shown = AtTheScreen(desk).to("fill").shown.get_data(as_text=True)
        assert f'data-keyboard="{keyboard}"' in shown


def test_a_choice_is_one_of_its_options_or_left_open() -> None:
    desk = MemoryDesk(sample_named("umowa-konta-i-zgody"))
    client = AtTheScreen(desk).to("fill")
    number = [spec.key for spec in desk.sample.client.fields].index("statements") + 1
    shown = client.open(f"/ceremony/fill/{number}").shown.get_data(as_text=True)
    assert shown.count('type="radio"') == 3
    client.send(f"/ceremony/fill/{number}", statements="gołębiem")
    assert client.shown.status_code == 422
    client.send(f"/ceremony/fill/{number}", statements="listem zwykłym")
    assert values(desk)["statements"] == "listem zwykłym"
    assert "checked" in client.open(f"/ceremony/fill/{number}").shown.get_data(as_text=True)


def test_the_kiosk_brings_its_own_keyboard_and_the_phone_its_own(desk: MemoryDesk) -> None:
    at_kiosk = AtTheScreen(desk).to("fill").shown.get_data(as_text=True)
    assert 'inputmode="none"' in at_kiosk
    assert "keyboard.js" in at_kiosk
    on_phone = MemoryDesk(sample_named(STAMPED), kind="phone")
    shown = AtTheScreen(on_phone).to("fill").open("/ceremony/fill/4").shown.get_data(as_text=True)
    assert 'inputmode="email"' in shown
    assert "keyboard.js" not in shown

"""Plans survive the journey as JSON, and nothing but a plan is read as one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import PlanRefused
from signing.fields import (
    ClientPlan,
    DocumentPlan,
    FieldKind,
    FieldSpec,
    Placement,
    asked_fields,
    client_field,
    fill_field,
    stamp_field,
)
from signing.normalise import normalise
from tests.signing import inputs
from tests.signing.every_kind import every_kind_plan
from tests.signing.house import full_plan, plain_plan


def example() -> DocumentPlan:
    return full_plan(normalise(inputs.paper()))


def test_a_plan_read_back_is_the_same_plan() -> None:
    for plan in (plain_plan(), example()):
        assert DocumentPlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_whole_numbers_serve_as_coordinates() -> None:
    placement = Placement.from_json({"page": 0, "x": 1, "y": 2, "width": 3, "height": 4})
    assert placement == Placement(0, 1.0, 2.0, 3.0, 4.0)


def test_field_names_follow_the_document_format() -> None:
    assert client_field(0) == "Client1"
    assert fill_field(1, "city") == "Fill2.city"
    assert stamp_field(0) == "Fill1.stamp"


def altered(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    data = example().to_json()
    holder: Any = data
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("document_id",), "00"),
        (("document_id",), "0" * 31 + "G"),
        (("document_id",), 5),
        (("number",), ""),
        (("number",), "x" * 41),
        (("title",), "x" * 201),
        (("title",), "two\nlines"),
        (("language",), "fr"),
        (("director_name",), "x" * 300),
        (("clients",), []),
        (("clients",), {}),
        (("clients", 0, "name"), ""),
        (("clients", 0, "surprise"), 1),
        (("clients", 0, "fields", 0, "key"), "Big"),
        (("clients", 0, "fields", 0, "key"), "stamp"),
        (("clients", 0, "fields", 1, "key"), "city"),
        (("clients", 0, "fields", 0, "kind"), "script"),
        (("clients", 0, "fields", 0, "required"), "yes"),
        (("clients", 0, "fields", 0, "placement", "page"), -1),
        (("clients", 0, "fields", 0, "placement", "page"), True),
        (("clients", 0, "fields", 0, "placement", "x"), float("nan")),
        (("clients", 0, "fields", 0, "placement", "x"), 1e9),
        (("clients", 0, "fields", 0, "placement", "width"), 0),
        (("clients", 0, "fields", 0, "placement"), None),
    ],
)
def test_a_malformed_plan_is_refused(path: tuple[str | int, ...], value: object) -> None:
    with pytest.raises(PlanRefused) as caught:
        DocumentPlan.from_json(altered(path, value))
    assert caught.value.code == "plan_malformed"
    assert caught.value.sentence
    assert caught.value.next_step


def test_a_missing_entry_is_refused() -> None:
    data = plain_plan().to_json()
    del data["title"]
    with pytest.raises(PlanRefused):
        DocumentPlan.from_json(data)


def test_more_fields_than_anybody_fills_are_refused() -> None:
    place = Placement(0, 0, 0, 10, 10)
    fields = tuple(
        FieldSpec(f"f{number}", FieldKind.TEXT, "x", False, place) for number in range(61)
    )
    with pytest.raises(PlanRefused):
        ClientPlan("Jan", fields, None, None)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(sorted(plain_plan().to_json())), inner, max_size=7)
        ),
        max_leaves=12,
    )
)
def test_anything_else_is_refused_and_never_crashes(data: object) -> None:
    with pytest.raises(PlanRefused):
        DocumentPlan.from_json(data)


def test_fields_of_every_kind_survive_the_journey_as_json() -> None:
    plan = every_kind_plan()
    assert DocumentPlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_json_carries_only_what_a_kind_needs() -> None:
    client = every_kind_plan().clients[0].to_json()
    extra = {
        field["key"]: set(field) & {"options", "currency", "fixed"} for field in client["fields"]
    }
    assert extra["text"] == set()
    assert extra["choice"] == {"options"}
    assert extra["money"] == {"currency"}
    assert extra["fixed_choice"] == {"options", "fixed"}
    assert "director_fields" not in plain_plan().to_json()


@pytest.mark.parametrize("suggested", ["", "Łódź"])
def test_a_suggestion_and_a_number_below_zero_survive_the_journey(suggested: str) -> None:
    place = Placement(0, 0, 0, 100, 20)
    city = FieldSpec("city", FieldKind.TEXT, "Miasto", True, place, suggested=suggested)
    assert FieldSpec.from_json(json.loads(json.dumps(city.to_json()))) == city
    change = FieldSpec("change", FieldKind.NUMBER, "Zmiana", True, place, negative=True)
    assert FieldSpec.from_json(json.loads(json.dumps(change.to_json()))) == change
    assert asked_fields((city, change)) == (city, change)


@pytest.mark.parametrize(
    ("key", "entries"),
    [
        ("choice", {"options": []}),
        ("choice", {"options": ["one"]}),
        ("choice", {"options": ["same", "same"]}),
        ("choice", {"options": ["a", 5]}),
        ("choice", {"options": ["a", " b"]}),
        ("choice", {"options": ["a", "o\u0301"]}),
        ("choice", {"options": ["a", "x" * 81]}),
        ("choice", {"options": [str(number) for number in range(13)]}),
        ("text", {"options": ["a", "b"]}),
        ("text", {"currency": "PLN"}),
        ("money", {"currency": "XYZ"}),
        ("money", {"currency": ["PLN"]}),
        ("text", {"fixed": None}),
        ("text", {"fixed": 5}),
        ("text", {"fixed": "x" * 2001}),
        ("text", {"suggested": None}),
        ("text", {"suggested": "x" * 2001}),
        ("fixed_text", {"suggested": "Łódź"}),
        ("text", {"negative": True}),
        ("money", {"negative": False}),
        ("money", {"negative": 1}),
    ],
)
def test_a_field_with_what_its_kind_does_not_have_is_refused(
    key: str, entries: dict[str, object]
) -> None:
    data = every_kind_plan().to_json()
    field = next(one for one in data["clients"][0]["fields"] if one["key"] == key)
    field.update(entries)
    with pytest.raises(PlanRefused):
        DocumentPlan.from_json(data)


def test_a_choice_without_options_and_an_amount_without_currency_are_refused() -> None:
    for key, entry in (("choice", "options"), ("money", "currency")):
        data = every_kind_plan().to_json()
        field = next(one for one in data["clients"][0]["fields"] if one["key"] == key)
        del field[entry]
        with pytest.raises(PlanRefused):
            DocumentPlan.from_json(data)


def test_an_empty_list_of_the_directors_fields_is_left_out() -> None:
    with pytest.raises(PlanRefused):
        DocumentPlan.from_json({**plain_plan().to_json(), "director_fields": []})

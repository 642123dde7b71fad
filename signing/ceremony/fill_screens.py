"""Screens of the fill step: the client's fields, one at a time, tick boxes in small groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.desk import CeremonyDocument
from signing.ceremony.outcomes import field_message
from signing.ceremony.progress import MAX_VALUE_CHARACTERS, Step
from signing.ceremony.room import Elsewhere, Room
from signing.ceremony.sessions import OpenCeremony
from signing.errors import FieldRefused
from signing.field_rules import check_value
from signing.fields import FieldKind, FieldSpec

__all__ = ["add_fill_screens", "field_groups"]

BOXES_PER_SCREEN = 3
KEYBOARDS = {
    FieldKind.DATE: "date",
    FieldKind.NUMBER: "number",
    FieldKind.EMAIL: "email",
    FieldKind.PHONE: "phone",
}
"""Which keyboard.js layout a kind of field opens with; all others open the letters."""
PHONE_KEYBOARDS = {
    FieldKind.DATE: "text",
    FieldKind.NUMBER: "decimal",
    FieldKind.EMAIL: "email",
    FieldKind.PHONE: "tel",
}
"""`inputmode` on the client's own phone, which brings its own keyboard."""


def add_fill_screens(blueprint: Blueprint, room: Room) -> None:
    """Add /fill and /fill/<number>."""

    @blueprint.get("/fill")
    def fill() -> AnyResponse:
        """Go to the first field without an answer, or to the first."""
        there = room.enter(Step.FILL)
        groups = field_groups(there.document)
        if not groups:
            return redirect(room.onward(there, Step.FILL), 303)
        answered = [all(there.progress.has_answer(spec.key) for spec in group) for group in groups]
        number = answered.index(False) + 1 if False in answered else 1
        return redirect(url_for("ceremony.fill_group", number=number, **_then()), 303)

    @blueprint.get("/fill/<int:number>")
    def fill_group(number: int) -> str:
        """Show one field, or one small group."""
        there = room.enter(Step.FILL)
        group = _group(there, number)
        values = {spec.key: there.progress.values.get(spec.key, "") for spec in group}
        return _show(room, there, number, values, {})

    @blueprint.post("/fill/<int:number>")
    def keep_group(number: int) -> tuple[str, int] | AnyResponse:
        """Check the values; save and go on, or say beside the field what is wrong."""
        there = room.enter(Step.FILL)
        group = _group(there, number)
        entered = {spec.key: _entered(spec) for spec in group}
        values, problems = _check(group, entered)
        if problems:
            return _show(room, there, number, entered, problems), 422
        progress = there.progress.with_values(values)
        room.desk.save(progress)
        there = replace(there, progress=progress)
        if request.form.get("then") != "review" and number < len(field_groups(there.document)):
            return redirect(url_for("ceremony.fill_group", number=number + 1), 303)
        return redirect(room.onward(there, Step.FILL), 303)


def field_groups(document: CeremonyDocument) -> list[tuple[FieldSpec, ...]]:
    """The client's fields as the screens show them: one each, neighbouring tick boxes together."""
    groups: list[list[FieldSpec]] = []
    for spec in document.client.fields:
        box = spec.kind is FieldKind.CHECKBOX
        last = groups[-1] if groups else []
        joins = last and last[-1].kind is FieldKind.CHECKBOX and len(last) < BOXES_PER_SCREEN
        if box and joins:
            last.append(spec)
        else:
            groups.append([spec])
    return [tuple(group) for group in groups]


def _group(there: OpenCeremony, number: int) -> tuple[FieldSpec, ...]:
    groups = field_groups(there.document)
    if not 1 <= number <= len(groups):
        raise Elsewhere(url_for("ceremony.fill"))
    return groups[number - 1]


def _entered(spec: FieldSpec) -> str:
    entered = request.form.get(spec.key, "")
    if spec.kind is FieldKind.CHECKBOX:
        return "yes" if entered == "yes" else ""
    return entered


def _check(
    group: tuple[FieldSpec, ...], entered: dict[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Canonical values by key, and what is wrong by key."""
    values: dict[str, str] = {}
    problems: dict[str, str] = {}
    for spec in group:
        try:
            values[spec.key] = check_value(spec, entered[spec.key])
        except FieldRefused as refused:
            problems[spec.key] = field_message(refused)
    return values, problems


def _show(
    room: Room,
    there: OpenCeremony,
    number: int,
    values: dict[str, str],
    problems: dict[str, str],
) -> str:
    groups = field_groups(there.document)
    return room.show(
        "fill.html",
        there,
        Step.FILL,
        group=groups[number - 1],
        number=number,
        count=len(groups),
        values={key: value[:MAX_VALUE_CHARACTERS] for key, value in values.items()},
        problems=problems,
        keyboards=KEYBOARDS,
        phone_keyboards=PHONE_KEYBOARDS,
        **_then(),
    )


def _then() -> dict[str, Any]:
    return {"then": "review"} if request.values.get("then") == "review" else {}

"""Screens of the fill step: the client's fields, one at a time, tick boxes in small groups.

What is typed is kept while it is typed, as a draft, so that a reload, a step back or a power cut
loses none of it; it becomes an answer when it has passed its check. Initials are asked for once,
however many places they have.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.desk import CeremonyDocument
from signing.ceremony.field_words import field_hint, field_message
from signing.ceremony.progress import MAX_VALUE_CHARACTERS, Step
from signing.ceremony.room import Elsewhere, Room
from signing.ceremony.sessions import OpenCeremony, chosen_language
from signing.errors import FieldRefused
from signing.field_rules import MAX_CHARACTERS, TICKED, check_value, initials_of
from signing.fields import FieldKind, FieldSpec
from signing.handwriting import letters_without_hand
from signing.value_forms import currency_sign, typed

__all__ = ["add_fill_screens", "field_groups"]

BOXES_PER_SCREEN = 3
KEYBOARDS = {
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "money",
    FieldKind.DATE: "date",
    FieldKind.EMAIL: "email",
    FieldKind.PHONE: "phone",
    FieldKind.PESEL: "digits",
    FieldKind.NIP: "digits",
    FieldKind.IBAN: "account",
    FieldKind.INITIALS: "capitals",
}
"""Which keyboard.js layout a kind of field opens with; all others open the letters."""
PHONE_KEYBOARDS = {
    FieldKind.NUMBER: "decimal",
    FieldKind.MONEY: "decimal",
    FieldKind.DATE: "numeric",
    FieldKind.EMAIL: "email",
    FieldKind.PHONE: "tel",
    FieldKind.PESEL: "numeric",
    FieldKind.NIP: "numeric",
}
"""`inputmode` on the client's own phone, which brings its own keyboard."""
NO_ANSWER = "-"
"""Sent for a choice that its client leaves open; no option, since it would be one in the list."""

KEEPING = threading.Lock()  # a draft on its way must not overwrite the answer that overtook it


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
        return _show(room, there, number, _shown_values(there, group), {})

    @blueprint.post("/fill/<int:number>")
    def keep_group(number: int) -> tuple[str, int] | AnyResponse:
        """Check the values; save and go on, or say beside the field what is wrong."""
        with KEEPING:
            there = room.enter(Step.FILL)
            group = _group(there, number)
            entered = _entered(group)
            values, problems = _check(group, entered, there.document.language)
            progress = there.progress
            progress = progress.with_drafts(entered) if problems else progress.with_values(values)
            room.desk.save(progress)
        there = replace(there, progress=progress)
        if problems:
            return _show(room, there, number, entered, problems), 422
        if request.form.get("then") != "review" and number < len(field_groups(there.document)):
            return redirect(url_for("ceremony.fill_group", number=number + 1), 303)
        return redirect(room.onward(there, Step.FILL), 303)

    @blueprint.post("/fill/<int:number>/draft")
    def keep_draft(number: int) -> AnyResponse:
        """Keep what is typed so far, right or wrong, and answer what is wrong with it."""
        with KEEPING:
            there = room.enter(Step.FILL)
            group = _group(there, number)
            drafts = _entered(group)
            room.desk.save(there.progress.with_drafts(drafts))
        _, problems = _check(group, drafts, there.document.language)
        return jsonify(problems=problems)


def field_groups(document: CeremonyDocument) -> list[tuple[FieldSpec, ...]]:
    """The client's fields as the screens show them.

    One each, neighbouring tick boxes together, and all initials together where the first stand.
    """
    groups: list[list[FieldSpec]] = []
    initials: list[FieldSpec] = []
    for spec in document.client.asked:
        last = groups[-1] if groups else []
        if spec.kind is FieldKind.INITIALS:
            if not initials:
                groups.append(initials)
            initials.append(spec)
        elif spec.kind is FieldKind.CHECKBOX and _takes_a_box(last):
            last.append(spec)
        else:
            groups.append([spec])
    return [tuple(group) for group in groups]


def _takes_a_box(group: list[FieldSpec]) -> bool:
    return bool(group) and group[-1].kind is FieldKind.CHECKBOX and len(group) < BOXES_PER_SCREEN


def _group(there: OpenCeremony, number: int) -> tuple[FieldSpec, ...]:
    groups = field_groups(there.document)
    if not 1 <= number <= len(groups):
        raise Elsewhere(url_for("ceremony.fill"))
    return groups[number - 1]


def _shown_values(there: OpenCeremony, group: tuple[FieldSpec, ...]) -> dict[str, str]:
    """What stands in the inputs: the draft, else the answer, else what is suggested or likely."""
    shown = {}
    for spec in group:
        if spec.key in there.progress.drafts:
            shown[spec.key] = there.progress.drafts[spec.key]
        elif spec.key in there.progress.values:
            shown[spec.key] = typed(spec, there.progress.values[spec.key], chosen_language())
        elif spec.suggested is not None:
            shown[spec.key] = typed(spec, spec.suggested, chosen_language())
        else:
            likely = initials_of(there.document.client_name)
            fits = spec.kind is FieldKind.INITIALS and not letters_without_hand(likely)
            shown[spec.key] = likely if fits else ""
    return shown


def _entered(group: tuple[FieldSpec, ...]) -> dict[str, str]:
    """What was sent, by key; initials are typed once and stand in all their places."""
    entered = {}
    for spec in group:
        name = group[0].key if spec.kind is FieldKind.INITIALS else spec.key
        text = request.form.get(name, "")[:MAX_VALUE_CHARACTERS]
        if spec.kind is FieldKind.CHECKBOX:
            text = TICKED if text == TICKED else ""
        if spec.kind is FieldKind.CHOICE and text == NO_ANSWER and not spec.required:
            text = ""
        entered[spec.key] = text
    return entered


def _check(
    group: tuple[FieldSpec, ...], entered: dict[str, str], language: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Canonical values by key, and what is wrong by key."""
    values: dict[str, str] = {}
    problems: dict[str, str] = {}
    for spec in group:
        try:
            values[spec.key] = check_value(spec, entered[spec.key], language)
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
        values=values,
        answered=all(there.progress.has_answer(spec.key) for spec in groups[number - 1]),
        problems=problems,
        hint=field_hint(groups[number - 1][0]),
        currency=_currency(groups[number - 1][0]),
        longest=MAX_CHARACTERS[groups[number - 1][0].kind],
        no_answer=NO_ANSWER,
        keyboards=KEYBOARDS,
        phone_keyboards=PHONE_KEYBOARDS,
        **_then(),
    )


def _currency(spec: FieldSpec) -> str:
    return currency_sign(spec.currency, chosen_language()) if spec.currency else ""


def _then() -> dict[str, Any]:
    return {"then": "review"} if request.values.get("then") == "review" else {}

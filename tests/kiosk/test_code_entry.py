"""Codes at the kiosk: five minutes, once, five tries, and every try on disk before comparing."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest

import kiosk.code_entry as module
from kiosk.application import Parts
from signing.ceremony.desk import CodeAnswer, DeskRefused
from signing.challenges import answer_text, challenge_of_number
from signing.codes import CodeOutcome, CodeState, finish_try
from sync.records import DocumentDue, EventKind
from tests.kiosk.client import arrive
from tests.kiosk.company import Company
from tests.kiosk.machine import Machine


@pytest.fixture
def record(kiosk: Parts, company: Company) -> DocumentDue:
    return arrive(kiosk, company)


def enter(kiosk: Parts, record: DocumentDue, text: str) -> CodeAnswer:
    return kiosk.desk.check_code(record.document_id, text)


def wrong(kiosk: Parts, machine: Machine, record: DocumentDue) -> CodeAnswer:
    """One more wrong try, after the pause."""
    machine.passes(30)
    return enter(kiosk, record, "00000000")


def kinds(kiosk: Parts) -> list[EventKind]:
    return [event.kind for event in kiosk.terminal.journal.waiting(100)]


def test_a_code_issued_after_the_last_sync_is_accepted_offline(
    kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    company.cable.pulled = True
    machine.passes(3600)
    code = company.code(record, kiosk.desk.now())
    assert enter(kiosk, record, code.shown).outcome is CodeOutcome.ACCEPTED
    event = kiosk.terminal.journal.waiting(10)[-1]
    assert event.kind is EventKind.CODE_ACCEPTED
    assert event.body == {"counter": code.counter, "generation": 1, "client_index": 0}


def test_a_code_works_once(kiosk: Parts, company: Company, record: DocumentDue) -> None:
    code = company.code(record, kiosk.desk.now()).text
    enter(kiosk, record, code)
    assert enter(kiosk, record, code).outcome is CodeOutcome.USED


def test_two_taps_at_once_use_a_code_once(
    kiosk: Parts, company: Company, record: DocumentDue, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = company.code(record, kiosk.desk.now()).text
    second_outcomes: list[CodeOutcome] = []

    def tap_again() -> None:
        second_outcomes.append(enter(kiosk, record, code).outcome)

    second = threading.Thread(target=tap_again)

    def disturbed(*arguments: Any) -> tuple[CodeOutcome, CodeState]:
        if not second.ident:
            second.start()
            second.join(0.3)  # as far as it gets while the first one compares
        return finish_try(*arguments)

    monkeypatch.setattr(module, "finish_try", disturbed)
    assert enter(kiosk, record, code).outcome is CodeOutcome.ACCEPTED
    second.join()
    assert second_outcomes == [CodeOutcome.USED]
    assert kinds(kiosk).count(EventKind.CODE_ACCEPTED) == 1


def test_a_key_that_is_not_for_this_kiosk_is_named_and_costs_no_try(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    code = company.code(record, kiosk.desk.now()).text
    kiosk.terminal.store.database.execute("UPDATE code_key SET sealed_key = ?", ["ab" * 80])
    with pytest.raises(DeskRefused) as refused:
        enter(kiosk, record, code)
    assert refused.value.code == "code_key_unusable"
    assert kiosk.terminal.store.rows("SELECT * FROM code_state") == []


def test_a_code_is_refused_after_five_minutes(
    kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    code = company.code(record, kiosk.desk.now()).text
    machine.passes(306)
    assert enter(kiosk, record, code).outcome is CodeOutcome.EXPIRED


def test_five_wrong_codes_lock_until_the_next_generation(
    kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    left = [wrong(kiosk, machine, record).tries_left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    good = company.code(record, kiosk.desk.now()).text
    machine.passes(30)
    assert enter(kiosk, record, good).outcome is CodeOutcome.LOCKED
    assert kinds(kiosk)[-1] is EventKind.CODE_LOCKED
    company.now = machine.wall
    company.renew_code_key(record, 2)
    kiosk.head_office.exchange()
    renewed = company.code(record, kiosk.desk.now(), generation=2).text
    assert enter(kiosk, record, renewed).outcome is CodeOutcome.ACCEPTED


def test_codes_of_an_older_generation_stop_working(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    old = company.code(record, kiosk.desk.now()).text
    company.renew_code_key(record, 2)
    kiosk.head_office.exchange()
    assert enter(kiosk, record, old).outcome is CodeOutcome.WRONG


@pytest.mark.parametrize(
    "text", ["", "1234567", "123456789", "abcdefgh", "１２３４５６７８", "1" * 5000]
)
def test_what_is_not_a_code_does_not_count(kiosk: Parts, record: DocumentDue, text: str) -> None:
    answer = enter(kiosk, record, text)
    assert (answer.outcome, answer.tries_left) == (CodeOutcome.MALFORMED, 5)
    assert kiosk.terminal.store.rows("SELECT * FROM code_state") == []


def test_the_try_is_on_disk_before_the_digits_are_compared(
    kiosk: Parts, record: DocumentDue, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCutError(BaseException):
        pass

    def cut(*_arguments: object) -> None:
        raise PowerCutError

    monkeypatch.setattr(module, "finish_try", cut)
    with pytest.raises(PowerCutError):
        enter(kiosk, record, "00000000")
    ((state,),) = kiosk.terminal.store.rows("SELECT state FROM code_state")
    assert '"wrong_tries": 1' in state


def test_twenty_wrong_codes_close_code_entry_on_the_whole_kiosk(
    kiosk: Parts, company: Company, machine: Machine
) -> None:
    records = [company.send(number) for number in range(1, 6)]
    kiosk.head_office.exchange()
    for record in records[:4]:
        for _ in range(5):
            wrong(kiosk, machine, record)
    assert kinds(kiosk)[-1] is EventKind.CODE_ENTRY_CLOSED
    good = company.code(records[4], kiosk.desk.now()).text
    assert enter(kiosk, records[4], good).outcome is CodeOutcome.CLOSED
    machine.passes(3601)
    good = company.code(records[4], kiosk.desk.now()).text
    assert enter(kiosk, records[4], good).outcome is CodeOutcome.ACCEPTED


def answer(company: Company, kiosk: Parts, record: DocumentDue) -> str:
    """What head office sends for the challenge on the screen, whose square leads there."""
    shown = kiosk.desk.challenge(record.document_id)
    assert shown is not None
    office, path = shown.address.split("/a/")
    assert office == kiosk.terminal.office_url
    document_id, place, digits = path.split("/")
    assert (document_id, place) == (record.document_id, "0")
    assert shown.shown.replace(" ", "") == digits
    return answer_text(company.code_key(record), digits)


def test_where_the_time_is_known_no_challenge_is_shown(kiosk: Parts, record: DocumentDue) -> None:
    assert kiosk.desk.challenge(record.document_id) is None
    assert kiosk.terminal.store.rows("SELECT * FROM code_state") == []


def test_after_a_power_cut_without_a_network_the_answer_to_a_challenge_is_accepted(
    kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    company.cable.pulled = True
    machine.restarts()
    machine.wall += timedelta(days=400)  # whatever the clock says
    right = answer(company, kiosk, record)
    assert enter(kiosk, record, "00000000").outcome is CodeOutcome.WRONG
    assert enter(kiosk, record, f"{right[:4]} {right[4:]}").outcome is CodeOutcome.ACCEPTED
    event = kiosk.terminal.journal.waiting(10)[-1]
    assert event.kind is EventKind.CODE_ACCEPTED
    number = event.body["counter"]
    assert isinstance(number, int)
    assert answer_text(company.code_key(record), challenge_of_number(number) or "") == right


def test_an_answer_is_worth_nothing_after_the_next_start_or_five_minutes(
    kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    machine.restarts()
    late = answer(company, kiosk, record)
    machine.passes(300)
    assert enter(kiosk, record, late).outcome is CodeOutcome.EXPIRED
    lost = answer(company, kiosk, record)
    assert lost != late
    machine.restarts()
    machine.passes(30)
    assert enter(kiosk, record, lost).outcome is CodeOutcome.EXPIRED
    assert EventKind.CODE_ACCEPTED not in kinds(kiosk)


def test_a_code_by_time_is_wrong_while_the_time_is_unsure_and_right_once_it_is_known(
    kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    machine.restarts()
    kiosk.desk.challenge(record.document_id)
    good = company.code(record, machine.wall).text
    assert enter(kiosk, record, good).outcome is CodeOutcome.WRONG
    company.now = machine.wall
    kiosk.head_office.exchange()
    assert enter(kiosk, record, good).outcome is CodeOutcome.ACCEPTED


def test_an_answer_is_still_taken_when_the_time_became_known_meanwhile(
    kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    machine.restarts()
    right = answer(company, kiosk, record)
    company.now = machine.wall
    kiosk.head_office.exchange()
    assert kiosk.desk.challenge(record.document_id) is None
    assert enter(kiosk, record, right).outcome is CodeOutcome.ACCEPTED


def test_a_challenge_is_on_disk_before_it_is_shown(
    kiosk: Parts, machine: Machine, record: DocumentDue
) -> None:
    machine.restarts()
    shown = kiosk.desk.challenge(record.document_id)
    assert shown is not None
    ((state,),) = kiosk.terminal.store.rows("SELECT state FROM code_state")
    assert json.loads(state)["challenge"]["digits"] == shown.shown.replace(" ", "")
    assert kiosk.desk.challenge(record.document_id) == shown


def test_a_clock_that_is_set_back_does_not_revive_a_code(
    kiosk: Parts, company: Company, machine: Machine, record: DocumentDue
) -> None:
    code = company.code(record, kiosk.desk.now()).text
    machine.passes(400)
    machine.wall -= timedelta(seconds=400)
    assert enter(kiosk, record, code).outcome is CodeOutcome.EXPIRED


def test_tries_survive_a_restart_of_the_program(
    kiosk: Parts, machine: Machine, record: DocumentDue
) -> None:
    wrong(kiosk, machine, record)
    kiosk.terminal.store.close()
    assert wrong(kiosk, machine, record).tries_left == 3

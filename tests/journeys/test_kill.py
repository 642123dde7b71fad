"""Power cuts: head office and kiosk are killed (SIGKILL) at many moments and started again.

Each story must complete, nothing lost and nothing doubled.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.client_at_kiosk import ClientAtKiosk
from tests.journeys.contract import AlreadySigned, Contract
from tests.process import wait_for
from tests.samples.hand import drawn_signature, stamp_photograph
from tests.town import Town
from tests.visitor import VisitFailed

SEALING_BEGINS, SEALING_WRITES, SEALED_NOT_KEPT = "*/*/due.pdf", "*/*/.*", "*/*/signed.pdf"
"""What lies in the kiosk's working folder at three moments of sealing; the last one is so short
that a busy machine may be past it, which is a moment worth trying too."""
pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_power_cuts_between_all_steps_lose_and_double_nothing(town: Town, tmp_path: Path) -> None:
    contract = Contract(town)
    contract.prepare()
    town.cut_power_of_office()
    contract.direct()
    town.cut_power_of_office()
    town.cut_power_of_kiosk()
    town.wait_until_at_kiosk(contract.number)
    town.link.cut()
    client = contract.client()
    client.read_every_page()
    client.fill(contract.sample.answers)
    town.cut_power_of_kiosk()
    client = contract.client()
    kept = town_words(client, "/ceremony/fill/1")
    assert contract.sample.answers["company"] in kept, "what the client typed is lost"
    client.add_stamp(stamp_photograph())
    client.draw(drawn_signature())
    town.cut_power_of_kiosk()
    client = contract.client()
    client.agree()
    town.cut_power_of_kiosk()
    town.cut_power_of_office()
    town.link.join()
    contract.assert_completed_exactly_once(tmp_path)


@pytest.mark.parametrize("moment", [SEALING_BEGINS, SEALING_WRITES, SEALED_NOT_KEPT])
def test_a_kiosk_killed_while_it_seals_signs_once(town: Town, tmp_path: Path, moment: str) -> None:
    contract = Contract(town)
    contract.prepare()
    contract.direct()
    town.wait_until_at_kiosk(contract.number)
    town.link.cut()
    client = contract.client()
    contract.give_everything(client)
    working = tmp_path / "working"
    signing = Attempt(client.agree)
    caught = kill_at(town, lambda: any(working.glob(moment)), signing)
    assert caught or moment == SEALED_NOT_KEPT, "it was signed before it was killed"
    signing.join()
    town.start_kiosk()
    with contextlib.suppress(AlreadySigned):
        contract.client().agree()
    assert not any(working.glob("*/*/*.pdf")), "a document was left in plain"
    town.link.join()
    contract.assert_completed_exactly_once(tmp_path)


@pytest.mark.parametrize("connections", [1, 2])
def test_head_office_killed_while_a_signed_file_comes_in_takes_it_once(
    town: Town, tmp_path: Path, connections: int
) -> None:
    contract = Contract(town)
    contract.prepare()
    contract.direct()
    town.wait_until_at_kiosk(contract.number)
    town.link.cut()
    client = contract.client()
    contract.give_everything(client)
    client.agree()
    before = town.link.connections_made
    town.link.join()
    leaving = Attempt(client.leave)
    wait_for(
        lambda: town.link.connections_made >= before + connections or leaving.ended,
        "the kiosk to reach head office",
        pause=lambda: None,
    )
    town.cut_power_of_office()
    leaving.join()
    contract.assert_completed_exactly_once(tmp_path)


class Attempt(threading.Thread):
    """Something that a power cut may end in the middle; it does not mind."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._act = act
        self.ended = False
        self.start()

    def run(self) -> None:
        """Do it; a dead network in between is what this is for."""
        try:
            self._act()
        except (httpx.TransportError, VisitFailed):
            pass
        finally:
            self.ended = True


def kill_at(town: Town, moment: Callable[[], bool], attempt: Attempt) -> bool:
    """Kill the kiosk as soon as the moment has come, looking without a pause.

    Returns whether it came before the attempt was over; the kiosk is killed in either case.
    """
    caught = False

    def has_come() -> bool:
        nonlocal caught
        caught = moment()
        return caught or attempt.ended

    wait_for(has_come, "the moment of the power cut", pause=lambda: None)
    town.kiosk.kill()
    return caught


def town_words(client: ClientAtKiosk, path: str) -> str:
    """The source of a screen, values of its boxes included."""
    return client.visitor.visit(path).text

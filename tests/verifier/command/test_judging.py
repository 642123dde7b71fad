"""verifier.command.judging: many files at a time, and the same answers in the same order."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from tests.vectors.sealed_pdf import NOW
from verifier.command import judging
from verifier.command.inputs import Input, Kind
from verifier.command.judging import FEWEST_FOR_PROCESSES, Judge, Result, judge_all
from verifier.errors import TokenError, VerifierError
from verifier.trust_list import TrustList
from verifier.verdict import Verdict


@pytest.fixture
def judge(trust: TrustList) -> Judge:
    """Examines at the tests' present time."""
    return Judge(trust.to_json_bytes(), NOW, None)


def inputs(desk: Path, *names: str) -> list[Input]:
    """Files on the desk."""
    return [Input(Kind.FILE, name, str(desk / name)) for name in names]


def code_of(result: Result) -> str:
    """The outcome, or why there is none."""
    return result.outcome if isinstance(result, Verdict) else result.code


MANY = ("signed.pdf", "forged.pdf", "none.pdf", "other.pdf") * (FEWEST_FOR_PROCESSES // 2)
CODES = ["genuine", "altered", "file_unreadable", "cannot_tell"] * (FEWEST_FOR_PROCESSES // 2)


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_the_order_of_the_inputs(judge: Judge, desk: Path, processes: int) -> None:
    results = list(judge_all(judge, inputs(desk, *MANY), processes))
    assert [code_of(result) for result in results] == CODES


def test_processes_find_exactly_what_one_finds(judge: Judge, desk: Path) -> None:
    things = inputs(desk, *MANY)
    alone = list(judge_all(judge, things, 1))
    together = list(judge_all(judge, things, 2))
    assert [str(each) for each in together] == [str(each) for each in alone]
    verdicts = [each for each in alone if isinstance(each, Verdict)]
    assert [each for each in together if isinstance(each, Verdict)] == verdicts


def test_other_inputs_keep_their_place_among_files(judge: Judge, desk: Path) -> None:
    things = inputs(desk, *["signed.pdf"] * FEWEST_FOR_PROCESSES)
    things.insert(3, Input(Kind.QR, "QR", "menu"))
    things.append(Input(Kind.MISSING, "empty", "empty"))
    codes = [code_of(result) for result in judge_all(judge, things, 2)]
    assert codes[3] == "cannot_tell"
    assert codes[-1] == "nothing_there"
    assert codes.count("genuine") == FEWEST_FOR_PROCESSES


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="needs fork")
def test_a_file_that_kills_its_process_takes_no_other_along(
    judge: Judge, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine = judging._result
    here = os.getpid()

    def deadly(judge: Judge, thing: Input, trust: TrustList) -> Result:
        if thing.name == "forged.pdf" and os.getpid() != here:
            os._exit(9)
        return examine(judge, thing, trust)

    monkeypatch.setattr(judging, "_result", deadly)  # forked processes inherit it
    names = ["signed.pdf"] * 5 + ["forged.pdf"] + ["signed.pdf"] * 5
    codes = [code_of(result) for result in judge_all(judge, inputs(desk, *names), 2)]
    assert codes == ["genuine"] * 5 + ["examination_ended"] + ["genuine"] * 5


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="needs fork")
def test_files_are_examined_at_the_same_time(
    judge: Judge, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine = judging._result
    together = multiprocessing.get_context("fork").Barrier(2)

    def met(judge: Judge, thing: Input, trust: TrustList) -> Result:
        together.wait(60)  # passes only when the other process examines a file as well
        return examine(judge, thing, trust)

    monkeypatch.setattr(judging, "_result", met)  # forked processes inherit it
    things = inputs(desk, *["signed.pdf"] * FEWEST_FOR_PROCESSES)
    codes = [code_of(result) for result in judge_all(judge, things, 2)]
    assert codes == ["genuine"] * FEWEST_FOR_PROCESSES


def test_errors_travel_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(TokenError("code", "Sentence.", "Step.")))  # noqa: S301
    assert isinstance(error, VerifierError)
    assert (error.code, error.sentence, error.next_step) == ("code", "Sentence.", "Step.")

"""The sample contracts are what make run shows first, so they are held to what they promise."""

from __future__ import annotations

import io

import pypdf
import pytest

from signing.field_rules import check_value
from signing.fields import DocumentPlan
from tests.samples import Sample, garage, samples

ALL = (*samples(), garage())


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)
def test_a_sample_has_one_to_five_pages_and_every_spot_lies_on_one(sample: Sample) -> None:
    pages = pypdf.PdfReader(io.BytesIO(sample.pdf)).pages
    assert 1 <= len(pages) <= 5
    clients = (sample.client, *(other.client for other in sample.others))
    spots = [field.placement for client in clients for field in client.fields]
    spots += [sample.director_signature]
    spots += [spot for client in clients for spot in (client.signature, client.stamp) if spot]
    for spot in spots:
        box = pages[spot.page].mediabox
        assert 0 < spot.x < spot.x + spot.width < float(box.width)
        assert 0 < spot.y < spot.y + spot.height < float(box.height)


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)
def test_the_careful_clients_answers_pass_every_rule(sample: Sample) -> None:
    given = [(sample.client, sample.answers)]
    given += [(other.client, other.answers) for other in sample.others]
    for client, answers in given:
        assert set(answers) == {field.key for field in client.fields}
        for field in client.fields:
            check_value(field, answers[field.key])


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)
def test_a_samples_plan_survives_the_journey_as_json(sample: Sample) -> None:
    plan = sample.plan(bytes(16), "Jan Kowalczyk")
    assert DocumentPlan.from_json(plan.to_json()) == plan


def test_samples_come_out_the_same_every_time() -> None:
    assert [sample.pdf for sample in (*samples(), garage())] == [sample.pdf for sample in ALL]

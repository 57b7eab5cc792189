"""The pages on prompts and pairs: asked for by admins, read by all."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from synthetic.models import PairSet, PromptSet
from tests.factories import make_persona_set, make_researcher
from tests.synthetic.making import TEXTS, curate, make_pairs

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_researcher("ada", staff=True)
    client.force_login(user)
    return user


def upload(data: bytes = json.dumps(TEXTS).encode(), name="prompts.json"):
    return {"name": "prompts", "file": SimpleUploadedFile(name, data), "seed": 1, "endpoint": "fake"}


def asked(persona_set, prompt_set, **fields):
    sets = {"persona_set": persona_set.pk, "prompt_set": prompt_set.pk}
    counts = {"train": 6, "test": 3, "held_out": 2, "seed": 1, "judged_percent": 100}
    return {"name": "pairs", "endpoint": "fake", "judge": "fake"} | sets | counts | fields


def test_empty_list_says_how_to_begin(client, admin):
    page = client.get(reverse("pair-set-list")).content.decode()
    assert "No pairs yet" in page
    assert "No prompts yet" in page
    assert "Pairs need personas and curated prompts" in client.get(reverse("pairs-make")).content.decode()


def test_admin_curates_prompts_and_sees_counts_and_topics(client, admin):
    response = client.post(reverse("prompts-curate"), upload(), follow=True)
    assert "curated" in response.content.decode()
    prompt_set = PromptSet.objects.get()
    page = client.get(reverse("prompt-set-detail", args=[prompt_set.pk])).content.decode()
    for step, _ in prompt_set.counts:
        assert step[1:] in page
    assert prompt_set.topics[0] in page


def test_file_that_holds_no_prompts_gets_its_problems_and_stores_nothing(client, admin):
    page = client.post(reverse("prompts-curate"), upload(b'{"said": "a"}\n', "a.jsonl")).content.decode()
    assert "No column is named prompt" in page
    assert not PromptSet.objects.exists()


def test_admin_makes_pairs_and_reads_them(client, admin, django_assert_max_num_queries):
    people, prompts = make_persona_set(2), curate()
    client.post(reverse("pairs-make"), asked(people, prompts))
    pair_set = PairSet.objects.get()
    with django_assert_max_num_queries(20):
        page = client.get(reverse("pair-set-detail", args=[pair_set.pk])).content.decode()
    assert page.count("<summary>") == 20
    assert "mean nothing" in page
    assert pair_set.name in client.get(reverse("pair-set-list")).content.decode()


def test_request_that_the_prompts_cannot_give_gets_an_error(client, admin):
    people, prompts = make_persona_set(2), curate()
    page = client.post(reverse("pairs-make"), asked(people, prompts, train=500)).content.decode()
    assert "503 train prompts are needed" in page
    assert not PairSet.objects.exists()


def test_texts_of_pairs_stay_texts(client, admin):
    pair_set = make_pairs(2)
    pair_set.pairs.update(revision="<script>alert(1)</script>")
    assert "<script>alert(1)" not in client.get(reverse("pair-set-detail", args=[pair_set.pk])).content.decode()

"""Which prompts are kept, their topics and their split."""

import gzip
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from llm.scripted import ScriptedModel
from model_calls.models import StoredAnswer
from synthetic.asking.prompts import CONTESTED
from synthetic.asking.scripts import SCRIPTS
from synthetic.curation.filters import Dropped, dropped_by_rule, duplicates
from synthetic.curation.splits import held_out_count, hold_out, quotas
from synthetic.curation.topics import find_topics
from synthetic.models import Prompt, PromptSet
from synthetic.services import prompts as services
from tests.synthetic.making import TEXTS, curate, last_run

ROOT = Path(__file__).resolve().parents[2]


def real_prompts():
    folder = Path(os.environ.get("PRISM_PROMPTS") or ROOT.parent / "shared" / "data" / "prism-opening-prompts")
    file = folder / "prism_opening_prompts.json.gz"
    if not file.is_file():
        pytest.skip("Set PRISM_PROMPTS to the folder of PRISM's opening prompts to check the paper's counts.")
    return json.loads(gzip.decompress(file.read_bytes()))


# --- Pure -----------------------------------------------------------------------------------------
def test_rules_on_the_real_list_leave_the_known_counts():
    texts = real_prompts()
    reasons = Counter(map(dropped_by_rule, texts))
    assert len(texts) == 8011
    assert len(texts) - reasons[Dropped.NO_QUESTION_MARK] == 5007
    assert reasons[""] == 4652
    kept = [text for text in texts if not dropped_by_rule(text)]
    assert len(kept) - sum(first is not None for first in duplicates(kept)) == 4606


def test_duplicates_name_the_first_of_their_kind():
    assert duplicates(["Is it so?", "b", "is  IT so? ", "b"]) == [None, None, 0, 1]


def test_topics_find_the_subjects_and_are_repeatable():
    texts = [f"{start} {subject} {end}?" for subject in ("taxes", "horses", "religion") for start in
             ("Do", "Why do", "When do") for end in ("matter", "change lives", "cost money", "need rules")]  # fmt: skip
    topics = find_topics(texts, seed=1, most=3)
    assert topics == find_topics(texts, seed=1, most=3)
    assert len(set(topics.of_prompt)) == len(topics.names) == 3
    assert (
        len({word for name in topics.names for word in ("taxes", "horses", "religion") if word in name.casefold()}) >= 2
    )


def test_too_few_prompts_are_one_topic():
    assert find_topics(["What is this?"], seed=1).names == ("All prompts",)
    assert find_topics(["Is it so?"] * 40, seed=1).names == ("All prompts",)


def test_split_keeps_topic_shares_exactly_and_duplicates_together():
    texts = [f"Prompt {place % 90}" for place in range(100)]
    topics = [place % 90 % 3 for place in range(100)]
    held = hold_out(texts, topics, wanted=30, seed=1)
    assert len(held) == 30
    assert Counter(topics[place] for place in held) == dict(enumerate(quotas([topics.count(t) for t in range(3)], 30)))
    assert not {texts[place] for place in held} & {texts[place] for place in range(100) if place not in held}


def test_held_out_share_is_the_papers():
    assert held_out_count(3868) == 868


# --- With the database ----------------------------------------------------------------------------
@pytest.mark.django_db
class TestCuration:
    def test_every_step_is_counted_and_every_prompt_stays(self):
        extra = ["Hello", "Is it so?", TEXTS[0].upper()]
        prompt_set = curate([*TEXTS, *extra])
        counts = dict(map(tuple, prompt_set.counts))
        assert list(counts)[:4] == [
            "prompts in the file", "with a question mark", "of at least five words", "on which people would differ",
        ]  # fmt: skip
        assert [counts[step] for step in list(counts)[:3]] == [43, 42, 41]
        kept = prompt_set.prompts.kept()
        assert counts["train"] + counts["held out"] == counts["on which people would differ"] == kept.count()
        assert prompt_set.prompts.count() == 43
        assert prompt_set.prompts.get(position=43).duplicate_of == 1
        assert not kept.filter(topic__isnull=True).exists()

    def test_duplicates_are_dropped_where_asked_for(self):
        prompt_set = curate([*TEXTS, TEXTS[0].upper()], drops_duplicates=True)
        assert ["that repeat no other", 40] in prompt_set.counts

    def test_answers_of_a_real_model_are_stored_and_not_asked_twice(self, monkeypatch):
        def no(request, random):
            return {"differs": "Should" in request.messages[-1].content}

        monkeypatch.setattr(services, "model_for", lambda name: ScriptedModel(SCRIPTS | {CONTESTED: no}, name="local"))
        services.start_curation(name="a", data=json.dumps(TEXTS).encode(), filename="p.json", endpoint="local")
        assert StoredAnswer.objects.count() == len(TEXTS)
        assert PromptSet.objects.get().prompts.kept().count() == len(SUBJECTS_ASKED)

    def test_file_without_prompts_is_refused_with_line_and_column(self, tmp_path):
        file = tmp_path / "a.jsonl"
        file.write_text('{"prompt": "Is it so?"}\n{"prompt": null}\n')
        with pytest.raises(CommandError, match=r"(?s)1 problem.*line 2, column prompt"):
            call_command("curate_prompts", file, "a", fake=True)
        file.write_text('{"said": "Is it so?"}\n')
        with pytest.raises(CommandError, match="No column is named prompt"):
            call_command("curate_prompts", file, "a", fake=True)
        assert not PromptSet.objects.exists()

    def test_same_name_is_refused(self):
        curate(TEXTS[:5])
        with pytest.raises(services.BadPromptSet, match="already"):
            curate(TEXTS[:6])

    def test_constraints_hold_past_the_services(self):
        prompt_set = curate([*TEXTS[:9], "Hello"])
        for change in ({"position": 1}, {"text": ""}, {"split": "train"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Prompt.objects.filter(prompt_set=prompt_set, position=10).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Prompt.objects.filter(prompt_set=prompt_set, position=1).update(split="both")
        with pytest.raises(IntegrityError), transaction.atomic():
            PromptSet.objects.update(name="")
        assert last_run().state == "done"


SUBJECTS_ASKED = [text for text in TEXTS if "Should" in text]

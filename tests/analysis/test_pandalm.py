"""Three people and two models on 999 pairs, ties allowed, brought in through the product: the published figures.

The data (PandaLM's test set, Apache-2.0) is not part of the repository; it is read where it lies beside it.
"""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from analysis.labels import NO_PREFERENCE, REVISED, label_matrix
from analysis.stats.agreement import cohen_kappa
from analysis.stats.votes import plurality
from annotation.services.annotation_import import import_annotations
from annotation.services.assembly import create_study
from annotation.services.questions import import_questions
from personas.services import import_persona_set

LABELS = Path(__file__).resolve().parents[3] / "shared" / "data" / "pandalm" / "labels.csv"
PEOPLE = ("annotator1", "annotator2", "annotator3")
MODELS = {"gpt35_raw": "GPT-3.5", "pandalm7b": "PandaLM-7B"}
# The first response stands first, so 1 is A; what is neither goes in as it is.
WORDS = {"1": "A", "2": "B", "0": "tie", "Tie": "tie"}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not LABELS.is_file(), reason="PandaLM's labels are not beside this repository"),
]


def jsonl(rows):
    return "\n".join(json.dumps(row) for row in rows).encode()


def place(row):
    return {"persona_id": row["cmp_key"], "prompt_id": row["idx"]}


@pytest.fixture
def study():
    """The pairs of the ten model comparisons as the questions of ten personas; the first response is "revised"."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = sorted({row["cmp_key"] for row in rows})
    people = import_persona_set(
        name="p", data=jsonl({"id": key, "pair": key} for key in keys), filename="p.jsonl"
    ).persona_set
    study = create_study(
        slug="pandalm", name="PandaLM", persona_set=people, questions_per_rater=200, allows_no_preference=True
    )
    texts = {"revised": "Response 1.", "baseline": "Response 2."}
    questions = (place(row) | {"prompt": f"Pair {row['idx']}?"} | texts for row in rows)
    import_questions(study=study, data=jsonl(questions), filename="q.jsonl")
    people_rows = (annotation(row, name, row[name]) for row in rows for name in PEOPLE)
    import_annotations(study=study, data=jsonl(people_rows), filename="people.jsonl", kind="external")
    model_rows = (annotation(row, name, row[column]) for row in rows for column, name in MODELS.items())
    import_annotations(study=study, data=jsonl(model_rows), filename="models.jsonl")
    return study


def annotation(row, annotator, label):
    return place(row) | {"annotator": annotator, "choice": WORDS.get(label, label), "shown_first": "revised"}


def accuracy(labels, reference):
    return round(100 * float(np.mean(labels == reference)), 2)


def macro(labels, reference):
    """Precision, recall and F1, each the mean over the three categories, in percent."""
    scores = []
    for category in range(3):
        hits = np.sum((labels == category) & (reference == category))
        precision, recall = hits / np.sum(labels == category), hits / np.sum(reference == category)
        scores.append((precision, recall, 2 * precision * recall / (precision + recall)))
    return tuple(round(100 * float(score), 2) for score in np.mean(scores, axis=0))


def test_pandalm_figures_come_out_to_the_printed_digit(study):
    matrix = label_matrix(study)
    assert (matrix.humans.shape, [a.name for a in matrix.annotators]) == ((3, 999), ["GPT-3.5", "PandaLM-7B"])
    first, second, third = matrix.humans

    kappas = [
        cohen_kappa(a, b, categories=matrix.categories).kappa
        for a, b in ((first, second), (first, third), (second, third))
    ]
    assert [f"{kappa:.2f}" for kappa in kappas] == ["0.85", "0.88", "0.86"]
    assert [round(kappa, 4) for kappa in kappas] == [0.8520, 0.8789, 0.8617]

    consensus = plurality(matrix.humans, categories=matrix.categories)
    assert [int(np.sum(consensus.labels == label)) for label in (NO_PREFERENCE, REVISED, 0)] == [105, 422, 472]

    gpt, panda = matrix.named
    assert (accuracy(panda, consensus.labels), macro(panda, consensus.labels)) == (66.77, (57.38, 57.50, 57.43))
    # The publication counts the 25 verdicts that cannot be read as ties; here they are left out unless one says so.
    assert matrix.annotators[0].unparsable == int(np.sum(gpt == -1)) == 25
    as_ties = np.where(gpt == -1, NO_PREFERENCE, gpt)
    assert (accuracy(as_ties, consensus.labels), macro(as_ties, consensus.labels)) == (71.07, (58.79, 57.36, 57.55))
    read = gpt != -1
    assert round(accuracy(gpt[read], consensus.labels[read]), 1) == 71.6

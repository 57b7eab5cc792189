"""As many pages and posts as the participant's way has, one template for each page, one inserted row for each post."""

import json
import os
import secrets
from pathlib import Path

from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from benchmarks.floor.models import FloorAnswer

# The study's texts and one persona, as the benchmark wrote them down: no query is spent on them.
CONTENT = json.loads(Path(os.environ["FLOOR_CONTENT"]).read_text(encoding="utf-8"))
BEFORE = ["consent", "instructions", "check", "practice", "persona"]
STEPS = [*BEFORE, *(f"q/{n}" for n in range(1, 11)), "comment", "done"]


def entry(request, slug):
    return HttpResponseRedirect(f"/a/{secrets.token_urlsafe(16)}/{STEPS[0]}/")


@csrf_exempt
def step(request, code, step):
    if request.method == "POST":
        FloorAnswer.objects.create(code=code, step=step, **answer_in(request.POST))
        return HttpResponseRedirect(f"/a/{code}/{STEPS[STEPS.index(step) + 1]}/")
    page, _, number = step.partition("/")
    question = CONTENT["questions"][int(number) - 1] if number else None
    return HttpResponse(render_to_string(f"{page}.html", {**CONTENT, "question": question, "number": number}))


def answer_in(posted):
    return {name: posted.get(name, "") for name in ("choice", "justification")}


def healthz(request):
    return HttpResponse("ok")


urlpatterns = [
    path("s/<slug:slug>/", entry),
    path("a/<str:code>/<path:step>/", step),
    path("healthz", healthz),
]

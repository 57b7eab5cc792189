"""Prompts and preference pairs: what there is, how it was made, and what to make next."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from files.reading import UnreadableFile
from personas.models import PersonaSet
from personas.permissions import for_admins
from synthetic.forms import CurationForm, PairsForm
from synthetic.models import PairSet, PromptSet, Split
from synthetic.pairing.drawing import TooFewPrompts
from synthetic.services.pairs import BadPairSet, pair_counts, start_pairs
from synthetic.services.prompts import BadPromptSet, start_curation

PER_PAGE = 20
IS_COMPLETE = ~Q(pairs__revision="")


@require_safe
@login_required
def pair_set_list(request: HttpRequest) -> HttpResponse:
    context = {
        "pair_sets": visible_pair_sets(request)
        .select_related("persona_set", "prompt_set")
        .annotate(complete=Count("pairs", filter=IS_COMPLETE)),
        "prompt_sets": PromptSet.objects.annotate(
            total=Count("prompts"), kept=Count("prompts", filter=Q(prompts__dropped=""))
        ),
    }
    return render(request, "synthetic/pair_set_list.html", context)


def visible_pair_sets(request: HttpRequest):
    """Whoever sees the personas sees the pairs written for them."""
    return PairSet.objects.filter(persona_set__in=PersonaSet.objects.visible_to(request.user))


@require_safe
@login_required
def pair_set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    pair_set = get_object_or_404(visible_pair_sets(request).select_related("persona_set", "prompt_set", "run"), pk=pk)
    pairs = Paginator(pair_set.pairs.with_texts(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"pair_set": pair_set, "counts": pair_counts(pair_set).items(), "page": pairs}
    return render(request, "synthetic/pair_set_detail.html", context)


@require_safe
@login_required
def prompt_set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    prompt_set = get_object_or_404(PromptSet.objects.select_related("run"), pk=pk)
    context = {"prompt_set": prompt_set, "topics": topic_rows(prompt_set)}
    return render(request, "synthetic/prompt_set_detail.html", context)


def topic_rows(prompt_set: PromptSet) -> list[dict]:
    """Each topic with its prompts by split, and the widths of its bars."""
    by_topic = prompt_set.prompts.kept().exclude(topic=None).order_by().values("topic")
    counts = by_topic.annotate(
        train=Count("pk", filter=Q(split=Split.TRAIN)), held_out=Count("pk", filter=Q(split=Split.HELD_OUT))
    )
    rows = sorted(counts, key=lambda row: row["topic"])
    largest = max((row["train"] + row["held_out"] for row in rows), default=1)
    for row in rows:
        total = row["train"] + row["held_out"]
        row["name"] = prompt_set.topics[row["topic"]]
        row["held_percent"] = 100 * row["held_out"] / total
        row["train_width"] = round(100 * row["train"] / largest, 2)
        row["held_width"] = round(100 * row["held_out"] / largest, 2)
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def curate(request: HttpRequest) -> HttpResponse:
    form = CurationForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = start_curation(
                name=form.cleaned_data["name"],
                data=file.read(),
                filename=file.name,
                endpoint=form.cleaned_data["endpoint"],
                seed=form.cleaned_data["seed"],
                by=request.user,
            )
        except UnreadableFile as error:
            form.add_error("file", str(error))
        except BadPromptSet as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "The prompts are being curated. This page shows how far they are.")
            return redirect("run-detail", pk=run.pk)
    return render(request, "synthetic/curate.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def make(request: HttpRequest) -> HttpResponse:
    form = PairsForm(request.POST or None)
    if form.is_valid():
        try:
            run = start_pairs(**form.arguments(), by=request.user)
        except (BadPairSet, TooFewPrompts) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The pairs are being made. This page shows how far they are.")
            return redirect("run-detail", pk=run.pk)
    is_possible = form.fields["persona_set"].queryset.exists() and form.fields["prompt_set"].queryset.exists()
    return render(request, "synthetic/make_pairs.html", {"form": form, "is_possible": is_possible})

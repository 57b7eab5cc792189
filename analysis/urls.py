"""The pages of results; each family of pages has a module of its own, included here."""

from django.urls import include, path

from analysis.lazy import lazy_view

pages = [
    path("", include("analysis.reading_urls")),
    path("", lazy_view("overview.overview"), name="agreement-overview"),
    path("files/", lazy_view("files.files"), name="agreement-files"),
    path("files/<slug:kind>/", lazy_view("files.file_download"), name="agreement-file-download"),
    path("files/<slug:kind>/make/", lazy_view("files.file_start"), name="agreement-file-start"),
    path("files/<slug:kind>/progress/", lazy_view("files.file_progress"), name="agreement-file-progress"),
    path("histograms/", lazy_view("histograms.histograms"), name="agreement-histograms"),
    path("influence/", lazy_view("influence.influence"), name="agreement-influence"),
    path("matrices/", lazy_view("matrices.matrices"), name="agreement-matrices"),
    path("plan/", lazy_view("plan.plan"), name="agreement-plan"),
    path("skill/", lazy_view("skill.skill"), name="agreement-skill"),
    path("vote-rules/", lazy_view("overview.vote_rules"), name="agreement-vote-rules"),
]

urlpatterns = [path("studies/<slug:slug>/agreement/", include(pages))]

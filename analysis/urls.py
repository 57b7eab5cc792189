"""The pages of results; each family of pages has a module of its own, included here."""

from django.urls import include, path

from analysis.views import histograms, matrices, overview, skill

pages = [
    path("", include("analysis.reading_urls")),
    path("", overview.overview, name="agreement-overview"),
    path("histograms/", histograms.histograms, name="agreement-histograms"),
    path("matrices/", matrices.matrices, name="agreement-matrices"),
    path("skill/", skill.skill, name="agreement-skill"),
    path("vote-rules/", overview.vote_rules, name="agreement-vote-rules"),
]

urlpatterns = [path("studies/<slug:slug>/agreement/", include(pages))]

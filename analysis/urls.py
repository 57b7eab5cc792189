"""The pages of results; each family of pages has a module of its own, included here."""

from django.urls import include, path

from analysis.views import files, histograms, influence, matrices, overview, plan, skill

pages = [
    path("", include("analysis.reading_urls")),
    path("", overview.overview, name="agreement-overview"),
    path("files/", files.files, name="agreement-files"),
    path("files/<slug:kind>/", files.file_download, name="agreement-file-download"),
    path("files/<slug:kind>/make/", files.file_start, name="agreement-file-start"),
    path("files/<slug:kind>/progress/", files.file_progress, name="agreement-file-progress"),
    path("histograms/", histograms.histograms, name="agreement-histograms"),
    path("influence/", influence.influence, name="agreement-influence"),
    path("matrices/", matrices.matrices, name="agreement-matrices"),
    path("plan/", plan.plan, name="agreement-plan"),
    path("skill/", skill.skill, name="agreement-skill"),
    path("vote-rules/", overview.vote_rules, name="agreement-vote-rules"),
]

urlpatterns = [path("studies/<slug:slug>/agreement/", include(pages))]

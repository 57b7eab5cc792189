"""The API, for programs: /api/v1/. Votes and agreement are in analysis/urls.py."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from annotation.api import annotation_import, runs, studies, views

urlpatterns = [
    path("", views.Root.as_view(), name="api-root"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("persona-sets/", studies.PersonaSets.as_view(), name="api-persona-sets"),
    path("studies/", studies.Studies.as_view(), name="api-studies"),
    path("studies/<slug:slug>/", studies.StudyDetail.as_view(), name="api-study"),
    path("studies/<slug:slug>/progress/", views.Progress.as_view(), name="api-progress"),
    path("studies/<slug:slug>/personas/", studies.PersonasInAndOut.as_view(), name="api-personas"),
    path("studies/<slug:slug>/questions/", studies.QuestionsInAndOut.as_view(), name="api-questions"),
    path("studies/<slug:slug>/annotations/", annotation_import.AnnotationsInAndOut.as_view(), name="api-annotations"),
    path("studies/<slug:slug>/assignments/", views.Assignments.as_view(), name="api-assignments"),
    path("studies/<slug:slug>/runs/", runs.Runs.as_view(), name="api-runs"),
    path("studies/<slug:slug>/runs/<int:pk>/", runs.RunDetail.as_view(), name="api-run"),
]

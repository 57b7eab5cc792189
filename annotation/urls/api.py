"""The API, for programs: /api/v1/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from annotation.api import annotation_import, runs, views

urlpatterns = [
    path("", views.Root.as_view(), name="api-root"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("studies/", views.Studies.as_view(), name="api-studies"),
    path("studies/<slug:slug>/", views.StudyDetail.as_view(), name="api-study"),
    path("studies/<slug:slug>/progress/", views.Progress.as_view(), name="api-progress"),
    path("studies/<slug:slug>/personas/", views.Personas.as_view(), name="api-personas"),
    path("studies/<slug:slug>/questions/", views.Questions.as_view(), name="api-questions"),
    path("studies/<slug:slug>/annotations/", annotation_import.AnnotationsInAndOut.as_view(), name="api-annotations"),
    path("studies/<slug:slug>/runs/<int:pk>/", runs.RunDetail.as_view(), name="api-run"),
]

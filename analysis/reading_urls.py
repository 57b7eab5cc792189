"""The pages of results that are read one by one: questions, disagreements, raters, personas, attributes."""

from django.urls import path

from analysis.lazy import lazy_view

urlpatterns = [
    path("breakdown/", lazy_view("breakdown.breakdown"), name="agreement-breakdown"),
    path("disagreements/", lazy_view("disagreements.disagreements"), name="agreement-disagreements"),
    path("personas/", lazy_view("personas.personas"), name="agreement-personas"),
    path("personas/<int:pk>/", lazy_view("personas.persona"), name="agreement-persona"),
    path("questions/<int:pk>/", lazy_view("questions.question"), name="agreement-question"),
    path("raters/", lazy_view("raters.raters"), name="agreement-raters"),
]

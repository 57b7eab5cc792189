"""The pages of results that are read one by one: questions, disagreements, raters, personas, attributes."""

from django.urls import path

from analysis.views import breakdown, disagreements, personas, questions, raters

urlpatterns = [
    path("breakdown/", breakdown.breakdown, name="agreement-breakdown"),
    path("disagreements/", disagreements.disagreements, name="agreement-disagreements"),
    path("personas/", personas.personas, name="agreement-personas"),
    path("personas/<int:pk>/", personas.persona, name="agreement-persona"),
    path("questions/<int:pk>/", questions.question, name="agreement-question"),
    path("raters/", raters.raters, name="agreement-raters"),
]

"""The synthetic side: personas from census records, prompts, preference pairs."""

from django.urls import path

from synthetic.views import personas

urlpatterns = [
    path("personas/generate/", personas.generate, name="persona-generate"),
    path("personas/sets/<int:pk>/fidelity/", personas.fidelity, name="persona-fidelity"),
    path("personas/sets/<int:pk>/fidelity.csv", personas.fidelity_csv, name="persona-fidelity-csv"),
]

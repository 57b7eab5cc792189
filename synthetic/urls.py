"""The synthetic side: personas from census records, prompts, preference pairs."""

from django.urls import path

from synthetic.views import pairs, personas

urlpatterns = [
    path("personas/generate/", personas.generate, name="persona-generate"),
    path("personas/sets/<int:pk>/fidelity/", personas.fidelity, name="persona-fidelity"),
    path("personas/sets/<int:pk>/fidelity.csv", personas.fidelity_csv, name="persona-fidelity-csv"),
    path("personas/sets/<int:pk>/model-written/", personas.model_written, name="persona-model-written"),
    path("pairs/", pairs.pair_set_list, name="pair-set-list"),
    path("pairs/make/", pairs.make, name="pairs-make"),
    path("pairs/<int:pk>/", pairs.pair_set_detail, name="pair-set-detail"),
    path("pairs/prompts/curate/", pairs.curate, name="prompts-curate"),
    path("pairs/prompts/<int:pk>/", pairs.prompt_set_detail, name="prompt-set-detail"),
]

"""The pages of results. Their order on the page is that of analysis/sections.py."""

from django.urls import include, path, re_path

from analysis.api import views as api_views
from analysis.views.breakdown import BreakdownPage
from analysis.views.disagreements import DisagreementsPage
from analysis.views.files import FilesPage, file_download, file_progress, file_start
from analysis.views.formulas import formulas
from analysis.views.histograms import HistogramsPage
from analysis.views.influence import InfluencePage
from analysis.views.items import ItemsPage
from analysis.views.matrices import MatricesPage
from analysis.views.models import ModelsPage
from analysis.views.moved import moved
from analysis.views.overview import OverviewPage, VoteRulesPage
from analysis.views.personas import PersonaPage, PersonasPage
from analysis.views.plan import PlanPage
from analysis.views.population import PopulationPage
from analysis.views.questions import QuestionPage
from analysis.views.raters import RatersPage
from analysis.views.shared import share_create, share_revoke, shared_results
from analysis.views.skill import SkillPage
from analysis.views.variance import VariancePage

pages = [
    path("", OverviewPage.as_view(), name="agreement-overview"),
    path("groups/", BreakdownPage.as_view(), name="agreement-breakdown"),
    path("disagreements/", DisagreementsPage.as_view(), name="agreement-disagreements"),
    path("files/", FilesPage.as_view(), name="agreement-files"),
    path("files/share/create/", share_create, name="share-create"),
    path("files/share/<int:pk>/revoke/", share_revoke, name="share-revoke"),
    path("files/<slug:kind>/", file_download, name="agreement-file-download"),
    path("files/<slug:kind>/make/", file_start, name="agreement-file-start"),
    path("files/<slug:kind>/progress/", file_progress, name="agreement-file-progress"),
    path("histograms/", HistogramsPage.as_view(), name="agreement-histograms"),
    path("influence/", InfluencePage.as_view(), name="agreement-influence"),
    path("matrices/", MatricesPage.as_view(), name="agreement-matrices"),
    path("league/", ModelsPage.as_view(), name="agreement-models"),
    path("personas/", PersonasPage.as_view(), name="agreement-personas"),
    path("personas/<int:pk>/", PersonaPage.as_view(), name="agreement-persona"),
    path("plan/", PlanPage.as_view(), name="agreement-plan"),
    path("population/", PopulationPage.as_view(), name="agreement-population"),
    path("questions/", ItemsPage.as_view(), name="agreement-questions"),
    path("questions/<int:pk>/", QuestionPage.as_view(), name="agreement-question"),
    path("raters/", RatersPage.as_view(), name="agreement-raters"),
    path("skill/", SkillPage.as_view(), name="agreement-skill"),
    path("variance/", VariancePage.as_view(), name="agreement-variance"),
    path("vote-rules/", VoteRulesPage.as_view(), name="agreement-vote-rules"),
]

api = [
    path("votes/", api_views.Votes.as_view(), name="api-votes"),
    path("agreement/", api_views.Agreement.as_view(), name="api-agreement"),
]

urlpatterns = [
    path("shared/<str:token>/", shared_results, name="shared-results"),
    path("api/v1/studies/<slug:slug>/", include(api)),
    path("results/formulas/", formulas, name="results-formulas"),
    path("studies/<slug:slug>/results/", include(pages)),
    re_path(r"^studies/(?P<slug>[-\w]+)/agreement/(?P<rest>.*)$", moved, name="results-moved"),
]

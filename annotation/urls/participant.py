"""Public pages. The long random code in the address is the participant's key; no login, no cookie."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.urls import path as django_path
from django.views.decorators.clickjacking import xframe_options_sameorigin

from annotation.views import participant as views


def path(route, view, *, name):
    """A page that the console's preview may show in a frame, and no other site."""
    return django_path(route, xframe_options_sameorigin(csp_replace({"frame-ancestors": [SELF]})(view)), name=name)


urlpatterns = [
    # /s/<study>/: where Prolific's link leads
    path("s/<slug:slug>/", views.entry, name="entry"),
    # /a/<code>/: one participant's way through the study
    path("a/<str:code>/", views.home, name="participant-home"),
    path("a/<str:code>/consent/", views.consent, name="participant-consent"),
    path("a/<str:code>/instructions/", views.instructions, name="participant-instructions"),
    path("a/<str:code>/check/", views.check, name="participant-check"),
    path("a/<str:code>/practice/", views.practice, name="participant-practice"),
    path("a/<str:code>/persona/", views.persona, name="participant-persona"),
    path("a/<str:code>/q/<int:position>/", views.question, name="participant-question"),
    path("a/<str:code>/q/<int:position>/draft/", views.draft, name="participant-draft"),
    path("a/<str:code>/review/", views.review, name="participant-review"),
    # Where that page was once: a form opened before an upgrade is still taken.
    path("a/<str:code>/comment/", views.review, name="participant-comment"),
    path("a/<str:code>/done/", views.done, name="participant-done"),
    path("a/<str:code>/declined/", views.declined, name="participant-declined"),
    path("a/<str:code>/screened-out/", views.screened_out, name="participant-screened-out"),
    path("a/<str:code>/help/", views.help_page, name="participant-help"),
    path("a/<str:code>/stop/", views.stop, name="participant-stop"),
]

"""The URL map: one include per audience."""

from django.urls import include, path

urlpatterns = [
    # Participants: no login, no cookie
    path("", include("annotation.urls.participant")),
    # Researchers and admins: the console
    path("", include("annotation.urls.researcher")),
    path("", include("analysis.urls")),
    path("", include("synthetic.urls")),
    path("personas/", include("personas.urls")),
    # Programs
    path("api/v1/", include("annotation.urls.api")),
    # Machines that watch the site
    path("", include("config.health_urls")),
]

handler400 = "annotation.views.trouble.bad_request"
handler404 = "annotation.views.trouble.not_found"
handler500 = "annotation.views.trouble.server_error"

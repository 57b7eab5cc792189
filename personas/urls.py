"""Persona sets, under /personas/."""

from django.urls import path

from personas import views

urlpatterns = [
    path("", views.persona_set_list, name="persona-set-list"),
    path("sets/<int:pk>/", views.persona_set_detail, name="persona-set-detail"),
    path("sets/<int:pk>/download.jsonl", views.persona_set_download, name="persona-set-download"),
    path("sets/<int:pk>/duplicate/", views.persona_set_duplicate, name="persona-set-duplicate"),
    path("sets/<int:pk>/archive/", views.persona_set_archive, name="persona-set-archive"),
    path("sets/<int:pk>/delete/", views.persona_set_delete, name="persona-set-delete"),
    path("sets/<int:pk>/share/", views.persona_set_share, name="persona-set-share"),
    path("<int:pk>/", views.persona_detail, name="persona-detail"),
    # Upload, preview, confirm
    path("import/", views.persona_import, name="persona-import"),
    path("import/<int:pk>/", views.persona_import_preview, name="persona-import-preview"),
]

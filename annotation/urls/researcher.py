"""The console, for researchers and admins."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from annotation.views.researcher import (
    account,
    annotations,
    annotator_runs,
    assignments,
    data,
    erasure,
    imports,
    lifecycle,
    model_annotators,
    people,
    questions,
    rehearsal,
    runs,
    set_up,
    settings,
    studies,
)

urlpatterns = [
    path("", studies.home, name="home"),
    # One's own account
    path("login/", account.LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("welcome/<uidb64>/<token>/", account.ChoosePasswordView.as_view(), name="choose-password"),
    path("account/", account.account, name="account"),
    path("account/password/", account.PasswordChangeView.as_view(), name="password-change"),
    path("account/tokens/", account.token_make, name="token-make"),
    path("account/tokens/<int:pk>/revoke/", account.token_revoke, name="token-revoke"),
    # /people/: who may log in (admins)
    path("people/", people.people, name="people"),
    path("people/add/", people.person_add, name="person-add"),
    path("people/<int:pk>/reset/", people.person_reset, name="person-reset"),
    path("people/<int:pk>/disable/", people.person_disable, name="person-disable"),
    path("people/<int:pk>/enable/", people.person_enable, name="person-enable"),
    path("audit/", lifecycle.audit_log, name="audit-log"),
    # /studies/
    path("studies/", studies.study_list, name="study-list"),
    path("studies/new/", studies.study_create, name="study-create"),
    # /studies/<study>/: progress and state
    path("studies/<slug:slug>/", studies.study_detail, name="study-detail"),
    path("studies/<slug:slug>/progress/", studies.study_progress_fragment, name="study-progress"),
    path("studies/<slug:slug>/preview-links/revoke/", studies.preview_links_revoke, name="preview-links-revoke"),
    path("studies/<slug:slug>/set-up/", set_up.study_setup, name="study-setup"),
    path("studies/<slug:slug>/set-up/preview/", set_up.study_preview, name="study-preview"),
    path("studies/<slug:slug>/open/", set_up.study_open, name="study-open"),
    path("studies/<slug:slug>/pause/", studies.study_pause, name="study-pause"),
    path("studies/<slug:slug>/close/", studies.study_close, name="study-close"),
    path("studies/<slug:slug>/wipe-rehearsal/", rehearsal.rehearsal_wipe, name="rehearsal-wipe"),
    path("studies/<slug:slug>/rehearse/", rehearsal.rehearsal_start, name="rehearsal-start"),
    # /studies/<study>/raters/
    path("studies/<slug:slug>/raters/", assignments.assignment_list, name="assignment-list"),
    path("studies/<slug:slug>/raters/<str:pseudonym>/", assignments.assignment_detail, name="assignment-detail"),
    path("studies/<slug:slug>/raters/<str:pseudonym>/erase/", erasure.rater_erase, name="rater-erase"),
    path("studies/<slug:slug>/raters/<str:pseudonym>/seen/<slug:kind>/", assignments.rater_seen, name="rater-seen"),
    path(
        "studies/<slug:slug>/raters/<str:pseudonym>/<slug:action>/",
        assignments.assignment_change,
        name="assignment-change",
    ),
    # /studies/<study>/questions/
    path("studies/<slug:slug>/questions/", questions.question_list, name="question-list"),
    path("studies/<slug:slug>/questions/<int:pk>/", questions.question_detail, name="question-detail"),
    path(
        "studies/<slug:slug>/questions/sample/", imports.sample_download, {"what": "questions"}, name="question-sample"
    ),
    path("studies/<slug:slug>/questions/import/", questions.question_import, name="question-import"),
    path(
        "studies/<slug:slug>/questions/import/<int:pk>/",
        questions.question_import_preview,
        name="question-import-preview",
    ),
    # /studies/<study>/settings/
    path("studies/<slug:slug>/settings/", settings.study_settings, name="study-settings"),
    path("studies/<slug:slug>/settings/personas/", settings.study_personas, name="study-personas"),
    path("studies/<slug:slug>/settings/texts/", settings.study_texts, name="study-texts"),
    path("studies/<slug:slug>/settings/check/", settings.study_check, name="study-check"),
    path("studies/<slug:slug>/settings/times/", settings.study_times, name="study-times"),
    path("studies/<slug:slug>/settings/manage/", lifecycle.study_manage, name="study-manage"),
    path("studies/<slug:slug>/settings/manage/raters/", lifecycle.study_add_raters, name="study-add-raters"),
    path("studies/<slug:slug>/settings/manage/archive/", lifecycle.study_archive, name="study-archive"),
    path("studies/<slug:slug>/settings/manage/unarchive/", lifecycle.study_unarchive, name="study-unarchive"),
    path("studies/<slug:slug>/settings/manage/delete/", lifecycle.study_delete, name="study-delete"),
    path("studies/<slug:slug>/duplicate/", lifecycle.study_duplicate, name="study-duplicate"),
    path("studies/<slug:slug>/settings/researchers/", settings.study_researchers, name="study-researchers"),
    # /studies/<study>/annotations/: answers from elsewhere, and baseline raters
    path("studies/<slug:slug>/annotations/", annotations.annotator_list, name="annotator-list"),
    path(
        "studies/<slug:slug>/annotations/sample/",
        imports.sample_download,
        {"what": "annotations"},
        name="annotation-sample",
    ),
    path("studies/<slug:slug>/annotations/import/", annotations.annotation_import, name="annotation-import"),
    path(
        "studies/<slug:slug>/annotations/import/<int:pk>/",
        annotations.annotation_import_preview,
        name="annotation-import-preview",
    ),
    path("studies/<slug:slug>/annotations/models/", model_annotators.model_annotator_try, name="model-annotator-try"),
    path(
        "studies/<slug:slug>/annotations/models/<int:pk>/",
        model_annotators.model_annotator_start,
        name="model-annotator-start",
    ),
    path(
        "studies/<slug:slug>/annotations/baseline-raters/",
        annotations.baseline_raters_compute,
        name="baseline-raters-compute",
    ),
    # Long work, in one study and in all
    path("studies/<slug:slug>/runs/", runs.study_run_list, name="study-run-list"),
    path("runs/", runs.run_list, name="run-list"),
    path("runs/<int:pk>/", runs.run_detail, name="run-detail"),
    path("runs/<int:pk>/<slug:order>/", runs.run_order, name="run-order"),
    path(
        "studies/<slug:slug>/annotations/<int:pk>/runs/<int:run>/",
        annotator_runs.annotator_run,
        name="annotator-run",
    ),
    path(
        "studies/<slug:slug>/annotations/<int:pk>/runs/<int:run>/delete/",
        annotator_runs.annotator_run_delete,
        name="annotator-run-delete",
    ),
    path(
        "studies/<slug:slug>/annotations/<int:pk>/archive/",
        annotator_runs.annotator_archive,
        name="annotator-archive",
    ),
    # /studies/<study>/data/: files out; payments for admins
    path("studies/<slug:slug>/data/", data.study_data, name="study-data"),
    path("studies/<slug:slug>/data/<slug:what>.<slug:form>", data.export_download, name="export-download"),
    path("studies/<slug:slug>/data/payments/", data.payment_list, name="payment-list"),
    path("studies/<slug:slug>/data/payments/download/", data.payment_download, name="payment-download"),
]

"""One's own account: logging in and out, the password, tokens for programs."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.forms.api_token import ApiTokenForm
from annotation.permissions import for_researchers
from annotation.services import tokens
from annotation.services.tokens import TokenNameTaken

# Django's form views would take a PUT as a POST.
get_or_post = method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")


@get_or_post
class LoginView(auth_views.LoginView):
    redirect_authenticated_user = True


@get_or_post
class PasswordChangeView(LoginRequiredMixin, auth_views.PasswordChangeView):
    template_name = "registration/password_change.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form):
        messages.success(
            self.request, "Your password has been changed. You have been logged out of all other browsers."
        )
        return super().form_valid(form)


@get_or_post
class ChoosePasswordView(auth_views.PasswordResetConfirmView):
    """Where the one-time link of a new researcher leads."""

    template_name = "registration/choose_password.html"
    success_url = reverse_lazy("login")

    def form_valid(self, form):
        messages.success(self.request, "Your password has been set. Log in with it.")
        return super().form_valid(form)


@require_safe
@for_researchers
def account(request: HttpRequest) -> HttpResponse:
    return _page(request, ApiTokenForm())


@require_POST
@for_researchers
def token_make(request: HttpRequest) -> HttpResponse:
    """The only answer that ever shows the token."""
    form = ApiTokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        token = tokens.make_token(user=request.user, **form.cleaned_data)
    except TokenNameTaken as error:
        form.add_error("name", str(error))
        return _page(request, form, status=422)
    return _page(request, ApiTokenForm(), new_token=token)


def _page(request: HttpRequest, form: ApiTokenForm, *, status: int = 200, **more) -> HttpResponse:
    context = {"tokens": request.user.api_tokens.all(), "form": form, **more}
    return render(request, "researcher/account.html", context, status=status)


@require_POST
@for_researchers
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    tokens.revoke_token(user=request.user, pk=pk)
    messages.success(request, "The token has been revoked. Programs can no longer use it.")
    return redirect("account")

"""The shared Content-Security-Policy is the one django-csp would have written."""

import pytest
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpResponse

from config.csp import SharedPolicyMiddleware


def policies(rf, prepare):
    """What our middleware and django-csp's write for the same answer."""
    for middleware in (SharedPolicyMiddleware, CSPMiddleware):
        request, response = rf.get("/"), HttpResponse()
        kept = middleware(HttpResponse)
        kept.process_request(request)
        prepare(request, response)
        header = kept.process_response(request, response)[HEADER]
        yield sorted(part.strip() for part in header.split(";"))


def unchanged(request, response):
    pass


def updated(request, response):
    response._csp_update = {"style-src-attr": ["'unsafe-inline'"]}


def replaced(request, response):
    response._csp_replace = {"default-src": ["https://example.org"]}


def written_before(request, response):
    response[HEADER] = "default-src 'none'"


@pytest.mark.parametrize("prepare", [unchanged, updated, replaced, written_before])
def test_policy_is_the_one_of_django_csp(rf, prepare):
    ours, theirs = policies(rf, prepare)
    assert ours == theirs


def test_answer_with_a_policy_of_its_own_leaves_the_next_one_alone(rf):
    before, _ = policies(rf, unchanged)
    list(policies(rf, updated))
    assert next(policies(rf, unchanged)) == before

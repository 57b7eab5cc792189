from urllib.parse import urlencode

from django.http import HttpRequest


def other_parameters(request: HttpRequest) -> str:
    """The address's parameters without the page number."""
    pairs = [(name, value) for name, values in request.GET.lists() for value in values if name != "page" and value]
    return urlencode(pairs)

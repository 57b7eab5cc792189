"""What the tests of the participant's pages read out of a response."""

import re
from html import unescape
from html.parser import HTMLParser

from django.urls import reverse


class Outline(HTMLParser):
    """The forms in <main>, and the text people see."""

    def __init__(self, html: str):
        super().__init__()
        self.forms, self.words, self.in_main, self.unseen = [], [], False, 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.in_main = self.in_main or tag == "main"
        self.unseen += tag in {"script", "style"}
        if tag == "form" and self.in_main:
            self.forms.append(dict(attrs))

    def handle_endtag(self, tag):
        self.in_main = self.in_main and tag != "main"
        self.unseen -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self.unseen:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def text_of(response) -> str:
    return Outline(response.content.decode()).text


def url(assignment, page: str, *args) -> str:
    return reverse(f"participant-{page}", args=[assignment.code, *args])


def hidden_fields(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


def typed_in(response) -> str:
    """What the textarea holds, as a browser reads it: the first line feed after the tag is not part of it."""
    inside = re.search(r"<textarea[^>]*>(.*?)</textarea>", response.content.decode(), re.DOTALL)[1]
    return unescape(inside.removeprefix("\n"))


def without_times(response) -> str:
    return re.sub(r'(data-now|data-deadline)="[^"]*"', "", response.content.decode())

"""What a simulated rater can see of a page: the form in <main>, its fields and the texts beside the choices. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser


@dataclass
class Field:
    """One control of the form; ``label`` is the text of the label around it or for it."""

    name: str
    kind: str
    value: str = ""
    checked: bool = False
    label: str = ""


@dataclass
class Form:
    """The page's form. ``action`` is empty where the form posts to its own address."""

    action: str = ""
    fields: list[Field] = field(default_factory=list)

    def named(self, name: str) -> list[Field]:
        return [each for each in self.fields if each.name == name]

    def choices(self, name: str) -> dict[str, str]:
        """Value -> label of a group of radio buttons."""
        return {each.value: each.label for each in self.named(name) if each.kind == "radio"}

    def filled(self, **answers: str) -> list[tuple[str, str]]:
        """What a browser would send: the answers given, and every other field as the page has it."""
        kept = [(each.name, each.value) for each in self.fields if each.name not in answers and _is_sent(each)]
        return kept + list(answers.items())


def _is_sent(each: Field) -> bool:
    if each.kind in {"radio", "checkbox"}:
        return each.checked
    return bool(each.name) and each.kind not in {"submit", "button"}


@lru_cache(maxsize=1000)
def read_form(html: str) -> Form | None:
    """The first form with method="post" in <main>, or None. Only to be read: callers share it."""
    reader = _FormReader()
    reader.feed(html)
    reader.close()
    return reader.form


class _FormReader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.form: Form | None = None
        self._in_main = self._in_form = False
        self._labels: list[_Label] = []
        self._labels_elsewhere: list[_Label] = []
        self._ids: dict[str, Field] = {}
        self._textarea: Field | None = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "main":
            self._in_main = True
        elif tag == "form" and self._in_main and self.form is None and (given.get("method") or "").lower() == "post":
            self.form = Form(action=given.get("action") or "")
            self._in_form = True
        elif self._in_form:
            self._read_control(tag, given)

    def _read_control(self, tag: str, given: dict) -> None:
        if tag == "label":
            self._labels.append(_Label(given.get("for") or ""))
        elif tag == "input":
            self._add(given, (given.get("type") or "text").lower())
        elif tag == "button":
            self._add(given, (given.get("type") or "submit").lower())
        elif tag == "textarea":
            self._textarea = self._add(given, "textarea")

    def _add(self, given: dict, kind: str) -> Field:
        control = Field(given.get("name") or "", kind, given.get("value") or "", "checked" in given)
        self.form.fields.append(control)
        if self._labels:
            self._labels[-1].controls.append(control)
        if given.get("id"):
            self._ids[given["id"]] = control
        return control

    def handle_data(self, data):
        if self._textarea is not None:
            self._textarea.value += data
        elif self._labels:
            self._labels[-1].text += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._textarea is not None:
            # HTML drops one line feed right after the start tag.
            self._textarea.value = self._textarea.value.removeprefix("\n")
            self._textarea = None
        elif tag == "label" and self._labels:
            self._labels_elsewhere.append(self._labels.pop())
        elif tag == "form" and self._in_form:
            self._in_form = False
            self._put_labels_on_controls()
        elif tag == "main":
            self._in_main = False

    def _put_labels_on_controls(self) -> None:
        for label in self._labels_elsewhere:
            for control in label.controls or self._controls_by_id(label.target):
                control.label = as_read(f"{control.label} {label.text}")

    def _controls_by_id(self, name: str) -> list[Field]:
        return [self._ids[name]] if name in self._ids else []


@dataclass
class _Label:
    target: str
    text: str = ""
    controls: list[Field] = field(default_factory=list)


def as_read(text: str) -> str:
    """A text with every run of white space as one space, as a page shows it."""
    return " ".join(text.split())

"""The kept tags say what Django's say, for each language and each page."""

import pytest
from django.template import Context, Template
from django.utils import translation

from annotation.templatetags.kept import KeptNode


def kept_template(inside: str) -> Template:
    return Template("{% load i18n static kept %}" + inside)


def kept_nodes(template: Template) -> int:
    return sum(isinstance(node, KeptNode) for node in template.nodelist)


def test_constants_are_kept():
    template = kept_template('{% translate "Yes" %} {% static "a.css" %}')
    assert kept_nodes(template) == 2
    assert [template.render(Context()) for _ in range(2)] == ["Yes /static/a.css"] * 2


def test_block_of_words_is_kept():
    template = kept_template("{% blocktranslate trimmed %} Yes {% endblocktranslate %}")
    assert kept_nodes(template) == 1
    assert template.render(Context()) == "Yes"


def test_words_are_kept_for_each_language():
    template = kept_template('{% translate "Yes" %}')
    words = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            words.append(template.render(Context()))
    assert words == ["Yes", "Ja", "Yes"]


def test_constants_are_escaped_as_before():
    text = "{% translate \"<b> & 100 % 'x'\" %}"
    assert kept_template(text).render(Context()) == Template("{% load i18n %}" + text).render(Context())


@pytest.mark.parametrize(
    "tag",
    [
        "{% translate name %}",
        '{% translate "Yes"|cut:name %}',
        '{% translate "Yes" context name %}',
        '{% translate "Yes" as word %}{{ word }}{{ name }}',
        "{% static name %}",
        '{% static "a" as address %}{{ address }}{{ name }}',
        "{% blocktranslate %}Dear {{ name }}{% endblocktranslate %}",
        "{% blocktranslate with other=name %}Yes{% endblocktranslate %}{{ name }}",
        "{% blocktranslate context name %}Yes{% endblocktranslate %}",
        "{% blocktranslate asvar word %}Yes{% endblocktranslate %}{{ word }}{{ name }}",
    ],
)
def test_what_may_differ_from_page_to_page_is_not_kept(tag):
    template, plain = kept_template(tag), Template("{% load i18n static %}" + tag)
    assert kept_nodes(template) == 0
    for name in ("s", "<b>", "Yes"):
        assert template.render(Context({"name": name})) == plain.render(Context({"name": name}))

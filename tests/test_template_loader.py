"""Joined templates say what Django's say."""

from itertools import pairwise

import pytest
from django.template import Context, Engine, Template, engines
from django.template.base import Node, TextNode
from django.utils import translation

from annotation.templatetags.kept import KeptNode
from config.template_loader import joined

TEXT = """{% load i18n kept %}<p>{# nothing #}{% translate "Yes" %}</p>{% if a %}<b>{% translate "No" %}</b>{{ a }}
{% elif b %}{% comment %}not{% endcomment %}{% translate "Yes" %}!{% else %}<i></i>{% endif %}{% for n in many %}
({% translate "No" %}) {{ n }}{% empty %}none{% endfor %}{% block end %}{% translate "Yes" %} {{ b }}{% endblock %}"""


def joined_template(text: str) -> Template:
    template = Template(text)
    template.nodelist = joined(template.nodelist)
    return template


@pytest.mark.parametrize("context", [{}, {"a": "<1>"}, {"b": 2, "many": "xy"}])
@pytest.mark.parametrize("language", ["en", "de"])
def test_joined_template_renders_as_before(context, language):
    with translation.override(language):
        assert joined_template(TEXT).render(Context(context)) == Template(TEXT).render(Context(context))


def test_neighbouring_constants_are_one_node_inside_blocks_too():
    before, after = Template(TEXT), joined_template(TEXT)
    constants = [node for node in after.nodelist if isinstance(node, (TextNode, KeptNode))]
    assert len(constants) == 1
    assert [len(template.nodelist.get_nodes_by_type(Node)) for template in (before, after)] == [24, 14]


def test_templates_of_the_site_are_joined():
    engine: Engine = engines["django"].engine
    question = engine.get_template("participant/layout.html")
    texts = [isinstance(node, (TextNode, KeptNode)) for node in question.nodelist]
    assert not any(first and second for first, second in pairwise(texts))

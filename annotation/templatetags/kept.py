"""``translate``, ``blocktranslate`` and ``static`` as in Django; a constant is looked up once per language and process.

Load it after ``i18n`` and ``static``. A participant's page has some sixty such constants: a third of its rendering.
"""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, Node, Parser, Token, TokenType
from django.template.context import Context
from django.templatetags.i18n import BlockTranslateNode, TranslateNode, do_block_translate, do_translate
from django.templatetags.static import StaticNode, do_static
from django.utils.translation import get_language

register = template.Library()


class KeptNode(Node):
    """Rendered without the page's context, so that nothing of one page can appear on another."""

    child_nodelists = ()

    def __init__(self, node: Node):
        self._node = node
        self._rendered: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self._rendered:
            self._rendered[language] = self._node.render(context.new())
        return self._rendered[language]


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    node: TranslateNode = do_translate(parser, token)
    is_plain = node.asvar is None and node.message_context is None
    return KeptNode(node) if is_plain and _is_constant(node.filter_expression) else node


@register.tag
def blocktranslate(parser: Parser, token: Token) -> Node:
    node: BlockTranslateNode = do_block_translate(parser, token)
    has_variables = node.extra_context or any(part.token_type is TokenType.VAR for part in node.singular)
    is_plain = not node.plural and node.asvar is None and node.message_context is None
    return KeptNode(node) if is_plain and not has_variables else node


@register.tag
def static(parser: Parser, token: Token) -> Node:
    node: StaticNode = do_static(parser, token)
    return KeptNode(node) if node.varname is None and _is_constant(node.path) else node


def _is_constant(expression: FilterExpression) -> bool:
    # A constant is a text, or a variable that holds one.
    return not expression.filters and getattr(expression.var, "literal", expression.var) is not None

"""Django's cached loader, which also joins neighbouring nodes that are the same on every page into one.

A participant's question page has some ninety texts and translated constants, a fifth of its rendering.
"""

from __future__ import annotations

from django.template.base import Node, NodeList, Template, TextNode
from django.template.defaulttags import CommentNode, IfNode, LoadNode
from django.template.loaders import cached

from annotation.templatetags.kept import KeptNode

CONSTANT = (TextNode, KeptNode, CommentNode, LoadNode)


class Loader(cached.Loader):
    def get_template(self, template_name: str, skip=None) -> Template:
        is_known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not is_known:
            template.nodelist = joined(template.nodelist)
        return template


def joined(nodes: NodeList) -> NodeList:
    """The same nodes with each run of constant ones as one, inside the nodes as well."""
    result = NodeList()
    run: list[Node] = []
    for node in nodes:
        if isinstance(node, CONSTANT):
            run.append(node)
            continue
        result.extend(_as_one(run))
        run = []
        _join_inside(node)
        result.append(node)
    result.extend(_as_one(run))
    result.contains_nontext = nodes.contains_nontext
    return result


def _as_one(run: list[Node]) -> list[Node]:
    if len(run) < 2:
        return run
    one = KeptNode(NodeList(run))
    one.token, one.origin = run[0].token, run[0].origin
    return [one]


def _join_inside(node: Node) -> None:
    for name, value in vars(node).items():
        if isinstance(value, NodeList):
            setattr(node, name, joined(value))
    if isinstance(node, IfNode):
        node.conditions_nodelists = [(condition, joined(inside)) for condition, inside in node.conditions_nodelists]

from django import template

from annotation.texts import markdown_html

register = template.Library()
register.filter("markdown", markdown_html)

"""The site whose exports fail after three rows, as on a row that cannot be read."""

from config.wsgi import application  # first: it loads the apps

# isort: split
from annotation.exporting import rows

__all__ = ["application"]


def three_rows_and_a_fault(studies, what, *, include_prolific_ids=False):
    columns = rows.export_columns(what, include_prolific_ids=include_prolific_ids)
    for number in range(3):
        yield {column.name: f"{column.name} {number}" for column in columns}
    raise RuntimeError("planted")


rows.rows_of = three_rows_and_a_fault

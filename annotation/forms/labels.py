class PlainLabels:
    """A form whose labels stand above their fields, so without a colon."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"label_suffix": "", **kwargs})

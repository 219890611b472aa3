"""The records of the mechanisms behind the figures: one module a theme, on the floor of `queries`."""

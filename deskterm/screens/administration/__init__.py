"""Administration: one generic screen and form over a table of areas."""

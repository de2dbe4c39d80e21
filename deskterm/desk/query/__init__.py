"""The language tickets are found by: fields, parser, what a query means, completion, marks."""

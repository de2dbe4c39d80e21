"""One step per file; `pipeline.STEPS` is their order."""

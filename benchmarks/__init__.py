"""Every speed claim, runnable: `make bench`."""

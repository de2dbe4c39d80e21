"""The demo desk: its own mail server and customers who write and answer; nothing else knows it."""

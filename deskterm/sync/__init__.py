"""What runs in the background: it moves bytes between servers and store, and decides nothing."""

"""Letters cut into blocks that are fetched and stored at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deskterm import limits


def blocks(sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """The keys of these sizes in order, in blocks small enough to be fetched at once."""
    block: list[int] = []
    octets = 0
    for uid in sorted(sizes):
        if block and (
            len(block) >= limits.FETCH_BLOCK_LETTERS or octets + sizes[uid] > limits.FETCH_BLOCK_BYTES
        ):
            yield block
            block, octets = [], 0
        block.append(uid)
        octets += sizes[uid]
    if block:
        yield block

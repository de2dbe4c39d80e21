"""The Russian dictionary read from its files as they lie, so that all processes share one copy of it.

pymorphy3 reads every word graph into memory of its own: 15 MB in the console, the worker and its child each,
of which few pages are ever looked at.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

_COUNT_BYTES = 4
"""Before the units of a graph, and before its guide, stands how many there are (dawg_python/wrapper.py)."""


def map_words(analyzer: Any) -> None:
    """Have a MorphAnalyzer look into the files of its dictionary instead of into copies of them."""
    dictionary = analyzer.dictionary
    folder = Path(dictionary.path)
    _map(dictionary.words, folder / "words.dawg")
    for number, graph in enumerate(dictionary.prediction_suffixes_dawgs):
        _map(graph, folder / f"prediction-suffixes-{number}.dawg")
    _map(analyzer.prob_estimator.p_t_given_w, folder / "p_t_given_w.intdawg")


def _map(graph: Any, path: Path) -> None:
    with path.open("rb") as file:
        lies = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    units = _COUNT_BYTES + len(graph.dct._units) * graph.dct._units.itemsize
    graph.dct._units = lies[_COUNT_BYTES:units].cast("I")
    guide = getattr(graph, "guide", None)
    if guide is not None:
        begin = units + _COUNT_BYTES
        guide._units = lies[begin : begin + len(guide._units)]

"""Servers of an account as people write them: `ssl://host`, `host:port`."""

from __future__ import annotations

import re
from typing import Any

from deskterm.desk.accounts import AccountView
from deskterm.desk.errors import BadData
from deskterm.i18n import _
from deskterm.mail.endpoints import parse_endpoint

USUAL = {"incoming": "imap", "outgoing": "smtp"}
"""The protocol of each way where none was named."""


def taken_apart(values: dict[str, Any], there: AccountView | None = None) -> None:
    """Take servers in what is given apart, in place; on an account that is there, what is not named stays."""
    for way, usual in USUAL.items():
        protocol = values.get(way) or (usual if there is None else getattr(there, way))
        if protocol == "none":
            continue
        _server(way, protocol, values, there)


def _server(way: str, protocol: str, values: dict[str, Any], there: AccountView | None) -> None:
    text = str(values.get(f"{way}_host") or "").strip()
    if not text:
        return
    security, port = values.get(f"{way}_security"), values.get(f"{way}_port")
    says_all = there is None or "://" in text or bool(security)
    if not says_all and there is not None:
        security = getattr(there, f"{way}_security")
    try:
        endpoint = parse_endpoint(protocol, text, port, security)
    except ValueError:
        told = _("'{text}' is no server: say host, host:port or ssl://host.")
        raise BadData(told.format(text=text)) from None
    values[f"{way}_host"] = endpoint.host
    if says_all:
        values[f"{way}_security"] = endpoint.security
    if says_all or port or re.search(r":\d+/?$", text):
        values[f"{way}_port"] = endpoint.port

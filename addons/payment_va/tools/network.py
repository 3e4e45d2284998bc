# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which addresses may call."""

import ipaddress


def parse_networks(text: str) -> list:
    """Return the networks of a list like ``103.208.23.0/24, 103.127.17.6``.

    :raise ValueError: naming the entry that is none
    """
    networks = []
    for entry in (text or "").replace(",", " ").split():
        try:
            networks.append(ipaddress.ip_network(entry, strict=False))
        except ValueError as error:
            raise ValueError(entry) from error
    return networks


def is_allowed(address: str, networks: list) -> bool:
    """Return whether an address is in one of the networks; an empty list allows all."""
    if not networks:
        return True
    try:
        sender = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(sender, "ipv4_mapped", None)
    return any((mapped or sender) in network for network in networks)

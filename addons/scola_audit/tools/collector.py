# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

#: Key in the context. A client that sends it has no collector to send with it.
COLLECTOR = "scola_audit_collector"


class LogCollector:
    """Takes what `auditlog` would create record by record, to create it at once."""

    def __init__(self):
        self.vals_list = []

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    scola_audit_lasting_mixin,
    auditlog_http_request,
    auditlog_http_session,
    auditlog_log,
    auditlog_log_line,
    auditlog_log_line_view,
    auditlog_rule,
    mail_message,
    scola_audit_trail,
)

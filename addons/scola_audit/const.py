# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is watched, and how long its trail is kept."""

#: Names of models, or patterns of names, whose changes are logged field by field, and
#: what differs from the usual rule. Models that are not installed are left out, and are
#: watched from the day they are.
WATCHED = {
    "account.account": {},
    "account.asset.profile": {},
    "account.budget": {},
    "account.budget.*": {},
    "account.journal": {},
    "account.lock_exception": {},
    "bos.*": {},
    "l10n_id.withholding.object": {},
    "payment.channel": {},
    "payment.provider": {},
    "payment.snap.bank": {},
    "res.company": {},
    "res.partner.bank": {},
    "scola.asset.class": {},
    "scola.budget.*": {},
    "scola.fee.amount": {},
    "scola.fee.component": {},
    "scola.fee.pause": {},
    # Plans follow from enrolments and prices, which are watched; the planner replaces
    # them and the billing run links them by statements of its own. What is left is who
    # released a plan by hand.
    "scola.fee.schedule": {"log_create": False, "log_unlink": False},
    "scola.fee.template": {},
    "scola.fee.template.line": {},
    "scola.installment.preset": {},
    "scola.installment.preset.line": {},
    "scola.scholarship.award": {},
    "scola.scholarship.sibling.rule": {},
    "scola.scholarship.type": {},
    # Who gave a fee to whom, and when, stands on the enrolment itself; classes of
    # thousands are enrolled at once.
    "scola.student.fee.enrollment": {"log_create": False},
    "tier.definition": {},
    "tier.delegation": {},
    # A request is made by the rules; what counts is who decided it, or took it away.
    "tier.review": {"log_create": False},
    "tier.validation.exception": {},
}

#: Never a rule on these: it would replace their methods, and the billing run refuses to
#: copy invoices when it meets a method it has not read. Their trail is Odoo's own.
LEDGER_MODELS = ("account.move", "account.move.line")

#: Documents whose chatter is part of the trail.
TRACKED = (
    "account.approval.request",
    "account.asset",
    "account.move",
    "account.payment",
    "account.tax",
    "l10n_id.withholding.return",
    "payment.refund",
    "scola.billing.run",
    "scola.cash.receipt",
    "scola.cash.session",
    "scola.fiscal.closing",
)

#: Parts of the names of fields that hold credentials, besides those that only system
#: administrators may read.
SECRET_NAMES = (
    "api_key",
    "client_key",
    "credential",
    "password",
    "private_key",
    "secret",
    "server_env_defaults",
    "server_key",
)
#: What is logged instead of a secret: that it changed.
MASK = "********"

#: Kinds of fields that are not logged: what they refer to is watched itself, or is no
#: text.
UNLOGGED_TYPES = ("binary", "image", "one2many", "properties_definition")
UNLOGGED_PREFIXES = ("activity_", "message_", "website_message_")

#: Books and what they are made from are kept for ten years (UU KUP, article 28(11)).
RETENTION_YEARS = 10

#: Chart of the companies the restrictive audit trail is proposed for.
FOUNDATION_CHART = "id_foundation"

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What was read, and found to be reproduced, before invoices are stamped."""

# First key of our advisory locks; the second is the journal.
LOCK_NAMESPACE = 0xACC0B

# Methods that run when an invoice is created and posted, and whose effect a copied row
# does not carry with it: they write elsewhere, or their result differs between the
# invoices of one shape and is worked out by us. Whatever else an add-on overrides is
# done once, on the prototype, and copied.
WATCHED_METHODS = {
    "account.move": frozenset(
        (
            "create",
            "write",
            "_create",
            "_write",
            "_write_multi",
            "modified",
            "_validate_fields",
            "_post",
            "action_post",
            "_check_balanced",
            "_compute_commercial_partner_id",
            "_compute_invoice_partner_display_info",
            "_compute_made_sequence_gap",
            "_compute_name",
            "_compute_partner_shipping_id",
            "_compute_payment_reference",
            "_compute_split_sequence",
            "_creation_message",
            "_creation_subtype",
            "_get_invoice_computed_reference",
            "_get_last_sequence",
            "_get_last_sequence_domain",
            "_get_next_sequence_format",
            "_get_starting_sequence",
            "_hash_moves",
            "_inverse_name",
            "_inverse_partner_id",
            "_inverse_payment_reference",
            "_invoice_paid_hook",
            "_locked_increment",
            "_message_auto_subscribe",
            "_message_auto_subscribe_followers",
            "_message_auto_subscribe_notify",
            "_message_create",
            "_message_post_after_hook",
            "_notify_thread",
            "_set_next_sequence",
            "_sync_dynamic_lines",
            "_synchronize_business_models",
            "_track_finalize",
            "_track_post_template_finalize",
            "message_post",
            "message_subscribe",
        )
    ),
    "account.move.line": frozenset(
        (
            "create",
            "write",
            "_create",
            "_write",
            "_write_multi",
            "modified",
            "_validate_fields",
            "_compute_amount_residual",
            "_compute_balance",
            "_compute_debit_credit",
            "_compute_name",
            "_compute_partner_id",
            "_compute_totals",
            "_create_analytic_lines",
            "_prepare_analytic_distribution_line",
            "_prepare_analytic_lines",
            "_prepare_create_values",
            "_reconcile_marked",
        )
    ),
    "account.analytic.line": frozenset(
        ("create", "write", "_create", "_write", "modified", "_compute_partner_id")
    ),
    "mail.message": frozenset(("create", "write", "_create", "_write", "modified")),
    "mail.followers": frozenset(("create", "write", "_create", "_insert_followers")),
    "res.partner": frozenset(("_increase_rank", "address_get")),
}

# What runs when the rank of a customer changes.
RANK_METHODS = frozenset(
    (
        "write",
        "_write",
        "_children_sync",
        "_commercial_sync_to_descendants",
        "_fields_sync",
    )
)

# What makes the name by which customers are shown, and what in the context changes it.
NAME_METHODS = frozenset(
    ("_compute_complete_name", "_compute_display_name", "_get_complete_name")
)
NAME_CONTEXT = (
    "formatted_display_name",
    "partner_display_name_hide_company",
    "partner_show_db_id",
    "show_address",
    "show_email",
    "show_vat",
)

# Add-ons of Odoo 19.0 that were read as a whole: what they do is in the prototype or
# reproduced, and the comparison with the ORM in the tests runs with them.
REVIEWED_MODULES = frozenset(
    (
        "account",
        "analytic",
        "base",
        "bus",
        "mail",
        "portal",
        "product",
        "sms",
        "uom",
        "web",
    )
)

# What other add-ons override or compute and was read: module to "model.name".
REVIEWED = {
    # Depreciation and what becomes an asset: neither is on a customer invoice, or else
    # the original has an asset that refers to it.
    "account_asset_management": frozenset(
        (
            "account.move.action_post",
            "account.move.write",
            "account.move.line.create",
            "account.move.line.write",
        )
    ),
    # A relation that follows from the distribution, which is in the shape.
    "account_financial_report": frozenset(("account.move.line.analytic_account_ids",)),
    # Both keep their own columns, which are in the shape or untouched by posting.
    "l10n_id_efaktur_coretax": frozenset(("account.move.l10n_id_kode_transaksi",)),
    # Vendor bills, and entries by which money leaves.
    "account_payment_approval": frozenset(
        (
            "account.move._check_payment_approval",
            "account.move.line._check_payment_approval",
        )
    ),
    # The purchase orders of vendor bills.
    "purchase": frozenset(("account.move.create", "account.move.write")),
    # Vendor bills; the cost of goods sold, whose items refer to each other, which keeps
    # the original from being copied.
    "purchase_stock": frozenset(("account.move._post",)),
    "stock_account": frozenset(("account.move._post",)),
    # Numbers and addresses; the rank of a customer is none of their business.
    "base_vat": frozenset(("res.partner.write",)),
    "snailmail": frozenset(("res.partner.write",)),
}

# Columns of the customer and of its commercial entity that decide over columns of an
# invoice without a dependency that says so. All company-dependent ones are taken too.
PARTNER_COLUMNS = (
    "company_id",
    "lang",
    "user_id",
    "l10n_id_kode_transaksi",
    "l10n_id_pkp",
)
# The same, where fiscal positions are found by address.
PARTNER_ADDRESS_COLUMNS = ("country_id", "state_id", "zip", "vat")

# Columns of an invoice that name its customer or its number, and what depends on them.
VARYING_FIELDS = {
    "account.move": (
        "partner_id",
        "commercial_partner_id",
        "partner_shipping_id",
        "name",
        "ref",
        "invoice_origin",
        "payment_reference",
        "sequence_number",
        "amount_untaxed",
        "amount_total",
        "amount_residual",
    ),
    "account.move.line": (
        "name",
        "partner_id",
        "price_unit",
        "price_subtotal",
        "balance",
        "amount_currency",
        "debit",
        "credit",
        "amount_residual",
    ),
}

# Amounts of an invoice that are all its total where prices may vary.
TOTAL_FIELDS = (
    "amount_untaxed",
    "amount_untaxed_signed",
    "amount_untaxed_in_currency_signed",
    "amount_total",
    "amount_total_signed",
    "amount_total_in_currency_signed",
    "amount_residual",
    "amount_residual_signed",
)

# Numbers on which prices have no influence; every other one has to be zero where they
# may vary.
UNPRICED_FIELDS = frozenset(
    ("invoice_currency_rate", "deductible_amount", "discount", "quantity")
)

OWN_MODELS = frozenset(("account.move", "account.move.line", "account.analytic.line"))

# Tables that hold what is copied; rows anywhere else that point to a prototype mean
# that an add-on does something we do not know.
STAMPED_TABLES = frozenset(
    ("account_move", "account_move_line", "account_analytic_line", "mail_message")
)

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import namedtuple

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.orm.model_classes import is_model_class
from odoo.tools import SQL

from ..const import (
    NAME_CONTEXT,
    NAME_METHODS,
    OWN_MODELS,
    PARTNER_ADDRESS_COLUMNS,
    PARTNER_COLUMNS,
    RANK_METHODS,
    REVIEWED,
    REVIEWED_MODULES,
    STAMPED_TABLES,
    TOTAL_FIELDS,
    UNPRICED_FIELDS,
    VARYING_FIELDS,
    WATCHED_METHODS,
)
from ..tools.shape import TEXT_LINES, NotStampable

Journal = namedtuple("Journal", "obstacle digits currency_id by_number company_id")
Partner = namedtuple(
    "Partner", "id commercial_id shipping_id display_name signature obstacle"
)


class AccountMoveBulkReview(models.AbstractModel):
    """Says what may be copied, and what only the ORM can make."""

    _name = "account.move.bulk.review"
    _description = "Review of Bulk Invoicing"

    # === HOOKS === #

    @api.model
    def _get_free_columns(self):
        """Return columns of ``account.move`` that may differ within a shape; a hook.

        For an add-on that adds a plain column to invoices on which nothing else
        depends but, perhaps, a column of the lines that repeats it.

        :return: column of the invoice to column of its lines, or None
        :rtype: dict[str, str | None]
        """
        return {}

    @api.model
    def _get_reviewed(self):
        """Return what was read and found to be reproduced; a hook.

        For the add-on that overrides or computes it, if it knows that a copy of the
        row is all there is to it.

        :return: module to names, as in ``const.REVIEWED``
        :rtype: dict[str, frozenset[str]]
        """
        return REVIEWED

    @api.model
    def _get_partner_columns(self):
        """Return columns of a customer that decide over its invoices; a hook.

        :rtype: list[str]
        """
        fields = self.env["res.partner"]._fields
        return [
            name
            for name in (
                *PARTNER_COLUMNS,
                *(PARTNER_ADDRESS_COLUMNS if self._has_found_positions() else ()),
                *(name for name, field in fields.items() if field.company_dependent),
            )
            if name in fields and fields[name].store
        ]

    def _has_found_positions(self):
        """Whether fiscal positions are found by address anywhere."""
        # As superuser: their existence, for whatever company.
        positions = self.env["account.fiscal.position"].sudo()
        return bool(positions.search_count([("auto_apply", "=", True)], limit=1))

    # === WORDS === #

    def _get_message(self, code):
        """Return in words why something was left to the ORM."""
        name, _sep, detail = code.partition(":")
        messages = {
            "analytic": self.env._(
                "an analytic line is named after its customer or reference"
            ),
            "analytic_model": self.env._(
                "analytic distribution models go by the customer"
            ),
            "auto_post": self.env._("it is to be posted later"),
            "cash_basis": self.env._("a tax is due on payment"),
            "column": self.env._("unknown column %s", detail),
            "currency": self.env._("foreign currency"),
            "fiscal_position": self.env._("the customer has a fiscal position"),
            "hash": self.env._("the journal secures its entries with hashes"),
            "journal": self.env._("no sales journal given"),
            "lines": self.env._("lines that are not plain"),
            "message": self.env._("somebody is told of the invoice"),
            "move_type": self.env._("no customer invoice"),
            "override": self.env._("unknown change of Odoo by %s", detail),
            "partner": self.env._("customer not found"),
            "prototype": self.env._("Odoo made something else of it"),
            "reference": self.env._("the journal's payment reference has no number"),
            "rounding": self.env._("cash rounding"),
            "sequence": self.env._("its numbers do not follow each other"),
            "table": self.env._("something else refers to it: %s", detail),
            "zero": self.env._("nothing to pay"),
        }
        return messages[name]

    # === THE INSTALLATION === #

    @api.model
    def _find_obstacle(self):
        """Return why nothing at all may be copied here, or None.

        :return: a code, with the culprit behind a colon
        :rtype: str | None
        """
        unknown = self._find_unknown_overrides() or self._find_unknown_fields()
        return unknown and f"override:{', '.join(unknown)}"

    def _is_reviewed(self, module, name):
        reviewed = self._get_reviewed()
        return module in REVIEWED_MODULES or name in reviewed.get(module, ())

    def _find_unknown_overrides(self):
        """Return what overrides a watched method, or checks what varies, and was not
        read. Looked up each time: add-ons also patch methods while Odoo runs.

        :rtype: list[str]
        """
        return sorted(
            f"{module} ({model_name}.{name})"
            for model_name, watched in WATCHED_METHODS.items()
            for module, name in self._get_overrides(model_name, watched)
            if not self._is_reviewed(module, f"{model_name}.{name}")
        )

    def _get_overrides(self, model_name, watched):
        """Return who defines watched methods and constraints of a model.

        :rtype: set[tuple[str, str]]
        """
        varying = set(VARYING_FIELDS.get(model_name, ()))
        found = set()
        for definition in _get_lineage(self.env[model_name]):
            module = _get_module(definition)
            found |= {
                (module, name)
                for name, value in vars(definition).items()
                if module
                and (name in watched or varying.intersection(_get_constrained(value)))
            }
        return found

    def _is_rank_plain(self):
        """Whether nobody but known add-ons notices that a customer's rank changes."""
        field = self.env["res.partner"]._fields["customer_rank"]
        writers = self._get_overrides("res.partner", RANK_METHODS)
        dependent = self.env.registry.get_dependent_fields(field)
        return (
            not any(found.store for found in dependent)
            and "customer_rank" not in self.env["res.partner"]._commercial_fields()
            and all(
                self._is_reviewed(module, f"res.partner.{name}")
                for module, name in writers
            )
        )

    @tools.ormcache()
    def _find_unknown_fields(self):
        """Return stored columns of invoices that nobody has read and that may differ
        within a shape: what depends on something that varies, or is drawn anew.

        :rtype: list[str]
        """
        free = self._get_free_columns()
        names = {
            "account.move": (*VARYING_FIELDS["account.move"], *free),
            "account.move.line": VARYING_FIELDS["account.move.line"],
        }
        dependent = {
            field
            for model_name, fnames in names.items()
            for fname in fnames
            if fname in self.env[model_name]._fields
            for field in self.env.registry.get_dependent_fields(
                self.env[model_name]._fields[fname]
            )
        }
        known = {
            ("account.move", *free),
            *(("account.move.line", name) for name in free.values()),
        }
        unknown = []
        for model_name in ("account.move", "account.move.line"):
            for name, field in self.env[model_name]._fields.items():
                risky = field in dependent or (
                    callable(field.default) and not field.compute
                )
                if not field.store or not risky or (model_name, name) in known:
                    continue
                full_name = f"{model_name}.{name}"
                modules = field._modules or ("?",)
                if not any(self._is_reviewed(module, full_name) for module in modules):
                    unknown.append(f"{', '.join(modules)} ({full_name})")
        return sorted(unknown)

    # === SPECIFICATIONS === #

    def _get_journals(self, vals_list):
        """Return what matters of the journals of specifications.

        :rtype: dict[int, Journal]
        """
        ids = {vals.get("journal_id") for vals in vals_list} - {None, False}
        # As superuser: settings of a journal and its company, not its contents.
        journals = self.env["account.journal"].sudo().browse(ids).exists()
        return {journal.id: self._prepare_journal(journal) for journal in journals}

    def _prepare_journal(self, journal):
        company_currency = journal.company_id.currency_id
        obstacle = None
        if journal.type != "sale":
            obstacle = "journal"
        elif journal.currency_id and journal.currency_id != company_currency:
            obstacle = "currency"
        elif journal.restrict_mode_hash_table:
            obstacle = "hash"
        places = self.env["decimal.precision"].precision_get("Product Price")
        return Journal(
            obstacle=obstacle,
            digits=min(places, company_currency.decimal_places),
            currency_id=company_currency.id,
            by_number=(
                journal.invoice_reference_type == "invoice"
                and journal.invoice_reference_model in ("odoo", "number")
            ),
            company_id=journal.company_id.id,
        )

    def _check_vals(self, vals, journals):
        """Return the journal of a specification that may be copied.

        :rtype: Journal
        :raise NotStampable: if it may not
        """
        journal = journals.get(vals.get("journal_id"))
        if vals.get("move_type") != "out_invoice":
            raise NotStampable("move_type")
        if not journal:
            raise NotStampable("journal")
        if journal.obstacle:
            raise NotStampable(journal.obstacle)
        if vals.get("currency_id", journal.currency_id) != journal.currency_id:
            raise NotStampable("currency")
        if vals.get("auto_post", "no") != "no":
            raise NotStampable("auto_post")
        if vals.get("invoice_cash_rounding_id"):
            raise NotStampable("rounding")
        if not vals.get("payment_reference") and not journal.by_number:
            raise NotStampable("reference")
        for command in vals.get("invoice_line_ids") or ():
            self._check_line(command)
        return journal

    def _check_line(self, command):
        """Raise unless Odoo needs no history of the customer to complete a line."""
        line = command[2] if len(command) == 3 and command[0] == 0 else {}
        known = (
            line.get("account_id")
            or line.get("product_id")
            or line.get("display_type") in TEXT_LINES
        )
        if not known:
            raise NotStampable("lines")

    def _check_partner(self, vals, partners, by_partner):
        """Return the customer of a specification that may be copied.

        :param bool by_partner: see :meth:`_has_partner_models`
        :rtype: Partner
        :raise NotStampable: if it may not
        """
        partner = partners.get(vals.get("partner_id"))
        if not partner:
            raise NotStampable("partner")
        if partner.obstacle:
            raise NotStampable(partner.obstacle)
        if by_partner:
            lines = (command[2] for command in vals["invoice_line_ids"])
            if any(not line.get("analytic_distribution") for line in lines):
                raise NotStampable("analytic_model")
        return partner

    def _has_partner_models(self):
        """Whether analytic distributions are proposed by customer anywhere."""
        # As superuser: their existence, for whatever company.
        models_found = self.env["account.analytic.distribution.model"].sudo()
        return bool(
            models_found.search_count(
                [
                    "|",
                    ("partner_id", "!=", False),
                    ("partner_category_id", "!=", False),
                ],
                limit=1,
            )
        )

    # === CUSTOMERS === #

    def _get_partners(self, vals_list):
        """Return what matters of the customers of specifications.

        :rtype: dict[int, Partner]
        :raise AccessError: if the user may not see one of them
        """
        ids = list({vals.get("partner_id") for vals in vals_list} - {None, False})
        records = self.env["res.partner"].browse(ids)
        self._check_access(records, "read")
        self.env["res.partner"].flush_model()
        rows = self.env.execute_query(self._select_partners(ids))
        stored = self._is_name_stored()
        partners = {}
        for partner_id, commercial_id, name, plain, position, signature in rows:
            record = records.browse(partner_id).with_prefetch(ids)
            partners[partner_id] = Partner(
                id=partner_id,
                commercial_id=commercial_id,
                shipping_id=(
                    partner_id
                    if plain
                    else record.address_get(["delivery"]).get("delivery")
                ),
                display_name=name if stored and name else record.display_name,
                signature=signature,
                obstacle="fiscal_position" if position else None,
            )
        return partners

    def _select_partners(self, ids):
        """Return the query of customers: id, commercial entity, complete name if it
        needs no translation, whether it is its own delivery address, whether it has a
        fiscal position, and a signature that is alike where Odoo would make alike
        invoices."""
        columns = self._get_partner_columns()
        return SQL(
            """
            SELECT p.id, p.commercial_partner_id,
                   CASE WHEN p.name <> '' AND p.complete_name !~ '[\n\r]'
                        THEN p.complete_name END,
                   p.type = 'contact' AND NOT EXISTS (
                       SELECT 1 FROM res_partner d
                        WHERE d.commercial_partner_id = p.commercial_partner_id
                          AND d.type = 'delivery' AND d.active),
                   p.property_account_position_id IS NOT NULL
                       OR c.property_account_position_id IS NOT NULL,
                   ROW(%(own)s, %(commercial)s)::text
              FROM res_partner p
              JOIN res_partner c ON c.id = p.commercial_partner_id
             WHERE p.id = ANY(%(ids)s)
            """,
            own=SQL(", ").join(SQL.identifier("p", name) for name in columns),
            commercial=SQL(", ").join(SQL.identifier("c", name) for name in columns),
            ids=ids,
        )

    def _is_name_stored(self):
        """Whether customers with a name are shown by their complete name, which is
        stored: in this context, and as far as known add-ons go."""
        return not any(map(self.env.context.get, NAME_CONTEXT)) and all(
            self._is_reviewed(module, f"res.partner.{name}")
            for module, name in self._get_overrides("res.partner", NAME_METHODS)
        )

    # === ACCESS === #

    @api.model
    def _check_access(self, records, operation):
        """Raise unless the user may do something with all of many records.

        The same as ``check_access``, which reads every record, by one query. Where a
        record is not found, Odoo says why.

        :param records: of a model, as the user
        :param str operation: read, write, create or unlink
        :raise AccessError: if the user may not
        """
        base = type(records)._check_access is models.BaseModel._check_access
        if self.env.su or not records or not base:
            records.check_access(operation)
            return
        records.browse().check_access(operation)
        rules = self.env["ir.rule"]._compute_domain(records._name, operation)
        found = Domain("id", "in", records.ids) & Domain(rules)
        # As superuser: the rules of the user are in the domain.
        allowed = records.sudo().with_context(active_test=False).search_count(found)
        if allowed != len(records):
            records.check_access(operation)

    # === PROTOTYPES === #

    def _review(self, shapes, prototypes):
        """Return which prototypes may not be copied as they are, and why.

        :param dict[tuple, list[Spec]] shapes: specifications by shape
        :param dict[tuple, account.move] prototypes: posted invoices by shape
        :return: key of the shape to a code, "fixed" if it may be copied once prices and
            texts belong to the shape
        :rtype: dict[tuple, str]
        """
        verdicts = {}
        moves = self.env["account.move"].concat(*prototypes.values())
        strangers = self._find_strangers(moves)
        for key, move in prototypes.items():
            if len(shapes[key]) == 1:
                continue
            spec = shapes[key][0]
            verdict = strangers.get(move.id) or self._review_prototype(spec, move)
            if verdict:
                verdicts[key] = verdict
        return verdicts

    def _review_prototype(self, spec, move):
        """Return why a prototype may not be copied, or None."""
        currency = move.company_id.currency_id
        if move.state != "posted" or move.currency_id != currency:
            return "prototype"
        if currency.is_zero(move.amount_total):
            return "zero"
        if move.inalterable_hash:
            return "hash"
        if "on_payment" in move.line_ids.tax_ids.flatten_taxes_hierarchy().mapped(
            "tax_exigibility"
        ):
            return "cash_basis"
        return (
            self._review_columns(move)
            or self._review_reference(spec, move)
            or self._review_lines(spec, move)
        )

    def _review_reference(self, spec, move):
        """The payment reference and the texts made from it are worked out by us."""
        stamp = self.env["account.move.bulk.stamp"]
        expected = stamp._get_payment_reference(move.journal_id, spec.vals, move.name)
        if (move.payment_reference or False) != (expected or False):
            return "reference"
        text = stamp._get_term_text(expected, spec.vals.get("ref"))
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        if any(not line.name or line.name.count(text) != 1 for line in terms):
            return "reference"
        return None

    def _review_lines(self, spec, move):
        lines = move.line_ids.sorted("id")[: len(spec.names)]
        kinds = {"product", *TEXT_LINES}
        if any(line.display_type not in kinds for line in lines):
            return "prototype"
        if any(line.id in lines.ids for line in move.line_ids.analytic_line_ids):
            return "prototype"
        analytic = move.line_ids.analytic_line_ids
        if any(not line.name for line in analytic.move_line_id):
            return "analytic"
        if any(
            name and line.name != name
            for line, name in zip(lines, spec.names, strict=True)
        ):
            return "prototype"
        is_fixed = spec.key[-1]
        if is_fixed:
            return None
        if analytic or (spec.prices and not self._has_plain_amounts(spec, move, lines)):
            return "fixed"
        return None

    def _has_plain_amounts(self, spec, move, lines):
        """Whether the amounts of an invoice follow from its prices the simple way."""
        digits = move.currency_id.decimal_places
        prices = [price or 0 for price in spec.prices]
        total = sum(prices)
        terms = move.line_ids - lines
        expected = [
            *(
                (line.price_unit, line.price_subtotal, line.price_total, -line.balance)
                for line in lines
            ),
            (
                move.amount_untaxed,
                move.amount_total,
                move.amount_residual,
                sum(terms.mapped("balance")),
            ),
        ]
        return (
            len(terms) == 1
            and terms.display_type == "payment_term"
            # As what is left to pay after a discount for paying early.
            and not self._has_strange_amounts(move)
            and not move.line_ids.filtered("is_storno")
            and all(
                f"{amount:.{digits}f}" == f"{price:.{digits}f}"
                for price, amounts in zip([*prices, total], expected, strict=True)
                for amount in (value or 0.0 for value in amounts)
            )
        )

    def _has_strange_amounts(self, move):
        """Whether an invoice has an amount that nobody works out from its prices."""
        return any(
            record[name]
            for records in (move, move.line_ids)
            for name in self._get_strange_amounts(records._name)
            for record in records
        )

    @tools.ormcache("model_name")
    def _get_strange_amounts(self, model_name):
        """Return stored numbers of a model that may depend on prices and are not
        handled by name."""
        stamp = self.env["account.move.bulk.stamp"]
        handled = {*TOTAL_FIELDS, *stamp._get_line_columns(), *UNPRICED_FIELDS}
        return [
            name
            for name, field in self._get_unhandled_fields(model_name, handled)
            if field.type in ("float", "monetary")
        ]

    def _get_unhandled_fields(self, model_name, handled):
        """Return names and fields of the columns of a model, without those that are
        handled or may differ within a kind."""
        handled = handled | self._get_free_columns().keys()
        return [
            (name, field)
            for name, field in self.env[model_name]._fields.items()
            if field.store and field.column_type and name not in handled
        ]

    def _review_columns(self, move):
        """Columns of other add-ons may repeat the number or the customer, or point to
        something else of the invoice."""
        own = {
            "res.partner": move.partner_id | move.commercial_partner_id,
            "account.move": move,
            "account.move.line": move.line_ids,
            "account.analytic.line": move.line_ids.analytic_line_ids,
        }
        for records in (move, move.line_ids):
            for name in self._get_strange_columns(records._name):
                field = records._fields[name]
                for record in records:
                    value = record[name]
                    if field.type == "many2one":
                        repeated = value & own[field.comodel_name]
                    else:
                        repeated = value and move.name in value
                    if repeated:
                        return f"column:{records._name}.{name}"
        return None

    @tools.ormcache("model_name")
    def _get_strange_columns(self, model_name):
        """Return stored texts, contacts and links to invoices of a model that are not
        handled by name."""
        handled = set(VARYING_FIELDS[model_name]) | {
            "invoice_partner_display_name",
            "move_id",
            "move_name",
        }
        return [
            name
            for name, field in self._get_unhandled_fields(model_name, handled)
            if field.type in ("char", "text", "html")
            or (
                field.type == "many2one"
                and field.comodel_name in ("res.partner", *OWN_MODELS)
            )
        ]

    # === ROWS ELSEWHERE === #

    def _find_strangers(self, moves):
        """Return prototypes that something unknown was written for.

        :return: id of the invoice to a code
        :rtype: dict[int, str]
        """
        found = {}
        lines = {line.id: line.move_id.id for line in moves.line_ids}
        messages = self._get_messages(moves)
        owners = {
            "account_move": {move_id: move_id for move_id in moves.ids},
            "account_move_line": lines,
            "mail_message": messages,
        }
        for target, by_id in owners.items():
            for table, row_id in self._find_references(target, list(by_id)):
                found[by_id[row_id]] = (
                    "message" if target == "mail_message" else f"table:{table}"
                )
        for move_id in moves.ids:
            # One: that it was created; none, where the context asks for silence.
            if list(messages.values()).count(move_id) > 1:
                found[move_id] = "message"
        for move_id in self._find_documents(moves):
            found[move_id] = "message"
        return found

    def _get_messages(self, moves):
        """Return the messages of invoices: id to id of the invoice."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT id, res_id FROM mail_message
                     WHERE model = 'account.move' AND res_id = ANY(%s)
                    """,
                    moves.ids,
                )
            )
        )

    def _find_documents(self, moves):
        """Return ids of invoices with activities, attachments, or followers besides
        their salesperson and whoever made them."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT res_id FROM mail_activity
                 WHERE res_model = 'account.move' AND res_id = ANY(%(ids)s)
                 UNION
                SELECT res_id FROM ir_attachment
                 WHERE res_model = 'account.move' AND res_id = ANY(%(ids)s)
                 UNION
                SELECT f.res_id
                  FROM mail_followers f
                  JOIN account_move m ON m.id = f.res_id
             LEFT JOIN res_users u ON u.id = m.invoice_user_id
                 WHERE f.res_model = 'account.move' AND f.res_id = ANY(%(ids)s)
                   AND f.partner_id NOT IN (%(me)s, coalesce(u.partner_id, 0))
                """,
                ids=moves.ids,
                me=self.env.user.partner_id.id,
            )
        )
        return [move_id for (move_id,) in rows]

    def _find_references(self, target, ids):
        """Return the rows of other tables that point to records.

        :param str target: the table that is pointed to
        :param list[int] ids: of its rows
        :return: other table, and the id it points to
        :rtype: list[tuple[str, int]]
        """
        references = self._get_references(target)
        if not ids or not references:
            return []
        return self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL(
                    "(SELECT %(name)s, %(column)s FROM %(table)s"
                    " WHERE %(column)s = ANY(%(ids)s))",
                    name=table,
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    ids=ids,
                )
                for table, column in references
            )
        )

    @tools.ormcache("target")
    def _get_references(self, target):
        """Return foreign keys to a table, but for those whose rows are copied.

        :return: table and column
        :rtype: list[tuple[str, str]]
        """
        copied = set(STAMPED_TABLES)
        stamp = self.env["account.move.bulk.stamp"]
        copied |= {relation for relation, *_columns in stamp._get_relations()}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.relname, a.attname
                  FROM pg_constraint c
                  JOIN pg_class t ON t.oid = c.conrelid
                  JOIN pg_attribute a
                    ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                 WHERE c.contype = 'f' AND c.confrelid = %s::regclass
                 ORDER BY 1, 2
                """,
                target,
            )
        )
        return [(table, column) for table, column in rows if table not in copied]


def _get_lineage(model):
    """Return the classes a model is made of."""
    return type(model).__mro__


def _get_constrained(value):
    """Return the fields a method is a constraint of, as far as they are named."""
    names = getattr(value, "_constrains", ())
    return names if isinstance(names, (tuple, list)) else ()


def _get_module(definition):
    """Return the add-on a class of a model comes from, None for the ORM's own.

    What stands in the class that the registry built was put there while Odoo runs.
    """
    if is_model_class(definition):
        return "a patch"
    return vars(definition).get("_module")

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager

from odoo import api, models, tools
from odoo.tools import SQL
from odoo.tools.mail import generate_tracking_message_id

from ..const import OWN_MODELS, TOTAL_FIELDS
from ..tools.numbering import only_digits


class AccountMoveBulkStamp(models.AbstractModel):
    """Copies the rows of prototypes, a table at a time.

    Each statement joins lists of what is new (``d``) with the rows it is a copy of
    (``p``). Columns that are not named here are copied: see ``_insert_moves`` for those
    of an invoice, ``_get_line_columns`` for those of its lines. Every join is by one
    key, and PostgreSQL knows how long the lists are: its plans do not depend on what
    it believes to be in tables that may have been empty a moment ago.
    """

    _name = "account.move.bulk.stamp"
    _description = "Writer of Bulk Invoicing"

    @api.model
    def _stamp(self, shapes, prototypes, plan):
        """Write the invoices that have a prototype, and number all of them.

        :param dict[tuple, list[Spec]] shapes: specifications by shape
        :param dict[tuple, account.move] prototypes: posted invoices by shape
        :param dict[int, tuple[int, str]] plan: position to number and name
        :return: position to id of the new invoices
        :rtype: dict[int, int]
        """
        specs = sorted(
            ((spec, key) for key, found in shapes.items() for spec in found[1:]),
            key=lambda item: item[0].index,
        )
        self._renumber(shapes, prototypes, plan)
        self.env["account.move"].invalidate_model(flush=False)
        rows = self._prepare_rows(specs, prototypes, plan)
        lines = self._prepare_lines(specs, rows, prototypes)
        moves = self.env["account.move"].browse(row["id"] for row in rows)
        originals = self.env["account.move"].concat(*prototypes.values())
        with self._searching_by_index():
            self._insert_moves(rows)
            self._insert_lines(rows, lines)
            self._insert_messages(rows, originals)
            self._insert_followers(rows, originals)
            self._insert_analytic_lines(rows, lines, originals)
            self._insert_relations(rows, lines, originals)
        self.env.invalidate_all(flush=False)
        moves._get_sequence_cache().clear()
        self._check_access(moves)
        self._recompute_elsewhere(moves, originals)
        self.env["account.move.bulk"]._raise_customer_rank(self._get_debtors(rows))
        return {
            spec.index: row["id"] for (spec, _key), row in zip(specs, rows, strict=True)
        }

    @contextmanager
    def _searching_by_index(self):
        """Let foreign keys be checked by index.

        PostgreSQL keeps the plans of those checks for as long as a connection lasts,
        and finds that a table without rows is best read from the beginning to the end:
        in the first month of a company each line would be checked against all invoices
        of its batch.
        """
        self.env.cr.execute(SQL("SET LOCAL enable_seqscan = off"))
        self.env.cr.execute(SQL("DISCARD PLANS"))
        yield
        self.env.cr.execute(SQL("SET LOCAL enable_seqscan TO DEFAULT"))

    def _check_access(self, moves):
        """Record rules hold for what was copied as for what was created."""
        review = self.env["account.move.bulk.review"]
        review._check_access(moves, "create")
        review._check_access(moves, "write")

    def _get_debtors(self, rows):
        """Return whose rank each invoice raises; a customer that is its own commercial
        entity stands there once.

        :rtype: dict[int, set[int]]
        """
        return {
            row["id"]: {row["partner_id"], row["commercial_partner_id"]} for row in rows
        }

    # === NUMBERS === #

    @api.model
    def _get_payment_reference(self, journal, vals, name):
        """Return the payment reference of an invoice with the number ``name``.

        Only where ``account.move.bulk.review`` found that it comes from the number.
        """
        given = vals.get("payment_reference")
        if given:
            return given
        if journal.invoice_reference_model == "number":
            return only_digits(name)
        return name

    @api.model
    def _get_term_text(self, payment_reference, ref):
        """Return what Odoo writes on the receivable lines."""
        if ref and ref != payment_reference:
            return f"{ref} - {payment_reference}"
        return payment_reference

    def _renumber(self, shapes, prototypes, plan):
        """Give the prototypes their numbers in the order of all invoices.

        From the highest down: a number is free once who held it has moved up.
        """
        planned = [
            (plan[shapes[key][0].index], shapes[key][0].vals, move)
            for key, move in prototypes.items()
        ]
        planned.sort(key=lambda item: item[0][0], reverse=True)
        for (number, name), vals, move in planned:
            if number == move.sequence_number:
                continue
            old, new = (
                self._get_payment_reference(move.journal_id, vals, text)
                for text in (move.name, name)
            )
            self._renumber_move(move.id, number, name, new)
            self._renumber_lines(
                move.id,
                name,
                self._get_term_text(old, vals.get("ref")),
                self._get_term_text(new, vals.get("ref")),
            )

    def _renumber_move(self, move_id, number, name, payment_reference):
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_move
                   SET name = %s, sequence_number = %s, payment_reference = %s,
                       made_sequence_gap = FALSE
                 WHERE id = %s
                """,
                name,
                number,
                payment_reference,
                move_id,
            )
        )

    def _renumber_lines(self, move_id, name, old, new):
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_move_line
                   SET move_name = %s,
                       name = CASE WHEN display_type = 'payment_term'
                              THEN replace(name, %s, %s) ELSE name END
                 WHERE move_id = %s
                """,
                name,
                old,
                new,
                move_id,
            )
        )

    # === DATA === #

    def _prepare_rows(self, specs, prototypes, plan):
        """Return what differs from the prototype, a dictionary per invoice."""
        free = self.env["account.move.bulk.review"]._get_free_columns()
        originals = {
            key: self._describe_prototype(move) for key, move in prototypes.items()
        }
        ids = self._take_ids("account_move", len(specs))
        rows = []
        for move_id, (spec, key) in zip(ids, specs, strict=True):
            vals, partner, original = spec.vals, spec.partner, originals[key]
            number, name = plan[spec.index]
            reference = self._get_payment_reference(original["journal"], vals, name)
            rows.append(
                {
                    "id": move_id,
                    "prototype_id": original["id"],
                    "sequence_number": number,
                    "name": name,
                    "payment_reference": reference,
                    "term_text": self._get_term_text(reference, vals.get("ref")),
                    "prototype_text": original["term_text"],
                    "partner_id": partner.id,
                    "commercial_partner_id": partner.commercial_id,
                    "partner_shipping_id": partner.shipping_id or None,
                    "invoice_partner_display_name": partner.display_name,
                    "ref": self._to_column(vals.get("ref")),
                    "invoice_origin": self._to_column(vals.get("invoice_origin")),
                    "total": self._get_total(spec),
                    **{name: self._to_column(vals.get(name)) for name in free},
                }
            )
        return rows

    @api.model
    def _to_column(self, value):
        """Return what the ORM stores for a value: only False stands for nothing."""
        return None if value is False else value

    def _describe_prototype(self, move):
        """Return what is needed of a prototype, read after it was numbered."""
        return {
            "id": move.id,
            "journal": move.journal_id,
            "term_text": self._get_term_text(move.payment_reference, move.ref),
        }

    def _get_total(self, spec):
        """Return the total as text, None where it is the prototype's."""
        if spec.prices is None:
            return None
        return str(sum(price for price in spec.prices if price is not None))

    def _prepare_lines(self, specs, rows, prototypes):
        """Return the lines to be written, as columns: their ids, which line each is a
        copy of, and what differs from that."""
        originals = {key: sorted(move.line_ids.ids) for key, move in prototypes.items()}
        lines = {"move_id": [], "prototype_id": [], "name": [], "price": []}
        for (spec, key), row in zip(specs, rows, strict=True):
            line_ids = originals[key]
            # Taxes and what is receivable come after the lines that were asked for.
            others = [None] * (len(line_ids) - len(spec.names))
            lines["move_id"] += [row["id"]] * len(line_ids)
            lines["prototype_id"] += line_ids
            lines["name"] += spec.names + others
            lines["price"] += (
                [None if price is None else str(price) for price in spec.prices]
                if spec.prices
                else [None] * len(spec.names)
            ) + others
        lines["id"] = self._take_ids("account_move_line", len(lines["move_id"]))
        return lines

    def _take_ids(self, table, count):
        """Take ``count`` ids of a table."""
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(s.name) FROM generate_series(1, %s),"
                " (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name"
                " OFFSET 0) s",
                count,
                table,
            )
        )
        return [row_id for (row_id,) in rows]

    def _get_data(self, columns, alias="d"):
        """Return a FROM item with the given columns.

        :param dict[str, tuple[str, list]] columns: name to type and values
        :param str alias: its name
        """
        return SQL(
            "unnest(%s) AS %s (%s)",
            SQL(", ").join(
                SQL("%s::" + column_type + "[]", values)
                for column_type, values in columns.values()
            ),
            SQL.identifier(alias),
            SQL(", ").join(map(SQL.identifier, columns)),
        )

    def _get_move_data(self, rows):
        types = {
            "id": "int4",
            "prototype_id": "int4",
            "sequence_number": "int4",
            "partner_id": "int4",
            "commercial_partner_id": "int4",
            "partner_shipping_id": "int4",
            "total": "numeric",
        }
        fields = self.env["account.move"]._fields
        for name in self.env["account.move.bulk.review"]._get_free_columns():
            types[name] = fields[name].column_type[0]
        return self._get_data(
            {
                name: (types.get(name, "text"), [row[name] for row in rows])
                for name in rows[0]
            }
        )

    # === INVOICES AND LINES === #

    @tools.ormcache("table")
    def _get_columns(self, table):
        """Return the columns of a table."""
        return list(tools.sql.table_columns(self.env.cr, table))

    def _get_insert(self, table, expressions):
        """Return the beginning of an insert that copies ``p`` but for some columns.

        :param dict[str, SQL] expressions: column to what it gets; ``id`` is left to its
            sequence unless named
        """
        names = [
            name
            for name in self._get_columns(table)
            if name != "id" or "id" in expressions
        ]
        return SQL(
            "INSERT INTO %s (%s) SELECT %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(
                expressions.get(name) or SQL.identifier("p", name) for name in names
            ),
        )

    def _insert_moves(self, rows):
        free = self.env["account.move.bulk.review"]._get_free_columns()
        copied = {"prototype_id", "prototype_text", "term_text", "total"}
        expressions = {
            name: SQL.identifier("d", name)
            for name in (*rows[0], *free)
            if name not in copied
        }
        expressions["made_sequence_gap"] = SQL("FALSE")
        for name in TOTAL_FIELDS:
            expressions[name] = SQL("coalesce(d.total, %s)", SQL.identifier("p", name))
        self.env.cr.execute(
            SQL(
                "%s FROM %s JOIN account_move p ON p.id = d.prototype_id",
                self._get_insert("account_move", expressions),
                self._get_move_data(rows),
            )
        )

    def _insert_lines(self, rows, lines):
        types = {"name": "text", "price": "numeric"}
        self.env.cr.execute(
            SQL(
                """
                %(insert)s
                  FROM %(lines)s
                  JOIN %(data)s ON d.id = l.move_id
                  JOIN account_move_line p ON p.id = l.prototype_id
            CROSS JOIN LATERAL (
                       SELECT coalesce(-l.price, CASE p.display_type
                              WHEN 'payment_term' THEN d.total END) AS balance) v
              ORDER BY l.id
                """,
                insert=self._get_insert("account_move_line", self._get_line_columns()),
                lines=self._get_data(
                    {
                        name: (types.get(name, "int4"), values)
                        for name, values in lines.items()
                    },
                    alias="l",
                ),
                data=self._get_move_data(rows),
            )
        )

    def _get_line_columns(self):
        """Return what the columns of a line get that are not just copied.

        ``v.balance`` is its amount where that is the invoice's own, else null.
        """
        expressions = {
            "id": SQL("l.id"),
            "move_id": SQL("d.id"),
            "move_name": SQL("d.name"),
            "partner_id": SQL("d.commercial_partner_id"),
            "ref": SQL("d.ref"),
            "name": SQL(
                """CASE p.display_type WHEN 'payment_term'
                   THEN replace(p.name, d.prototype_text, d.term_text)
                   ELSE coalesce(l.name, p.name) END"""
            ),
            "price_unit": SQL("coalesce(l.price, p.price_unit)"),
            "price_subtotal": SQL("coalesce(l.price, p.price_subtotal)"),
            "price_total": SQL("coalesce(l.price, p.price_total)"),
            "balance": SQL("coalesce(v.balance, p.balance)"),
            "amount_currency": SQL("coalesce(v.balance, p.amount_currency)"),
            "debit": SQL(
                "CASE WHEN v.balance IS NULL THEN p.debit"
                " ELSE greatest(v.balance, 0) END"
            ),
            "credit": SQL(
                "CASE WHEN v.balance IS NULL THEN p.credit"
                " ELSE greatest(-v.balance, 0) END"
            ),
        }
        for name in ("amount_residual", "amount_residual_currency"):
            expressions[name] = SQL(
                "CASE WHEN p.balance <> 0 AND %(old)s = p.balance"
                " THEN coalesce(v.balance, %(old)s) ELSE %(old)s END",
                old=SQL.identifier("p", name),
            )
        free = self.env["account.move.bulk.review"]._get_free_columns()
        for name, line_name in free.items():
            if line_name:
                expressions[line_name] = SQL.identifier("d", name)
        return expressions

    # === CHATTER === #

    def _insert_messages(self, rows, originals):
        """Copy the message that an invoice was created; each has its own Message-Id."""
        messages = self.env["account.move.bulk.review"]._get_messages(originals)
        sources = {move_id: message_id for message_id, move_id in messages.items()}
        copies = {
            row["id"]: sources[row["prototype_id"]]
            for row in rows
            if row["prototype_id"] in sources
        }
        own_ids = [
            generate_tracking_message_id(f"{move_id}-account.move")
            for move_id in copies
        ]
        data = self._get_data(
            {
                "res_id": ("int4", list(copies)),
                "prototype_id": ("int4", list(copies.values())),
                "message_id": ("text", own_ids),
            }
        )
        self._copy_rows("mail_message", ("res_id", "message_id"), data)

    def _copy_rows(self, table, names, data):
        """Copy rows of a table, in the order of the first column that is not copied.

        :param tuple[str] names: columns that come from ``data``
        :param SQL data: rows ``d`` of these and ``prototype_id``, the row to copy
        """
        expressions = {name: SQL.identifier("d", name) for name in names}
        self.env.cr.execute(
            SQL(
                "%s FROM %s JOIN %s p ON p.id = d.prototype_id ORDER BY %s",
                self._get_insert(table, expressions),
                data,
                SQL.identifier(table),
                expressions[names[0]],
            )
        )

    def _insert_followers(self, rows, originals):
        """Copy the followers, and what they want to be told of."""
        sources = self._get_follower_ids(originals)
        copies = [
            (row["id"], source)
            for row in rows
            for source in sources.get(row["prototype_id"], ())
        ]
        if not copies:
            return
        data = self._get_data(
            {
                "id": ("int4", self._take_ids("mail_followers", len(copies))),
                "res_id": ("int4", [move_id for move_id, _source in copies]),
                "prototype_id": ("int4", [source for _move_id, source in copies]),
            }
        )
        self._copy_rows("mail_followers", ("id", "res_id"), data)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mail_followers_mail_message_subtype_rel
                       (mail_followers_id, mail_message_subtype_id)
                SELECT d.id, p.mail_message_subtype_id
                  FROM %s
                  JOIN mail_followers_mail_message_subtype_rel p
                    ON p.mail_followers_id = d.prototype_id
                """,
                data,
            )
        )

    def _get_follower_ids(self, moves):
        """Return the ids of the followers of each invoice.

        :rtype: dict[int, list[int]]
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT res_id, array_agg(id ORDER BY id) FROM mail_followers
                 WHERE res_model = 'account.move' AND res_id = ANY(%s)
                 GROUP BY res_id
                """,
                moves.ids,
            )
        )
        return dict(rows)

    # === ANALYTIC LINES AND RELATIONS === #

    def _get_pairs(self, rows):
        """Return a FROM item ``d`` with the ids of invoices and their prototypes."""
        return self._get_data(
            {
                name: ("int4", [row[name] for row in rows])
                for name in ("id", "prototype_id")
            }
        )

    def _get_line_pairs(self, rows, lines):
        """Return a FROM item ``d`` with the ids of lines and of those they are copies
        of, and what analytic lines need of the invoice."""
        types = {"ref": "text"}
        return SQL(
            """
            (SELECT l.id, l.prototype_id, m.ref, m.commercial_partner_id
               FROM %(lines)s JOIN %(moves)s ON m.id = l.move_id) d
            """,
            lines=self._get_data(
                {
                    name: ("int4", lines[name])
                    for name in ("id", "prototype_id", "move_id")
                },
                alias="l",
            ),
            moves=self._get_data(
                {
                    name: (types.get(name, "int4"), [row[name] for row in rows])
                    for name in ("id", "ref", "commercial_partner_id")
                },
                alias="m",
            ),
        )

    def _insert_analytic_lines(self, rows, lines, originals):
        if not originals.line_ids.analytic_line_ids:
            return
        expressions = {
            "move_line_id": SQL("d.id"),
            "ref": SQL("d.ref"),
            "partner_id": SQL("d.commercial_partner_id"),
        }
        self.env.cr.execute(
            SQL(
                """
                %s FROM %s JOIN account_analytic_line p
                    ON p.move_line_id = d.prototype_id
                 ORDER BY d.id, p.id
                """,
                self._get_insert("account_analytic_line", expressions),
                self._get_line_pairs(rows, lines),
            )
        )

    @tools.ormcache()
    def _get_relations(self):
        """Return the relation tables of invoices and lines.

        :return: table, column of our side, the other column, model
        :rtype: list[tuple[str, str, str, str]]
        """
        return [
            (field.relation, field.column1, field.column2, model_name)
            for model_name in ("account.move", "account.move.line")
            for field in self.env[model_name]._fields.values()
            if field.type == "many2many" and field.store
        ]

    def _insert_relations(self, rows, lines, originals):
        for relation, own, other, model_name in self._get_relations():
            of_lines = model_name == "account.move.line"
            names = {
                "table": SQL.identifier(relation),
                "own": SQL.identifier(own),
                "other": SQL.identifier(other),
            }
            found = self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %(table)s WHERE %(own)s = ANY(%(ids)s) LIMIT 1",
                    **names,
                    ids=(originals.line_ids if of_lines else originals).ids,
                )
            )
            if not found:
                continue
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO %(table)s (%(own)s, %(other)s)
                    SELECT d.id, p.%(other)s FROM %(pairs)s
                      JOIN %(table)s p ON p.%(own)s = d.prototype_id
                    """,
                    **names,
                    pairs=(
                        self._get_line_pairs(rows, lines)
                        if of_lines
                        else self._get_pairs(rows)
                    ),
                )
            )

    # === STORED COMPUTES OF OTHERS === #

    def _recompute_elsewhere(self, moves, originals):
        """Let fields of other models be computed again that depend on new invoices."""
        samples = {
            "account.move": originals,
            "account.move.line": originals.line_ids,
            "account.analytic.line": originals.line_ids.analytic_line_ids,
        }
        for model_name, records in samples.items():
            tree = self._prune(self._get_trigger_tree(model_name), records, samples)
            if not tree:
                continue
            if model_name == "account.move":
                written = moves
            elif model_name == "account.move.line":
                written = moves.line_ids
            else:
                written = moves.line_ids.analytic_line_ids
            for field, found, _created in written._modified_triggers(tree, create=True):
                self.env.add_to_compute(field, found)

    @tools.ormcache("model_name")
    def _get_trigger_tree(self, model_name):
        """Return the ORM's tree of stored fields of other models that depend on one."""
        return self.env.registry.get_trigger_tree(
            [field for field in self.env[model_name]._fields.values() if field.store],
            select=lambda field: (
                field.store and field.compute and field.model_name not in OWN_MODELS
            ),
        )

    def _prune(self, tree, records, samples):
        """Return a tree of dependent fields without what a new invoice cannot have.

        Nothing refers to it yet, so only columns of its own that are set lead to other
        records: those of its prototype.

        :param TriggerTree tree: of fields that depend on ``records``
        :param Model records: rows of prototypes
        :param dict[str, Model] samples: the same for each of our models
        """
        review = self.env["account.move.bulk.review"]
        pruned = type(tree)(tree.root)
        for field, subtree in tree.items():
            links = [
                inverse
                for inverse in self.env.registry.field_inverses[field]
                if inverse.model_name == records._name and inverse.store
            ]
            if field.model_name in OWN_MODELS:
                if links:
                    subtree = self._prune(subtree, samples[field.model_name], samples)
                    if subtree:
                        pruned[field] = subtree
            elif links:
                if any(records[link.name] for link in links):
                    pruned[field] = subtree
            elif field.type != "many2one" and not all(
                review._is_reviewed(module, str(field)) for module in field._modules
            ):
                pruned[field] = subtree
        return pruned

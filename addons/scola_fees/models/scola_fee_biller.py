# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL


class ScolaFeeBiller(models.AbstractModel):
    """Turns planned rows of the fee schedule into posted invoices."""

    _name = "scola.fee.biller"
    _description = "Fee Biller"

    @api.model
    def _bill(self, rows, invoice_date, run=None, tally=None):
        """Post one invoice for each of ``rows`` and settle them from deposits.

        :param scola.fee.schedule rows: unbilled rows of one school
        :param date invoice_date: of all invoices
        :param scola.billing.run run: the run they belong to, if any
        :param BulkTally tally: to count them in, if any
        :return: the posted invoices, in the order of ``rows``
        :rtype: account.move
        """
        company = rows.company_id
        # As superuser: a bill follows from the schedule, nobody can change it.
        rows = (
            rows.sudo().with_company(company).with_context(lang=self._get_bill_lang())
        )
        result = self._create_posted(
            [self._prepare_invoice_vals(row, invoice_date) for row in rows]
        )
        self._link(rows, result.moves, run)
        if tally is not None:
            tally.add(result)
        if company.scola_use_deposit:
            self._use_deposits(result.moves)
        return result.moves

    @api.model
    def _create_posted(self, vals_list):
        """Create and post customer invoices, most of them set-wise.

        :param list[dict] vals_list: values of ``account.move``
        :return: the posted invoices, in the same order, and how they were made
        :rtype: BulkResult
        """
        return (
            self.env["account.move.bulk"]
            .sudo()  # see _bill
            .with_context(mail_create_nosubscribe=True)
            ._create_posted(vals_list)
        )

    @api.model
    def _link(self, rows, moves, run):
        """Note on the rows of the schedule which invoice they became: one statement."""
        rows.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE scola_fee_schedule s
                   SET move_id = d.move_id, run_id = %s, write_uid = %s, write_date = %s
                  FROM unnest(%s::int4[], %s::int4[]) AS d (id, move_id)
                 WHERE s.id = d.id
                """,
                run.id if run else None,
                self.env.uid,
                self.env.cr.now(),
                rows.ids,
                moves.ids,
            )
        )
        rows.invalidate_recordset(["move_id", "run_id", "write_uid", "write_date"])
        rows.modified(["move_id", "run_id"])

    @api.model
    def _get_bill_lang(self):
        """Return the language of the bills: Indonesian where it is installed."""
        installed = dict(self.env["res.lang"].get_installed())
        return "id_ID" if "id_ID" in installed else self.env.lang

    def _prepare_invoice_vals(self, row, invoice_date):
        """Return the values of the invoice of one schedule row.

        :param scola.fee.schedule row: as superuser, in the language of the bill
        :param date invoice_date: when it is raised
        :rtype: dict
        """
        company = row.company_id
        return {
            "move_type": "out_invoice",
            "company_id": company.id,
            "journal_id": company._scola_get_fee_journal().id,
            "currency_id": company.currency_id.id,
            "partner_id": row.student_id.partner_id.id,
            "student_id": row.student_id.id,
            "fee_schedule_id": row.id,
            "invoice_date": invoice_date,
            "date": invoice_date,
            "invoice_date_due": self._get_due_date(row, invoice_date),
            "invoice_payment_term_id": False,
            "invoice_origin": row.enrollment_id.template_id.name,
            "narration": False,
            "invoice_line_ids": [
                (0, 0, vals)
                for line in row.line_ids
                for vals in self._prepare_invoice_line_vals(row, line)
            ],
        }

    def _get_due_date(self, row, invoice_date):
        """Return when the bill of ``row`` is due; a late one, when it can be paid.

        :param scola.fee.schedule row: one row
        :param date invoice_date: when its bill is raised
        :rtype: date
        """
        if row.nature == "donation":
            return invoice_date
        company = row.company_id
        billing_day = max(company.scola_billing_day, 1)
        if invoice_date <= fields.Date.add(row.bill_date, days=billing_day - 1):
            return row.due_date
        earliest = fields.Date.add(invoice_date, days=company.scola_min_days_to_pay)
        return max(row.due_date, earliest)

    def _prepare_invoice_line_vals(self, row, line):
        """Return the invoice lines of one fee: the gross amount, then each discount."""
        component = line.component_id
        label = f"{component.name} {row._get_label()}"
        common = {
            "product_id": component.product_id.id,
            "quantity": 1,
            "tax_ids": [(6, 0, component._get_taxes(row.company_id).ids)],
        }
        values = [
            {
                **common,
                "name": label,
                "price_unit": line.gross,
                "account_id": component.income_account_id.id,
            }
        ]
        for discount in line.discount_ids:
            scholarship = discount.type_id
            values.append(
                {
                    **common,
                    "name": f"{scholarship.name}: {label}",
                    "price_unit": -discount.amount,
                    "account_id": scholarship._get_account(component).id,
                }
            )
        return values

    @api.model
    def _use_deposits(self, moves):
        """Settle ``moves``, oldest due first, from what their families paid before.

        What was paid to the school or to its foundation counts, not what was paid to
        another school.

        :param account.move moves: posted invoices of one school
        """
        moves = self._find_with_deposit(moves)
        if not moves:
            return
        receivables = moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        credits = self.env["account.move.line"].search(
            [
                ("partner_id", "in", receivables.partner_id.ids),
                ("account_id", "in", receivables.account_id.ids),
                ("company_id", "in", moves.company_id.parent_ids.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", "<", 0),
            ],
            order="date, id",
        )
        if not credits:
            return
        plan = []
        for partner, own_credits in credits.grouped("partner_id").items():
            own = receivables.filtered(lambda line, p=partner: line.partner_id == p)
            for account, lines in own.grouped("account_id").items():
                plan.append(
                    lines.sorted("date_maturity")
                    | own_credits.filtered(lambda line, a=account: line.account_id == a)
                )
        self.env["account.move.line"]._reconcile_plan(plan)

    @api.model
    def _find_with_deposit(self, moves):
        """Return those of ``moves`` whose debtor has paid something before."""
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT d.move_id
                  FROM account_move_line d
                  JOIN account_move_line c
                    ON c.account_id = d.account_id AND c.partner_id = d.partner_id
                 WHERE d.move_id = ANY(%s) AND d.display_type = 'payment_term'
                   AND c.company_id = ANY(%s) AND c.parent_state = 'posted'
                   AND c.reconciled IS NOT TRUE AND c.amount_residual < 0
                """,
                moves.ids,
                moves.company_id.parent_ids.ids,
            )
        )
        found = {move_id for (move_id,) in rows}
        return moves.filtered(lambda move: move.id in found)

    # === SPONSORS === #

    @api.model
    def _bill_sponsors(self, run):
        """Invoice to each sponsor what its scholarships took off the bills of a run.

        :param scola.billing.run run: whose bills are all posted
        """
        discounts = (
            self.env["scola.fee.schedule.discount"]
            .sudo()  # see _bill
            .search(
                [
                    ("schedule_id.run_id", "=", run.id),
                    ("type_id.funding", "=", "sponsor"),
                    ("sponsor_move_id", "=", False),
                ],
                order="id",
            )
        )
        for scholarship, found in discounts.grouped("type_id").items():
            move = self._create_posted(
                [self._prepare_sponsor_invoice_vals(run, scholarship, found)]
            ).moves
            found.write({"sponsor_move_id": move.id})

    def _prepare_sponsor_invoice_vals(self, run, scholarship, discounts):
        """Return the invoice to a sponsor: one line per student, no new revenue.

        Its lines credit the clearing account that the students' bills debited.
        """
        lines = []
        for student, found in discounts.grouped(
            lambda discount: discount.schedule_id.student_id
        ).items():
            lines.append(
                {
                    "name": f"{scholarship.name}: {student.display_name} {run.period}",
                    "quantity": 1,
                    "price_unit": sum(found.mapped("amount")),
                    "account_id": scholarship.account_id.id,
                    "tax_ids": [(5, 0, 0)],
                }
            )
        return {
            "move_type": "out_invoice",
            "company_id": run.company_id.id,
            "journal_id": run.company_id._scola_get_fee_journal().id,
            "currency_id": run.currency_id.id,
            "partner_id": scholarship.sponsor_id.id,
            "invoice_date": run.invoice_date,
            "date": run.invoice_date,
            "invoice_origin": run.name,
            "invoice_line_ids": [(0, 0, vals) for vals in lines],
        }

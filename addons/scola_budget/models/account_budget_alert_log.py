# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL, formatLang

from ..tools import thresholds


class AccountBudgetAlertLog(models.Model):
    """A rule that was crossed: who it was told, and that it need not be told again."""

    _name = "account.budget.alert.log"
    _description = "Crossed Budget Rule"
    _order = "id desc"

    alert_id = fields.Many2one(
        comodel_name="account.budget.alert",
        string="Rule",
        required=True,
        index=True,
        ondelete="cascade",
    )
    budget_id = fields.Many2one(
        comodel_name="account.budget", required=True, index=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        comodel_name="account.budget.line",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: the total of the budget.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", string="School", required=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    planned = fields.Monetary()
    used = fields.Monetary()
    percent = fields.Float(string="Used (%)", digits=(16, 2))
    document = fields.Char(help="The document by which it was crossed.")
    resolved_date = fields.Datetime(
        help="When less was used again; crossing it anew is told anew."
    )

    _open_uniq = models.UniqueIndex(
        "(alert_id, budget_id, COALESCE(line_id, 0)) WHERE resolved_date IS NULL",
        "Rule: this crossing has been told already.",
    )

    @api.depends("alert_id", "budget_id", "line_id")
    def _compute_display_name(self):
        for log in self:
            log.display_name = f"{log.alert_id.name}: {log._get_subject()}"

    def _get_key(self):
        self.ensure_one()
        return self.alert_id.id, self.budget_id.id, self.line_id.id or 0

    def _get_subject(self):
        self.ensure_one()
        if not self.line_id:
            return self.budget_id.display_name
        return f"{self.budget_id.display_name}, {self.line_id.name}"

    @api.model
    def _log_new(self, documents, crossed):
        """Write down the crossings that are not yet; return these.

        The index decides what is new, also between two transactions.

        :param documents: what was confirmed or posted
        :param list crossed: pairs of rule and ``Figure``
        """
        if not crossed:
            return self.browse()
        names = ", ".join(documents.mapped("display_name"))
        rows = [
            SQL("%s", self._prepare_row(rule, figure, names))
            for rule, figure in crossed
        ]
        self.env["account.budget.alert"].flush_model()
        self.flush_model()
        columns = (
            "alert_id",
            "budget_id",
            "line_id",
            "company_id",
            "planned",
            "used",
            "percent",
            "document",
            "create_uid",
            "write_uid",
            "create_date",
            "write_date",
        )
        found = self.env.execute_query(
            SQL(
                "INSERT INTO account_budget_alert_log (%s) VALUES %s"
                " ON CONFLICT DO NOTHING RETURNING id",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(rows),
            )
        )
        self.env["account.budget.alert"].invalidate_model(["log_ids"])
        return self.browse(row[0] for row in found)

    @api.model
    def _prepare_row(self, rule, figure, document):
        now = fields.Datetime.now()
        uid = self.env.uid
        percent = thresholds.used_percent(figure.planned, figure.used)
        return (
            rule.id,
            figure.budget.id,
            figure.line.id or None,
            figure.budget.company_id.id,
            figure.planned,
            figure.used,
            percent,
            document,
            uid,
            uid,
            now,
            now,
        )

    # === NOTIFICATIONS === #

    def _notify(self, budget):
        """Tell of new crossings of one budget: a to-do per person, and e-mails."""
        for user, logs in self._group_by_user(budget).items():
            todo = logs.filtered("alert_id.notify_activity")
            if todo:
                budget.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=self.env._("Budget rule crossed"),
                    note=todo._get_summary(),
                )
            for log in logs.filtered("alert_id.notify_email"):
                log._send_mail(user)

    def _group_by_user(self, budget):
        groups = {}
        for log in self:
            for user in log.alert_id.user_ids or budget.user_id:
                groups[user] = groups.get(user, self.browse()) | log
        return groups

    def _send_mail(self, user):
        self.ensure_one()
        template = self.env.ref(
            "scola_budget.mail_template_budget_alert", raise_if_not_found=False
        )
        if template and user.partner_id.email:
            template.with_context(lang=user.lang).send_mail(
                self.id,
                email_values={"recipient_ids": [Command.set(user.partner_id.ids)]},
            )

    def _get_summary(self):
        """Return one line of text per crossing."""
        return "\n".join(
            self.env._(
                "%(subject)s: %(used)s of %(planned)s used (%(percent)s %%, rule "
                "%(rule)s).",
                subject=log._get_subject(),
                used=log._format(log.used),
                planned=log._format(log.planned),
                percent=log.percent,
                rule=log.alert_id.name,
            )
            for log in self
        )

    def _format(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

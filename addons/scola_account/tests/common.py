# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A foundation with two schools and a year of entries."""

from datetime import date

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

YEAR = 2026
#: (company, month and day, {account code: debit less credit}) of the year.
ENTRIES = (
    ("one", "01-05", {"11210110": 120_000_003, "41100010": -120_000_003}),
    ("one", "01-05", {"41900010": 10_000_000, "11210110": -10_000_000}),
    ("one", "02-10", {"11120191": 80_000_001, "11210110": -80_000_001}),
    ("one", "02-12", {"11120011": 60_000_000, "11120191": -60_000_000}),
    ("one", "02-12", {"65200030": 44_000, "11120191": -44_000}),
    ("one", "02-15", {"11110011": 5_000_000, "11210110": -5_000_000}),
    ("one", "03-01", {"11120012": 50_000_000, "43100010": -50_000_000}),
    ("one", "03-20", {"62100010": 30_000_007, "11120012": -30_000_007}),
    ("one", "04-02", {"12210060": 10_000_000, "11120012": -10_000_000}),
    (
        "one",
        "04-25",
        {"61200010": 40_000_000, "11120011": -38_000_000, "21210010": -2_000_000},
    ),
    ("one", "05-10", {"21210010": 1_500_000, "11120011": -1_500_000}),
    ("one", "06-30", {"67100040": 1_000_001, "12281060": -1_000_001}),
    ("one", "07-07", {"62100020": 7_000_000, "21100010": -7_000_000}),
    ("one", "07-20", {"21100010": 4_000_000, "11120011": -4_000_000}),
    ("one", "08-01", {"11120011": 3_000_000, "28110120": -3_000_000}),
    ("one", "08-17", {"11120014": 2_500_000, "43300010": -2_500_000}),
    ("one", "09-01", {"11210910": 15_000_000, "11120011": -15_000_000}),
    ("foundation", "09-01", {"11120013": 15_000_000, "21100910": -15_000_000}),
    ("one", "09-02", {"69100910": 8_000_000, "11120011": -8_000_000}),
    ("foundation", "09-02", {"11120013": 8_000_000, "49100910": -8_000_000}),
    ("one", "12-31", {"11120011": 123_456, "81100010": -123_456}),
    ("two", "01-06", {"11210110": 70_000_000, "41100010": -70_000_000}),
    ("two", "02-01", {"11120011": 66_000_000, "11210110": -66_000_000}),
    ("two", "02-03", {"11120011": -300_000, "11120012": 300_000}),
    ("two", "03-03", {"63200010": 2_000_000, "11120011": -2_000_000}),
    ("two", "05-05", {"11120012": 20_000_000, "43100010": -20_000_000}),
    ("two", "10-05", {"62100010": 5_000_000, "11120012": -5_000_000}),
    ("two", "11-05", {"11120011": 9_000_000, "81100110": -9_000_000}),
    ("foundation", "03-03", {"11120013": 100_000_000, "22110010": -100_000_000}),
    ("foundation", "04-04", {"12210010": 90_000_000, "11120013": -90_000_000}),
    ("foundation", "05-05", {"11120013": 40_000_000, "43200020": -40_000_000}),
    ("foundation", "06-06", {"91100010": 700_000, "11120013": -700_000}),
    ("foundation", "12-30", {"11120013": 5_000_000, "12210010": -5_000_000}),
)
#: What the year begins with.
OPENING = (
    ("one", {"11120011": 100_000_000, "31000010": -100_000_000}),
    ("one", {"11120012": 1_000_000, "32000010": -1_000_000}),
    ("two", {"11120011": 20_000_000, "31000010": -20_000_000}),
    ("foundation", {"11120013": 30_000_000, "31000010": -30_000_000}),
)


@tagged("post_install", "-at_install")
class ScolaAccountCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, no_reset_password=True)
        )
        cls._set_up_companies()
        cls._set_up_users()

    @classmethod
    def _set_up_companies(cls):
        Company = cls.env["res.company"]
        country = {"country_id": cls.env.ref("base.id").id}
        cls.foundation = Company.create({"name": "Yayasan Buku", **country})
        cls.env["account.chart.template"].try_loading(
            "id_foundation", cls.foundation, install_demo=False
        )
        cls.one, cls.two = Company.create(
            [
                {"name": name, "parent_id": cls.foundation.id, **country}
                for name in ("SD Satu", "SD Dua")
            ]
        )
        # Odoo gives a branch the accounts of its parent at the end of the transaction.
        cls.env.cr.precommit.run()
        cls.companies = cls.foundation | cls.one | cls.two
        cls.env.user.company_ids |= cls.companies
        cls.journal = cls.env["account.journal"].search(
            [
                ("company_id", "=", cls.foundation.id),
                ("type", "=", "general"),
                ("code", "=", "MISC"),
            ]
        )

    @classmethod
    def _set_up_users(cls):
        cls.users = {
            role: new_test_user(
                cls.env,
                f"books.{role}",
                groups=f"scola_school.group_{role}",
                company_id=cls.foundation.id,
                company_ids=[Command.set(cls.companies.ids)],
            )
            for role in ("admin", "treasurer", "auditor", "cashier", "homeroom")
        }

    @classmethod
    def work_as(cls, role):
        """Return the environment of a user with all companies ticked."""
        return cls.env(
            user=cls.users[role],
            context=dict(cls.env.context, allowed_company_ids=cls.companies.ids),
        )

    @classmethod
    def find_account(cls, code, company=None):
        return (company or cls.foundation)._scola_find_account(code)

    @classmethod
    def prepare_move(cls, company, day, amounts):
        return {
            "move_type": "entry",
            "journal_id": cls.journal.id,
            "company_id": company.id,
            "date": day,
            "line_ids": [
                Command.create(
                    {
                        "account_id": cls.find_account(code).id,
                        "balance": amount,
                        "name": code,
                    }
                )
                for code, amount in amounts.items()
            ],
        }

    @classmethod
    def post(cls, company, day, amounts, post=True):
        """Enter an entry as the treasurer: {account code: debit less credit}."""
        values = cls.prepare_move(company, day, amounts)
        move = cls.work_as("treasurer")["account.move"].create(values)
        if post:
            move.action_post()
        return move

    @classmethod
    def post_year(cls):
        opening = date(YEAR - 1, 12, 31)
        entries = [(name, opening, amounts) for name, amounts in OPENING]
        entries += [(name, f"{YEAR}-{day}", amounts) for name, day, amounts in ENTRIES]
        cls.work_as("treasurer")["account.move"].create(
            [cls.prepare_move(getattr(cls, name), *rest) for name, *rest in entries]
        ).action_post()

    def open_statement(self, statement, company, role="treasurer", **values):
        """Return the instance that the wizard opens for a user."""
        wizard = (
            self.work_as(role)["scola.statement.wizard"]
            .with_company(company)
            .create(
                {
                    "statement": statement,
                    "company_id": company.id,
                    "date": date(YEAR, 6, 15),
                    "year_count": 1,
                    **values,
                }
            )
        )
        action = wizard.action_open()
        return wizard.env[action["res_model"]].browse(action["res_id"])

    def read_figures(self, instance):
        """Return {row name: [figure of each column]}; no data counts as zero."""
        matrix = instance._compute_matrix()
        figures = {}
        for row in matrix.iter_rows():
            values = [cell.val if cell else 0 for cell in row.iter_cells()]
            figures[row.kpi.name] = [float(value or 0) for value in values]
        return figures

    def get_figures(self, statement, company, **values):
        """Return {row name: figure} of the latest period."""
        instance = self.open_statement(statement, company, **values)
        return {name: row[0] for name, row in self.read_figures(instance).items()}

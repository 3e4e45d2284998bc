# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A foundation with two schools, an academic year and its fees, for all tests."""

from contextlib import contextmanager
from datetime import date
from itertools import count

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

ROLES = (
    "admin",
    "treasurer",
    "cashier",
    "homeroom",
    "principal",
    "foundation",
    "auditor",
)
YEAR_START, YEAR_END = date(2026, 7, 1), date(2027, 6, 30)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class ScolaFeesCommon(TransactionCase):
    """Today is Monday, 16 November 2026, 10:00 in Jakarta.

    Two schools, ``school`` and ``other_school``, are branches of ``foundation``, which
    has the Indonesian chart of accounts. Templates do not enrol by themselves unless
    asked to, so that each test has only the bills it makes.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                tracking_disable=True,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
                no_reset_password=True,
            )
        )
        cls.numbers = count(1)
        cls._set_up_schools()
        cls._set_up_accounts()
        cls._set_up_year()
        cls._set_up_users()
        cls._set_up_components()

    # === SET-UP === #

    @classmethod
    def _set_up_schools(cls):
        Company = cls.env["res.company"]
        country = {"country_id": cls.env.ref("base.id").id}
        cls.foundation = Company.create({"name": "Yayasan Uji", **country})
        cls.env["account.chart.template"].try_loading(
            "id", cls.foundation, install_demo=False
        )
        cls.school, cls.other_school = Company.create(
            [
                {"name": "SMP Uji Satu", "parent_id": cls.foundation.id, **country},
                {"name": "SMP Uji Dua", "parent_id": cls.foundation.id, **country},
            ]
        )
        # Odoo gives a branch the accounts of its parent at the end of the transaction.
        cls.env.cr.precommit.run()
        schools = cls.school | cls.other_school | cls.foundation
        cls.env.user.write(
            {
                "company_ids": [Command.link(company.id) for company in schools],
                "company_id": cls.school.id,
            }
        )

    @classmethod
    def _set_up_accounts(cls):
        journals = cls.env["account.journal"].create(
            [
                {"name": name, "code": code, "type": "sale", "company_id": company.id}
                for name, code, company in (
                    ("Tagihan Satu", "TGS", cls.school),
                    ("Tagihan Dua", "TGD", cls.other_school),
                )
            ]
        )
        cls.school.scola_fee_journal_id, cls.other_school.scola_fee_journal_id = (
            journals
        )
        cls.fee_journal = journals[0]
        cls.bank_journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.foundation.id)], limit=1
        )
        cls.income_account, cls.discount_account, cls.clearing_account = cls.env[
            "account.account"
        ].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.set(cls.foundation.ids)],
                }
                for name, code, kind in (
                    ("Pendapatan SPP Uji", "41009901", "income"),
                    ("Potongan SPP Uji", "41009902", "income"),
                    ("Piutang Sponsor Uji", "11009903", "asset_current"),
                )
            ]
        )

    @classmethod
    def _set_up_year(cls):
        cls.year = cls.env["scola.academic.year"].create(
            {
                "code": "2026/2027",
                "date_start": YEAR_START,
                "date_end": YEAR_END,
                "company_id": cls.foundation.id,
                "semester_ids": [
                    Command.create(
                        {
                            "kind": "odd",
                            "date_start": YEAR_START,
                            "date_end": date(2026, 12, 31),
                        }
                    ),
                    Command.create(
                        {
                            "kind": "even",
                            "date_start": date(2027, 1, 1),
                            "date_end": YEAR_END,
                        }
                    ),
                ],
            }
        )
        cls.level = cls.env.ref("scola_school.level_smp")
        cls.grade_7, cls.grade_8, cls.grade_9 = (
            cls.env.ref(f"scola_school.grade_{number}") for number in (7, 8, 9)
        )
        cls.class_7a, cls.class_7b, cls.class_8a, cls.other_class_7a = cls.env[
            "scola.classroom"
        ].create(
            [
                {
                    "name": name,
                    "year_id": cls.year.id,
                    "grade_id": grade.id,
                    "company_id": company.id,
                    "capacity": 0,
                }
                for name, grade, company in (
                    ("VII A", cls.grade_7, cls.school),
                    ("VII B", cls.grade_7, cls.school),
                    ("VIII A", cls.grade_8, cls.school),
                    ("VII A", cls.grade_7, cls.other_school),
                )
            ]
        )

    @classmethod
    def _set_up_users(cls):
        cls.users = {role: cls.make_user(role) for role in ROLES}
        cls.admin = cls.users["admin"]
        cls.treasurer = cls.users["treasurer"]
        cls.cashier = cls.users["cashier"]
        cls.homeroom = cls.users["homeroom"]
        cls.principal = cls.users["principal"]
        cls.auditor = cls.users["auditor"]
        cls.class_7a.homeroom_teacher_id = cls.homeroom

    @classmethod
    def _set_up_components(cls):
        cls.spp = cls.make_component("SPP")
        cls.activity = cls.make_component("Kegiatan")
        cls.building = cls.make_component("Uang Gedung", refundable=True)
        cls.meals = cls.make_component("Uang Makan", discountable=False)
        cls.donation = cls.make_component("Sumbangan", nature="donation")

    # === HELPERS: MAKING RECORDS === #

    @classmethod
    def make_user(cls, role, companies=None, **vals):
        """Return a new user of one role, of ``school`` alone unless told otherwise."""
        companies = companies or cls.school
        return new_test_user(
            cls.env,
            login=f"fees_{role}_{next(cls.numbers)}",
            groups=f"scola_school.group_{role}",
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
            **vals,
        )

    @classmethod
    def make_component(cls, name, **vals):
        return cls.env["scola.fee.component"].create(
            {
                "name": name,
                "code": f"C{next(cls.numbers)}",
                "company_id": cls.foundation.id,
                "income_account_id": cls.income_account.id,
                "discount_account_id": cls.discount_account.id,
                **vals,
            }
        )

    @classmethod
    def make_students(cls, number, classroom=None, **vals):
        """Return ``number`` active students, placed since the first day of the year.

        :param classroom: VII A unless given, False for none
        """
        if classroom is None:
            classroom = cls.class_7a
        since = vals.pop("date", YEAR_START)
        company = classroom.company_id if classroom else cls.school
        indexes = [next(cls.numbers) for _each in range(number)]
        students = cls.env["scola.student"].create(
            [
                {
                    "name": f"Siswa {index}",
                    "nis": f"{index:05}",
                    "company_id": company.id,
                    "entry_date": since,
                    **vals,
                }
                for index in indexes
            ]
        )
        if classroom:
            students._place(classroom, date=since)
        return students

    @classmethod
    def make_student(cls, classroom=None, **vals):
        """Return one student, see `make_students`."""
        return cls.make_students(1, classroom, **vals)

    @classmethod
    def make_family(cls, name="Keluarga Uji"):
        return cls.env["res.partner"].create({"name": name, "scola_type": "family"})

    @classmethod
    def line_vals(cls, component=None, amount=450_000, **vals):
        """Return the values of a template line; ``months`` may be calendar numbers."""
        months = vals.pop("months", None)
        if months:
            found = cls.env["scola.fee.month"].search([("number", "in", list(months))])
            vals["month_ids"] = [Command.set(found.ids)]
        for fname in ("grade_ids", "programme_ids"):
            if fname in vals:
                vals[fname] = [Command.set(vals[fname].ids)]
        component = component or cls.spp
        return {"component_id": component.id, "amount": amount, **vals}

    @classmethod
    def make_template(cls, *lines, **vals):
        """Return a fee template; without ``lines`` it is SPP of 450.000 a month."""
        company = vals.pop("company", cls.school)
        return cls.env["scola.fee.template"].create(
            {
                "name": f"Biaya {next(cls.numbers)}",
                "company_id": company.id,
                "year_id": cls.year.id,
                "level_id": cls.level.id,
                "auto_enroll": False,
                "line_ids": [
                    Command.create(line) for line in (lines or [cls.line_vals()])
                ],
                **vals,
            }
        )

    @classmethod
    def make_scholarship(cls, **vals):
        """Return a scholarship type of the school; 50 % unless told otherwise."""
        if vals.get("kind", "percent") == "percent" and not vals.get("is_sibling"):
            vals.setdefault("percent", 50)
        return cls.env["scola.scholarship.type"].create(
            {
                "name": f"Beasiswa {next(cls.numbers)}",
                "code": f"B{next(cls.numbers)}",
                "company_id": cls.school.id,
                **vals,
            }
        )

    @classmethod
    def make_sibling_discount(cls, rules, **vals):
        """Return a sibling discount from {order: percent}."""
        return cls.make_scholarship(
            is_sibling=True,
            sibling_rule_ids=[
                Command.create({"order": order, "percent": percent})
                for order, percent in rules.items()
            ],
            **vals,
        )

    @classmethod
    def make_preset(cls, *parts, **vals):
        """Return a preset; parts are (percent, months later), 40/30/30 by default."""
        parts = parts or ((40, 0), (30, 1), (30, 2))
        return cls.env["scola.installment.preset"].create(
            {
                "name": f"{len(parts)} kali",
                "company_id": cls.school.id,
                "line_ids": [
                    Command.create({"percent": percent, "months": months})
                    for percent, months in parts
                ],
                **vals,
            }
        )

    @classmethod
    def award(cls, enrollment, scholarship, **vals):
        return cls.env["scola.scholarship.award"].create(
            {"enrollment_id": enrollment.id, "type_id": scholarship.id, **vals}
        )

    @classmethod
    def enroll(cls, students, template, **vals):
        """Enrol ``students`` by hand and return the enrolments."""
        return cls.env["scola.student.fee.enrollment"]._enroll(
            students, template, "manual", **vals
        )

    # === HELPERS: BILLING === #

    @classmethod
    def plan(cls, enrollments, until=None):
        """Plan up to a day, or the whole year; return all rows of ``enrollments``."""
        cls.env["scola.fee.planner"]._plan(enrollments, until)
        return cls.get_rows(enrollments)

    @classmethod
    def get_rows(cls, enrollments):
        return cls.env["scola.fee.schedule"].search(
            [("enrollment_id", "in", enrollments.ids)],
            order="bill_date, period, installment, id",
        )

    @classmethod
    def get_row(cls, enrollment, period, installment=1):
        return cls.get_rows(enrollment).filtered(
            lambda row: row.period == period and row.installment == installment
        )

    @classmethod
    def make_run(cls, month="2026-11-01", **vals):
        """Return a billing run that is planned, its preview ready."""
        run = cls.env["scola.billing.run"].create(
            {
                "company_id": cls.school.id,
                "period_date": month,
                "invoice_date": month,
                **vals,
            }
        )
        run.action_plan()
        return run

    @classmethod
    def run_month(cls, month="2026-11-01", **vals):
        """Bill a month to the end and return the run."""
        run = cls.make_run(month, **vals)
        run._start()
        run._process()
        return run

    @classmethod
    def bill(cls, rows, day=None):
        """Bill ``rows`` alone and return their invoices."""
        moves = cls.env["account.move"]
        for row in rows:
            moves |= cls.env["scola.fee.biller"]._bill(row, day or row.period_start)
        return moves

    @classmethod
    def pay(cls, moves, amount=None, **vals):
        """Pay through Odoo's own payment wizard; return the payments."""
        values = {"journal_id": cls.bank_journal.id, **vals}
        if amount is not None:
            values["amount"] = amount
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create(values)
        )
        return wizard._create_payments()

    def amounts(self, rows):
        """Return {(period, instalment): whole rupiah to pay} of ``rows``."""
        return {(row.period, row.installment): round(row.amount) for row in rows}

    # === HELPERS: CHECKING === #

    def snapshot(self):
        """Return a digest of every table of fees, to tell whether anything changed."""
        self.env.flush_all()
        content = {}
        for name, Model in self.env.registry.items():
            if Model._abstract or Model._transient or not Model._auto:
                continue
            if name.startswith("scola.") or name == "account.move":
                self.env.cr.execute(
                    "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id))"
                    f' FROM "{Model._table}" t'
                )
                content[name] = self.env.cr.fetchone()
        return content

    @contextmanager
    def assert_refused(self, *words):
        """Expect an error that says all of ``words``, and that nothing changed.

        Violated constraints of the database count with the message the user gets.
        """
        before = self.snapshot()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                yield
                self.env.flush_all()
        except AccessError:
            raise
        except (UserError, IntegrityError) as error:
            message = self.get_message(error)
        else:
            self.fail("Nothing was refused.")
        for word in words:
            self.assertIn(word, message)
        self.env.invalidate_all()
        self.assertEqual(self.snapshot(), before)

    def get_message(self, error):
        """Return what the web client shows for ``error``, as odoo.service.model."""
        if not isinstance(error, IntegrityError):
            return str(error)
        for Model in self.env.registry.values():
            if Model._table == error.diag.table_name:
                return self.env[Model._name]._sql_error_to_message(error)
        return str(error)

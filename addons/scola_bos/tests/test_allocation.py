# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Plans, ceilings, approval, realisation and SiLPA."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BosCommon

GOOD = {
    "02": (45_000_000, 45_000_000, 0),
    "03": 200_000_000,
    "08": 60_000_000,
    "12": 90_000_000,
}


@tagged("post_install", "-at_install")
class TestBosAllocation(BosCommon):
    # === REGULATIONS === #

    def test_the_regulation_of_a_year(self):
        Regulation = self.env["bos.regulation"]
        for year, number in ((2023, "63/2022"), (2025, "8/2025"), (2026, "8/2026")):
            self.assertEqual(Regulation._get_for_year(year).number, number)
        self.assertEqual(len(self.regulation.component_ids), 12)
        self.assertFalse(Regulation._get_for_year(2019))

    @mute_logger("odoo.sql_db")
    def test_two_regulations_never_hold_at_once(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env["bos.regulation"].create(
                {"name": "X", "number": "X", "valid_from": "2027-01-01"}
            )

    def test_a_component_lies_inside_its_regulation(self):
        component = self.env.ref("scola_bos.component_8_2025_12")
        self.assertEqual(str(component.valid_to), "2025-12-31")
        with self.assertRaises(ValidationError):
            component.valid_to = "2026-01-01"

    def test_what_was_not_read_is_marked(self):
        self.assertTrue(self.regulation.has_unverified)
        for limit in self.env["bos.regulation.limit"].search([]):
            if not limit.is_verified:
                self.assertTrue(limit.source)
                self.assertIn("(unverified)", limit._get_legal_name())

    # === AMOUNTS === #

    def test_amounts_of_a_period(self):
        for kind, number, amount, first in (
            ("year", 1, 403_200_000, "2026-01-01"),
            ("stage", 2, 201_600_000, "2026-07-01"),
            ("quarter", 3, 100_800_000, "2026-07-01"),
        ):
            allocation = self.create_allocation(period_type=kind, period=number)
            self.assertEqual(allocation.annual_amount, 403_200_000)
            self.assertEqual(allocation.amount, amount)
            self.assertEqual(str(allocation.date_from), first)
            self.assertEqual(allocation.regulation_id, self.regulation)
            allocation.unlink()
        by_letter = self.create_allocation(basis="amount", annual_amount=5_000_001)
        self.assertEqual(by_letter.amount, 5_000_001)

    @mute_logger("odoo.sql_db")
    def test_no_day_is_allocated_twice(self):
        self.create_allocation(period_type="stage", period=1)
        second = self.create_allocation(period_type="stage", period=2)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.create_allocation()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.create_allocation(period_type="quarter", period=4)
        self.create_allocation(role=self.env.user, company_id=self.other.id)
        second.unlink()
        self.create_allocation(period_type="quarter", period=4)

    def test_a_year_has_no_third_stage(self):
        with self.assertRaises(ValidationError):
            self.create_allocation(period_type="stage", period=3)
        with self.assertRaises(ValidationError):
            self.create_allocation(fund_id=self.fees.id)

    # === CEILINGS ON THE PLAN === #

    def test_ceilings_on_the_plan(self):
        for ownership, changes, words in (
            ("private", {}, None),
            ("private", {"12": 161_280_000, "03": 100_000_000}, None),
            ("private", {"12": 161_280_001, "03": 100_000_000}, "161.280.001"),
            ("public", {"12": 80_640_000}, None),
            ("public", {"12": 80_640_001}, "80.640.001"),
            ("private", {"02": (45_000_000, 40_320_000, 0)}, None),
            ("private", {"02": (45_000_000, 40_319_999, 0)}, "40.320.000"),
            # Books count wherever they are planned.
            ("private", {"02": 0, "03": (200_000_000, 41_000_000, 0)}, None),
        ):
            self.settings.ownership = ownership
            allocation = self.plan(self.create_allocation(), {**GOOD, **changes})
            if words:
                with self.assertRaisesRegex(UserError, words) as found:
                    allocation.action_confirm()
                self.assertIn(
                    "Permendikdasmen 8/2026, Article 42", str(found.exception)
                )
                self.assertEqual(allocation.check_state, "blocked")
            else:
                allocation.action_confirm()
                self.assertEqual(allocation.state, "confirmed")
                allocation.action_draft()
            allocation.unlink()

    def test_an_unverified_ceiling_warns(self):
        limit = self.env.ref("scola_bos.limit_8_2026_maintenance")
        self.assertFalse(limit.is_verified)
        plan = {**GOOD, "08": 80_640_001}
        allocation = self.plan(self.create_allocation(), {**plan, "03": 100_000_000})
        self.assertEqual(allocation.check_state, "warning")
        self.assertIn("Unverified", allocation.check_html)
        allocation.action_confirm()
        self.assertIn("80.640.001", allocation.message_ids[0].body)
        allocation.action_draft()
        limit.is_verified = True
        with self.assertRaisesRegex(UserError, "42\\(3\\)"):
            allocation.action_confirm()
        line = allocation.line_ids.filtered(lambda item: item.component_id.code == "08")
        line.planned_exempt = 1
        allocation.action_confirm()

    def test_a_relaxation_needs_letter_and_approval(self):
        limit = self.env.ref("scola_bos.limit_8_2026_honor_private")
        allocation = self.plan(
            self.create_allocation(), {**GOOD, "12": 180_000_000, "03": 100_000_000}
        )
        values = {
            "company_id": self.school.id,
            "limit_id": limit.id,
            "percent": 50,
            "reason": "Remote",
            "letter_number": "421/17",
        }
        relaxation = self.as_user(self.env["bos.relaxation"], "treasurer").create(
            {**values, "year": 2026}
        )
        with self.assertRaises(UserError):
            allocation.action_confirm()
        with self.assertRaises(AccessError):
            relaxation.action_approve()
        with self.assertRaises(AccessError):
            relaxation.state = "approved"
        self.as_user(relaxation, "principal").action_approve()
        allocation.action_confirm()
        self.assertIn("421/17", allocation.check_html)
        with self.assertRaises(UserError):
            relaxation.percent = 60
        with self.assertRaises(ValidationError):
            self.as_user(self.env["bos.relaxation"], "treasurer").create(
                {**values, "year": 2025, "percent": 30}
            )

    def test_a_floor_is_open_until_the_year_is_planned(self):
        first = self.create_allocation(period_type="stage", period=1)
        self.plan(first, {"03": 100_000_000})
        first.action_confirm()
        second = self.create_allocation(period_type="stage", period=2)
        self.plan(second, {"02": (41_000_000, 40_319_999, 0)})
        with self.assertRaisesRegex(UserError, "40.319.999"):
            second.action_confirm()
        second.line_ids.planned_books = 40_320_000
        second.action_confirm()

    def test_no_more_is_planned_than_there_is(self):
        allocation = self.plan(self.create_allocation(), {**GOOD, "03": 300_000_000})
        with self.assertRaisesRegex(UserError, "91.800.000"):
            allocation.action_confirm()

    def test_settings_are_asked_for(self):
        self.settings.unlink()
        allocation = self.plan(self.create_allocation(), GOOD)
        with self.assertRaisesRegex(UserError, "BOS Settings"):
            allocation.action_confirm()

    # === APPROVAL === #

    def test_four_eyes(self):
        both = self._create_user("bos.both", "treasurer", "principal")
        allocation = self.plan(self.create_allocation(role=both), GOOD)
        own = self.as_user(allocation, both)
        own.action_confirm()
        with self.assertRaisesRegex(UserError, "entered or confirmed"):
            own.action_approve()
        with self.assertRaises(AccessError):
            self.as_user(allocation, "treasurer").action_approve()
        self.as_user(allocation, "principal").action_approve()
        self.assertEqual(allocation.approved_by, self.users["principal"])

    def test_nobody_writes_an_approval(self):
        allocation = self.plan(self.create_allocation(), GOOD)
        for values in (
            {"state": "approved"},
            {"approved_by": self.users["principal"].id},
            {"confirmed_by": self.users["treasurer"].id},
        ):
            with self.assertRaises(AccessError):
                allocation.write(values)
            with self.assertRaises(AccessError):
                self.create_allocation(year=2025, **values)
        with self.assertRaises(AccessError):
            self.as_user(allocation, "admin").write({"state": "approved"})

    def test_what_was_confirmed_stays(self):
        allocation = self.approve(self.plan(self.create_allocation(), GOOD))
        for values in ({"student_count": 1}, {"unit_cost": 5}, {"year": 2025}):
            with self.assertRaises(UserError):
                allocation.write(values)
        with self.assertRaises(UserError):
            allocation.line_ids[0].planned = 5
        with self.assertRaises(UserError):
            self.env["bos.fund.allocation.line"].with_user(
                self.users["treasurer"]
            ).create(
                {
                    "allocation_id": allocation.id,
                    "component_id": self.regulation.component_ids[0].id,
                }
            )
        draft = self.plan(self.create_allocation(year=2025), {"12": 5})
        with self.assertRaises(UserError):
            draft.line_ids.allocation_id = allocation
        with self.assertRaises(UserError):
            allocation.unlink()
        with self.assertRaises(AccessError):
            allocation.action_draft()
        with self.assertRaises(UserError):
            allocation.action_confirm()
        self.as_user(allocation, "principal").action_draft()
        allocation.student_count = 337
        self.assertEqual(allocation.amount, 404_400_000)

    def test_who_changed_what(self):
        allocation = self.plan(self.create_allocation(), {"12": 90_000_000})
        self.flush_tracking()
        allocation.student_count = 300
        allocation.line_ids.planned = 80_000_000
        self.flush_tracking()
        messages = allocation.with_user(self.env.user).message_ids
        tracked = messages.tracking_value_ids.field_id.mapped("name")
        for name in ("student_count", "annual_amount", "amount"):
            self.assertIn(name, tracked)
        note = allocation.message_ids.filtered(lambda item: "80.000.000" in item.body)
        self.assertIn("90.000.000", note.body)
        self.assertEqual(note.author_id, self.users["treasurer"].partner_id)

    def flush_tracking(self):
        self.cr.flush()

    # === RKAS === #

    def test_components_are_taken_from_the_budget(self):
        allocation = self.create_allocation()
        with self.assertRaisesRegex(UserError, "active budget"):
            allocation.action_take_budget()
        self._create_budget()
        allocation.action_take_budget()
        planned = {
            line.component_id.code: (
                line.planned,
                line.planned_books,
                line.planned_exempt,
            )
            for line in allocation.line_ids
        }
        self.assertEqual(
            planned,
            {
                "02": (41_000_000, 40_500_000, 0),
                "08": (9_000_000, 0, 4_000_000),
                "12": (90_000_000, 0, 0),
            },
        )
        allocation.action_take_budget()
        self.assertEqual(len(allocation.line_ids), 3)

    def _create_budget(self):
        self.programs["05.08.02"].counts_for_maintenance = False
        Budget = self.env["account.budget"].sudo()
        budget = Budget.create(
            {
                "name": "RKAS 2026",
                "company_id": self.school.id,
                "fund_id": self.fund.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
            }
        )
        books = "5.2.05.01.01.0001"
        for activity, code, account, month, amount in (
            ("07.12.01", "5.1.02.02.01.0013", "61200020", "03", 90_000_000),
            ("02.02.01", books, "12210040", "05", 40_500_000),
            ("02.02.01", "5.1.02.01.01.0024", "62100010", "06", 500_000),
            ("05.08.01", "5.1.02.01.01.0024", "65200010", "10", 5_000_000),
            ("05.08.02", "5.1.02.01.01.0024", "65200010", "10", 4_000_000),
        ):
            self.env["account.budget.line"].create(
                {
                    "budget_id": budget.id,
                    "name": code,
                    "account_id": self.accounts[account].id,
                    "program_id": self.programs[activity].id,
                    "spending_code_id": self.codes[code].id,
                    "date_from": f"2026-{month}-01",
                    "planned": amount,
                }
            )
        budget.write({"state": "active"})
        return budget

    # === REALISATION === #

    def _spend(self):
        honor, books = "5.1.02.02.01.0013", "5.2.05.01.01.0001"
        return [
            self.post(
                "2026-01-20", ("11120012", 201_600_000), ("43100010", -201_600_000)
            ),
            self.post(
                "2026-03-31",
                ("61200020", 20_000_000, "07.12.01", honor),
                ("11120012", -19_000_000),
                ("21210010", -1_000_000),
            ),
            self.post(
                "2026-04-02",
                ("12210040", 15_000_000, "02.02.01", books),
                ("62100010", 2_000_000, "02.02.01", "5.1.02.01.01.0024"),
                ("11120012", -17_000_000),
            ),
            self.post(
                "2026-07-05",
                ("65200010", 7_000_000, "05.08.01"),
                ("11120012", -7_000_000),
            ),
        ]

    def _read_independently(self, code):
        """Return what posted entries spent on a component, by their distribution."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT COALESCE(SUM(aml.balance * share.value::numeric / 100), 0)
              FROM account_move_line aml
              JOIN account_move m ON m.id = aml.move_id AND m.state = 'posted'
              JOIN account_account a
                ON a.id = aml.account_id AND a.account_type <> 'expense_depreciation'
        CROSS JOIN LATERAL jsonb_each_text(aml.analytic_distribution) share
              JOIN scola_budget_program p
                ON p.analytic_account_id::text = ANY(string_to_array(share.key, ','))
             WHERE m.company_id = %s AND m.date BETWEEN '2026-01-01' AND '2026-12-31'
               AND %s = ANY(string_to_array(share.key, ','))
               AND SPLIT_PART(p.code, '.', 2) = %s
            """,
            [self.school.id, str(self.fund.id), code],
        )
        return float(self.env.cr.fetchone()[0])

    def test_realisation_is_what_was_posted(self):
        allocation = self.approve(self.plan(self.create_allocation(), GOOD))
        moves = self._spend()
        draft = self.prepare_move(
            "2026-05-05", ("61200020", 1, "07.12.01"), ("11120012", -1)
        )
        self.env["account.move"].create(draft)
        self.post("2026-05-06", ("67100040", 5, "02.02.01"), ("12210040", -5))
        self.post(
            "2026-05-07",
            ("61200020", 3_000_000, "07.12.01"),
            ("11120012", -3_000_000),
            company=self.other,
        )
        spent = {line.component_id.code: line.realised for line in allocation.line_ids}
        self.assertEqual(
            spent, {"02": 17_000_000, "03": 0, "08": 7_000_000, "12": 20_000_000}
        )
        for code, amount in spent.items():
            self.assertEqual(self._read_independently(code), amount)
        self.assertEqual(allocation.realised, 44_000_000)
        self.assertEqual(allocation.received, 201_600_000)
        self.assertEqual(allocation.remaining, 403_200_000 - 44_000_000)
        line = allocation.line_ids.filtered(lambda item: item.component_id.code == "12")
        action = line.with_user(self.env.user).action_view_items()
        items = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(sum(items.mapped("balance")), line.realised)
        all_items = self.env["account.move.line"].search(
            allocation.with_user(self.env.user).action_view_items()["domain"]
        )
        self.assertEqual(sum(all_items.mapped("balance")), allocation.realised)
        moves[1].button_draft()
        allocation.invalidate_recordset()
        line.invalidate_recordset()
        self.assertEqual(line.realised, 0)

    def test_spending_is_shared_out_by_percentages(self):
        allocation = self.approve(self.plan(self.create_allocation(), GOOD))
        honor, books = (
            self.programs[code].analytic_account_id.id
            for code in ("07.12.01", "02.02.01")
        )
        move = self.env["account.move"].create(
            self.prepare_move("2026-02-02", ("62100010", 100), ("11120012", -100))
        )
        move.line_ids[0].analytic_distribution = {
            f"{self.fund.id},{honor}": 25,
            f"{self.fund.id},{books}": 15,
            f"{self.fees.id},{honor}": 50,
            str(self.fund.id): 10,
        }
        move.action_post()
        spent = {line.component_id.code: line.realised for line in allocation.line_ids}
        self.assertEqual((spent["12"], spent["02"]), (25, 15))
        self.assertEqual((allocation.realised, allocation.unclassified), (50, 10))

    def test_one_statement_for_all_lines(self):
        allocations = self.env["bos.fund.allocation"]
        for number in range(1, 5):
            allocations |= self.plan(
                self.create_allocation(period_type="quarter", period=number),
                {"12": 1, "03": 1, "08": 1},
            )
        self.env.flush_all()
        self.env.invalidate_all()
        lines = self.env["bos.fund.allocation.line"].browse(allocations.line_ids.ids)
        # What is known once and for all, and the lines themselves.
        self.env["bos.ledger"]._get_plan_columns()
        lines.mapped("component_id.code")
        lines.mapped("allocation_id.date_from")
        lines.mapped("currency_id.rounding")
        with self.assertQueryCount(1):
            lines.mapped("realised")

    # === CEILINGS WHEN MONEY IS SPENT === #

    def test_spending_above_a_verified_ceiling_is_not_posted(self):
        self.approve(self.plan(self.create_allocation(), GOOD))
        honor = "5.1.02.02.01.0013"
        self.post(
            "2026-02-28",
            ("61200020", 161_000_000, "07.12.01", honor),
            ("11120012", -161_000_000),
        )
        values = self.prepare_move(
            "2026-03-31",
            ("61200020", 280_001, "07.12.01", honor),
            ("11120012", -280_001),
        )
        move = self.env["account.move"].create(values)
        with self.assertRaisesRegex(UserError, "161.280.001.*Article 42\\(4\\)"):
            move.action_post()
        move.button_cancel()
        self.post(
            "2026-03-31",
            ("61200020", 280_000, "07.12.01", honor),
            ("11120012", -280_000),
        )
        # Another component and another fund are none of its business.
        self.post("2026-04-01", ("62100010", 5, "03.03.01"), ("11120012", -5))

    def test_spending_above_an_unverified_ceiling_is_noted(self):
        self.approve(self.plan(self.create_allocation(), GOOD))
        move = self.post(
            "2026-03-31",
            ("65200010", 80_640_001, "05.08.01"),
            ("11120012", -80_640_001),
        )
        self.assertEqual(move.state, "posted")
        self.assertIn("80.640.001", move.message_ids[0].body)
        self.assertIn("(unverified)", move.message_ids[0].body)

    def test_two_that_spend_at_once_collide(self):
        allocation = self.approve(self.plan(self.create_allocation(), GOOD))
        before = allocation.sudo().check_number
        self.post("2026-03-31", ("65200010", 5, "05.08.01"), ("11120012", -5))
        allocation.invalidate_recordset()
        self.assertEqual(allocation.sudo().check_number, before + 1)

    def test_a_period_is_done_when_the_limits_are_kept(self):
        allocation = self.approve(self.plan(self.create_allocation(), GOOD))
        self._spend()
        with self.on_day(2026, 12, 31), self.assertRaisesRegex(UserError, "missing"):
            allocation.action_done()
        allocation.action_done()
        self.assertEqual(allocation.state, "done")

    def test_software_for_reports_is_pointed_out(self):
        allocation = self.plan(self.create_allocation(), GOOD)
        values = self.prepare_move(
            "2026-03-31", ("62100010", 5, "03.03.01"), ("11120012", -5)
        )
        move = self.env["account.move"].create(values)
        self.assertFalse(move.bos_warnings)
        move.line_ids[0].name = "Langganan Aplikasi Laporan BOS"
        self.assertIn("Article 66(1)", move.bos_warnings)
        move.action_post()
        allocation.invalidate_recordset()
        self.assertEqual(allocation.check_state, "warning")
        self.assertIn("Aplikasi Laporan", allocation.check_html)

    # === SILPA === #

    @mute_logger("odoo.sql_db")
    def test_silpa_is_recorded_once(self):
        self.post("2025-01-20", ("11120012", 100_000_000), ("43100010", -100_000_000))
        self.post(
            "2025-06-30",
            ("62100010", 93_700_000, "03.03.01"),
            ("11120012", -92_700_000),
            ("21210030", -1_000_000),
        )
        self.post("2025-12-30", ("11120012", 100_000), ("81100010", -100_000))
        CarryOver = self.as_user(self.env["bos.fund.carry.over"], "treasurer")
        values = {"company_id": self.school.id, "fund_id": self.fund.id}
        silpa = CarryOver.create({**values, "year": 2025, "amount": 1})
        self.assertEqual(
            (silpa.opening, silpa.received, silpa.interest, silpa.realised),
            (0, 100_000_000, 100_000, 93_700_000),
        )
        self.assertEqual(silpa.amount, 6_400_000)
        self.assertEqual((silpa.money, silpa.taxes), (7_400_000, 1_000_000))
        self.assertEqual((silpa.difference, silpa.changed), (0, 0))
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            CarryOver.create({**values, "year": 2025})
        with self.assertRaises(ValidationError):
            CarryOver.create({**values, "year": 2026})
        allocation = self.create_allocation()
        self.assertEqual(allocation.carry_over_in, 6_400_000)
        later = self.create_allocation(year=2027)
        self.assertEqual(later.carry_over_in, 0)
        self.plan(allocation, {**GOOD, "03": 214_600_000}).action_confirm()
        self.post("2025-12-31", ("62100010", 5, "03.03.01"), ("11120012", -5))
        silpa.invalidate_recordset()
        self.assertEqual(silpa.changed, -5)
        with self.assertRaisesRegex(UserError, "2026"):
            silpa.action_refresh()
        allocation.action_draft()
        silpa.action_refresh()
        self.assertEqual(silpa.amount, 6_399_995)
        with self.assertRaises(AccessError):
            self.as_user(silpa, "auditor").action_refresh()

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Disbursements, deadlines and what it costs to miss them."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import BosCommon

GOOD = {"02": (45_000_000, 45_000_000, 0), "12": 90_000_000}


@tagged("post_install", "-at_install")
class TestBosCalendar(BosCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings[0].treasurer_user_id = cls.users["treasurer"]
        cls.allocation = cls.approve(cls.plan(cls.create_allocation(), GOOD))
        cls.deadlines = {
            item.rule_id: item
            for item in cls.as_user(cls.env["bos.report.deadline"], "treasurer").search(
                []
            )
        }

    def find(self, name, regulation="8_2026"):
        rule = self.env.ref(f"scola_bos.deadline_{regulation}_{name}")
        deadline = self.deadlines[rule]
        self.env.invalidate_all()
        return deadline

    def test_transfers_come_in_stages(self):
        transfers = self.allocation.disbursement_ids
        self.assertRecordValues(
            transfers,
            [
                {"number": 1, "planned": 201_600_000, "stage_number": 1},
                {"number": 2, "planned": 201_600_000, "stage_number": 2},
            ],
        )
        self.post("2026-02-03", ("11120012", 200_000_000), ("43100010", -200_000_000))
        self.post("2026-08-03", ("11120012", 7), ("43100010", -7))
        transfers.invalidate_recordset()
        self.assertEqual(transfers.mapped("received"), [200_000_000, 7])
        self.assertEqual(transfers[0].difference, -1_600_000)

    def test_a_late_transfer_is_counted_by_changing_its_dates(self):
        transfers = self.as_user(self.allocation.disbursement_ids, "treasurer")
        self.post("2026-07-02", ("11120012", 5), ("43100010", -5))
        transfers[0].date_to = "2026-07-02"
        transfers[1].date_from = "2026-07-03"
        transfers.invalidate_recordset()
        self.assertEqual(transfers.mapped("received"), [5, 0])
        self.assertEqual(transfers.mapped("stage_number"), [1, 2])
        with self.assertRaises(AccessError):
            transfers.create({"allocation_id": self.allocation.id})

    def test_the_calendar_is_made_once(self):
        self.assertEqual(len(self.deadlines), 4)
        self.allocation.action_done()
        self.as_user(self.allocation, "principal").action_draft()
        self.allocation.invalidate_recordset()
        self.approve(self.allocation)
        found = self.env["bos.report.deadline"].search(
            [("company_id", "=", self.school.id)]
        )
        self.assertEqual(len(found), 4)

    def test_rupiah_at_risk(self):
        stage = self.find("stage_1")
        self.assertRecordValues(
            stage,
            [
                {
                    "date_due": date(2026, 7, 31),
                    "date_final": date(2026, 10, 25),
                    "state": "late",
                    "days_left": -10,
                    "cut_percent": 2,
                    "lost": 4_032_000,
                    "next_date": date(2026, 9, 1),
                    "next_lost": 6_048_000,
                    "at_risk": 201_600_000,
                    "is_estimate": False,
                    "is_verified": False,
                }
            ],
        )
        year = self.find("year")
        self.assertRecordValues(
            year,
            [
                {
                    "date_due": date(2027, 1, 31),
                    "state": "open",
                    "lost": 0,
                    "next_date": date(2027, 2, 1),
                    "next_lost": 4_032_000,
                    # Both stages of the year after are lost, estimated by this year's.
                    "at_risk": 403_200_000,
                    "is_estimate": True,
                }
            ],
        )
        self.assertEqual(self.find("transfer_1").at_risk, 0)

    def test_a_transfer_is_awaited_until_it_came(self):
        self.assertEqual(self.find("transfer_1").state, "late")
        self.assertEqual(self.find("transfer_2").state, "open")
        self.post("2026-02-03", ("11120012", 201_599_999), ("43100010", -201_599_999))
        self.assertEqual(self.find("transfer_1").state, "late")
        self.post("2026-02-04", ("11120012", 1), ("43100010", -1))
        self.assertEqual(self.find("transfer_1").state, "received")
        self.assertEqual(self.find("transfer_1").days_left, 0)
        self.assertEqual(self.find("transfer_2").state, "open")

    def test_cuts_add_up_on_the_transfer(self):
        second = self.allocation.disbursement_ids[1]
        self.assertEqual(second.cut_percent, 2)
        self.assertEqual(second.expected, 201_600_000 - 4_032_000)
        later = self.approve(
            self.plan(self.create_allocation(year=2027, unit_cost=1_000_000), GOOD)
        )
        with self.on_day(2027, 3, 2):
            later.disbursement_ids.invalidate_recordset()
            self.assertEqual(later.disbursement_ids.mapped("cut_percent"), [3, 0])
            self.assertFalse(self.find("year").is_estimate)
            self.assertEqual(self.find("year").lost, 5_040_000)
        with self.on_day(2027, 6, 26):
            later.disbursement_ids.invalidate_recordset()
            self.assertEqual(later.disbursement_ids.mapped("cut_percent"), [100, 100])
            self.assertEqual(later.disbursement_ids.mapped("expected"), [0, 0])
        with self.on_day(2027, 9, 15):
            # The year's report takes all; the stage's report can't take more.
            later.disbursement_ids.invalidate_recordset()
            self.assertEqual(later.disbursement_ids.mapped("cut_percent"), [100, 100])

    def test_filing_ends_it(self):
        stage = self.find("stage_1")
        stage.action_file()
        self.assertRecordValues(
            stage,
            [
                {
                    "state": "filed",
                    "date_filed": date(2026, 8, 10),
                    "cut_percent": 2,
                    "lost": 4_032_000,
                    "at_risk": 0,
                    "next_date": False,
                }
            ],
        )
        self.assertIn("0.0", stage.message_ids[0].body)
        with self.on_day(2026, 12, 1):
            stage.invalidate_recordset()
            self.assertEqual(stage.cut_percent, 2)
        with self.assertRaises(ValidationError):
            stage.date_filed = "2026-08-11"
        with self.assertRaises(UserError):
            self.find("transfer_2").action_file()
        with self.assertRaises(AccessError):
            self.as_user(self.find("year"), "principal").action_file()

    def test_how_much_of_the_stage_is_spent(self):
        stage = self.find("stage_1")
        self.assertEqual(stage.required_percent, 50)
        self.post(
            "2026-05-31",
            ("62100010", 100_800_000, "03.03.01"),
            ("11120012", -100_800_000),
        )
        self.assertEqual(self.find("stage_1").realised_percent, 50)
        self.assertEqual(self.find("year").realised_percent, 25)
        stage.action_file()
        self.assertFalse(
            stage.message_ids.filtered(lambda item: "asks for at" in item.body)
        )

    def test_the_treasurer_is_reminded_once(self):
        Deadline = self.env["bos.report.deadline"]
        for _time in range(2):
            Deadline._cron_remind()
        stage = self.find("stage_1")
        self.assertEqual(len(stage.activity_ids), 1)
        self.assertEqual(stage.activity_ids.user_id, self.users["treasurer"])
        self.assertEqual(stage.activity_ids.date_deadline, date(2026, 7, 31))
        self.assertFalse(self.find("year").activity_ids)
        with self.on_day(2027, 1, 2):
            Deadline._cron_remind()
            self.assertTrue(self.find("year").activity_ids)
        stage.action_file()
        self.assertFalse(stage.activity_ids)
        Deadline._cron_remind()
        self.assertFalse(stage.activity_ids)

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import DAY, ApprovalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{DAY} 03:00:00")
class TestDelegation(ApprovalCommon):
    """Somebody stands in, for a time, and never for himself."""

    def delegate(self, delegator, delegate, start=0, end=0, user=None, **values):
        delegations = self.env["tier.delegation"].with_user(user or delegator)
        companies = self.company | self.school | self.other
        return delegations.with_context(allowed_company_ids=companies.ids).create(
            {
                "delegator_id": delegator.id,
                "delegate_id": delegate.id,
                "date_from": self.today(start),
                "date_to": self.today(end),
                "reason": "Umrah",
                **values,
            }
        )

    def make_request(self, amount=2_000_000, user=None):
        bill = self.make_bill(amount, user=user)
        bill.action_request_approval()
        return bill.sudo()._get_last_request()

    def let_a_group_approve(self, users):
        group = self.env["res.groups"].create(
            {"name": "Penyetuju", "user_ids": [Command.set(users.ids)]}
        )
        self.rule.write(
            {
                "review_type": "group",
                "reviewer_group_id": group.id,
                "reviewer_id": False,
            }
        )

    def test_on_behalf(self):
        self.delegate(self.principal, self.deputy)
        request = self.make_request()
        self.assertEqual(request.activity_ids.user_id, self.principal | self.deputy)
        mine = request.with_user(self.deputy).search([("can_review", "=", True)])
        self.assertEqual(mine.ids, request.ids)
        groups = self.call(self.deputy, self.env["res.users"], "review_user_count")
        self.assertEqual(groups[0]["pending_count"], 1)
        self.call(self.deputy, request, "action_approve")
        review = request.review_ids
        self.assertEqual(review.done_by, self.deputy)
        self.assertEqual(review.on_behalf_id, self.principal)
        self.assertIn(self.deputy.name, review.done_text)
        self.assertIn(self.principal.name, review.done_text)

    def test_by_dates(self):
        request = self.make_request()
        self.delegate(self.principal, self.deputy, 1, 3)
        for moment, allowed in (
            (f"{DAY} 03:00:00", False),
            (f"{DAY} 16:59:00", False),
            (f"{DAY} 17:01:00", True),  # midnight in Jakarta
            ("2026-11-19 16:59:00", True),
            ("2026-11-19 17:01:00", False),
        ):
            with self.subTest(moment), freeze_time(moment):
                self.env.invalidate_all()
                turn = request._find_turn(self.deputy)
                self.assertEqual(bool(turn.key), allowed)
                found = request.with_user(self.deputy).search(
                    [("can_review", "=", True)]
                )
                self.assertEqual(bool(found), allowed)

    def test_archived(self):
        self.delegate(self.principal, self.deputy).active = False
        request = self.make_request()
        self.assertFalse(request._find_turn(self.deputy).key)

    def test_of_another_company(self):
        self.delegate(self.principal, self.deputy, company_id=self.other.id)
        request = self.make_request()
        self.assertFalse(request._find_turn(self.deputy).key)

    def test_delegates_of_delegates_have_no_say(self):
        self.delegate(self.principal, self.deputy)
        self.delegate(self.deputy, self.chair)
        request = self.make_request()
        with self.assertRaises(AccessError):
            self.call(self.chair, request, "action_approve")

    def test_self_approval_through_delegation(self):
        """Who made a bill does not approve it for another, nor does another for him."""
        self.delegate(self.principal, self.clerk)
        request = self.make_request()
        with self.assertRaises(AccessError):
            self.call(self.clerk, request, "action_approve")
        self.let_a_group_approve(self.colleague | self.chair)
        self.delegate(self.colleague, self.deputy)
        request = self.make_request(user=self.colleague)
        with self.assertRaises(AccessError):
            self.call(self.deputy, request, "action_approve")
        self.call(self.chair, request, "action_approve")

    def test_two_levels_by_one_person(self):
        self.delegate(self.chair, self.principal)
        request = self.make_request(6_000_000)
        self.call(self.principal, request, "action_approve")
        with self.assertRaises(AccessError):
            self.call(self.principal, request, "action_approve")
        self.call(self.chair, request, "action_approve")
        self.assertEqual(request.state, "approved")

    def test_two_levels_by_one_delegate(self):
        self.delegate(self.principal, self.deputy)
        self.delegate(self.chair, self.deputy)
        request = self.make_request(6_000_000)
        self.call(self.deputy, request, "action_approve")
        with self.assertRaises(AccessError):
            self.call(self.deputy, request, "action_approve")
        self.assertEqual(request.state, "pending")

    def test_who_had_a_hand_in_it(self):
        """Made, changed, submitted, and its bank account: none of them approves."""
        self.let_a_group_approve(
            self.clerk | self.colleague | self.manager | self.principal
        )
        bill = self.make_bill(user=self.clerk)
        bill.with_user(self.colleague).partner_bank_id = self.make_bank("777")
        bill.with_user(self.clerk).narration = "Nothing of importance"
        bill.partner_bank_id.with_user(self.manager).acc_holder_name = "X"
        bill.with_user(self.clerk).action_request_approval()
        request = bill.sudo()._get_last_request()
        for user in (self.clerk, self.colleague, self.manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.call(user, request, "action_approve")
        self.call(self.principal, request, "action_approve")

    def test_nobody_is_left(self):
        self.rule.reviewer_id = self.clerk
        with self.assertRaises(UserError):
            self.make_bill().action_request_approval()

    @mute_logger("odoo.sql_db")
    def test_one_at_a_time(self):
        self.delegate(self.principal, self.deputy, 0, 5)
        self.delegate(self.principal, self.chair, 6, 7)
        for company in (False, self.company.id):
            with self.assertRaises(ExclusionViolation), self.env.cr.savepoint():
                self.delegate(self.principal, self.chair, 5, 5, company_id=company)

    def test_companies_apart(self):
        self.delegate(self.principal, self.deputy, company_id=self.company.id)
        self.delegate(self.principal, self.chair, company_id=self.other.id)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.sql_db")
    def test_for_others(self):
        table = [
            (self.clerk, self.principal, self.deputy),
            (self.deputy, self.principal, self.deputy),
            (self.manager, self.principal, self.manager),
            (self.principal, self.principal, self.principal),
        ]
        for user, delegator, delegate in table:
            with self.subTest(user.login), self.assertRaises(Exception) as caught:
                with self.env.cr.savepoint():
                    self.delegate(delegator, delegate, user=user)
            self.assertIn(
                type(caught.exception).__name__,
                ("AccessError", "ValidationError", "CheckViolation"),
            )
        self.delegate(self.principal, self.deputy, user=self.manager)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_own_delegation_turned_into_anothers(self):
        delegation = self.delegate(self.deputy, self.clerk)
        with self.assertRaises(UserError):
            self.call(
                self.deputy, delegation, "write", {"delegator_id": self.principal.id}
            )
        with self.assertRaises(AccessError):
            self.call(self.clerk, delegation, "write", {"date_to": "2027-01-01"})

    def test_taken_out_of_the_archive(self):
        """What the principal ended stays so for who stood in."""
        delegation = self.delegate(self.principal, self.manager, 0, 5)
        self.call(self.principal, delegation, "write", {"active": False})
        with self.assertRaises(UserError):
            self.call(self.manager, delegation, "write", {"active": True})
        delegation.invalidate_recordset()
        self.assertFalse(delegation.active)
        self.call(self.principal, delegation, "write", {"active": True})
        self.call(self.manager, delegation, "write", {"active": False})

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What users of other school systems complain about, and what Odoo does by default.

The numbers of the complaints are those of the most telling threads about our peers
(frappe/education, frappe/erpnext, OpenEduCat, RosarioSIS).
"""

from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ScolaFeesCommon

NOVEMBER = date(2026, 11, 30)


@tagged("post_install", "-at_install")
class TestComplaints(ScolaFeesCommon):
    """One test per complaint. 1, several bills in one receipt at a queue, is tested in
    test_cash_desk; 3, late fees, 7, payment links, are not part of this add-on."""

    def test_02_sibling_and_staff_discounts_need_no_further_templates(self):
        """frappe/erpnext #11497: % discounts force dozens of fee structures."""
        template = self.make_template(auto_enroll=True)
        self.make_sibling_discount({2: 10, 3: 20})
        staff = self.make_scholarship(name="Anak Karyawan", percent=30)
        family = self.make_family()
        children = [
            self.make_student(family_id=family.id, birth_date=date(2010 + index, 1, 1))
            for index in range(3)
        ]
        staff_child = self.make_student()
        self.award(staff_child.enrollment_ids, staff)
        self.run_month("2026-11-01", template_ids=[Command.set(template.ids)])
        paid = [
            round(self.get_row(student.enrollment_ids, "2026-11").move_id.amount_total)
            for student in (*children, staff_child)
        ]
        self.assertEqual(paid, [450_000, 405_000, 360_000, 315_000])
        self.assertEqual(len(template.enrollment_ids), 4)

    def test_04_run_shows_counts_and_resumes(self):
        """frappe/erpnext #44876: the schedule hangs "In Process" for big groups."""
        self.enroll(self.make_students(4), self.make_template(date_start="2026-11-01"))
        run = self.make_run("2026-11-01")
        run._start()
        lines = run.line_ids
        self.assertEqual((run.ready_count, run.posted_count, run.progress), (4, 0, 0))
        run._post_lines(lines[:1])  # ... and then the machine dies
        run.invalidate_recordset()
        self.assertEqual((run.ready_count, run.posted_count, run.progress), (3, 1, 25))
        run._process()
        run.invalidate_recordset()
        self.assertEqual((run.ready_count, run.posted_count, run.progress), (0, 4, 100))
        self.assertEqual(run.state, "done")
        self.assertEqual(len(lines.schedule_id.move_id), 4)
        again = self.run_month("2026-11-01")
        self.assertFalse(again.line_ids, "nothing is billed twice")

    def test_05_open_amount_is_the_ledgers_after_a_discount(self):
        """frappe/education #59: after a discount, outstanding is not the ledger's."""
        enrollment = self.enroll(self.make_student(), self.make_template())
        self.award(enrollment, self.make_scholarship(percent=33.33))
        row = self.plan(enrollment, date(2026, 7, 31))
        self.bill(row)
        self.pay(row.move_id, 100_000)
        row.invalidate_recordset()
        receivable = row.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.assertEqual(row.residual, 450_000 - 149_985 - 100_000)
        self.assertEqual(row.residual, receivable.amount_residual)
        student = enrollment.student_id
        self.assertEqual(student.amount_open, row.residual)
        report = self.env["scola.fee.arrears.report"].search(
            [("student_id", "=", student.id)]
        )
        self.assertEqual(report.residual, row.residual)

    def test_06_odoos_own_payment_wizard_pays_the_schedule(self):
        """frappe/education #168: wrong when paid by another document than theirs."""
        rows = self.plan(
            self.enroll(self.make_student(), self.make_template()), date(2026, 8, 31)
        )
        moves = self.bill(rows)
        self.pay(moves.with_user(self.treasurer), group_payment=True)
        rows.invalidate_recordset()
        self.assertEqual(rows.mapped("state"), ["paid", "paid"])
        self.assertEqual(rows.mapped("residual"), [0, 0])

    def test_08_price_change_does_not_drift(self):
        """frappe/education #318: amounts drift between structure and schedule."""
        template = self.make_template()
        enrollment = self.enroll(self.make_student(), template)
        self.run_month("2026-11-01")
        template.line_ids.amount_ids = [
            Command.create({"date_from": "2027-01-01", "amount": 500_000})
        ]
        for month in ("2026-12-01", "2027-01-01", "2027-02-01"):
            self.run_month(month)
        rows = self.get_rows(enrollment)
        self.assertEqual(rows.mapped("amount"), [450_000] * 6 + [500_000] * 2)
        for row in rows:
            self.assertEqual(row.amount, row.move_id.amount_total)
            self.assertEqual(row.gross, sum(row.line_ids.mapped("gross")))

    def test_08_planned_year_follows_the_template(self):
        template = self.make_template()
        enrollment = self.enroll(self.make_student(), template)
        enrollment.action_plan_year()
        self.run_month("2026-11-01")
        new_price = {"date_from": "2027-01-01", "amount": 500_000}
        template.with_user(self.treasurer).line_ids = [
            Command.update(
                template.line_ids.id, {"amount_ids": [Command.create(new_price)]}
            )
        ]
        self.assertEqual(
            self.get_rows(enrollment).mapped("amount"), [450_000] * 6 + [500_000] * 6
        )
        template.line_ids = [
            Command.update(template.line_ids.id, {"date_end": "2027-03-31"})
        ]
        self.assertEqual(
            self.get_rows(enrollment).mapped("amount"), [450_000] * 6 + [500_000] * 3
        )

    def test_09_one_login_sees_the_bills_of_all_children(self):
        """frappe/education #239: a parent with several children needs one login."""
        family = self.make_family()
        guardian = self.env["res.partner"].create(
            {
                "name": "Ibu Uji",
                "email": "ibu@example.com",
                "scola_type": "guardian",
                "parent_id": family.id,
            }
        )
        children = self.make_students(2, family_id=family.id)
        children |= self.make_student(self.other_class_7a, family_id=family.id)
        stranger = self.make_student()
        enrollments = self.enroll(
            children[:2] | stranger, self.make_template(date_start="2026-11-01")
        )
        enrollments |= self.enroll(
            children[2],
            self.make_template(company=self.other_school, date_start="2026-11-01"),
        )
        rows = self.plan(enrollments, NOVEMBER)
        moves = self.bill(rows)
        self.env["scola.guardianship"].create(
            [{"student_id": child.id, "guardian_id": guardian.id} for child in children]
        )
        action = children[0].with_user(self.treasurer).action_grant_portal_access()
        self.env["portal.wizard"].browse(
            action["res_id"]
        ).user_ids.action_grant_access()
        user = guardian.user_ids
        seen = self.env["account.move"].with_user(user).search([])
        self.assertEqual(seen.sudo().student_id, children)
        self.assertEqual(len(seen), 3)
        with self.assertRaises(AccessError):
            (moves - seen.sudo()).with_user(user).read(["amount_total"])

    def test_10_bill_has_a_line_per_component_and_discount(self):
        """frappe/education #238: a total without its parts."""
        template = self.make_template(
            self.line_vals(self.spp), self.line_vals(self.activity, 50_000)
        )
        enrollment = self.enroll(self.make_student(), template)
        self.award(
            enrollment,
            self.make_scholarship(
                name="Prestasi", component_ids=[Command.set(self.spp.ids)]
            ),
        )
        move = self.bill(self.plan(enrollment, date(2026, 7, 31)))
        lines = move.invoice_line_ids
        self.assertEqual(lines.mapped("price_unit"), [450_000, -225_000, 50_000])
        self.assertEqual(
            lines.mapped("product_id"), self.spp.product_id | self.activity.product_id
        )
        self.assertIn("SPP", lines[0].name)
        self.assertIn("Prestasi", lines[1].name)
        self.assertIn("Kegiatan", lines[2].name)
        self.assertEqual(lines[0].account_id, self.income_account)
        self.assertEqual(lines[1].account_id, self.discount_account)

    def test_11_bills_are_invoices_with_credit_notes(self):
        """frappe/education #181: payment terms, credit notes and statements."""
        row = self.plan(
            self.enroll(self.make_student(), self.make_template()), date(2026, 7, 31)
        )
        move = self.bill(row)
        self.assertEqual((move.move_type, move.state), ("out_invoice", "posted"))
        self.assertEqual(move.journal_id, self.fee_journal)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "reason": "Salah"})
        )
        wizard.refund_moves()
        credit_note = move.reversal_move_ids
        credit_note.action_post()
        self.assertEqual(credit_note.move_type, "out_refund")
        self.assertEqual(credit_note.student_id, row.student_id)
        self.assertEqual(credit_note.commercial_partner_id, row.student_id.family_id)
        student = row.student_id
        student.invalidate_recordset()
        self.assertEqual(student.amount_open, 0)

    def test_12_components_of_the_foundation_and_of_each_school(self):
        """frappe/education #240: components belong to different companies."""
        own = self.make_component("Buku", company_id=self.school.id)
        foreign = self.make_component("Koperasi", company_id=self.other_school.id)
        template = self.make_template(
            self.line_vals(self.spp), self.line_vals(own, 20_000)
        )
        self.assertEqual(
            template.line_ids.component_id.company_id, self.foundation | self.school
        )
        with self.assert_refused("Component", "Koperasi", "another company"):
            self.make_template(self.line_vals(foreign))
        move = self.bill(
            self.plan(self.enroll(self.make_student(), template), date(2026, 7, 31))
        )
        self.assertEqual(move.company_id, self.school)
        self.assertEqual(move.amount_total, 470_000)

    def test_13_every_bill_names_its_period(self):
        """openeducat #130: monthly generation, and the period in the reference."""
        template = self.make_template(
            self.line_vals(self.spp),
            self.line_vals(self.activity, frequency="semester"),
            self.line_vals(self.building, frequency="yearly"),
            self.line_vals(self.meals, frequency="once"),
        )
        rows = self.plan(self.enroll(self.make_student(), template))
        months = rows.filtered(lambda row: row.frequency == "monthly")
        self.assertEqual(
            months.mapped("period"),
            [f"2026-{month:02}" for month in range(7, 13)]
            + [f"2027-{month:02}" for month in range(1, 7)],
        )
        self.assertEqual(
            set((rows - months).mapped("period")),
            {"2026/2027-1", "2026/2027-2", "2026/2027", "once"},
        )
        move = self.bill(months[4])
        self.assertIn("2026", move.invoice_line_ids.name)

    def test_14_no_invoice_has_an_empty_line(self):
        """openeducat #1054: fee details lost, invoices with an empty line."""
        template = self.make_template(
            self.line_vals(self.spp),
            self.line_vals(self.building, 900_000, frequency="yearly"),
            preset_id=self.make_preset().id,
        )
        enrollments = self.enroll(self.make_students(3), template)
        self.award(enrollments[0], self.make_scholarship(kind="full"))
        run = self.run_month("2026-11-01")
        moves = run.line_ids.schedule_id.move_id
        self.assertEqual(len(moves), 3 * 8)
        for move in moves:
            self.assertTrue(move.invoice_line_ids)
            for line in move.invoice_line_ids:
                self.assertEqual(line.display_type, "product")
                self.assertTrue(line.product_id and line.account_id and line.name)
                self.assertTrue(line.price_unit)
            row = move.fee_schedule_id
            self.assertEqual(move.amount_total, row.amount)
            credits = sum(
                line.price_subtotal
                for line in move.invoice_line_ids
                if line.price_subtotal > 0
            )
            self.assertEqual(credits, row.gross)

    def test_15_placement_enrols_by_itself(self):
        """rosariosis #112: fees should be assigned automatically at enrolment."""
        template = self.make_template(auto_enroll=True, prorata="days")
        student = self.make_student(date=date(2026, 11, 16))
        self.assertEqual(student.enrollment_ids.template_id, template)
        run = self.run_month("2026-11-01", invoice_date="2026-11-16")
        self.assertEqual(run.line_ids.student_id, student)
        self.assertEqual(run.line_ids.amount, 225_000)


@tagged("post_install", "-at_install")
class TestOdooTraps(ScolaFeesCommon):
    # === VAT === #

    def test_chart_has_the_trap(self):
        """Without it the next tests would prove nothing."""
        tax = self.foundation.account_sale_tax_id
        self.assertTrue(tax)
        self.assertGreater(tax.amount, 0)

    def test_component_product_has_no_vat(self):
        self.school.account_sale_tax_id = self.foundation.account_sale_tax_id
        component = self.make_component("Uang Pangkal", company_id=self.school.id)
        self.assertFalse(component.product_id.taxes_id)
        self.assertFalse(component.product_id.supplier_taxes_id)

    def test_component_product_has_no_vat_of_any_company(self):
        """Odoo adds the default taxes of the other companies to a shared product."""
        stranger = self.env["res.company"].create(
            {"name": "Koperasi", "country_id": self.env.ref("base.id").id}
        )
        self.env["account.chart.template"].try_loading(
            "id", stranger, install_demo=False
        )
        self.assertTrue(stranger.account_sale_tax_id)
        product = self.make_component("Uang Pangkal").product_id
        self.assertFalse(product.company_id)
        self.assertFalse(product.sudo().taxes_id)
        for company in (self.foundation, self.school, stranger):
            self.assertFalse(product.with_company(company).sudo().taxes_id)

    def test_bill_has_no_vat(self):
        enrollment = self.enroll(self.make_student(), self.make_template())
        self.award(enrollment, self.make_scholarship())
        move = self.bill(self.plan(enrollment, date(2026, 7, 31)))
        self.assertFalse(move.line_ids.tax_ids)
        self.assertFalse(move.line_ids.filtered("tax_line_id"))
        self.assertEqual(move.amount_tax, 0)
        self.assertEqual(move.amount_total, 225_000)

    def test_tax_that_is_meant_is_charged_in_its_own_company_only(self):
        """A component may be taxed on purpose; taxes of strangers never apply."""
        tax = self.foundation.account_sale_tax_id
        self.meals.product_id.taxes_id = tax
        self.assertEqual(self.meals._get_taxes(self.school), tax)
        stranger = self.env["res.company"].create({"name": "Lain"})
        self.assertFalse(self.meals._get_taxes(stranger))

    # === COMMERCIAL PARTNER === #

    def test_family_owes_what_the_student_is_billed(self):
        student = self.make_student()
        row = self.plan(self.enroll(student, self.make_template()), date(2026, 7, 31))
        move = self.bill(row)
        self.assertEqual(move.partner_id, student.partner_id)
        self.assertEqual(move.commercial_partner_id, student.family_id)
        self.assertEqual(move.line_ids.partner_id, student.family_id)
        self.assertEqual(move.line_ids.student_id, student)

    def test_siblings_are_on_one_ledger_and_told_apart(self):
        family = self.make_family()
        students = self.make_students(2, family_id=family.id)
        rows = self.plan(self.enroll(students, self.make_template()), date(2026, 7, 31))
        moves = self.bill(rows)
        receivables = moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.assertEqual(receivables.partner_id, family)
        self.assertEqual(receivables.student_id, students)
        self.assertEqual(students.mapped("amount_open"), [450_000, 450_000])

    def test_adult_student_owes_alone(self):
        student = self.make_student(is_own_debtor=True)
        move = self.bill(
            self.plan(self.enroll(student, self.make_template()), date(2026, 7, 31))
        )
        self.assertEqual(move.line_ids.partner_id, student.partner_id)

    def move_to_new_family(self, student):
        self.env["scola.student.family.wizard"].create(
            {
                "student_ids": [Command.set(student.ids)],
                "mode": "new",
                "family_name": "Keluarga Baru",
            }
        ).action_move()
        return student.family_id

    def test_old_family_keeps_what_it_owes(self):
        student = self.make_student()
        old = student.family_id
        rows = self.plan(self.enroll(student, self.make_template()), date(2026, 8, 31))
        before = self.bill(rows[0])
        new = self.move_to_new_family(student)
        self.assertNotEqual(new, old)
        after = self.bill(rows[1])
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(before.commercial_partner_id, old)
        self.assertEqual(before.line_ids.partner_id, old)
        self.assertEqual(after.commercial_partner_id, new)
        self.assertEqual(after.line_ids.partner_id, new)

    def test_old_family_pays_its_bill(self):
        student = self.make_student()
        old = student.family_id
        row = self.plan(self.enroll(student, self.make_template()), date(2026, 7, 31))
        move = self.bill(row)
        new = self.move_to_new_family(student)
        payment = self.pay(move)
        self.assertEqual(payment.partner_id, old)
        self.assertEqual(payment.move_id.line_ids.partner_id, old)
        row.invalidate_recordset()
        self.assertEqual(row.state, "paid")
        self.assertFalse(
            self.env["account.move.line"].search([("partner_id", "=", new.id)])
        )

    def test_credit_note_of_an_old_bill_goes_to_the_old_family(self):
        student = self.make_student()
        old = student.family_id
        row = self.plan(self.enroll(student, self.make_template()), date(2026, 7, 31))
        move = self.bill(row)
        self.move_to_new_family(student)
        credit_note = move._reverse_moves(cancel=True)
        self.assertEqual(credit_note.line_ids.partner_id, old)
        self.assertEqual(credit_note.student_id, student)
        self.assertEqual(move.payment_state, "reversed")

    def test_arrears_of_the_old_family_stay_with_it(self):
        student = self.make_student()
        old = student.family_id
        self.bill(
            self.plan(self.enroll(student, self.make_template()), date(2026, 7, 31))
        )
        self.move_to_new_family(student)
        report = self.env["scola.fee.arrears.report"].search(
            [("student_id", "=", student.id)]
        )
        self.assertEqual(report.family_id, old)

    # === AGEING === #

    def test_ageing_ignores_receivables_that_are_no_trade(self):
        """Six tax accounts of the Indonesian chart are typed receivable or payable."""
        non_trade = self.env["account.account"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("non_trade", "=", True),
                *self.env["account.account"]._check_company_domain(self.school),
            ],
            limit=1,
        )
        self.assertTrue(non_trade, "the chart has none: the test proves nothing")
        student = self.make_student()
        move = self.bill(
            self.plan(self.enroll(student, self.make_template()), date(2026, 7, 31))
        )
        prepaid_tax = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.school.id,
                "journal_id": self.fee_journal.id,
                "partner_id": student.partner_id.id,
                "student_id": student.id,
                "invoice_date": "2026-07-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "PPN",
                            "price_unit": 77_000,
                            "account_id": self.income_account.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        prepaid_tax.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).account_id = non_trade
        prepaid_tax.action_post()
        self.assertEqual(prepaid_tax.amount_residual, 77_000)
        report = self.env["scola.fee.arrears.report"].search(
            [("student_id", "=", student.id)]
        )
        self.assertEqual(report.move_id, move)
        self.assertEqual(student.amount_open, 450_000)

    # === SENDING === #

    def test_bills_do_not_queue_for_sending_ten_at_a_time(self):
        """account's daily job sends ten invoices a run; billing leaves it nothing."""
        cron = self.env.ref("account.ir_cron_account_move_send")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        mails = self.env["mail.mail"].sudo().search_count([])
        self.enroll(self.make_students(30), self.make_template(date_start="2026-11-01"))
        run = self.run_month("2026-11-01")
        moves = run.line_ids.schedule_id.move_id
        self.assertEqual(len(moves), 30)
        self.assertFalse(moves.filtered("sending_data"))
        self.assertFalse(
            self.env["account.move"].search_count([("sending_data", "!=", False)])
        )
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers,
        )
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)

    # === NUMBERS === #

    def test_bills_are_numbered_without_gaps(self):
        self.enroll(self.make_students(12), self.make_template(date_start="2026-11-01"))
        run = self.run_month("2026-11-01")
        moves = run.line_ids.schedule_id.move_id.sorted("sequence_number")
        first = moves[0].sequence_number
        self.assertEqual(
            moves.mapped("sequence_number"), list(range(first, first + 12))
        )
        self.assertEqual(len(set(moves.mapped("sequence_prefix"))), 1)

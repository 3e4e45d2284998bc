# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One month of the schools: who gets which fees, the bills, and money at the window.

Everything is done by the users whose work it is, through what they use themselves.
What was done before is recognised, so that each step may be repeated.
"""

from datetime import date
from random import Random
from uuid import NAMESPACE_URL, uuid5

from .fees import ENTRANCE_GRADES, get_template
from .foundation import CASHIERS, SCHOOLS, TREASURER, get_company, work_as
from .people import get_portal_families
from .population import (
    BUS,
    DONATION,
    INSTALLMENTS,
    SEED,
    SMA,
    SMP,
    Population,
)
from .records import find

# Of the families with a bill: who pays everything, and who a part.
PAYS_ALL, PAYS_PART = 0.45, 0.08
FEWEST_PAYERS = 2  # who pay everything: one overpays, the other's receipt is cancelled
# How money comes in at the window; the rest is by card.
CASH, TRANSFER = 0.3, 0.5
OPENING_AMOUNT = 500_000
OVERPAYMENT = 250_000
SHORTAGE = 2_000
CLOSING_SCHOOL = SMA  # counts its drawer at the end, with a shortage
SPECIAL_SCHOOL = SMP  # where one family overpays and one receipt is cancelled
COMMIT_EVERY = 20


# === ENROLMENT === #


def enrol(env, population: Population):
    """Give students what they do not get by sitting in a class: choices and aid."""
    treasurer = work_as(env, TREASURER, *SCHOOLS)
    treasurer = treasurer(context={**treasurer.context, "tracking_disable": True})
    _enrol_classes(treasurer)
    students = _get_students(treasurer, population)
    for choice, key in (
        (BUS, "smp_transport"),
        (DONATION, "smp_gift"),
        (DONATION, "sma_gift"),
    ):
        template = get_template(treasurer, key)
        chosen = treasurer["scola.student"].union(
            *(
                students[person.nik]
                for person in population.students
                if choice in person.choices
                and students[person.nik].company_id == template.company_id
            )
        )
        treasurer["scola.student.fee.enrollment"]._enroll(chosen, template, "manual")
    _award(treasurer, population, students)
    _allow_installments(treasurer, population, students)


def _get_students(env, population):
    """Return the records of the population by NIK."""
    niks = [person.nik for person in population.students]
    return {s.nik: s for s in env["scola.student"].search([("nik", "in", niks)])}


def _enrol_classes(env):
    """Enrol classes with the wizard: the newcomers' fee, and lunch for some."""
    for key, grade in ENTRANCE_GRADES.items():
        _enrol_in_bulk(
            env, key, {"grade_ids": [(6, 0, env.ref(f"scola_school.{grade}").ids)]}
        )
    rooms = env["scola.classroom"].search(
        [("company_id", "=", get_company(env, SMP).id)], order="name"
    )
    # Classes that stay for the afternoon, about 60 %.
    eating = rooms.filtered(lambda room: room.name[-1] in "ABDE")
    _enrol_in_bulk(env, "smp_meal", {"classroom_ids": [(6, 0, eating.ids)]})


def _enrol_in_bulk(env, key, scope):
    template = get_template(env, key)
    wizard = env["scola.bulk.enroll"].create({"template_id": template.id, **scope})
    if wizard.student_count:
        wizard.action_enroll()


def _award(env, population, students):
    """Award the scholarships on the enrolments whose fees they lower."""
    enrollments = env["scola.student.fee.enrollment"].search(
        [("state", "=", "active"), ("template_id.nature", "=", "levy")]
    )
    by_student = enrollments.grouped("student_id")
    vals_list = []
    for person in population.students:
        scholarship = find(env, f"scholarship_{person.aid}") if person.aid else None
        for enrollment in (
            by_student.get(students[person.nik], ()) if scholarship else ()
        ):
            wanted = (
                scholarship.component_ids
                or enrollment.template_id.line_ids.component_id
            )
            has = enrollment.award_ids.type_id
            fits = wanted & enrollment.template_id.line_ids.component_id
            if fits.filtered("discountable") and scholarship not in has:
                vals_list.append(
                    {
                        "enrollment_id": enrollment.id,
                        "type_id": scholarship.id,
                        "reference": f"SK-{scholarship.code}/{population.year}",
                    }
                )
    env["scola.scholarship.award"].create(vals_list)


def _allow_installments(env, population, students):
    """Let some students of the campus pay the semester in three parts."""
    template, preset = get_template(env, "campus"), find(env, "preset_3x")
    chosen = [
        students[s.nik].id for s in population.students if INSTALLMENTS in s.choices
    ]
    enrollments = env["scola.student.fee.enrollment"].search(
        [
            ("template_id", "=", template.id),
            ("student_id", "in", chosen),
            ("preset_id", "=", False),
        ]
    )
    enrollments.filtered(lambda e: not e.schedule_ids.move_id).preset_id = preset


# === BILLING === #


def bill(env, month: date):
    """Bill the month in every school, continuing where an earlier start broke off."""
    for key in SCHOOLS:
        run = _get_run(work_as(env, TREASURER, key), month)
        if run.state == "draft":
            run.action_plan()
        if run.state == "planned":
            # As action_post does, but in this process instead of the background job.
            run._start()
            env.cr.commit()
        if run.state == "running":
            run._process()
        env.cr.commit()


def _get_run(env, month):
    runs = env["scola.billing.run"]
    company = env.company
    return runs.search(
        [
            ("company_id", "=", company.id),
            ("period_date", "=", month),
            ("state", "!=", "cancelled"),
        ],
        order="id",
        limit=1,
    ) or runs.create(
        {"company_id": company.id, "period_date": month, "invoice_date": month}
    )


# === CASH DESK === #


def collect(env, month: date):
    """Let families pay at the window of their school."""
    for key in SCHOOLS:
        window = _Window(env, key, month)
        window.serve()
        if key == SPECIAL_SCHOOL:
            window.cancel_one()
        if key == CLOSING_SCHOOL:
            window.close()
        env.cr.commit()


class _Window:
    """A cashier's day: everything through the methods that the console calls."""

    def __init__(self, env, key, month):
        self.env = work_as(env, CASHIERS[key], key)
        self.key = key
        self.month = month
        self.desk = self.env["scola.cash.desk"]
        self.journal = find(env, f"journal_cash_{key}")
        self.session_id = None

    def serve(self):
        """Take what the families who have not paid yet pay this month."""
        served = 0
        for number, (family_id, name, share) in enumerate(self._get_payers()):
            request = self._request_uuid(name)
            if self._find_receipt(request):
                continue
            extra = OVERPAYMENT if self.key == SPECIAL_SCHOOL and number == 0 else 0
            is_special = self.key == SPECIAL_SCHOOL and number < 2
            if self._pay(family_id, name, share, extra, is_special, request):
                served += 1
                if served % COMMIT_EVERY == 0:
                    self.env.cr.commit()

    def cancel_one(self):
        """Let the treasurer cancel the receipt of the second payer."""
        payers = [name for _family, name, share in self._get_payers() if share == 1]
        receipt = self._find_receipt(self._request_uuid(payers[1]))
        if not receipt or receipt.state == "cancelled":
            return
        env = work_as(self.env, TREASURER, self.key)
        env["scola.receipt.cancel"].create(
            {
                "receipt_id": receipt.id,
                "reason": "Salah input: pembayaran untuk keluarga lain",
            }
        ).action_confirm()

    def close(self):
        """Count the drawer for the first time this month: a little is missing."""
        session = self.desk.load()["session"]
        closed = self.env["scola.cash.session"].search_count(
            [
                ("journal_id", "=", self.journal.id),
                ("state", "=", "closed"),
                ("opened_at", ">=", self.month),
            ]
        )
        if session and not closed:
            self.desk.close_session(
                session["id"],
                session["expected"] - SHORTAGE,
                note="Selisih uang kembalian",
            )

    def _get_payers(self):
        """Return (family, its name, share of its bills) of those who pay, in order.

        Those who pay everything come first. Who does is decided by the family's name,
        or rather number, and the month, hence the same at every start. Those who may
        log in to the portal find their bills open there, if there are enough others.
        """
        self.env.cr.execute(
            """
            SELECT DISTINCT p.id, coalesce(p.scola_family_card, s.nim)
              FROM account_move m
              JOIN res_partner p ON p.id = m.commercial_partner_id
              LEFT JOIN scola_student s ON s.partner_id = p.id
             WHERE m.company_id = %s AND m.fee_schedule_id IS NOT NULL
               AND m.state = 'posted' AND m.amount_total > 0
             ORDER BY 2
            """,
            [self.env.company.id],
        )
        payers = []
        for family_id, name in self.env.cr.fetchall():
            luck = self._draw(name).random()
            if luck < PAYS_ALL:
                payers.append((family_id, name, 1))
            elif luck < PAYS_ALL + PAYS_PART:
                payers.append((family_id, name, 0.5))
        at_home = get_portal_families(self.env)
        others = [payer for payer in payers if payer[0] not in at_home]
        enough = sum(share == 1 for *_family, share in others) >= FEWEST_PAYERS
        return sorted(others if enough else payers, key=lambda payer: -payer[2])

    def _draw(self, name):
        return Random(f"{SEED}/{self.month:%Y-%m}/{self.key}/{name}")

    def _request_uuid(self, name):
        return str(uuid5(NAMESPACE_URL, f"{SEED}/{self.month:%Y-%m}/{self.key}/{name}"))

    def _find_receipt(self, request):
        return self.env["scola.cash.receipt"].search([("request_uuid", "=", request)])

    def _open_session(self):
        """Return the id of the cashier's session, opened for the first payment."""
        if not self.session_id:
            session = (
                self.desk.load()["session"]
                or self.desk.open_session(self.journal.id, OPENING_AMOUNT)["session"]
            )
            self.session_id = session["id"]
        return self.session_id

    def _pay(self, family_id, name, share, extra, cash_only, request):
        """Pay the bills of a family at this school; return whether there were any."""
        bills = [b for b in self.desk.get_family(family_id)["bills"] if b["payable"]]
        total = sum(bill["residual"] for bill in bills)
        amount = total if share == 1 else total // 2 // 1000 * 1000
        if not amount:
            return False
        self.desk.pay(
            session_id=self._open_session(),
            family_id=family_id,
            amount=amount + extra,
            bills=[{"id": b["id"], "residual": b["residual"]} for b in bills],
            request_uuid=request,
            **self._get_method(name, amount + extra, cash_only),
        )
        return True

    def _get_method(self, name, amount, cash_only):
        """Return how the money comes: notes rounded up, or a slip with a number."""
        rng = self._draw(name)
        luck = rng.random() and rng.random()
        if cash_only or luck < CASH:
            return {"method": "cash", "tendered": -(-amount // 50_000) * 50_000}
        kind = "transfer" if luck < CASH + TRANSFER else "edc"
        return {
            "method": kind,
            "reference": f"{kind[:3].upper()}{rng.randrange(10**10):010d}",
        }

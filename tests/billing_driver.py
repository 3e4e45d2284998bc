# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A school that bills a month, in a process of its own that a test may kill.

Usage: billing_driver.py CONFIG DATABASE set-up STUDENTS
       billing_driver.py CONFIG DATABASE start
       billing_driver.py CONFIG DATABASE process [RUN]
       billing_driver.py CONFIG DATABASE queue
"""

import os
import sys

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

MONTH = "2026-11-01"


def set_up(env: api.Environment, students: int) -> None:
    """Make a foundation, a school and ``students`` enrolled students."""
    school = make_school(env)
    env.user.write(
        {
            "company_ids": [(4, school.id), (4, school.parent_id.id)],
            "company_id": school.id,
        }
    )
    env = env(context={**env.context, "allowed_company_ids": [school.id]})
    classroom, template = make_fees(env, school)
    records = env["scola.student"].create(
        [
            {
                "name": f"Siswa {number:04}",
                "nis": f"{10000 + number}",
                "company_id": school.id,
            }
            for number in range(students)
        ]
    )
    env["scola.placement"].create(
        [
            {
                "student_id": student.id,
                "classroom_id": classroom.id,
                "date_start": MONTH,
            }
            for student in records
        ]
    )
    award_scholarships(env, template)


def make_school(env: api.Environment):
    """Return a school with the Indonesian chart of accounts of its foundation."""
    country = env.ref("base.id")
    foundation = env["res.company"].create(
        {
            "name": "Yayasan Uji",
            "country_id": country.id,
            "currency_id": env.ref("base.IDR").id,
        }
    )
    env["account.chart.template"].try_loading("id", foundation, install_demo=False)
    school = env["res.company"].create(
        {"name": "SMP Uji", "parent_id": foundation.id, "country_id": country.id}
    )
    school.scola_fee_journal_id = env["account.journal"].create(
        {"name": "Tagihan", "code": "TAG", "type": "sale", "company_id": school.id}
    )
    return school


def make_fees(env: api.Environment, school):
    """Return a classroom, and the template with its fees."""
    year = env["scola.academic.year"].create(
        {
            "name": "2026/2027",
            "code": "2026/2027",
            "date_start": "2026-07-01",
            "date_end": "2027-06-30",
            "company_id": school.parent_id.id,
        }
    )
    classroom = env["scola.classroom"].create(
        {
            "name": "VII A",
            "year_id": year.id,
            "grade_id": env.ref("scola_school.grade_7").id,
            "company_id": school.id,
        }
    )
    Account = env["account.account"]
    account = Account.search(
        [*Account._check_company_domain(school), ("account_type", "=", "income")],
        limit=1,
    )
    components = env["scola.fee.component"].create(
        [
            {
                "name": name,
                "code": name,
                "company_id": school.id,
                "income_account_id": account.id,
                "discount_account_id": account.id,
            }
            for name in ("SPP", "Makan")
        ]
    )
    template = env["scola.fee.template"].create(
        {
            "name": "SPP SMP",
            "company_id": school.id,
            "year_id": year.id,
            "level_id": env.ref("scola_school.level_smp").id,
            "date_start": MONTH,
            "line_ids": [
                (0, 0, {"component_id": component.id, "amount": amount})
                for component, amount in zip(components, (450000, 250000), strict=True)
            ],
        }
    )
    return classroom, template


def award_scholarships(env: api.Environment, template) -> None:
    """Give every seventh student half of the fees."""
    scholarship = env["scola.scholarship.type"].create(
        {
            "name": "Prestasi",
            "code": "PRES",
            "kind": "percent",
            "percent": 50,
            "company_id": template.company_id.id,
        }
    )
    enrollments = template.enrollment_ids.sorted("id")[::7]
    env["scola.scholarship.award"].create(
        [
            {"enrollment_id": enrollment.id, "type_id": scholarship.id}
            for enrollment in enrollments
        ]
    )


def start(env: api.Environment) -> None:
    """Plan a run of the month and start it, without posting anything."""
    school = env["res.company"].search([("name", "=", "SMP Uji")])
    run = (
        env["scola.billing.run"]
        .with_context(allowed_company_ids=school.ids)
        .create(
            {
                "company_id": school.id,
                "period_date": MONTH,
                "invoice_date": MONTH,
            }
        )
    )
    run.action_plan()
    run._start()


def process(env: api.Environment, name: str | None) -> None:
    """Post what is left of all started runs, or of the one of that name."""
    domain = [("state", "=", "running")]
    if name:
        domain.append(("name", "=", name))
    runs = env["scola.billing.run"].search(domain, order="id")
    sys.stdout.write("started\n")
    sys.stdout.flush()
    for run in runs:
        run.with_context(allowed_company_ids=run.company_id.ids)._process()


def queue(env: api.Environment) -> None:
    """Start a run as a treasurer does where ``queue_job`` is installed, and do what a
    worker of the queue does then."""
    start(env)
    run = env["scola.billing.run"].search([("state", "=", "running")])
    run._start_bulk(env.ref("scola_fees.ir_cron_billing_run"))
    # Asked for again: the same job.
    run._start_bulk(env.ref("scola_fees.ir_cron_billing_run"))
    env.cr.commit()
    from odoo.addons.queue_job.job import Job  # noqa: PLC0415

    for record in env["queue.job"].search([]):
        Job.load(env, record.uuid).perform()


def main(config_file: str, database: str, command: str, *words: str) -> None:
    config.parse_config(["-c", config_file, "-d", database, "--no-http"])
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        if command == "set-up":
            set_up(env, int(words[0]))
        elif command == "start":
            start(env)
        elif command == "queue":
            queue(env)
        else:
            process(env, words[0] if words else None)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main(*sys.argv[1:])

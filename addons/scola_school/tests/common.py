# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import TransactionCase, freeze_time, new_test_user


@freeze_time("2026-08-03")
class SchoolCommon(TransactionCase):
    """A foundation with a junior and a senior secondary school, in August 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, lang="en_US")
        )
        Company = cls.env["res.company"]
        indonesia = cls.env.ref("base.id")
        cls.foundation = Company.create(
            {"name": "Yayasan Cahaya", "country_id": indonesia.id}
        )
        cls.school_a, cls.school_b = Company.create(
            [
                {"name": "SMP Cahaya", "parent_id": cls.foundation.id},
                {"name": "SMA Cahaya", "parent_id": cls.foundation.id},
            ]
        )
        cls.companies = cls.foundation | cls.school_a | cls.school_b
        cls.env.user.write(
            {
                "company_ids": [(4, c.id) for c in cls.companies],
                "company_id": cls.school_a.id,
            }
        )
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=[
                    cls.school_a.id,
                    cls.school_b.id,
                    cls.foundation.id,
                ],
            )
        )
        cls.year, cls.next_year = cls.env["scola.academic.year"].create(
            [
                {
                    "code": "2026/2027",
                    "date_start": "2026-07-13",
                    "date_end": "2027-06-30",
                    "company_id": cls.foundation.id,
                },
                {
                    "code": "2027/2028",
                    "date_start": "2027-07-12",
                    "date_end": "2028-06-30",
                    "company_id": cls.foundation.id,
                },
            ]
        )
        cls.grade_7 = cls.env.ref("scola_school.grade_7")
        cls.grade_8 = cls.env.ref("scola_school.grade_8")
        cls.grade_9 = cls.env.ref("scola_school.grade_9")
        cls.grade_10 = cls.env.ref("scola_school.grade_10")
        cls.class_7a = cls._create_classroom("VII A", cls.grade_7)
        cls.class_7b = cls._create_classroom("VII B", cls.grade_7)
        cls.class_9a = cls._create_classroom("IX A", cls.grade_9)
        cls.class_10 = cls._create_classroom(
            "X IPA", cls.grade_10, company_id=cls.school_b.id
        )

    @classmethod
    def _create_classroom(cls, name, grade, **vals):
        return cls.env["scola.classroom"].create(
            {
                "name": name,
                "grade_id": grade.id,
                "year_id": cls.year.id,
                "company_id": cls.school_a.id,
                **vals,
            }
        )

    @classmethod
    def _create_student(cls, name="Budi Santoso", classroom=None, **vals):
        student = cls.env["scola.student"].create(
            {"name": name, "company_id": cls.school_a.id, **vals}
        )
        if classroom:
            student._place(classroom)
        return student

    @classmethod
    def _create_guardian(cls, student, name, **vals):
        guardian = cls.env["res.partner"].create({"name": name})
        return cls.env["scola.guardianship"].create(
            {"student_id": student.id, "guardian_id": guardian.id, **vals}
        )

    @classmethod
    def _create_user(cls, login, group, companies=None, **kwargs):
        companies = companies or cls.school_a
        return new_test_user(
            cls.env,
            login=login,
            groups=f"scola_school.group_{group}",
            company_id=companies[0].id,
            company_ids=[(6, 0, companies.ids)],
            lang="en_US",
            **kwargs,
        )

    @classmethod
    def _as_user(cls, records, user):
        """Return the records as the user sees them in the own companies."""
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import identity

# Numbers of a student and the field, if any, within which they are unique.
_UNIQUE_NUMBERS = {
    "nis": "company_id",
    "nim": "company_id",
    "card_number": "company_id",
    "nisn": None,
    "nik": None,
}


class ScolaStudentNumberMixin(models.AbstractModel):
    _name = "scola.student.number.mixin"
    _description = "Numbers of a Student"

    nis = fields.Char(
        string="NIS", copy=False, tracking=True, help="Number the school gives (NIPD)."
    )
    nisn = fields.Char(
        string="NISN", copy=False, tracking=True, help="National number, 10 digits."
    )
    nim = fields.Char(
        string="NIM", copy=False, tracking=True, help="Number the campus gives."
    )
    nik = fields.Char(
        string="Identity Number (NIK)",
        copy=False,
        help="On the family card, 16 digits.",
    )
    card_number = fields.Char(
        copy=False, help="What the scanner reads from the student's card."
    )

    _nis_uniq = models.UniqueIndex(
        "(company_id, nis) WHERE nis IS NOT NULL",
        "NIS: another student of the school has this number already. Enter another "
        "number.",
    )
    _nisn_uniq = models.UniqueIndex(
        "(nisn) WHERE nisn IS NOT NULL",
        "NISN: another student has this number already. Check the number on the "
        "student's card.",
    )
    _nim_uniq = models.UniqueIndex(
        "(company_id, nim) WHERE nim IS NOT NULL",
        "NIM: another student of the campus has this number already. Enter another "
        "number.",
    )
    _nik_uniq = models.UniqueIndex(
        "(nik) WHERE nik IS NOT NULL",
        "Identity Number (NIK): another student has this number already. Check the "
        "number on the family card.",
    )
    _card_number_uniq = models.UniqueIndex(
        "(company_id, card_number) WHERE card_number IS NOT NULL",
        "Card Number: another student of the school has this card already. Take the "
        "card from that student first.",
    )

    @api.constrains("nisn")
    def _check_nisn(self):
        for student in self.filtered("nisn"):
            if not identity.is_nisn(student.nisn):
                raise ValidationError(
                    self.env._(
                        "NISN: %(number)s of %(name)s must have exactly 10 digits. In "
                        "a spreadsheet, format the column as text so that leading "
                        "zeros stay; leave it empty if the student has none.",
                        number=student.nisn,
                        name=student.name,
                    )
                )

    @api.constrains("nik")
    def _check_nik(self):
        for student in self.filtered("nik"):
            self._check_nik_format(student.nik, self._fields["nik"], student.name)

    @api.model
    def _check_nik_format(self, number, field, owner):
        """Raise if `number` is no NIK, naming the field and its owner."""
        problem = identity.nik_error(number)
        if not problem:
            return
        reasons = {
            "length": self.env._("it must have exactly 16 digits"),
            "district": self.env._("its first 6 digits are not a district"),
            "date": self.env._("digits 7 to 12 are not a date of birth"),
            "serial": self.env._("its last 4 digits cannot be 0000"),
        }
        raise ValidationError(
            self.env._(
                "%(field)s: %(number)s of %(name)s is wrong, %(reason)s. Copy it from "
                "the family card, or leave it empty.",
                field=field._description_string(self.env),
                number=number,
                name=owner or "",
                reason=reasons[problem],
            )
        )

    @api.model
    def _clean_numbers(self, vals):
        for fname in _UNIQUE_NUMBERS:
            if fname in vals:
                vals[fname] = (vals[fname] or "").strip() or False

    @api.model
    def _check_duplicate_numbers(self, vals_list, students=None):
        """Refuse numbers that another student has, saying which number and whose.

        The unique indexes keep the promise; this only gives the better message.

        :param scola.student students: the students to be written, if they exist
        """
        for fname, scope in _UNIQUE_NUMBERS.items():
            seen = set()
            for index, vals in enumerate(vals_list):
                if not vals.get(fname):
                    continue
                student = students[index] if students else self.browse()
                company_id = vals.get("company_id") or student.company_id.id
                key = (vals[fname], company_id if scope else None)
                if key in seen:
                    self._raise_duplicate_number(fname, vals[fname], self.browse())
                seen.add(key)
            if seen:
                self._check_numbers_in_database(fname, seen, students)

    @api.model
    def _check_numbers_in_database(self, fname, keys, students):
        scope = _UNIQUE_NUMBERS[fname]
        domain = Domain(fname, "in", [number for number, _company in keys])
        if students:
            domain &= Domain("id", "not in", students.ids)
        others = self.sudo().with_context(active_test=False).search(domain)
        for other in others:
            key = (other[fname], other.company_id.id if scope else None)
            if key in keys:
                self._raise_duplicate_number(fname, other[fname], other)

    @api.model
    def _get_batch_owner(self):
        return self.env._("another row of the same list")

    @api.model
    def _raise_duplicate_number(self, fname, number, other):
        if not other:
            owner = self._get_batch_owner()
        elif other.company_id in self.env.companies:
            owner = other.display_name
        else:
            owner = self.env._("a student of another school")
        raise ValidationError(
            self.env._(
                "%(field)s: %(number)s is used by %(owner)s already. Check the number, "
                "or work with the existing student.",
                field=self._fields[fname]._description_string(self.env),
                number=number,
                owner=owner,
            )
        )

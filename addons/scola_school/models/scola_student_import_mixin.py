# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_IMPORT_RELATIONS = ("father", "mother", "guardian")
_IMPORT_FIELDS = (
    *(f"{r}_{part}" for r in _IMPORT_RELATIONS for part in ("name", "nik", "phone")),
    "import_classroom",
    "family_card",
)


class ScolaStudentImportMixin(models.AbstractModel):
    _name = "scola.student.import.mixin"
    _description = "Import of Students and Guardians"

    # Columns of a file; what they say is stored elsewhere.
    father_name = fields.Char(string="Father's Name", store=False)
    father_nik = fields.Char(string="Father's NIK", store=False)
    father_phone = fields.Char(string="Father's Phone", store=False)
    mother_name = fields.Char(string="Mother's Name", store=False)
    mother_nik = fields.Char(string="Mother's NIK", store=False)
    mother_phone = fields.Char(string="Mother's Phone", store=False)
    guardian_name = fields.Char(string="Guardian's Name", store=False)
    guardian_nik = fields.Char(string="Guardian's NIK", store=False)
    guardian_phone = fields.Char(string="Guardian's Phone", store=False)
    import_classroom = fields.Char(string="Classroom (Import)", store=False)

    @api.model
    def get_import_templates(self):
        """Override of `base_import` to offer the files to fill in."""
        return [
            {
                "label": self.env._("Template for Students and Guardians (XLSX)"),
                "template": "/scola_school/static/xls/scola_student.xlsx",
            },
            {
                "label": self.env._("Template for Students and Guardians (CSV)"),
                "template": "/scola_school/static/xls/scola_student.csv",
            },
        ]

    @api.model
    def load(self, fields, data):
        """Override to tell the row and the field of each mistake.

        Odoo reports the mistake of a whole batch at its first row, too; once it is
        known at its own row, that would only mislead.
        """
        result = super().load(fields, data)
        messages = result["messages"]
        if len(messages) > 1:
            first, *others = [message["message"] for message in messages]
            if first in others or self._get_batch_owner() in first:
                messages.pop(0)
        labels = {
            self._fields[fname]._description_string(self.env): fname
            for fname in (path.split("/")[0] for path in fields)
            if fname in self._fields
        }
        for message in messages:
            label = message["message"].partition(":")[0]
            if label in labels:
                message.setdefault("field", labels[label])
            if message.get("rows") and message["type"] == "error":
                # The client shows the row of some messages only.
                message["message"] = self.env._(
                    "Row %(row)s: %(message)s",
                    row=message["rows"]["from"] + 1,
                    message=message["message"],
                )
        return result

    @api.model
    def _pop_import_vals(self, vals):
        """Take the columns that only exist in files out of the values."""
        extra = {}
        for fname in _IMPORT_FIELDS:
            value = (vals.pop(fname, None) or "").strip()
            if value:
                extra[fname] = value
        return extra

    def _import_guardians(self, extras):
        """Make the guardians named in the rows of a file."""
        wanted = []
        for student, extra in zip(self, extras, strict=True):
            wanted += student._prepare_imported_guardians(extra)
        if not wanted:
            return
        partners = self._find_or_create_guardians(wanted)
        linked = {(g.student_id, g.guardian_id) for g in self.guardianship_ids}
        has_main = self.guardianship_ids.filtered("is_main").student_id
        vals_list = []
        for (student, relation, _vals), partner in zip(wanted, partners, strict=True):
            if (student, partner) in linked:
                continue
            linked.add((student, partner))
            vals_list.append(
                {
                    "student_id": student.id,
                    "guardian_id": partner.id,
                    "relation": relation,
                    "is_main": student not in has_main,
                }
            )
            has_main |= student
        self.env["scola.guardianship"].create(vals_list)

    def _prepare_imported_guardians(self, extra):
        """Return (student, relation, values of the contact) for each guardian."""
        self.ensure_one()
        result = []
        for relation in _IMPORT_RELATIONS:
            nik, phone = extra.get(f"{relation}_nik"), extra.get(f"{relation}_phone")
            name = extra.get(f"{relation}_name")
            if not name:
                self._check_guardian_has_name(relation, nik or phone)
                continue
            if nik:
                self._check_nik_format(nik, self._fields[f"{relation}_nik"], name)
            if phone:
                label = self._fields[f"{relation}_phone"]._description_string(self.env)
                phone = self.partner_id._scola_format_phone(
                    phone, name=name, label=label
                )
            vals = {
                "name": name,
                "scola_type": "guardian",
                "scola_nik": nik,
                "phone": phone,
                "type": "contact",
                "parent_id": self.family_id.id,
            }
            result.append((self, relation, vals))
        return result

    def _check_guardian_has_name(self, relation, value):
        if value:
            raise ValidationError(
                self.env._(
                    "%(field)s: it is missing for %(student)s although %(value)s is "
                    "given. Fill in the name or empty the other columns.",
                    field=self._fields[f"{relation}_name"]._description_string(
                        self.env
                    ),
                    student=self.name,
                    value=value,
                )
            )

    def _find_or_create_guardians(self, wanted):
        """Return one contact for each of `wanted`, the same for the same person.

        A person is known by NIK, or else by name within a family.
        """
        Partner = self.env["res.partner"]
        holders = self._get_known_guardians(wanted)
        new_vals, found = [], []
        for student, _relation, vals in wanted:
            keys = [("name", vals["parent_id"] or student, vals["name"].casefold())]
            if vals["scola_nik"]:
                keys.insert(0, ("nik", vals["scola_nik"]))
            holder = next((holders[key] for key in keys if key in holders), None)
            if holder is None:
                holder = len(new_vals)
                address = Partner.browse(vals["parent_id"])._get_address_values()
                new_vals.append(vals | address)
            for key in keys:
                holders.setdefault(key, holder)
            found.append(holder)
        # The families' own address is complete by now: nothing to synchronise upwards.
        partners = Partner.with_context(_partners_skip_fields_sync=True).create(
            new_vals
        )
        partners = partners.with_env(self.env)
        return [
            partners[holder] if isinstance(holder, int) else holder for holder in found
        ]

    def _get_known_guardians(self, wanted):
        niks = [vals["scola_nik"] for *_rest, vals in wanted if vals["scola_nik"]]
        known = {}
        for guardian in self.family_id.child_ids:
            if guardian.scola_type == "guardian":
                key = ("name", guardian.parent_id.id, guardian.name.casefold())
                known[key] = guardian
        # A guardian of children at another school is not visible here yet.
        for guardian in (
            self.env["res.partner"].sudo().search([("scola_nik", "in", niks)])
        ):
            known["nik", guardian.scola_nik] = guardian.sudo(False)
        return known

    def _import_placements(self, extras):
        """Seat the students in the classrooms named in the rows of a file."""
        rooms = {}
        for student, extra in zip(self, extras, strict=True):
            if name := extra.get("import_classroom"):
                rooms.setdefault((student.company_id, name), self.browse())
                rooms[student.company_id, name] |= student
        for (company, name), students in rooms.items():
            students._place(self._find_classroom(company, name))

    @api.model
    def _find_classroom(self, company, name):
        year = self.env["scola.academic.year"]._get_current(company)
        classroom = self.env["scola.classroom"].search(
            [
                ("company_id", "=", company.id),
                ("year_id", "=", year.id),
                ("name", "=ilike", name.replace("%", r"\%").replace("_", r"\_")),
            ],
            limit=1,
        )
        if not classroom:
            raise ValidationError(
                self.env._(
                    "Classroom: there is no %(name)s at %(school)s in academic year "
                    "%(year)s. Create the classroom first, or correct the name in the "
                    "file.",
                    name=name,
                    school=company.sudo().name,
                    year=year.name or self.env._("of today (none is defined)"),
                )
            )
        return classroom

    def _prepare_family_vals(self, vals, extra):
        """Return the values of a new family for a student to be created."""
        heads = (extra.get(f"{relation}_name") for relation in _IMPORT_RELATIONS)
        head = next((name for name in heads if name), vals.get("name") or "")
        return {
            "name": f"Keluarga {head}",
            "scola_type": "family",
            "scola_family_card": extra.get("family_card"),
            **self._get_address_vals(vals),
        }

    @api.model
    def _get_family_key(self, extra):
        """Return what tells that two rows of a file belong to one family."""
        if extra.get("family_card"):
            return ("card", extra["family_card"])
        niks = (extra.get(f"{r}_nik") for r in ("father", "mother"))
        return next((("nik", nik) for nik in niks if nik), None)

    @api.model
    def _find_families(self, extras):
        """Return the existing families by the key of the rows of a file."""
        keys = [key for key in map(self._get_family_key, extras) if key]
        Partner = self.env["res.partner"].sudo()
        cards = [value for kind, value in keys if kind == "card"]
        niks = [value for kind, value in keys if kind == "nik"]
        found = {}
        if cards:
            for family in Partner.search([("scola_family_card", "in", cards)]):
                found["card", family.scola_family_card] = family
        if niks:
            for guardian in Partner.search([("scola_nik", "in", niks)]):
                if guardian.parent_id.scola_type == "family":
                    found["nik", guardian.scola_nik] = guardian.parent_id
        return found

    def _write_family_card(self, extra):
        card = extra.get("family_card")
        for family in self.family_id if card else ():
            family.scola_family_card = card

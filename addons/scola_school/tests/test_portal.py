# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestPortal(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.child = cls._create_student("Child", cls.class_7a)
        cls.other = cls._create_student("Other", cls.class_7b)
        cls.sister = cls._create_student(
            "Sister",
            cls.class_10,
            company_id=cls.school_b.id,
            family_id=cls.child.family_id.id,
        )
        cls.guardianship = cls._create_guardian(cls.child, "Siti", relation="mother")
        cls.mother = cls.guardianship.guardian_id
        cls.mother.email = "siti@example.com"
        cls.user = new_test_user(
            cls.env,
            "siti",
            "scola_school.group_portal_guardian",
            partner_id=cls.mother.id,
            company_id=cls.school_a.id,
            company_ids=[(6, 0, cls.school_a.ids)],
        )

    def _search(self, model, user=None):
        # The portal has no company switcher: nothing but the user's own companies.
        return self.env(user=user or self.user, context={})[model].search([]).sudo()

    def test_a_guardian_sees_the_own_children_only(self):
        self.assertEqual(self._search("scola.student"), self.child)
        self.assertEqual(self._search("scola.placement"), self.child.placement_ids)
        self.assertEqual(self._search("scola.classroom"), self.class_7a)
        self.assertEqual(self._search("scola.guardianship"), self.guardianship)

    def test_a_child_at_another_school_is_seen_as_well(self):
        self.env["scola.guardianship"].create(
            {"student_id": self.sister.id, "guardian_id": self.mother.id}
        )
        self.assertEqual(self._search("scola.student"), self.child | self.sister)

    def test_without_portal_access_nothing_is_seen(self):
        self.guardianship.portal_access = False
        self.assertFalse(self._search("scola.student"))
        with self.assertRaises(AccessError):
            self.child.with_user(self.user).read(["nis"])

    def test_a_guardian_reads_names_and_writes_nothing(self):
        child = self.env(user=self.user, context={})["scola.student"].browse(
            self.child.id
        )
        self.assertEqual(child.read(["name"])[0]["name"], "Child")
        self.assertEqual(child.classroom_id.year_id.code, "2026/2027")
        for operation in ("write", "create", "unlink"):
            self.assertFalse(child.has_access(operation))
        with self.assertRaises(AccessError):
            child.action_set_left()

    def test_a_second_household_sees_the_child_but_not_the_family(self):
        father = self._create_guardian(
            self.child, "Rudi", relation="father", second_household=True
        ).guardian_id
        user = new_test_user(
            self.env,
            "rudi",
            "scola_school.group_portal_guardian",
            partner_id=father.id,
        )
        self.assertEqual(self._search("scola.student", user), self.child)
        self.assertEqual(self._as_user(self.child, user).name, "Child")
        self.assertFalse(self._as_user(self.child.family_id, user).has_access("read"))

    def test_a_student_sees_the_own_record(self):
        user = new_test_user(
            self.env,
            "child",
            "scola_school.group_portal_student",
            partner_id=self.child.partner_id.id,
        )
        self.assertEqual(self._search("scola.student", user), self.child)
        self.assertEqual(self._search("scola.guardianship", user), self.guardianship)

    def test_other_portal_users_have_no_access(self):
        user = new_test_user(self.env, "customer", "base.group_portal")
        for model in ("scola.student", "scola.placement", "scola.guardianship"):
            with self.assertRaises(AccessError):
                self._search(model, user)

    def test_the_treasurer_grants_access(self):
        treasurer = self._create_user("treasurer", "treasurer")
        guardianship = self._create_guardian(self.child, "Nenek")
        guardianship.guardian_id.email = "nenek@example.com"
        self.guardianship.portal_access = False
        action = self._as_user(self.child, treasurer).action_grant_portal_access()
        wizard = self._as_user(self.env[action["res_model"]], treasurer).browse(
            action["res_id"]
        )
        self.assertEqual(wizard.user_ids.partner_id, guardianship.guardian_id)
        wizard.user_ids.action_grant_access()
        user = guardianship.guardian_id.user_ids
        self.assertTrue(user.has_group("scola_school.group_portal_guardian"))
        self.assertFalse(user.has_group("scola_school.group_portal_student"))
        self.assertEqual(self._search("scola.student", user), self.child)

    def test_granting_access_to_nobody_says_so(self):
        with self.assertRaisesRegex(UserError, "Guardians: .*tick Portal Access"):
            self.other.action_grant_portal_access()

    def test_a_portal_user_who_becomes_a_guardian_gets_the_group(self):
        user = new_test_user(self.env, "aunt", "base.group_portal")
        self.env["scola.guardianship"].create(
            {"student_id": self.other.id, "guardian_id": user.partner_id.id}
        )
        self.assertTrue(user.has_group("scola_school.group_portal_guardian"))
        self.assertEqual(self._search("scola.student", user), self.other)

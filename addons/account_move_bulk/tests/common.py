# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Companies, taxes, partners and products of every kind that matters to an invoice."""

from datetime import date

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from .oracle import Oracle

USERS = {
    "biller": "account.group_account_invoice",
    "accountant": "account.group_account_manager",
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class BulkCommon(TransactionCase):
    """Today is Monday, 16 November 2026.

    ``company`` has the branch ``branch``; ``other`` is a company of its own. What specs
    refer to is in dictionaries by name: ``journals``, ``partners``, ``products``,
    ``taxes``, ``terms``, ``analytics`` - those of ``other`` have names that begin with
    "other".
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, no_reset_password=True))
        cls._watched = Oracle(cls)
        since = cls._watched.mark()
        cls._set_up_companies()
        cls._set_up_users()
        cls._set_up_accounts()
        cls._set_up_journals()
        cls._set_up_taxes()
        cls._set_up_products()
        cls._set_up_terms()
        cls._set_up_analytics()
        cls._set_up_partners()
        cls._set_up_students()
        cls._set_up_past()
        cls.env.flush_all()
        cls.env.cr.flush()
        cls.env.cr.postcommit.clear()
        cls._watched.make_past(since)

    def setUp(self):
        super().setUp()
        self.oracle = Oracle(self)

    # === SET-UP === #

    @classmethod
    def _set_up_companies(cls):
        cls.rupiah, cls.dollar = cls.env.ref("base.IDR"), cls.env.ref("base.USD")
        (cls.rupiah | cls.dollar).active = True
        Company = cls.env["res.company"]
        country = {"country_id": cls.env.ref("base.id").id}
        cls.company, cls.other = Company.create(
            [
                {"name": name, "currency_id": cls.rupiah.id, **country}
                for name in ("Yayasan Massal", "Yayasan Lain")
            ]
        )
        for company in (cls.company, cls.other):
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company, install_demo=False
            )
            company.currency_id = cls.rupiah
        cls.branch = Company.create(
            {"name": "SMP Massal", "parent_id": cls.company.id, **country}
        )
        # Odoo gives a branch the accounts of its parent at the end of the transaction.
        cls.env.cr.precommit.run()
        cls.companies = cls.company | cls.branch | cls.other
        cls.env.user.write(
            {
                "company_ids": [Command.link(company.id) for company in cls.companies],
                "company_id": cls.company.id,
            }
        )
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.companies.ids)
        )

    @classmethod
    def _set_up_users(cls):
        cls.users = {
            name: new_test_user(
                cls.env,
                login=f"bulk_{name}",
                groups=f"base.group_user,{group},base.group_partner_manager",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.companies.ids)],
            )
            for name, group in USERS.items()
        }
        cls.users["superuser"] = cls.env.user

    @classmethod
    def _set_up_accounts(cls):
        def make(code, name, kind, company=cls.company, **vals):
            return cls.env["account.account"].create(
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.set(company.ids)],
                    **vals,
                }
            )

        cls.accounts = {
            "income": make("499001", "Pendapatan Uji", "income"),
            "income_2": make("499002", "Potongan Uji", "income"),
            "clearing": make("199003", "Piutang Sponsor Uji", "asset_current"),
            "receivable": make(
                "119004", "Piutang Khusus Uji", "asset_receivable", reconcile=True
            ),
            "transition": make(
                "219005", "PPN Tunda Uji", "liability_current", reconcile=True
            ),
            "other_income": make("499001", "Pendapatan Lain", "income", cls.other),
        }

    @classmethod
    def _set_up_journals(cls):
        def make(name, code, company=cls.company, **vals):
            return cls.env["account.journal"].create(
                {
                    "name": name,
                    "code": code,
                    "type": "sale",
                    "company_id": company.id,
                    **vals,
                }
            )

        cls.journals = {
            "plain": make("Tagihan", "TAG"),
            "second": make("Tagihan Dua", "TGD"),
            "number": make("Angka", "ANG", invoice_reference_model="number"),
            "partner": make("Pelanggan", "PEL", invoice_reference_type="partner"),
            "euro": make("Euro", "EUR1", invoice_reference_model="euro"),
            "hashed": make("Terkunci", "HSH", restrict_mode_hash_table=True),
            "dollars": make("Dolar", "DOL", currency_id=cls.dollar.id),
            "branch": make("Tagihan Cabang", "TGC", cls.branch),
            "other": make("Tagihan Lain", "TGL", cls.other),
        }
        cls.bank_journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def _set_up_taxes(cls):
        country = cls.company.account_fiscal_country_id
        groups = {
            company: cls.env["account.tax.group"].create(
                {
                    "name": "PPN Uji",
                    "company_id": company.id,
                    "country_id": country.id,
                }
            )
            for company in (cls.company, cls.other)
        }

        def make(name, amount=11.0, company=cls.company, **vals):
            return cls.env["account.tax"].create(
                {
                    "name": name,
                    "amount": amount,
                    "type_tax_use": "sale",
                    "company_id": company.id,
                    "country_id": country.id,
                    "tax_group_id": groups[company].id,
                    **vals,
                }
            )

        cls.taxes = {
            "excluded": make("PPN Uji"),
            "included": make(
                "PPN Uji Termasuk", price_include_override="tax_included", sequence=2
            ),
            "withheld": make("PPh Uji", -2.0, sequence=5),
            "service": make("Jasa Uji", 10.0, include_base_amount=True, sequence=1),
            "fixed": make("Meterai Uji", 10000.0, amount_type="fixed", sequence=9),
            "on_payment": make(
                "PPN Kas Uji",
                tax_exigibility="on_payment",
                cash_basis_transition_account_id=cls.accounts["transition"].id,
            ),
            "other": make("PPN Lain", company=cls.other),
        }
        children = [
            make(f"Bagian {part}", amount, sequence=rank)
            for rank, (part, amount) in enumerate((("A", 10.0), ("B", 1.0)))
        ]
        cls.taxes["group"] = make(
            "PPN Uji Gabung",
            0.0,
            amount_type="group",
            children_tax_ids=[Command.set([tax.id for tax in children])],
        )
        cls.company.tax_exigibility = True

    @classmethod
    def _set_up_products(cls):
        def make(name, *taxes, **vals):
            return cls.env["product.product"].create(
                {
                    "name": name,
                    "type": "service",
                    "list_price": 125_000.0,
                    "taxes_id": [Command.set([cls.taxes[tax].id for tax in taxes])],
                    "supplier_taxes_id": [Command.clear()],
                    **vals,
                }
            )

        cls.products = {
            "plain": make("Seragam"),
            "taxed": make("Buku", "excluded", "other", default_code="BK"),
            "described": make(
                "Kegiatan",
                description_sale="Untuk satu tahun",
                property_account_income_id=cls.accounts["income_2"].id,
            ),
        }

    @classmethod
    def _set_up_terms(cls):
        def make(name, *lines, **vals):
            return cls.env["account.payment.term"].create(
                {
                    "name": name,
                    "line_ids": [
                        Command.create(
                            {"value": "percent", "value_amount": part, "nb_days": days}
                        )
                        for part, days in lines
                    ],
                    **vals,
                }
            )

        cls.terms = {
            "month": make("30 hari uji", (100, 30)),
            "instalments": make("Dua kali uji", (30, 0), (70, 30)),
            "early": make(
                "Potongan awal uji",
                (100, 30),
                early_discount=True,
                discount_percentage=2,
                discount_days=10,
            ),
        }

    @classmethod
    def _set_up_analytics(cls):
        plans = cls.env["account.analytic.plan"].create(
            [{"name": "Unit Uji"}, {"name": "Kegiatan Uji"}]
        )
        cls.analytics = dict(
            zip(
                ("unit_1", "unit_2", "activity"),
                cls.env["account.analytic.account"].create(
                    [
                        {"name": name, "plan_id": plan.id, "company_id": False}
                        for name, plan in (
                            ("SMP", plans[0]),
                            ("SMA", plans[0]),
                            ("Pramuka", plans[1]),
                        )
                    ]
                ),
                strict=True,
            )
        )

    @classmethod
    def _set_up_partners(cls):
        cls.env["res.lang"]._activate_lang("fr_FR")
        Partner = cls.env["res.partner"].with_context(mail_create_nosubscribe=True)
        position = cls.env["account.fiscal.position"].create(
            {
                "name": "Bebas Uji",
                "company_id": cls.company.id,
                "account_ids": [
                    Command.create(
                        {
                            "account_src_id": cls.accounts["income"].id,
                            "account_dest_id": cls.accounts["income_2"].id,
                        }
                    )
                ],
            }
        )
        family = Partner.create({"name": "Keluarga Uji", "is_company": True})

        def make(name, **vals):
            return Partner.create({"name": name, **vals})

        cls.partners = {
            "family": family,
            "child": make("Anak Satu", parent_id=family.id),
            "sibling": make("Anak Dua", parent_id=family.id),
            "single": make("Budi Tunggal"),
            "second": make("Citra Tunggal", ref="C-0042"),
            "third": make("Dewi Tunggal", email="dewi@example.com", vat=False),
            "fourth": make("Eka Tunggal", street="Jalan Uji 4", city="Bandung"),
            "delivered": make("Fajar Alamat"),
            "invoiced": make("Tagihan Fajar", parent_id=family.id, type="invoice"),
            "elsewhere": make("Alamat Fajar", parent_id=family.id, type="other"),
            "of_biller": make("Gita", user_id=cls.users["biller"].id),
            "of_accountant": make("Hadi", user_id=cls.users["accountant"].id),
            "with_term": make(
                "Indah", property_payment_term_id=cls.terms["instalments"].id
            ),
            "with_account": make(
                "Joko", property_account_receivable_id=cls.accounts["receivable"].id
            ),
            "with_position": make("Kartika", property_account_position_id=position.id),
            "french": make("Louis", lang="fr_FR"),
            "english": make("Mary", lang="en_US"),
            "restricted": make("Nanda", company_id=cls.company.id),
            "distributed": make("Oki"),
            "ranked": make("Putri", customer_rank=3),
        }
        make("Kirim ke Fajar", parent_id=cls.partners["delivered"].id, type="delivery")

    @classmethod
    def _set_up_students(cls):
        """Where schools and their fees are installed, their columns are part of the
        invoices: ``students`` and ``schedule``, rows of their plan of fees."""
        cls.students, cls.schedule = [], []
        if "scola.student" not in cls.env:
            return
        students = cls.env["scola.student"].create(
            [
                {
                    "name": f"Siswa {number}",
                    "nis": f"B{number:05}",
                    "company_id": cls.company.id,
                    "entry_date": date(2026, 7, 1),
                }
                for number in range(12)
            ]
        )
        cls.students = list(students)
        if "scola.fee.schedule" in cls.env:
            cls.schedule = list(cls._plan_fees(students))

    @classmethod
    def _plan_fees(cls, students):
        """Return one unbilled row of the fee schedule for each student."""
        year = cls.env["scola.academic.year"].create(
            {
                "code": "2026/2027",
                "date_start": date(2026, 7, 1),
                "date_end": date(2027, 6, 30),
                "company_id": cls.company.id,
            }
        )
        classroom = cls.env["scola.classroom"].create(
            {
                "name": "VII Massal",
                "year_id": year.id,
                "grade_id": cls.env.ref("scola_school.grade_7").id,
                "company_id": cls.company.id,
                "capacity": 0,
            }
        )
        students._place(classroom, date=date(2026, 7, 1))
        component = cls.env["scola.fee.component"].create(
            {
                "name": "SPP Massal",
                "code": "MASSAL",
                "company_id": cls.company.id,
                "income_account_id": cls.accounts["income"].id,
                "discount_account_id": cls.accounts["income_2"].id,
            }
        )
        template = cls.env["scola.fee.template"].create(
            {
                "name": "Biaya Massal",
                "company_id": cls.company.id,
                "year_id": year.id,
                "level_id": cls.env.ref("scola_school.level_smp").id,
                "auto_enroll": False,
                "line_ids": [
                    Command.create({"component_id": component.id, "amount": 450_000})
                ],
            }
        )
        enrollments = cls.env["scola.student.fee.enrollment"]._enroll(
            students, template, "manual"
        )
        cls.env["scola.fee.planner"]._plan(enrollments, date(2026, 7, 31))
        rows = cls.env["scola.fee.schedule"].search(
            [("enrollment_id", "in", enrollments.ids)], order="id"
        )
        return rows.browse(own[0].id for own in rows.grouped("student_id").values())

    @classmethod
    def _set_up_past(cls):
        """Journal ``plain`` has numbers already, and two customers a rank."""
        moves = cls.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "journal_id": cls.journals["plain"].id,
                    "partner_id": cls.partners[partner].id,
                    "invoice_date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Dahulu",
                                "price_unit": 100.0,
                                "account_id": cls.accounts["income"].id,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for partner, day in (("second", "2026-11-02"), ("child", "2025-12-01"))
            ]
        )
        moves._post(soft=False)

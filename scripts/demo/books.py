# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The books of the year so far: what came in and went out before this month, the plan
and the BOS fund of one school, and what waits for somebody.

Entries of the months before the demo begins stand for bills and payments that nobody
needs to look at one by one. All amounts are whole rupiah.
"""

from datetime import date

from odoo import Command
from odoo.tools import date_utils

from .foundation import (
    ADMIN,
    CAMPUS,
    FOUNDATION,
    PRINCIPAL,
    SCHOOLS,
    SMA,
    SMP,
    TREASURER,
    get_company,
    work_as,
)
from .records import ensure, find, remember

BOS_SCHOOL = SMP  # has a plan, a BOS fund, an asset and a bill that waits
BOS_STUDENTS, BOS_UNIT_COST = 336, 1_160_000
#: Bank accounts, equipment and net assets with which the year begins, by code.
OPENING = {
    SMP: {
        "11120011": 186_400_000,
        "11120012": 6_250_000,
        "12210060": 240_000_000,
        "12281060": -96_000_000,
        "31000010": -330_400_000,
        "32000010": -6_250_000,
    },
    SMA: {
        "11120011": 142_750_000,
        "12210060": 180_000_000,
        "12281060": -60_000_000,
        "31000010": -262_750_000,
    },
    CAMPUS: {
        "11120011": 905_300_000,
        "12210060": 1_350_000_000,
        "12281060": -410_000_000,
        "31000010": -1_845_300_000,
    },
    FOUNDATION: {
        "11120013": 410_000_000,
        "12110010": 3_500_000_000,
        "31000010": -3_910_000_000,
    },
}
#: What a month brings and takes: (what, account, amount); money goes through the bank.
MONTH = {
    SMP: (
        ("SPP", "41100010", -158_000_000),
        ("Uang makan", "41100040", -31_500_000),
        ("Gaji guru tetap", "61200010", 92_000_000),
        ("Gaji tenaga kependidikan", "61200030", 24_500_000),
        ("Bahan pembelajaran", "62100020", 9_750_000),
        ("Listrik dan air", "63200010", 7_800_000),
        ("Internet", "63200020", 1_650_000),
    ),
    SMA: (
        ("SPP", "41100010", -141_000_000),
        ("Gaji guru tetap", "61200010", 88_500_000),
        ("Gaji tenaga kependidikan", "61200030", 21_000_000),
        ("Ekstrakurikuler", "62100030", 8_400_000),
        ("Listrik dan air", "63200010", 6_900_000),
    ),
    CAMPUS: (
        ("UKT", "41100070", -395_000_000),
        ("Gaji dosen tetap", "61200010", 236_000_000),
        ("Gaji tenaga kependidikan", "61200030", 58_000_000),
        ("Praktikum", "62100020", 27_300_000),
        ("Listrik dan air", "63200010", 19_600_000),
    ),
    FOUNDATION: (
        ("Donasi tidak terikat", "43300020", -12_500_000),
        ("Gaji pengurus harian", "61200030", 9_000_000),
    ),
}
BANKS = {SMP: "11120011", SMA: "11120011", CAMPUS: "11120011", FOUNDATION: "11120013"}
#: The plan of the BOS fund: what, component, activity, spending code, account and
#: rupiah a year. A tenth is for books, at least.
PLAN = (
    ("Kertas, tinta dan alat tulis", "06.05.08", "5.1.02.01.01.0024", "62100010"),
    ("Buku teks utama peserta didik", "05.02.03", "5.2.05.01.01.0001", "12210040"),
    ("Pemeliharaan ruang kelas", "05.08.01", "5.1.02.01.01.0001", "65200010"),
    ("Honor guru tidak tetap", "07.12.01", "5.1.02.02.01.0013", "61200020"),
)
PLANNED = (185_760_000, 60_000_000, 72_000_000, 72_000_000)
#: What is spent of it in a month: position in ``PLAN`` and amount.
SPENT = ((0, 14_420_000), (2, 5_150_000), (3, 5_500_000))
BOOKS, BOOKS_MONTH, BOOKS_BOUGHT = PLAN[1], 3, 38_500_000
ORDERED, ORDER_PRICE = 20, 52_500
APPROVAL_FROM = 5_000_000
CATERING, LAPTOPS, ROOF = 4_200_000, 48_000_000, 17_500_000


def load(env, today: date):
    """Make the books of the year up to the last month, and what goes on now."""
    if find(env, "books"):
        return
    start = today.replace(month=1, day=1)
    months = list(date_utils.date_range(start, today.replace(day=1)))[:-1]
    for key in OPENING:
        _open_year(work_as(env, TREASURER, key), key, start)
        _post_months(work_as(env, TREASURER, key), key, months)
    bos = _Bos(env, start, months)
    bos.plan()
    bos.warn()
    bos.allocate()
    bos.spend()
    bos.order(today)
    payables = _Payables(env, start, today)
    payables.depreciate_laptops()
    payables.withhold()
    payables.ask_approval()
    # What came in online is booked at the foundation; every night this follows.
    work_as(env, TREASURER, FOUNDATION, *SCHOOLS)[
        "scola.school.clearing"
    ].action_clear()
    remember(env, "books", get_company(env, FOUNDATION))


# === ENTRIES === #


def _open_year(env, key, start):
    _post(env, [(start, "Saldo awal", _prepare_items(env, OPENING[key].items()))])


def _post_months(env, key, months):
    rows = [(BANKS[key], name, code, amount) for name, code, amount in MONTH[key]]
    _post(
        env,
        [
            (
                date_utils.end_of(month, "month"),
                name,
                _prepare_items(env, [(code, amount), (bank, -amount)]),
            )
            for month in months
            for bank, name, code, amount in rows
        ],
    )


def _prepare_items(env, amounts):
    """Return items of an entry for (code of the account, debit less credit)."""
    amounts = list(amounts)
    accounts = _get_accounts(env, [code for code, _amount in amounts])
    return [
        {"account_id": accounts[code].id, "balance": amount} for code, amount in amounts
    ]


def _post(env, entries):
    """Post entries of the current company, all at once.

    :param list entries: (day, what it is, values of its items)
    """
    journals = env["account.journal"]
    journal = journals.search(
        [*journals._check_company_domain(env.company), ("code", "=", "MISC")], limit=1
    )
    env["account.move"].create(
        [
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "company_id": env.company.id,
                "date": day,
                "ref": name,
                "line_ids": [
                    Command.create({"name": name, **values}) for values in items
                ],
            }
            for day, name, items in entries
        ]
    ).action_post()


def _get_accounts(env, codes):
    accounts = env["account.account"]
    found = accounts.search(
        [*accounts._check_company_domain(env.company), ("code", "in", codes)]
    )
    return {account.code: account for account in found}


# === BOS === #


class _Bos:
    """The plan of a school for its BOS fund, what it was given and what it spent."""

    def __init__(self, env, start, months):
        self.env = work_as(env, TREASURER, BOS_SCHOOL)
        self.admin = work_as(env, ADMIN, BOS_SCHOOL)
        self.principal = work_as(env, PRINCIPAL, BOS_SCHOOL)
        self.start = start
        self.months = months
        self.fund = env.ref("scola_budget.fund_bos_regular")
        self.accounts = _get_accounts(self.env, [row[3] for row in PLAN])

    def plan(self):
        """Plan the year, month by month, and have the principal approve it."""
        budget = self.env["account.budget"].create(
            {
                "name": f"RKAS {self.start:%Y}",
                "company_id": self.env.company.id,
                "fund_id": self.fund.id,
                "date_from": self.start,
                "date_to": date_utils.end_of(self.start, "year"),
                "line_ids": [
                    Command.create(line)
                    for row, planned in zip(PLAN, PLANNED, strict=True)
                    for line in self._prepare_lines(row, planned)
                ],
            }
        )
        budget.action_submit()
        budget.with_env(self.principal).action_approve()
        budget.action_activate()

    def _prepare_lines(self, row, planned):
        name, activity, spending, account = row
        months = self._get_months(row)
        return [
            {
                "name": name,
                "account_id": self.accounts[account].id,
                "program_id": self._find("scola.budget.program", activity).id,
                "spending_code_id": self._find(
                    "scola.budget.spending.code", spending
                ).id,
                "planned": planned // len(months),
                "date_from": month,
                "date_to": date_utils.end_of(month, "month"),
            }
            for month in months
        ]

    def _get_months(self, row):
        """Return the months in which something is planned: books in one."""
        year = date_utils.date_range(self.start, self.start.replace(month=12))
        return [month for month in year if row != BOOKS or month.month == BOOKS_MONTH]

    def warn(self):
        """Warn at 80 % of a line, and let nothing go above it."""
        for name, kind, percent, action in (
            ("80 % dari anggaran baris", "threshold", 80, "warn"),
            ("Melebihi anggaran baris", "overrun", 100, "block"),
        ):
            self.admin["account.budget.alert"].create(
                {
                    "name": name,
                    "company_id": self.env.company.id,
                    "scope": "line",
                    "kind": kind,
                    "percent": percent,
                    "action": action,
                }
            )

    def order(self, today):
        """Order something that is not billed yet."""
        name, activity, spending, account = PLAN[0]
        program = self._find("scola.budget.program", activity)
        # As superuser: products and vendors are made by others, not shown here.
        product = (
            self.env["product.product"]
            .sudo()
            .create(
                {
                    "name": "Kertas A4 80 gram (rim)",
                    "type": "consu",
                    "taxes_id": [Command.clear()],
                    "supplier_taxes_id": [Command.clear()],
                    "property_account_expense_id": self.accounts[account].id,
                }
            )
        )
        vendor = self.env["res.partner"].sudo().create({"name": "Toko Sinar ATK"})
        self.env["purchase.order"].create(
            {
                "partner_id": vendor.id,
                "company_id": self.env.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "name": name,
                            "product_qty": ORDERED,
                            "price_unit": ORDER_PRICE,
                            "date_planned": today,
                            "analytic_distribution": self._spread(program),
                            "spending_code_id": self._find(
                                "scola.budget.spending.code", spending
                            ).id,
                        }
                    )
                ],
            }
        ).button_confirm()

    def allocate(self):
        """Enter what the school is given for its students, and have it approved."""
        self.env["bos.setting"].create(
            {
                "company_id": self.env.company.id,
                "ownership": "private",
                "principal_name": PRINCIPAL.name,
                "treasurer_name": TREASURER.name,
            }
        )
        allocation = self.env["bos.fund.allocation"].create(
            {
                "company_id": self.env.company.id,
                "fund_id": self.fund.id,
                "year": self.start.year,
                "student_count": BOS_STUDENTS,
                "unit_cost": BOS_UNIT_COST,
            }
        )
        allocation.action_take_budget()
        allocation.action_confirm()
        allocation.with_env(self.principal).action_approve()

    def spend(self):
        """Book the transfers of both stages and what was spent of them."""
        half = BOS_STUDENTS * BOS_UNIT_COST // 2
        entries = []
        for number, month in enumerate(self.months):
            day = month.replace(day=20)
            if number % 6 == 1:
                entries.append(self._prepare_transfer(day, number // 6 + 1, half))
            if month.month == BOOKS_MONTH:
                entries.append(self._prepare_spending(day, BOOKS, BOOKS_BOUGHT))
            for position, amount in SPENT if number else ():
                entries.append(self._prepare_spending(day, PLAN[position], amount))
        _post(self.env, entries)

    def _prepare_transfer(self, day, number, amount):
        bank, income = _prepare_items(
            self.env, [("11120012", amount), ("43100010", -amount)]
        )
        income["analytic_distribution"] = {str(self.fund.id): 100}
        return day, f"BOS tahap {number}", [bank, income]

    def _prepare_spending(self, day, row, amount):
        name, activity, spending, account = row
        program = self._find("scola.budget.program", activity)
        spent, bank = _prepare_items(
            self.env, [(account, amount), ("11120012", -amount)]
        )
        spent["analytic_distribution"] = self._spread(program)
        spent["spending_code_id"] = self._find(
            "scola.budget.spending.code", spending
        ).id
        return day, name, [spent, bank]

    def _spread(self, program):
        return {f"{self.fund.id},{program.analytic_account_id.id}": 100}

    def _find(self, model, code):
        return self.env[model].search([("code", "=", code)], limit=1)


# === BILLS OF VENDORS === #


class _Payables:
    """An asset, a bill with tax withheld, and one that waits for the principal."""

    def __init__(self, env, start, today):
        self.admin = work_as(env, ADMIN, BOS_SCHOOL)
        self.env = work_as(env, TREASURER, BOS_SCHOOL)
        self.principal = find(env, f"user_{PRINCIPAL.login}")
        self.start = start
        self.today = today

    def depreciate_laptops(self):
        """Buy equipment at the beginning of the year and write it down since then."""
        self.admin["scola.asset.setup"].create(
            {"company_id": self.env.company.id}
        ).action_load()
        profile = self.env["account.asset.profile"].search(
            [
                ("company_id", "=", self.env.company.id),
                (
                    "scola_class_id",
                    "=",
                    self.env.ref("scola_asset.asset_class_computer").id,
                ),
            ]
        )
        bill = self._make_bill(
            "CV Komputer Nusantara",
            self.start,
            {
                "name": "Laptop laboratorium (8 unit)",
                "price_unit": LAPTOPS,
                "account_id": profile.account_asset_id.id,
                "asset_profile_id": profile.id,
            },
        )
        bill.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create(
            {"payment_date": self.start, "journal_id": self._find_bank().id}
        ).action_create_payments()
        assets = bill.invoice_line_ids.asset_id
        assets.validate()
        # As the scheduled action does at the end of a month.
        assets._compute_entries(self.today.replace(day=1))

    def withhold(self):
        """Book a caterer's bill, tax withheld."""
        self.admin["l10n_id.withholding.setup"].create(
            {"company_id": self.env.company.id}
        ).action_add()
        tax = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(self.env.company),
                ("withholding_object_id.code", "=", "24-104-39"),
            ],
            limit=1,
        )
        self._make_bill(
            "Katering Sehat Bunda",
            self.today.replace(day=1),
            {
                "name": "Konsumsi rapat kerja",
                "price_unit": CATERING,
                "account_id": _get_accounts(self.env, ["62100070"])["62100070"].id,
                "tax_ids": [Command.set(tax.ids)],
            },
        ).action_post()

    def ask_approval(self):
        """Let the principal approve what is large, and send a bill for that."""
        ensure(
            self.admin,
            "approval_principal",
            "tier.definition",
            {
                "name": "Kepala sekolah: mulai Rp 5 juta",
                "model_id": self.admin["ir.model"]._get("account.approval.request").id,
                "review_type": "individual",
                "reviewer_id": self.principal.id,
                "company_id": self.env.company.id,
                "approval_document": "both",
                "approval_amount_min": APPROVAL_FROM,
            },
        )
        self._make_bill(
            "CV Atap Kokoh",
            self.today,
            {
                "name": "Perbaikan atap ruang guru",
                "price_unit": ROOF,
                "account_id": _get_accounts(self.env, ["65200010"])["65200010"].id,
            },
        ).action_request_approval()

    def _find_bank(self):
        journals = self.env["account.journal"]
        return journals.search(
            [
                *journals._check_company_domain(self.env.company),
                ("default_account_id.code", "=", BANKS[BOS_SCHOOL]),
            ],
            limit=1,
        )

    def _make_bill(self, vendor, day, line):
        # As superuser: vendors are made by who knows them, which is not shown here.
        partner = self.env["res.partner"].sudo().create({"name": vendor})
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": partner.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create({"tax_ids": [Command.clear()], **line})
                ],
            }
        )

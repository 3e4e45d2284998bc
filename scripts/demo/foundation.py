# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The foundation: its companies, accounts, journals, calendar and users."""

from dataclasses import dataclass
from datetime import date

from odoo import Command, api

from .population import CAMPUS, PROGRAMMES, SMA, SMP
from .records import ensure, find, remember

PASSWORD = "demo"
FOUNDATION = "foundation"


@dataclass(frozen=True)
class School:
    """One school; ``number`` tells its accounts apart."""

    key: str
    number: int
    name: str
    level: str
    journal: str
    npsn: str
    street: str


SCHOOLS = {
    school.key: school
    for school in (
        School(SMP, 1, "SMP IT Cahaya Ilmu", "level_smp", "SMP", "20299101", "No. 12"),
        School(SMA, 2, "SMA Nusantara", "level_sma", "SMA", "20299102", "No. 14"),
        School(
            CAMPUS,
            3,
            "Universitas Bakti Nusa",
            "level_campus",
            "UBN",
            "04199103",
            "No. 20",
        ),
    )
}

# Accounts of the chart that the fees go to; income and what lowers it are shared by the
# schools, because every journal item names its school.
ACCOUNTS = (
    "11210160",
    "41100010",
    "41100020",
    "41100030",
    "41100040",
    "41100050",
    "41100070",
    "41100080",
    "41900010",
    "41900020",
    "41900030",
    "41900040",
    "43300010",
)


@dataclass(frozen=True)
class Login:
    """A person who may log in; ``schools`` empty means the whole foundation."""

    login: str
    name: str
    role: str
    group: str
    schools: tuple[str, ...] = ()


ADMIN = Login("tatausaha", "Rina Kartikasari", "Admin sekolah", "group_admin")
TREASURER = Login("bendahara", "Siti Rahmawati", "Bendahara", "group_treasurer")
CASHIERS = {
    SMP: Login("kasir.smp", "Dewi Lestari", "Kasir", "group_cashier", (SMP,)),
    SMA: Login("kasir.sma", "Agus Prasetyo", "Kasir", "group_cashier", (SMA,)),
    CAMPUS: Login("kasir.kampus", "Nur Aini", "Kasir", "group_cashier", (CAMPUS,)),
}
TEACHERS = {
    SMP: Login(
        "walikelas.smp", "Hendra Gunawan", "Wali kelas", "group_homeroom", (SMP,)
    ),
    SMA: Login("walikelas.sma", "Maya Sari", "Wali kelas", "group_homeroom", (SMA,)),
}
PRINCIPAL = Login(
    "kepala.smp", "Drs. Bambang Sutrisno", "Kepala sekolah", "group_principal", (SMP,)
)
LOGINS = (
    ADMIN,
    TREASURER,
    *CASHIERS.values(),
    *TEACHERS.values(),
    PRINCIPAL,
    Login("yayasan", "H. Abdul Rahman", "Yayasan", "group_foundation"),
    Login("auditor", "Yohanes Tan", "Auditor", "group_auditor"),
)
PORTAL_LOGINS = (
    ("orangtua", "Orang tua (portal)"),
    ("mahasiswa", "Mahasiswa (portal)"),
)


def load(env, year):
    """Make what every school needs before its first student comes.

    :param api.Environment env: of the superuser
    :param int year: the academic year begins in July of it
    """
    _set_language(env)
    foundation = _load_foundation(env)
    schools = {key: _load_school(env, foundation, SCHOOLS[key]) for key in SCHOOLS}
    env.user.write({"company_ids": [Command.link(c.id) for c in get_companies(env)]})
    _load_accounts(env, foundation)
    for key, company in schools.items():
        _load_journals(env, SCHOOLS[key], company)
    _load_year(env, foundation, year)
    _load_programmes(env)
    _load_users(env)


def get_company(env, key):
    """Return a school, or the foundation itself."""
    return find(env, f"company_{key}")


def get_companies(env):
    """Return the foundation and its schools."""
    companies = env["res.company"]
    for key in (FOUNDATION, *SCHOOLS):
        companies |= get_company(env, key)
    return companies


def get_account(env, code):
    """Return one of ``ACCOUNTS``."""
    return find(env, f"account_{code}")


def work_as(env, login, *schools):
    """Return the environment in which a user of the demo works.

    :param Login login: the user
    :param str schools: keys of the chosen companies, the first one being the current
    """
    user = find(env, f"user_{login.login}")
    companies = [get_company(env, key).id for key in schools]
    context = {"lang": "id_ID", "tz": "Asia/Jakarta", "allowed_company_ids": companies}
    return api.Environment(env.cr, user.id, context)


def _set_language(env):
    env["ir.default"].set("res.partner", "lang", "id_ID")
    env["ir.default"].set("res.partner", "tz", "Asia/Jakarta")
    env.ref("base.IDR").active = True
    for user in env.ref("base.user_admin") | env.ref("base.public_user"):
        user.write({"lang": "id_ID", "tz": "Asia/Jakarta"})


def _load_foundation(env):
    company = get_company(env, FOUNDATION)
    if company:
        return company
    company = env.ref("base.main_company")
    company.write(
        {
            **_prepare_company(env, "Yayasan Cahaya Nusantara", "No. 10"),
            "country_id": env.ref("base.id").id,
            "currency_id": env.ref("base.IDR").id,
        }
    )
    env["account.chart.template"].try_loading(
        "id_foundation", company, install_demo=False
    )
    # What a school takes at its window goes into its own bank account.
    env["account.journal"].search([("type", "=", "bank")]).write(
        {"scola_desk_transfer": False, "scola_desk_edc": False}
    )
    remember(env, f"company_{FOUNDATION}", company)
    return company


def _prepare_company(env, name, street):
    quiet = {}
    if "iap_enrich_auto_done" in env["res.company"]._fields:
        # Or Odoo would ask a service on the Internet about the company.
        quiet["iap_enrich_auto_done"] = True
    return {
        **quiet,
        "name": name,
        "street": f"Jl. Pendidikan {street}",
        "city": "Kab. Bogor",
        "state_id": env.ref("base.state_id_jb").id,
        "zip": "16911",
        "phone": "+62 21 8000 1000",
        "email": "tatausaha@cahaya.example",
        # The month is billed in cycle.py, so that the run can be looked at.
        "scola_billing_day": 0,
    }


def _load_school(env, foundation, school):
    return ensure(
        env,
        f"company_{school.key}",
        "res.company",
        {
            **_prepare_company(env, school.name, school.street),
            "country_id": foundation.country_id.id,
            "parent_id": foundation.id,
            "npsn": school.npsn,
        },
    )


def _load_accounts(env, foundation):
    """Give names of ours to accounts of the chart."""
    Account = env["account.account"].with_company(foundation)
    accounts = Account.search(
        [*Account._check_company_domain(foundation), ("code", "in", ACCOUNTS)]
    )
    for account in accounts:
        if not find(env, f"account_{account.code}"):
            remember(env, f"account_{account.code}", account)


def _load_journals(env, school, company):
    """Make the sales, cash and bank journals of a school."""
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    for journal_type, prefix, name, code in (
        ("cash", "K", "Kas Kasir", f"1111002{school.number}"),
        ("bank", "B", "Bank Penerimaan", f"1112002{school.number}"),
    ):
        account = ensure(
            env,
            f"account_{code}",
            "account.account",
            {
                "code": code,
                "name": f"{name} {school.name}",
                "account_type": "asset_cash",
                "company_ids": [Command.set(company.root_id.ids)],
            },
        )
        ensure(
            env,
            f"journal_{journal_type}_{school.key}",
            "account.journal",
            {
                "name": f"{name} {school.name}",
                "code": f"{prefix}{school.journal}",
                "type": journal_type,
                "company_id": company.id,
                "default_account_id": account.id,
            },
        )
    company.scola_fee_journal_id = ensure(
        env,
        f"journal_sale_{school.key}",
        "account.journal",
        {
            "name": f"Tagihan {school.name}",
            "code": school.journal,
            "type": "sale",
            "company_id": company.id,
            "default_account_id": get_account(env, "41100010").id,
        },
    )


def _load_year(env, foundation, year):
    ensure(
        env,
        "year",
        "scola.academic.year",
        {
            "code": f"{year}/{year + 1}",
            "date_start": date(year, 7, 1),
            "date_end": date(year + 1, 6, 30),
            "company_id": foundation.id,
            "semester_ids": [
                Command.create(
                    {
                        "kind": "odd",
                        "date_start": date(year, 7, 1),
                        "date_end": date(year, 12, 31),
                    }
                ),
                Command.create(
                    {
                        "kind": "even",
                        "date_start": date(year + 1, 1, 1),
                        "date_end": date(year + 1, 6, 30),
                    }
                ),
            ],
        },
    )


def _load_programmes(env):
    for key, programmes in PROGRAMMES.items():
        for code, name in programmes.items():
            ensure(
                env,
                f"programme_{key}_{code}",
                "scola.study.programme",
                {
                    "name": name,
                    "code": code,
                    "level_id": env.ref(f"scola_school.{SCHOOLS[key].level}").id,
                    "company_id": get_company(env, key).id,
                },
            )


def _load_users(env):
    env.ref("base.user_admin").write(
        {"company_ids": [Command.link(company.id) for company in get_companies(env)]}
    )
    for login in LOGINS:
        ensure_user(env, login, PASSWORD)


def ensure_user(env, login, password=None):
    """Return the user of ``login``; without a password nobody can log in as them."""
    companies = get_companies(env)
    if login.schools:
        companies = companies.filtered(
            lambda c: c in [get_company(env, key) for key in login.schools]
        )
    first = get_company(env, (*login.schools, SMP)[0])
    env = env(context={**env.context, "no_reset_password": True})
    return ensure(
        env,
        f"user_{login.login}",
        "res.users",
        {
            "login": login.login,
            "name": login.name,
            "email": f"{login.login}@cahaya.example",
            "lang": "id_ID",
            "tz": "Asia/Jakarta",
            "odoobot_state": "disabled",  # no greeting, which looks like mail
            "company_id": first.id,
            "company_ids": [Command.set(companies.ids)],
            "group_ids": [Command.set(env.ref(f"scola_school.{login.group}").ids)],
            **({"password": password} if password else {}),
        },
    )

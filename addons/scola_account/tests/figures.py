# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What each row of the statements must be, in SQL of its own.

One condition per row on journal items (``l``), accounts (``a``) and codes (``code``),
written by code and type, not by the expressions under test. Rows are (sign, when,
condition); when is "period", "end" or "start" (all entries to the end of the period or
before it).
"""

INCOME = "a.account_type IN ('income', 'income_other')"
EXPENSE = "a.account_type LIKE 'expense%%'"
RESULT = f"({INCOME} OR {EXPENSE})"
EQUITY = "a.account_type LIKE 'equity%%'"
RESTRICTED = "COALESCE(a.net_asset_class, '') = 'restricted'"
FREE = f"NOT {RESTRICTED}"
CASH = "a.account_type = 'asset_cash'"
OWN = "code NOT LIKE '%%0910'"
TRANSIT = "a.account_type = 'asset_current' AND code LIKE '1112%%'"


def code(*patterns):
    """Return the condition that the code begins with one of the patterns."""
    return "(" + " OR ".join(f"code LIKE '{p}%%'" for p in patterns) + ")"


INCOME_ROWS = {
    "fees": (-1, "period", code("411")),
    "discounts": (-1, "period", code("419")),
    "donations": (-1, "period", f"{code('43')} AND {FREE}"),
    "services": (-1, "period", code("410", "420")),
    "investment": (-1, "period", code("81100010", "81100020")),
    "other_income": (-1, "period", code("81100030", "8110004", "8110005", "811001")),
    "released": (-1, "period", code("49000020")),
    "inter_income": (-1, "period", code("49100910")),
    "personnel": (1, "period", code("61")),
    "programme": (1, "period", code("62")),
    "administration": (
        1,
        "period",
        f"{code('63', '64', '65', '66')} AND code NOT IN "
        "('65200010', '65200020', '65110060', '65110080')",
    ),
    "maintenance": (1, "period", code("65200010", "65200020")),
    "depreciation": (1, "period", code("671")),
    "aid": (1, "period", code("68")),
    "finance": (1, "period", code("911")),
    "inter_expense": (1, "period", code("69100910")),
    "grants": (-1, "period", code("431")),
    "restricted_donations": (-1, "period", code("432")),
    "released_out": (-1, "period", code("49000010")),
    "surplus_u": (-1, "period", f"{RESULT} AND {FREE}"),
    "surplus_r": (-1, "period", f"{RESULT} AND {RESTRICTED}"),
    "comprehensive": (-1, "period", RESULT),
}
POSITION_ROWS = {
    "cash": (1, "end", CASH),
    "transit": (1, "end", TRANSIT),
    "student_receivable": (1, "end", f"{code('112101')} AND code != '11210190'"),
    "inter_asset": (1, "end", code("11210910")),
    "fixed": (1, "end", f"{code('12')} AND NOT {code('1228')}"),
    "accumulated": (1, "end", code("1228")),
    "payable": (-1, "end", code("211", "21100010") + " AND " + OWN),
    "advance": (-1, "end", code("2811")),
    "tax": (-1, "end", code("212")),
    "loans": (-1, "end", code("22")),
    "inter_liability": (-1, "end", code("21100910")),
    "net_u": (-1, "end", f"({EQUITY} OR {RESULT}) AND {FREE}"),
    "net_r": (-1, "end", f"({EQUITY} OR {RESULT}) AND {RESTRICTED}"),
    "equity_u": (-1, "end", code("31")),
    "equity_r": (-1, "end", code("320")),
    "result_u": (-1, "end", f"({RESULT} OR code = '99999900') AND {FREE}"),
    "result_r": (-1, "end", f"({RESULT} OR code = '32900010') AND {RESTRICTED}"),
}
NET_ASSET_ROWS = {
    f"{row}_{block}": (-1, when, f"{condition} AND {klass}")
    for block, klass in (("u", FREE), ("r", RESTRICTED))
    for row, when, condition in (
        ("opening", "start", f"({EQUITY} OR {RESULT})"),
        ("surplus", "period", f"{RESULT} AND NOT {code('490')}"),
        ("released", "period", code("490")),
        ("other", "period", EQUITY),
        ("closing", "end", f"({EQUITY} OR {RESULT})"),
    )
}
#: Entries that moved money: only their other lines say what it was for.
MOVES_MONEY = f"""
    NOT {CASH} AND NOT ({TRANSIT}) AND EXISTS (
        SELECT 1
          FROM account_move_line m
          JOIN account_account ma ON ma.id = m.account_id
         WHERE m.move_id = l.move_id
           AND (ma.account_type = 'asset_cash'
                OR ma.code_store ->> %(root)s LIKE '1112%%'))
"""
DIRECT_ROWS = {
    "students": (-1, "period", f"{code('112101', '411', '419', '2811')}"),
    "grants": (-1, "period", code("431")),
    "donations": (-1, "period", code("433")),
    "investment": (-1, "period", code("81100010")),
    "other_income": (-1, "period", code("81100110")),
    "personnel": (-1, "period", code("61")),
    "suppliers": (-1, "period", code("62", "63", "65", "21100010")),
    "taxes": (-1, "period", code("212")),
    "finance": (-1, "period", code("911")),
    "inter": (-1, "period", "code LIKE '%%0910'"),
    "bought": (-1, "period", f"{code('12')} AND l.debit > 0"),
    "sold": (-1, "period", f"{code('12')} AND l.credit > 0"),
    "loans": (-1, "period", code("22")),
    "long_lived": (-1, "period", code("43200020")),
    "equity": (-1, "period", EQUITY),
}
DIRECT_ROWS = {
    name: (sign, when, f"({condition}) AND {MOVES_MONEY}")
    for name, (sign, when, condition) in DIRECT_ROWS.items()
} | {
    "transit": (-1, "period", TRANSIT),
    "net_change": (1, "period", CASH),
    "opening_cash": (1, "start", CASH),
    "closing_cash": (1, "end", CASH),
}
INDIRECT_ROWS = {
    "surplus": (-1, "period", RESULT),
    "depreciation": (1, "period", code("671")),
    "long_lived": (1, "period", code("43200020")),
    "receivable": (-1, "period", code("112101")),
    "transit": (-1, "period", TRANSIT),
    "payable": (-1, "period", code("21100010")),
    "advance": (-1, "period", code("2811")),
    "other_liability": (-1, "period", code("212")),
    "inter": (-1, "period", code("11210910", "21100910")),
    "fixed": (-1, "period", f"({code('12')} OR {code('671')})"),
    "loans": (-1, "period", code("22")),
    "long_lived_in": (-1, "period", code("43200020")),
    "equity": (-1, "period", EQUITY),
    "net_change": (1, "period", CASH),
    "opening_cash": (1, "start", CASH),
    "closing_cash": (1, "end", CASH),
}
ROWS = {
    "position": POSITION_ROWS,
    "income": INCOME_ROWS,
    "net_assets": NET_ASSET_ROWS,
    "cash_direct": DIRECT_ROWS,
    "cash_indirect": INDIRECT_ROWS,
}
WHEN = {
    "period": "l.date BETWEEN %(start)s AND %(end)s",
    "end": "l.date <= %(end)s",
    "start": "l.date < %(start)s",
}


def read_sql(cr, rows, companies, start, end):
    """Return {row name: figure}, each from its own query over journal items."""
    params = {
        "companies": tuple(companies.ids),
        "root": str(companies[:1].root_id.id),
        "start": start,
        "end": end,
    }
    figures = {}
    for name, (sign, when, condition) in rows.items():
        cr.execute(
            f"""
            WITH items AS (
                SELECT l.*, a.code_store ->> %(root)s AS code
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                 WHERE l.company_id IN %(companies)s AND l.parent_state = 'posted')
            SELECT COALESCE(SUM(l.balance), 0)
              FROM items l JOIN account_account a ON a.id = l.account_id
             WHERE {WHEN[when]} AND ({condition})
            """,
            params,
        )
        figures[name] = sign * float(cr.fetchone()[0])
    return figures

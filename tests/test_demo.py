# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The demo of scripts/run: its people, its file, and its month to the rupiah.

What the month must come to is computed here once more, from the rows of templates,
scholarships and enrolments, with arithmetic of its own.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import openpyxl
import phonenumbers
import psycopg2
import pytest

from odoo.tests.common import get_db_name
from odoo.tools import config

from odoo.addons.scola_school.tools import dapodik as reader
from odoo.addons.scola_school.tools import identity

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "scripts"))

from demo import books, dapodik, online, population  # noqa: E402

YEAR = 2026


# === PEOPLE === #


def everybody(count):
    """Return the people of the demo with those of the file."""
    persons = population.generate(count, YEAR)
    return persons, persons.students + persons.import_students


def test_same_number_same_people():
    assert population.generate(600, YEAR) == population.generate(600, YEAR)


def test_another_number_or_year_other_people():
    assert population.generate(600, YEAR) != population.generate(601, YEAR)
    assert population.generate(600, YEAR) != population.generate(600, YEAR + 1)


@pytest.mark.parametrize("count", [40, 41, 99, 600, 2500])
def test_as_many_as_asked_for(count):
    persons, _all = everybody(count)
    assert len(persons.students) == count
    schools = Counter(student.classroom.school for student in persons.students)
    assert schools == {
        population.SMP: round(count * 0.45),
        population.SMA: round(count * 0.45),
        population.CAMPUS: count - 2 * round(count * 0.45),
    }
    rooms = Counter(student.classroom for student in persons.students)
    assert set(rooms) == set(persons.classrooms)
    assert max(rooms.values()) <= population.CLASS_SIZE or count > 2000


@pytest.mark.parametrize("count", [40, 600, 2500])
def test_numbers_are_valid_and_nobody_elses(count):
    _persons, students = everybody(count)
    families = {student.family for student in students if student.family}
    guardians = [guardian for family in families for guardian in family.guardians]
    niks = [person.nik for person in (*students, *guardians)]
    assert [nik for nik in niks if identity.nik_error(nik)] == []
    assert all(identity.is_nisn(student.nisn) for student in students)
    assert all(identity.is_family_card(family.card) for family in families)
    phones = [guardian.phone for guardian in guardians]
    assert all(re.fullmatch(r"\+62[0-9]{9,12}", phone) for phone in phones)
    assert all(
        phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in phones
    )
    cards = [family.card for family in families]
    numbers = [student.nis or student.nim for student in students]
    nisns = [student.nisn for student in students]
    scanned = [student.card_number for student in students]
    for values in (niks, phones, cards, numbers, nisns, scanned):
        assert len(set(values)) == len(values)


def test_nik_says_when_somebody_was_born():
    for student in population.generate(100, YEAR).students:
        day = int(student.nik[6:8]) - (40 if student.gender == "female" else 0)
        assert day == student.birth_date.day
        assert student.nik[8:12] == f"{student.birth_date:%m%y}"


def test_siblings():
    students = population.generate(600, YEAR).students
    children = defaultdict(list)
    for student in students:
        if student.family:
            children[student.family].append(student)
    siblings = [group for group in children.values() if len(group) > 1]
    pupils = [s for s in students if s.classroom.school != population.CAMPUS]
    share = sum(map(len, siblings)) / len(pupils)
    assert share == pytest.approx(0.12, abs=0.005)
    assert any(len(group) == 3 for group in siblings)
    schools = [{s.classroom.school for s in group} for group in siblings]
    assert {population.SMP, population.SMA} in schools
    for group in siblings:
        assert len({student.birth_date for student in group}) == len(group)


def test_every_kind_of_aid_and_choice_even_in_the_smallest_demo():
    students = population.generate(40, YEAR).students
    aid = {student.aid for student in students}
    assert aid >= {"merit", "orphan", "staff", "kipk"}
    choices = {choice for student in students for choice in student.choices}
    assert choices == {"bus", "installments", "donation"}


# === FILE === #


@pytest.fixture(scope="module")
def content():
    persons = population.generate(40, YEAR)
    return dapodik.write(persons.import_students, "SMP IT Cahaya Ilmu", YEAR)


def test_file_is_the_same_each_time(content):
    persons = population.generate(40, YEAR)
    assert content == dapodik.write(persons.import_students, "SMP IT Cahaya Ilmu", YEAR)


def test_file_has_the_layout_of_the_national_export(content):
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    rows = [["" if v is None else str(v) for v in row] for row in sheet.values]
    assert [bool(row[0]) for row in rows[:4]] == [True] * 4
    assert not any(cell for row in rows[:4] for cell in row[1:])
    top, bottom = rows[4:6]
    assert top[:5] == ["No", "Nama", "NIPD", "JK", "NISN"]
    for parent in ("Data Ayah", "Data Ibu", "Data Wali"):
        start = top.index(parent)
        assert bottom[start : start + 6] == list(dapodik.PARENT_COLUMNS)
        first, last = (sheet.cell(5, start + i).coordinate for i in (1, 6))
        assert f"{first}:{last}" in [str(cells) for cells in sheet.merged_cells.ranges]
    assert len(top) == 66
    assert len(rows) == 6 + population.IMPORT_SIZE


def test_file_is_read_by_the_import(content):
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    rows = [["" if v is None else str(v) for v in row] for row in sheet.values]
    header, *body = reader.to_table(rows)
    persons = population.generate(40, YEAR)
    by_column = [dict(zip(header, row, strict=True)) for row in body]
    assert [row["Nama"] for row in by_column] == [
        s.name for s in persons.import_students
    ]
    first, family = by_column[0], persons.import_students[0].family
    assert first["Data Ayah: NIK"] == family.guardians[0].nik
    assert first["No KK"] == family.card
    assert {row["Rombel Saat Ini"] for row in by_column} == {
        persons.import_classroom.name
    }


# === SCRIPTS/RUN === #


def run(*options):
    """Start scripts/run as a person would."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("ODOO_RC", "OPENERP_SERVER", "PYTHONPATH")
    }
    return subprocess.run(
        [str(PROJECT / "scripts" / "run"), *options],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=environment,
    )


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--students", "3"], "--students 3: use a number from 40 to 10000"),
        (["--students", "many"], "--students many: use a number"),
        (["--students"], "--students needs a value"),
        (["--db", "a b"], "--db a b: use letters"),
        (["--port", "70000"], "--port 70000: use a number"),
        (["--json", "/nowhere/at/all.json"], "cannot write there"),
        (["--twice"], "unknown option --twice"),
    ],
)
def test_wrong_options(options, complaint):
    result = run("--once", *options)
    assert result.returncode == 1
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("options", [[], ["--fresh"]])
def test_leaves_other_databases_alone(options):
    result = run("--once", "--db", get_db_name(), *options)
    assert result.returncode == 1
    assert "was not made by scripts/run" in result.stderr
    with psycopg2.connect(dbname="postgres") as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [get_db_name()])
        assert cursor.fetchone()


class Demo:
    """A small demo that was started twice."""

    def __init__(self, folder: Path):
        # Ends in the number of this process: what a killed run leaves is found by it.
        self.name = f"{get_db_name()}_demo_{os.getpid()}"
        self.figures = [self.start(folder / "first.json", "--students", "40")]
        self.figures.append(self.start(folder / "second.json"))

    def start(self, path, *options):
        """Start it and return its summary."""
        result = run("--once", "--db", self.name, "--json", str(path), *options)
        assert result.returncode == 0, result.stderr
        self.check_quiet(result)
        return json.loads(path.read_text("utf-8"))

    def check_quiet(self, result):
        """Nobody is to be shown warnings and stack traces."""
        for line in result.stderr.splitlines():
            assert line.startswith("== "), result.stderr
        assert "All schools" in result.stdout

    def query(self, statement):
        """Return the rows of a query as tuples."""
        with psycopg2.connect(dbname=self.name) as connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            return cursor.fetchall()

    def drop(self):
        """Leave nothing behind."""
        subprocess.run([PROJECT / "scripts" / "drop_database", self.name], check=True)
        shutil.rmtree(config.filestore(self.name), ignore_errors=True)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    loaded = Demo.__new__(Demo)
    try:
        loaded.__init__(tmp_path_factory.mktemp("demo"))
        yield loaded
    finally:
        loaded.drop()


def test_figures_agree(demo):
    figures = demo.figures[0]
    assert figures["students"] == 40 + population.IMPORT_SIZE
    assert figures["invoices_posted"] == figures["invoices_total"] > 0
    assert figures["gross"] - figures["discounts"] == figures["amount_billed"]
    assert (
        figures["amount_collected"] + figures["open_amount"] == figures["amount_billed"]
    )
    for name in (
        "discounts",
        "amount_collected",
        "open_amount",
        "receipts",
        "deposits",
    ):
        assert figures[name] > 0, name
    assert figures["receipts_cancelled"] == 1
    assert figures["url"].startswith("http://")
    assert figures["seconds"].keys() >= {
        "setup",
        "database",
        "bill",
        "collect",
        "online",
        "books",
    }


def test_second_start_bills_nothing_twice(demo):
    first, second = demo.figures
    assert second["invoices_posted"] == 0
    changing = {"invoices_posted", "seconds"}
    assert {k: v for k, v in first.items() if k not in changing} == {
        k: v for k, v in second.items() if k not in changing
    }


def test_receipts_and_online_payments_agree_with_the_ledger(demo):
    [(on_receipts,)] = demo.query(
        "SELECT sum(amount) FROM scola_cash_receipt_line WHERE state = 'posted'"
    )
    [(from_home,)] = demo.query(
        "SELECT sum(l.amount) FROM payment_incoming_line l"
        " JOIN payment_incoming p ON p.id = l.incoming_id WHERE p.state = 'booked'"
    )
    assert int(on_receipts) + int(from_home) == demo.figures[0]["amount_collected"]


def test_online_payments_are_in_the_ledger(demo):
    """What the inbox says came in is what stands on the clearing accounts."""
    figures = demo.figures[0]
    [(entries, amount)] = demo.query(
        "SELECT count(DISTINCT m.id), sum(l.debit) FROM payment_incoming p"
        " JOIN account_payment a ON a.id = p.payment_id"
        " JOIN account_move m ON m.id = a.move_id AND m.state = 'posted'"
        " JOIN account_move_line l ON l.move_id = m.id"
    )
    assert (entries, int(amount)) == (
        figures["payments_online"],
        figures["amount_online"],
    )
    assert figures["payments_online"] > len(online.INCIDENTS)
    assert figures["unmatched"] == 0


def test_callbacks_came_over_http_and_one_was_forged(demo):
    figures = demo.figures[0]
    assert figures["callbacks_rejected"] == 1
    assert figures["duplicates_ignored"] >= 1
    assert figures["callbacks_received"] >= figures["payments_online"] + 2
    assert demo.query("SELECT DISTINCT remote_address FROM payment_notification") == [
        ("127.0.0.1",)
    ]
    assert demo.query(
        "SELECT verdict, incoming_id FROM payment_notification WHERE state = 'rejected'"
    ) == [("bad_signature", None)]
    assert demo.query(
        "SELECT count(*) FROM payment_notification WHERE state IN ('new', 'failed')"
    ) == [(0,)]


def test_one_family_paid_twice_and_one_late(demo):
    exceptions = demo.query(
        "SELECT exception, unallocated_amount = amount FROM payment_incoming"
        " WHERE exception IS NOT NULL ORDER BY exception"
    )
    assert exceptions == [("late", False), ("paid", True)]


def test_payments_come_by_several_ways_from_all_providers(demo):
    ways = demo.query(
        "SELECT DISTINCT p.code, c.kind FROM payment_incoming i"
        " JOIN payment_provider p ON p.id = i.provider_id"
        " JOIN payment_channel c ON c.id = i.channel_id"
    )
    assert {code for code, _kind in ways} == {"midtrans", "snap", "xendit"}
    assert {kind for _code, kind in ways} >= {"va", "qris", "ewallet"}


def test_books_balance(demo):
    assert (
        demo.query(
            "SELECT move_id FROM account_move_line GROUP BY move_id"
            " HAVING sum(balance) != 0"
        )
        == []
    )


def test_no_bank_account_is_overdrawn(demo):
    """Neither of a school nor of the fund, at the end of any month."""
    rows = demo.query(
        """
        SELECT l.company_id, l.account_id, date_trunc('month', l.date),
               sum(sum(l.balance)) OVER (
                   PARTITION BY l.company_id, l.account_id
                   ORDER BY date_trunc('month', l.date))::int8
          FROM account_move_line l JOIN account_account a ON a.id = l.account_id
         WHERE a.account_type = 'asset_cash' AND l.parent_state = 'posted'
         GROUP BY 1, 2, 3"""
    )
    assert rows and [row for row in rows if row[-1] < 0] == []


def test_each_school_has_its_own_receivables(demo):
    """Also of bills that were paid online, into an account of the foundation."""
    rows = demo.query(
        """
        SELECT l.company_id, sum(l.balance)::int8, sum(l.amount_residual)::int8
          FROM account_move_line l JOIN account_account a ON a.id = l.account_id
         WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
         GROUP BY 1"""
    )
    assert len(rows) == 4
    assert [row for row in rows if row[1] != row[2]] == []
    [(cleared,)] = demo.query("SELECT sum(amount)::int8 FROM scola_school_clearing")
    assert cleared > 0


def test_fund_is_spent_as_planned(demo):
    """What the analytic items of the fund say, is what the entries of it come to."""
    month = date.fromisoformat(f"{demo.figures[0]['period']}-01").month
    monthly = sum(amount for _position, amount in books.SPENT)
    spent = monthly * max(month - 2, 0) + books.BOOKS_BOUGHT * (month > 3)
    half = books.BOS_STUDENTS * books.BOS_UNIT_COST // 2
    received = half * ((month > 2) + (month > 8))
    assert demo.figures[0]["bos_spent"] == spent
    assert demo.figures[0]["bos_received"] == received
    [(plan, fund)] = demo.query(
        "SELECT f.plan_id, f.id FROM account_analytic_account f"
        " JOIN ir_model_data d ON d.res_id = f.id AND d.model ="
        " 'account.analytic.account' WHERE d.name = 'fund_bos_regular'"
    )
    [(amount,)] = demo.query(
        f"SELECT coalesce(sum(amount), 0)::int8 FROM account_analytic_line"
        f" WHERE x_plan{plan}_id = {fund}"
    )
    assert amount == received - spent
    [(state, planned)] = demo.query(
        "SELECT b.state, sum(l.planned)::int8 FROM account_budget b"
        " JOIN account_budget_line l ON l.budget_id = b.id GROUP BY b.id"
    )
    assert (state, planned) == ("active", sum(books.PLANNED))
    assert demo.query(
        "SELECT a.state, sum(l.planned)::int8 FROM bos_fund_allocation a"
        " JOIN bos_fund_allocation_line l ON l.allocation_id = a.id GROUP BY a.id"
    ) == [("approved", sum(books.PLANNED))]
    assert demo.query("SELECT state, amount_untaxed::int FROM purchase_order") == [
        ("purchase", books.ORDERED * books.ORDER_PRICE)
    ]


def test_laptops_are_written_down_each_month(demo):
    month = date.fromisoformat(f"{demo.figures[0]['period']}-01").month
    rows = demo.query(
        "SELECT type, move_check, amount::int FROM account_asset_line"
        " WHERE init_entry IS NOT TRUE AND type = 'depreciate' ORDER BY line_date"
    )
    assert {amount for _type, _posted, amount in rows} == {books.LAPTOPS // 48}
    assert sum(posted for _type, posted, _amount in rows) == month - 1


def test_tax_is_withheld_from_the_caterer(demo):
    """2 %, and twice that of a vendor without a tax number (PPh, article 23 (1a))."""
    assert demo.query(
        "SELECT amount_tax::int FROM account_move m JOIN res_partner p"
        " ON p.id = m.partner_id WHERE m.state = 'posted' AND p.name LIKE 'Katering%'"
    ) == [(-books.CATERING * 4 // 100,)]


def test_a_large_bill_waits_for_the_principal(demo):
    assert demo.figures[0]["approvals_waiting"] == 1
    assert demo.query(
        "SELECT state, amount_total::int FROM account_move"
        f" WHERE move_type = 'in_invoice' AND amount_total >= {books.APPROVAL_FROM}"
        " ORDER BY state"
    ) == [("draft", books.ROOF), ("posted", books.LAPTOPS)]


def test_sessions(demo):
    sessions = demo.query(
        "SELECT c.name, s.state, s.difference_amount::int FROM scola_cash_session s"
        " JOIN res_company c ON c.id = s.company_id"
    )
    assert ("SMP IT Cahaya Ilmu", "opened") in [row[:2] for row in sessions]
    assert ("SMA Nusantara", "closed", -2000) in sessions


def test_file_was_imported(demo):
    room = population.generate(40, YEAR).import_classroom.name
    [(count, guardians)] = demo.query(
        f"""
        SELECT count(DISTINCT s.id), count(DISTINCT g.guardian_id)
          FROM scola_student s JOIN scola_classroom c ON c.id = s.classroom_id
          JOIN scola_guardianship g ON g.student_id = s.id
         WHERE c.name = '{room}'"""
    )
    assert (count, guardians) == (population.IMPORT_SIZE, 2 * population.IMPORT_SIZE)


def test_everybody_speaks_indonesian(demo):
    rows = demo.query(
        "SELECT u.login, p.lang, p.tz FROM res_users u"
        " JOIN res_partner p ON p.id = u.partner_id WHERE u.active AND u.id > 1"
    )
    assert [row for row in rows if row[1:] != ("id_ID", "Asia/Jakarta")] == []
    assert {"admin", "bendahara", "orangtua", "mahasiswa"} <= {row[0] for row in rows}


# === TO THE RUPIAH === #


def half_up(number: Fraction) -> int:
    return (number + Fraction(1, 2)).__floor__()


class Expected:
    """What each student has to pay this month, from the rows of the database."""

    def __init__(self, demo):
        self.month = date.fromisoformat(f"{demo.figures[0]['period']}-01")
        self.enrollments = demo.query(
            "SELECT id, student_id, template_id, grade_id, programme_id, preset_id,"
            " date_start, date_end, prorata FROM scola_student_fee_enrollment"
            " WHERE state = 'active' ORDER BY id"
        )
        self.lines = self.group(
            demo.query(
                "SELECT l.template_id, l.id, l.component_id, l.frequency,"
                " c.discountable, c.nature FROM scola_fee_template_line l"
                " JOIN scola_fee_component c ON c.id = l.component_id"
                " ORDER BY l.sequence, l.id"
            )
        )
        self.amounts = self.group(
            demo.query(
                "SELECT line_id, date_from, amount::int FROM scola_fee_amount"
                " ORDER BY date_from"
            )
        )
        self.grades = self.links(demo, "scola.fee.template.line", "grade_ids")
        self.programmes = self.links(demo, "scola.fee.template.line", "programme_ids")
        self.components = self.links(demo, "scola.scholarship.type", "component_ids")
        self.types = {
            row[0]: row
            for row in demo.query(
                "SELECT id, kind, percent::numeric, cap_amount::int, sequence,"
                " is_sibling FROM scola_scholarship_type"
            )
        }
        self.awards = self.group(
            demo.query("SELECT enrollment_id, type_id FROM scola_scholarship_award")
        )
        self.first_parts = dict(
            demo.query(
                "SELECT DISTINCT ON (preset_id) preset_id, percent::numeric"
                " FROM scola_installment_preset_line ORDER BY preset_id, sequence"
            )
        )
        self.sibling_rules = demo.query(
            'SELECT type_id, "order", percent::numeric'
            ' FROM scola_scholarship_sibling_rule ORDER BY "order"'
        )
        self.sibling_order = self.order_siblings(demo)

    @staticmethod
    def group(rows):
        grouped = defaultdict(list)
        for key, *rest in rows:
            grouped[key].append(tuple(rest))
        return grouped

    def links(self, demo, model, field):
        """Return the other side of a many2many, by this side."""
        [(table, mine, theirs)] = demo.query(
            "SELECT relation_table, column1, column2 FROM ir_model_fields"
            f" WHERE model = '{model}' AND name = '{field}'"
        )
        rows = demo.query(f"SELECT {mine}, {theirs} FROM {table}")
        return {key: {r[0] for r in found} for key, found in self.group(rows).items()}

    def order_siblings(self, demo):
        """Return 1 for the eldest active child of a family, 2 for the next ..."""
        rows = demo.query(
            "SELECT p.parent_id, s.id FROM scola_student s"
            " JOIN res_partner p ON p.id = s.partner_id"
            " WHERE s.state = 'active' AND p.parent_id IS NOT NULL"
            " ORDER BY s.birth_date, s.id"
        )
        return {
            student: position
            for children in self.group(rows).values()
            for position, (student,) in enumerate(children, start=1)
        }

    def by_student(self):
        """Return (gross, discount) by student."""
        result = defaultdict(lambda: (0, 0))
        for enrollment in self.enrollments:
            gross, discount = self.of_enrollment(*enrollment)
            if gross:
                before = result[enrollment[1]]
                result[enrollment[1]] = (before[0] + gross, before[1] + discount)
        return dict(result)

    def of_enrollment(
        self, key, student, template, grade, programme, preset, start, end, prorata
    ):
        """Return what the month's bills of one enrolment come to."""
        # The schools begin this month: all but later instalments is billed in it.
        assert start.replace(day=1) == self.month and end > start and prorata == "full"
        bills = defaultdict(list)
        for line, component, frequency, discountable, nature in self.lines[template]:
            fits = grade in self.grades.get(line, {grade}) and (
                programme in self.programmes.get(line, {programme})
            )
            if fits and nature == "levy":
                price = [a for since, a in self.amounts[line] if since <= start][-1]
                bills[frequency].append((component, price, discountable))
        gross = discount = 0
        for frequency, charges in bills.items():
            discounts = self.discounts(self.scholarships(key, student), charges)
            for (_component, price, _ok), given in zip(charges, discounts, strict=True):
                part = price
                if preset and frequency != "monthly":
                    share = Fraction(price) * Fraction(self.first_parts[preset]) / 100
                    part = (share / 1000).__floor__() * 1000
                gross += part
                # Each scholarship follows the instalments for itself.
                discount += sum(amount * part // price for amount in given)
        return gross, discount

    def scholarships(self, enrollment, student):
        """Return (type, percent) in the order in which they are applied."""
        found = [(t, self.types[t][2]) for (t,) in self.awards[enrollment]]
        order = self.sibling_order.get(student, 1)
        best = {}
        for type_id, since, percent in self.sibling_rules:
            if order >= since:
                best[type_id] = percent
        return sorted(
            [*found, *best.items()], key=lambda item: (self.types[item[0]][4], item[0])
        )

    def discounts(self, scholarships, charges):
        """Return for each charge what each scholarship takes off."""
        given = [[] for _charge in charges]
        for type_id, percent in scholarships:
            _id, kind, _percent, cap, _sequence, is_sibling = self.types[type_id]
            left = cap or None
            for index, (component, price, discountable) in enumerate(charges):
                if not discountable:
                    continue
                if component not in self.components.get(type_id, {component}):
                    continue
                open_amount = price - sum(given[index])
                wanted = open_amount
                if is_sibling or kind == "percent":
                    wanted = half_up(Fraction(price) * Fraction(percent) / 100)
                amount = min(wanted, open_amount)
                if left is not None:
                    amount = min(amount, left)
                    left -= amount
                given[index].append(amount)
        return given


def test_invoices_are_gross_minus_discounts_for_every_student(demo):
    expected = Expected(demo).by_student()
    invoiced = {
        student: (int(gross), int(discount), int(total))
        for student, gross, discount, total in demo.query(
            """
            SELECT m.student_id,
                   sum(l.credit) FILTER (WHERE l.display_type = 'product'),
                   sum(l.debit) FILTER (WHERE l.display_type = 'product'),
                   sum(l.balance) FILTER (WHERE l.display_type = 'payment_term')
              FROM account_move m JOIN account_move_line l ON l.move_id = m.id
             WHERE m.fee_schedule_id IS NOT NULL AND m.state = 'posted'
               AND m.move_type = 'out_invoice'
             GROUP BY m.student_id"""
        )
    }
    assert invoiced == {
        student: (gross, discount, gross - discount)
        for student, (gross, discount) in expected.items()
    }
    figures = demo.figures[0]
    assert figures["gross"] == sum(gross for gross, _discount in expected.values())
    assert figures["discounts"] == sum(
        discount for _gross, discount in expected.values()
    )
    assert figures["amount_billed"] == sum(total for *_rest, total in invoiced.values())


def test_every_scholarship_took_effect(demo):
    """Without this the comparison above could be one of zeros."""
    codes = demo.query(
        "SELECT DISTINCT t.code FROM scola_fee_schedule_discount d"
        " JOIN scola_scholarship_type t ON t.id = d.type_id WHERE d.amount > 0"
    )
    assert {code for (code,) in codes} == {"SDR", "PEG", "PRES", "YTM", "KIPK"}


def test_first_instalments_were_billed(demo):
    rows = demo.query(
        "SELECT DISTINCT c.npsn, s.installment, s.installments"
        " FROM scola_fee_schedule s JOIN res_company c ON c.id = s.company_id"
        " WHERE s.move_id IS NOT NULL AND s.installments > 1"
    )
    assert {row[1:] for row in rows} == {(1, 3), (1, 5)}
    assert len({npsn for npsn, *_rest in rows}) == 3


def test_sponsor_is_invoiced_what_its_scholarship_gave(demo):
    [(given,)] = demo.query(
        "SELECT sum(d.amount) FROM scola_fee_schedule_discount d"
        " JOIN scola_scholarship_type t ON t.id = d.type_id"
        " JOIN scola_fee_schedule s ON s.id = d.schedule_id"
        " WHERE t.funding = 'sponsor' AND s.move_id IS NOT NULL"
    )
    assert int(given) == demo.figures[0]["sponsor_billed"] > 0

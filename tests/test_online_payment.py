# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Online payments end to end: a served Odoo, the simulator, callbacks over HTTP."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import requests
from online_payment import Site, wait_for
from phone import Phone

from odoo.tools import config

AMOUNT = 350000
#: Provider, its word for the channel, and the bank's profile where there are several.
CHANNELS = [
    ("midtrans", "bca", None),
    ("midtrans", "permata", None),
    ("midtrans", "echannel", None),
    ("midtrans", "qris", None),
    ("midtrans", "gopay", None),
    ("midtrans", "shopeepay", None),
    ("midtrans", "snap", None),
    ("xendit", "BRI_VIRTUAL_ACCOUNT", None),
    ("xendit", "QRIS", None),
    ("xendit", "DANA", None),
    ("xendit", "OVO", None),
    ("xendit", "INVOICE", None),
    ("snap", "va", "BRI"),
    ("snap", "va", "BCA"),
]
SNAP_BRI, SNAP_BCA = CHANNELS[-2:]
MIDTRANS_VA, MIDTRANS_QRIS = CHANNELS[0], CHANNELS[3]
XENDIT_VA, XENDIT_QRIS = CHANNELS[7:9]

every_channel = pytest.mark.parametrize(
    "channel", CHANNELS, ids=lambda c: "-".join(filter(None, c))
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One served Odoo for all tests here; each makes bills of its own."""
    served = Site(f"scola_test_online_{os.getpid()}", tmp_path_factory.mktemp("online"))
    yield served
    served.close()


@pytest.fixture(autouse=True)
def no_faults(site):
    """Leave no fault to the next test."""
    yield
    for code in ("midtrans", "xendit", "snap"):
        set_faults(site, code)


def set_faults(site, code, **faults):
    off = {"delay": 0, "duplicates": 0, "drop": 0, "error_first": 0, "reorder": 0}
    site.simulate("faults", code=code, **{**off, **faults})


def check_out(site, channel, amount=AMOUNT):
    """Start paying a bill and return the checkout; a SNAP bank has asked about it."""
    code, word, bank = channel
    checkout = site.do("check_out", code=code, channel=word, amount=amount, bank=bank)
    assert checkout["state"] == "pending", checkout["message"]
    assert (
        checkout["number"]
        or checkout["qr_string"]
        or checkout["url"]
        or (
            word == "OVO"  # asks its user by itself
        )
    )
    return checkout


def find_handle(site, channel, checkout):
    """Return what the simulator knows an order by: typed at the bank where need be."""
    if channel != SNAP_BCA:
        return checkout["order"]
    asked = site.simulate("ask", number=checkout["number"])
    site.settle(asked["order"])
    return asked["order"]


def pay(site, channel, checkout, action="pay", **words):
    """Pay, wait for the notices, and return what we booked."""
    handle = find_handle(site, channel, checkout)
    site.simulate(action, order=handle, **words)
    site.settle(handle)
    return site.do("state", order=checkout["order"])


def booked(*amounts):
    return [{"amount": amount, "state": "booked"} for amount in amounts]


def essentials(payments):
    return [{name: p[name] for name in ("amount", "state")} for p in payments]


# === ON THE TELEPHONE === #


@pytest.fixture
def phone(site):
    """A telephone with the mother's session; it keeps pictures of what was seen."""
    folder = Path(config["screenshots"] or tempfile.gettempdir()) / "phone_payment"
    folder.mkdir(parents=True, exist_ok=True)
    opened = Phone(site.url, folder)
    opened.log_in(site.name, "ibu")
    yield opened
    opened.close()


def test_guardian_pays_for_two_children_on_the_telephone(site, phone):
    bills = [
        site.do("bill", nis=nis, amount=amount)["id"]
        for nis, amount in (("20260001", 450000), ("20260002", 475000))
    ]
    phone.open("/my/payments/bills", "[data-role=submit]")
    shown = phone.read(".o_payment_va_bills")
    assert "Ani Uji" in shown and "Budi Uji" in shown
    phone.wait_for_text("[data-role=sum]", "Rp")  # the page is alive
    choose(phone, bills)
    phone.wait_for_text("[data-role=sum]", "Rp 925.000")
    phone.look("1_bills")

    phone.tap("[data-role=submit]", "[data-payment-method-code=bank_bca]")
    phone.look("2_ways_to_pay")
    phone.tap("[data-payment-method-code=bank_bca]", "[name=o_payment_submit_button]")
    phone.tap("[name=o_payment_submit_button]", "[data-state=waiting]")
    assert "Rp 925.000" in phone.read("[data-state=waiting]")
    phone.look("3_waiting")

    # In another window, at the "bank"; this one is not touched any more.
    pay_at_the_bank(site, phone.pictures, find_number(phone))
    phone.wait_for("[data-state=paid]")
    assert "Rp 925.000" in phone.read("[data-state=paid]")
    phone.look("5_paid")

    receipt = phone.fetch("[data-state=paid] a[href*='/receipt/']")
    assert receipt == ["application/pdf", "%PDF-"]
    ids = ", ".join(map(str, bills))
    states = site.query(f"SELECT payment_state FROM account_move WHERE id IN ({ids})")
    assert states == [("paid",), ("paid",)]
    payments = site.query(
        "SELECT count(DISTINCT incoming_id), sum(amount) FROM payment_incoming_line"
        f" WHERE move_id IN ({ids})"
    )
    assert payments == [(1, 925000)]


def choose(phone, bills):
    """Tick these bills and no others."""
    phone.evaluate(
        """for (const box of document.querySelectorAll("input[name=bill]")) {
            if (box.checked !== %s.includes(Number(box.value))) {
                box.click();
            }
        }"""
        % bills
    )


def find_number(phone):
    """Return the virtual account that the page shows and copies: the longest."""
    numbers = phone.evaluate(
        "[...document.querySelectorAll('[data-copy]')].map((b) => b.dataset.copy)"
    )
    return max(numbers, key=len)


def pay_at_the_bank(site, folder, number):
    """Type the number on the simulator's page, and press Pay."""
    bank = Phone(site.url, folder)
    try:
        bank.open(f"/simulator?q={number}", "input[name=q]")
        found = "a[href^='/simulator/order/'], form[action='/simulator/ask'] button"
        bank.tap(found, "button[name=pay]")
        bank.look("4_bank")
        bank.tap("button[name=pay]", ".badge.text-bg-success")
    finally:
        bank.close()


# === ONE PAYMENT, EVERY CHANNEL === #


@every_channel
def test_paid_bill(site, channel):
    checkout = check_out(site, channel)
    state = pay(site, channel, checkout)
    assert state["state"] == "done"
    assert state["bills"] == ["paid"]
    assert state["payments"] == [
        {"amount": AMOUNT, "state": "booked", "exception": None, "deposit": 0}
    ]
    assert site.do("balance") == 0


@every_channel
def test_every_notice_four_times_is_one_payment(site, channel):
    set_faults(site, channel[0], duplicates=3)
    checkout = check_out(site, channel)
    state = pay(site, channel, checkout)
    assert state["bills"] == ["paid"]
    assert essentials(state["payments"]) == booked(AMOUNT)


@pytest.mark.parametrize("channel", [MIDTRANS_VA, MIDTRANS_QRIS])
def test_settlement_before_pending(site, channel):
    set_faults(site, channel[0], reorder=1)
    checkout = check_out(site, channel)
    state = pay(site, channel, checkout)
    notices = [n["event"] for n in site.find(checkout["order"])["notices"]]
    assert notices == [
        "settlement",
        "pending",
    ]  # newest first; sent the other way round
    assert (state["state"], state["bills"]) == ("done", ["paid"])
    sent = site.query(
        "SELECT kind FROM payment_notification"
        f" WHERE order_ref = '{checkout['order']}' ORDER BY id"
    )
    assert sent == [("paid",), ("pending",)]


# === TWICE, LATE, WRONG AMOUNT === #


@pytest.mark.parametrize("channel", [MIDTRANS_VA, XENDIT_VA, XENDIT_QRIS, SNAP_BRI])
def test_paid_twice_is_a_bill_and_a_deposit(site, channel):
    checkout = check_out(site, channel)
    state = pay(site, channel, checkout, "pay_twice")
    assert state["bills"] == ["paid"]
    assert essentials(state["payments"]) == booked(AMOUNT, AMOUNT)
    assert [p["deposit"] for p in state["payments"]] == [0, AMOUNT]
    assert state["payments"][1]["exception"] == "paid"
    assert site.do("balance") == 0


def test_bank_that_asks_first_is_told_of_a_paid_bill(site):
    checkout = check_out(site, SNAP_BCA)
    state = pay(site, SNAP_BCA, checkout, "pay_twice")
    assert essentials(state["payments"]) == booked(AMOUNT)
    order = site.find(f"INQ-{checkout['number']}")
    assert [p["state"] for p in order["payments"]] == ["refused", "paid"]
    assert order["notices"][0]["answer"] == 404


@pytest.mark.parametrize("channel", [MIDTRANS_VA, MIDTRANS_QRIS, XENDIT_VA, SNAP_BRI])
def test_paid_after_expiry_is_booked(site, channel):
    checkout = check_out(site, channel)
    state = pay(site, channel, checkout, "pay_late")
    assert essentials(state["payments"]) == booked(AMOUNT)
    assert state["bills"] == ["paid"]


@pytest.mark.parametrize("channel", [MIDTRANS_VA, XENDIT_VA, XENDIT_QRIS, SNAP_BRI])
@pytest.mark.parametrize("amount", [AMOUNT - 5000, AMOUNT + 5000])
def test_wrong_amount_is_booked_as_it_came(site, channel, amount):
    checkout = check_out(site, channel)
    state = pay(site, channel, checkout, amount=amount)
    [payment] = state["payments"]
    assert (payment["amount"], payment["exception"]) == (amount, "amount")
    assert state["residual"] == max(AMOUNT - amount, 0)
    assert payment["deposit"] == max(amount - AMOUNT, 0)
    assert site.do("balance") == 0


def test_bank_that_asks_first_refuses_a_wrong_amount(site):
    checkout = check_out(site, SNAP_BCA)
    state = pay(site, SNAP_BCA, checkout, amount=AMOUNT - 5000)
    assert state["payments"] == []
    order = site.find(f"INQ-{checkout['number']}")
    assert [p["state"] for p in order["payments"]] == ["refused"]


# === EXPIRY, REFUND, DENIAL === #


@pytest.mark.parametrize("channel", [MIDTRANS_VA, MIDTRANS_QRIS, XENDIT_VA])
def test_expired(site, channel):
    checkout = check_out(site, channel)
    state = pay(site, channel, checkout, "expire")
    assert (state["state"], state["payments"]) == ("cancel", [])
    assert state["bills"] == ["not_paid"]


@pytest.mark.parametrize("channel", [MIDTRANS_QRIS, XENDIT_QRIS])
def test_refund_at_the_provider(site, channel):
    checkout = check_out(site, channel)
    pay(site, channel, checkout)
    state = pay(site, channel, checkout, "refund", amount=50000)
    assert state["refunds"] == [50000]
    state = pay(site, channel, checkout, "refund")
    assert sorted(state["refunds"]) == [50000, AMOUNT - 50000]
    assert site.do("balance") == 0


def test_denied_after_payment(site):
    checkout = check_out(site, MIDTRANS_VA)
    assert pay(site, MIDTRANS_VA, checkout)["bills"] == ["paid"]
    state = pay(site, MIDTRANS_VA, checkout, "deny")
    assert state["bills"] == ["not_paid"]
    assert [p["state"] for p in state["payments"]] == ["reversed"]
    assert site.do("balance") == 0


# === FAULTS ON THE WAY === #


@pytest.mark.parametrize("channel", [MIDTRANS_VA, XENDIT_VA, XENDIT_QRIS, SNAP_BRI])
def test_lost_notice_is_found_by_asking(site, channel):
    checkout = check_out(site, channel)
    site.settle(checkout["order"])
    set_faults(site, channel[0], drop=1)
    state = pay(site, channel, checkout)
    assert (state["state"], state["payments"]) == ("pending", [])
    site.do("poll", order=checkout["order"])
    state = site.do("state", order=checkout["order"])
    assert state["bills"] == ["paid"]
    assert essentials(state["payments"]) == booked(AMOUNT)
    # The dashboard's button sends it again: nothing new.
    again = pay(site, channel, checkout, "resend")
    assert essentials(again["payments"]) == booked(AMOUNT)


@pytest.mark.parametrize("channel", [MIDTRANS_VA, XENDIT_VA, XENDIT_QRIS])
def test_status_call_fails_and_is_repeated(site, channel):
    checkout = check_out(site, channel)
    site.settle(checkout["order"])
    set_faults(site, channel[0], error_first=20)
    state = pay(site, channel, checkout)
    assert state["payments"] == []
    set_faults(site, channel[0])
    site.do("apply")
    state = site.do("state", order=checkout["order"])
    assert state["bills"] == ["paid"]
    assert essentials(state["payments"]) == booked(AMOUNT)


@pytest.mark.parametrize("channel", [MIDTRANS_VA, XENDIT_VA, SNAP_BRI])
def test_first_call_fails_and_there_is_no_second_order(site, channel):
    set_faults(site, channel[0], error_first=1)
    code, word, bank = channel
    checkout = site.do("check_out", code=code, channel=word, bank=bank)
    orders = site.query(
        "SELECT count(*) FROM payment_simulator_order"
        f" WHERE order_ref = '{checkout['order']}'"
    )
    assert orders == [(1 if checkout["state"] == "pending" else 0,)]
    assert checkout["state"] in ("pending", "error")
    assert "Traceback" not in checkout["message"]


def test_late_notice(site):
    set_faults(site, "xendit", delay=2)
    checkout = check_out(site, XENDIT_VA)
    site.simulate("pay", order=checkout["order"])
    assert site.do("state", order=checkout["order"])["payments"] == []
    wait_for(
        lambda: site.do("state", order=checkout["order"])["payments"], "the late notice"
    )


# === ON THE COMMAND LINE === #


def command(site, *words):
    """Run the simulator's command and return what it prints."""
    config_file = os.environ["SCOLA_TEST_CONFIG"]
    result = subprocess.run(
        [sys.executable, "-m", "odoo", "simulator", "-d", site.name, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "ODOO_RC": config_file, "PYTHONWARNINGS": "ignore"},
    )
    return result


def test_command_line_pays_and_shows_the_answer(site):
    checkout = check_out(site, XENDIT_VA)
    result = command(site, "pay", checkout["number"])
    assert result.returncode == 0, result.stderr
    [order] = json.loads(result.stdout)
    assert (order["order"], order["state"]) == (checkout["order"], "paid")
    assert [(n["state"], n["answer"]) for n in order["notices"]] == [("delivered", 200)]
    assert site.do("state", order=checkout["order"])["bills"] == ["paid"]


def test_command_line_says_what_is_wrong(site):
    result = command(site, "pay", "1234567890123")
    assert result.returncode == 1
    assert "1234567890123" in result.stderr and "Traceback" not in result.stderr


# === WHO IS LET IN === #


@pytest.mark.parametrize("code", ["midtrans", "xendit"])
def test_wrong_key_is_refused_with_words_for_a_payer(site, code):
    channel = MIDTRANS_VA if code == "midtrans" else XENDIT_VA
    prefix = "SB-Mid-server-" if code == "midtrans" else "xnd_development_"
    key = site.do("set_key", code=code, key=f"{prefix}wrong")
    try:
        checkout = site.do("check_out", code=code, channel=channel[1])
    finally:
        site.do("set_key", code=code, key=key)
    assert checkout["state"] == "error"
    assert key not in checkout["message"] and "Traceback" not in checkout["message"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("midtrans/v2/charge", {}),
        ("midtrans/v2/x/status", {"Authorization": "Basic U0ItTWlkLXNlcnZlci14Og=="}),
        ("xendit/v3/payment_requests", {"Authorization": "Basic eG5kXzo="}),
        ("snap/bri/snap/v1.0/transfer-va/create-va", {"Authorization": "Bearer x"}),
    ],
)
def test_strangers_get_nothing_from_the_simulator(site, path, headers):
    answer = requests.post(f"{site.url}/simulator/{path}", json={}, headers=headers)
    assert answer.status_code in (400, 401)


def test_page_is_not_for_those_who_come_through_a_proxy(site):
    for path in ("/simulator", "/simulator/api/orders"):
        assert requests.get(site.url + path).status_code == 200
        answer = requests.get(site.url + path, headers={"X-Forwarded-For": "10.0.0.1"})
        assert answer.status_code == 403


def test_page_of_another_site_cannot_pay(site):
    checkout = check_out(site, XENDIT_VA)
    answer = requests.post(
        f"{site.url}/simulator/api/pay",
        data=f'{{"order": "{checkout["order"]}"}}',
        headers={"Content-Type": "text/plain"},
    )
    assert answer.status_code == 415


def test_nothing_is_simulated_in_production(site):
    checkout = check_out(site, MIDTRANS_VA)
    site.do("set_production", value="True")
    try:
        for path in ("/simulator", "/simulator/api/orders", "/simulator/midtrans/v2/x"):
            assert requests.get(site.url + path).status_code == 404
    finally:
        site.do("set_production", value="")
    assert pay(site, MIDTRANS_VA, checkout)["bills"] == ["paid"]


def test_books_balance_and_nothing_was_logged_as_an_error(site):
    """Last: after all of the above."""
    assert site.do("balance") == 0
    assert site.read_errors() == []

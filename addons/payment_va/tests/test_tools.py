# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import amounts, backlog, network, rate_limit, reference, va_number
from ..tools.fees import ChannelFee


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    def test_wire_forms(self):
        for wire, expected in (
            ("44000.00", "44000"),
            ("10000.00", "10000"),
            (10000, "10000"),
            (10000.01, "10000.01"),
            ({"value": "12345678.00", "currency": "IDR"}, "12345678"),
            ("0", "0"),
        ):
            self.assertEqual(amounts.parse_amount(wire), Decimal(expected), wire)

    def test_no_amounts(self):
        for wire in ("", None, "NaN", "Infinity", "-1", "1e99", True, [], "1.000,00"):
            with self.assertRaises(ValueError, msg=repr(wire)):
                amounts.parse_amount(wire)

    def test_whole(self):
        self.assertEqual(amounts.whole(Decimal("350000.00")), 350000)
        with self.assertRaises(ValueError):
            amounts.whole(Decimal("0.5"))

    def test_times(self):
        for wire, expected in (
            ("2026-06-30T17:30:00Z", (2026, 6, 30, 17, 30, 0)),
            ("2020-10-21T13:59:14.536400713Z", (2020, 10, 21, 13, 59, 14, 536400)),
            ("20201231T235959Z", (2020, 12, 31, 23, 59, 59)),
            ("2020-12-31T23:59:59+07:00", (2020, 12, 31, 16, 59, 59)),
            ("2020-12-31T23:59:59+0700", (2020, 12, 31, 16, 59, 59)),
            ("2020-12-31T23:59:59+07", (2020, 12, 31, 16, 59, 59)),
            ("2020-12-31T23:59:59.123+07:00", (2020, 12, 31, 16, 59, 59, 123000)),
        ):
            self.assertEqual(
                amounts.parse_time(wire), datetime(*expected, tzinfo=UTC), wire
            )

    def test_time_without_zone(self):
        self.assertEqual(
            amounts.parse_time("2021-06-23 14:06:48", amounts.JAKARTA),
            datetime(2021, 6, 23, 7, 6, 48, tzinfo=UTC),
        )

    def test_no_times(self):
        for wire in ("", None, "yesterday", "2021-13-01T00:00:00Z"):
            with self.assertRaises(ValueError, msg=repr(wire)):
                amounts.parse_time(wire)


@tagged("post_install", "-at_install")
class TestFees(BaseCase):
    def test_examples(self):
        va = ChannelFee(fixed=Decimal(4000), tax_percent=Decimal(11))
        self.assertEqual(va.compute(Decimal(350000)), (4000, 440))
        self.assertEqual(va.surcharge(Decimal(350000)), 4440)
        qris = ChannelFee(percent=Decimal("0.7"))
        self.assertEqual(qris.compute(Decimal(100000)), (700, 0))

    @settings(max_examples=200, deadline=None)
    @given(
        st.integers(0, 20_000),
        st.decimals(0, 10, places=2),
        st.decimals(0, 20, places=1),
        st.integers(1, 500_000_000),
    )
    def test_surcharge_covers_the_fee(self, fixed, percent, tax, amount):
        """With the surcharge paid, at least the amount is left; not much more."""
        fee = ChannelFee(Decimal(fixed), percent, tax)
        surcharge = fee.surcharge(Decimal(amount))
        left = amount + surcharge - sum(fee.compute(Decimal(amount + surcharge)))
        self.assertGreaterEqual(left, amount)
        self.assertLessEqual(left, amount + 3)


@tagged("post_install", "-at_install")
class TestNumbers(BaseCase):
    def test_compose(self):
        self.assertEqual(va_number.compose("91118", "1", 15), "911180000000001")
        self.assertEqual(va_number.compose("  088899", "12 34"), "0888991234")
        for customer, length in (("", 10), ("123456", 8)):
            with self.assertRaises(ValueError):
                va_number.compose("123", customer, length)

    def test_group(self):
        self.assertEqual(va_number.group("123456789"), "1234 5678 9")

    def test_references_differ_and_fit_everywhere(self):
        found = {
            reference.new_reference("PAY", date(2026, 11, 21)) for _i in range(500)
        }
        self.assertEqual(len(found), 500)
        for name in found:
            self.assertRegex(name, r"^PAY-261121-[2-9A-Z]{8}$")


@tagged("post_install", "-at_install")
class TestGuards(BaseCase):
    def test_rate_limit(self):
        now = [0.0]
        limiter = rate_limit.RateLimiter(clock=lambda: now[0], max_keys=2)
        self.assertEqual(
            [limiter.allow("a", 3) for _i in range(5)],
            [True, True, True, False, False],
        )
        self.assertTrue(limiter.allow("b", 3))
        now[0] = 59.9
        self.assertFalse(limiter.allow("a", 3))
        now[0] = 60.0
        self.assertTrue(limiter.allow("a", 3))
        self.assertTrue(all(limiter.allow("b", 0) for _i in range(99)))

    def test_forgets_the_oldest(self):
        limiter = rate_limit.RateLimiter(clock=lambda: 0.0, max_keys=2)
        for key in ("a", "b", "c"):
            limiter.allow(key, 1)
        self.assertTrue(limiter.allow("a", 1))
        self.assertFalse(limiter.allow("c", 1))

    def test_backlog(self):
        now = [0.0]
        seen = backlog.Backlog(streak=2, pause=0.1, clock=lambda: now[0])

        def come(after):
            now[0] += after
            with seen.working("a") as is_busy:
                now[0] += 5
            return is_busy

        self.assertEqual(
            [come(after) for after in (0, 0.05, 0.05, 0.05, 0.2, 0.05, 0.05)],
            [False, False, True, True, False, False, True],
        )

    def test_backlog_of_several_at_a_time(self):
        seen = backlog.Backlog(streak=2, pause=0.1, clock=lambda: 0.0)
        with seen.working("a") as one, seen.working("a") as two:
            with seen.working("b") as other, seen.working("a") as three:
                self.assertEqual((one, two, three, other), (False, False, True, False))

    def test_networks(self):
        text = "103.208.23.0/24, 103.127.17.6\n2001:db8::/32"
        networks = network.parse_networks(text)
        for address, allowed in (
            ("103.208.23.255", True),
            ("103.208.24.0", False),
            ("103.127.17.6", True),
            ("2001:db8::1", True),
            ("no address", False),
        ):
            self.assertEqual(network.is_allowed(address, networks), allowed, address)
        self.assertTrue(network.is_allowed("1.2.3.4", []))

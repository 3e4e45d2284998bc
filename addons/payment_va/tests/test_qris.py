# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import json
from pathlib import Path

from lxml import etree
from PIL import Image

from odoo.tests import BaseCase, tagged

from ..tools import qris
from ..tools.qris import QrisError

VECTORS = json.loads(
    (Path(__file__).parent / "data" / "vectors_qris.json").read_text(encoding="utf-8")
)
STATIC = VECTORS["qris-static-dana"]["payload"]


def as_dict(fields):
    return {
        field.tag: as_dict(field.parts) if field.parts else field.value
        for field in fields
    }


@tagged("post_install", "-at_install")
class TestQris(BaseCase):
    """Published payloads of QRIS, and what becomes of damaged ones."""

    def assert_refused(self, payload, reason=""):
        with self.assertRaisesRegex(QrisError, reason):
            qris.validate(payload)
        self.assertFalse(qris.is_valid(payload))
        for draw in (qris.to_png, qris.to_svg):
            with self.assertRaises(QrisError):
                draw(payload)

    # === PUBLISHED VECTORS === #

    def test_crc_of_the_check_value(self):
        vector = VECTORS["qris-crc-check"]
        self.assertEqual(qris.crc16(vector["text"]), vector["crc"])

    def test_published_payloads(self):
        for name, vector in VECTORS.items():
            if "tlv" not in vector:
                continue
            with self.subTest(name):
                payload = vector["payload"]
                fields = qris.parse(payload)
                self.assertEqual(as_dict(fields), vector["tlv"])
                self.assertEqual(qris.crc16(payload[:-4]), vector["crc_computed"])
                self.assertEqual(qris.is_valid(payload), vector["crc_valid"])

    def test_published_payload_with_a_wrong_crc_is_never_shown(self):
        self.assert_refused(VECTORS["qris-bad-crc"]["payload"], "wrong CRC")

    def test_static_to_dynamic(self):
        vector = VECTORS["qris-static-dana-to-dynamic"]
        payload = qris.to_dynamic(vector["static_payload"], int(vector["amount"]))
        self.assertEqual(payload, vector["payload"])
        self.assertEqual(payload[-4:], vector["crc"])

    # === DAMAGED PAYLOADS === #

    def test_each_changed_character_is_refused(self):
        for position, character in enumerate(STATIC):
            other = "1" if character != "1" else "2"
            changed = STATIC[:position] + other + STATIC[position + 1 :]
            with self.subTest(position=position):
                self.assertFalse(qris.is_valid(changed))

    def test_cut_or_extended_payloads_are_refused(self):
        for length in range(len(STATIC)):
            self.assertFalse(qris.is_valid(STATIC[:length]), length)
        self.assert_refused(STATIC + "0", "broken at")
        self.assert_refused(STATIC + "0100", "broken at")
        self.assert_refused(STATIC + STATIC[:6], "tag 00 twice")

    def test_nothing_at_all(self):
        for payload in (None, False, ""):
            self.assertFalse(qris.is_valid(payload))

    def test_other_scripts_are_no_digits(self):
        self.assert_refused(STATIC.replace("0002", "٠٠٠٢"), "not plain")

    def test_a_good_crc_does_not_make_a_payment_code(self):
        fields = [(f.tag, f.value) for f in qris.parse(STATIC)]

        def without(*tags, **values):
            values = {f"{tag[1:]}": value for tag, value in values.items()}
            return qris.build(
                (tag, values.get(tag, value))
                for tag, value in fields
                if tag not in tags
            )

        self.assertTrue(qris.is_valid(without()))
        self.assert_refused(without(t01="13"), "neither a static nor a dynamic")
        self.assert_refused(without("00"), "version 01")
        self.assert_refused(without(t53="840"), "not in rupiah")
        self.assert_refused(without(t58="SG"), "not in Indonesia")
        self.assert_refused(without("26", "51"), "no merchant")
        self.assert_refused(without("59"), "no merchant")
        with_amount = fields[:-1] + [("54", "1,000")]
        self.assert_refused(qris.build(with_amount), "amount 1,000")

    def test_the_crc_must_stand_last(self):
        body = STATIC[:-8]
        payload = body + "6304ABCD" + "6405abcde"
        self.assert_refused(payload, "no CRC at the end")

    # === BUILDING === #

    def test_dynamic_replaces_an_amount(self):
        first = qris.to_dynamic(STATIC, 350_000)
        second = qris.to_dynamic(first, 1)
        fields = qris.validate(second)
        self.assertEqual(qris.get_value(fields, "54"), "1")
        self.assertEqual(qris.get_value(fields, "01"), qris.DYNAMIC)
        self.assertEqual([f.tag for f in fields].count("54"), 1)

    def test_dynamic_refuses_no_amount_and_bad_codes(self):
        with self.assertRaises(QrisError):
            qris.to_dynamic(STATIC, 0)
        with self.assertRaises(QrisError):
            qris.to_dynamic(VECTORS["qris-bad-crc"]["payload"], 1000)

    def test_build_refuses_what_does_not_fit(self):
        for value in ("", "x" * 100, "Sekolah Ñ"):
            with self.assertRaises(QrisError):
                qris.build([("59", value)])

    def test_parts_of_a_field(self):
        fields = qris.validate(STATIC)
        self.assertEqual(qris.get_value(fields, "51", "02"), "ID1019004699079")
        self.assertIsNone(qris.get_value(fields, "51", "99"))
        self.assertIsNone(qris.get_value(fields, "62", "01"))

    # === PICTURES === #

    def test_pictures_show_the_same_modules(self):
        picture = Image.open(io.BytesIO(qris.to_png(STATIC))).convert("1")
        svg = etree.fromstring(qris.to_svg(STATIC))
        modules = int(svg.get("viewBox").split()[2])
        self.assertEqual(picture.size, (modules * 10, modules * 10))
        path = svg.find("{http://www.w3.org/2000/svg}path").get("d")
        dark = {
            tuple(map(int, part.split("H")[0].split(",")))
            for part in path.split("M")
            if part
        }
        for x in range(modules):
            for y in range(modules):
                pixel = picture.getpixel((x * 10 + 5, y * 10 + 5))
                self.assertEqual(pixel == 0, (x, y) in dark)

    def test_quiet_zone_of_four_modules(self):
        picture = Image.open(io.BytesIO(qris.to_png(STATIC))).convert("L")
        inverted = Image.eval(picture, lambda value: 255 - value)
        left, top, right, bottom = inverted.getbbox()
        width, height = picture.size
        self.assertEqual((left, top, width - right, height - bottom), (40,) * 4)

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.fields import Command


class StockCases:
    def make_goods(self, name="Seragam", category="uniforms", cost=0):
        return (
            self.env["product.product"]
            .with_company(self.one)
            .create(
                {
                    "name": name,
                    "is_storable": True,
                    "categ_id": self.env.ref(
                        f"scola_asset.product_category_{category}"
                    ).id,
                    "taxes_id": [Command.clear()],
                    "supplier_taxes_id": [Command.clear()],
                    "standard_price": cost,
                }
            )
        )

    def get_warehouse(self):
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self.one.id)], limit=1
        )

    def find_location(self, usage):
        return self.env["stock.location"].search(
            [
                ("company_id", "=", self.one.id),
                ("usage", "=", usage),
                ("valuation_account_id", "!=", False),
            ]
        )

    def transfer(self, product, quantity, source, target):
        """Move goods by a transfer that is done at once; return the stock move."""
        env = self.env(context=dict(self.env.context, allowed_company_ids=self.one.ids))
        picking = env["stock.picking"].create(
            {
                "picking_type_id": self.get_warehouse().int_type_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking._action_done()
        return picking.move_ids

    def receive(self, product, quantity):
        source = self.env.ref("stock.stock_location_suppliers")
        return self.transfer(
            product, quantity, source, self.get_warehouse().lot_stock_id
        )

    def deliver(self, product, quantity):
        target = self.env.ref("stock.stock_location_customers")
        return self.transfer(
            product, quantity, self.get_warehouse().lot_stock_id, target
        )

    def test_receipt_and_bill(self):
        uniform = self.make_goods(cost=80_000)
        receipt = self.receive(uniform, 10)
        self.assertFalse(receipt.account_move_id)
        bill = self.make_bill(
            self.one,
            [{"product_id": uniform.id, "quantity": 10, "price_unit": 80_000}],
            date(2026, 1, 5),
        )
        self.assertEqual(
            bill.invoice_line_ids.account_id, self.find_account("11300190")
        )
        self.assertEqual(self.balance("11300190"), 800_000)
        self.assertEqual(self.balance("21100010"), -800_000)

    def test_delivery_and_invoice(self):
        uniform = self.make_goods(cost=80_000)
        self.receive(uniform, 10)
        self.make_bill(
            self.one, [{"product_id": uniform.id, "quantity": 10, "price_unit": 80_000}]
        )
        self.deliver(uniform, 4)
        invoice = self.work_at(self.one)["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": "2026-01-10",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": uniform.id,
                            "quantity": 4,
                            "price_unit": 120_000,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        self.assertEqual(self.balance("41100090"), -480_000)
        self.assertEqual(self.balance("51000030"), 320_000)
        self.assertEqual(self.balance("11300190"), 480_000)

    def test_handed_out_for_own_use(self):
        book = self.make_goods("Buku Paket", "books", 50_000)
        self.receive(book, 10)
        self.make_bill(
            self.one, [{"product_id": book.id, "quantity": 10, "price_unit": 50_000}]
        )
        move = self.transfer(
            book, 3, self.get_warehouse().lot_stock_id, self.find_location("inventory")
        )
        entry = move.account_move_id
        self.assertEqual(entry.state, "posted")
        self.assertEqual(entry.company_id, self.one)
        self.assertEqual(entry.journal_id.code, "STJ")
        self.assertEqual(self.balance("62100020"), 150_000)
        self.assertEqual(self.balance("11300200"), 350_000)

    def test_given_in_kind(self):
        book = self.make_goods("Buku Hibah", "books", 40_000)
        move = self.transfer(
            book, 5, self.find_location("supplier"), self.get_warehouse().lot_stock_id
        )
        self.assertEqual(move.account_move_id.state, "posted")
        self.assertEqual(self.balance("11300200"), 200_000)
        self.assertEqual(self.balance("43300020"), -200_000)

    def test_fees_post_as_before(self):
        fee = self.env["product.product"].create(
            {"name": "SPP", "type": "service", "taxes_id": [Command.clear()]}
        )
        invoice = self.work_at(self.one)["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.vendor.id,
                "invoice_line_ids": [
                    Command.create({"product_id": fee.id, "price_unit": 500_000})
                ],
            }
        )
        invoice.action_post()
        self.assertEqual(len(invoice.line_ids), 2)
        self.assertFalse(invoice.line_ids.filtered(lambda x: x.display_type == "cogs"))
        self.assertFalse(invoice.line_ids.asset_profile_id)

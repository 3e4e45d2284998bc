// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { Component } from "@odoo/owl";
import { AmountInput } from "./amount_input";
import { DENOMINATIONS, formatRupiah } from "./money";

/** A count of the drawer: one sum, or note by note, which then makes the sum. */
export class CashCount extends Component {
    static template = "scola_fees.CashCount";
    static components = { AmountInput };
    static props = {
        amount: Number,
        counts: Object,
        onChange: Function,
        label: String,
    };

    setup() {
        this.denominations = DENOMINATIONS;
        this.formatRupiah = formatRupiah;
    }

    setAmount(amount) {
        this.props.onChange(amount, {});
    }

    setCount(value, count) {
        const counts = { ...this.props.counts, [value]: count };
        const amount = Object.entries(counts).reduce((sum, [v, n]) => sum + Number(v) * n, 0);
        this.props.onChange(amount, counts);
    }
}

// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { Component, xml } from "@odoo/owl";
import { formatNumber, parseNumber } from "./money";

/** An input for rupiah: shows points while typing and knows digits only. */
export class AmountInput extends Component {
    static template = xml`
        <input type="text" inputmode="numeric" autocomplete="off" spellcheck="false"
            t-att-class="props.className" t-att-value="text" t-att-placeholder="props.placeholder"
            t-att-data-focus="props.focusName" t-att-aria-label="props.label"
            t-on-input="onInput" t-on-focus="(ev) => ev.target.select()"/>`;
    static props = {
        value: { type: Number, optional: true },
        onChange: Function,
        className: { type: String, optional: true },
        placeholder: { type: String, optional: true },
        focusName: { type: String, optional: true },
        label: { type: String, optional: true },
        // Whether zero is shown as an empty field.
        blank: { type: Boolean, optional: true },
    };

    get text() {
        return this.props.value || !this.props.blank ? formatNumber(this.props.value || 0) : "";
    }

    onInput(ev) {
        const amount = parseNumber(ev.target.value);
        ev.target.value = amount || !this.props.blank ? formatNumber(amount) : "";
        this.props.onChange(amount);
    }
}

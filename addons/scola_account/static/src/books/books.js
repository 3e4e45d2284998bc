// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "scola.books";

/** Tiles of figures, a row for each school; each figure opens what it is made of. */
export class ScolaBooks extends Component {
    static template = "scola_account.Books";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ tiles: [] });
        onWillStart(async () => {
            this.state.tiles = await this.orm.call(MODEL, "get_data", []);
        });
    }

    /**
     * @param {{kind: string}} column
     * @param {number|string|false} value
     * @param {number} currencyId
     * @returns {string} what is shown; amounts without decimals, as rupiah are written
     */
    format(column, value, currencyId) {
        if (column.kind === "amount") {
            return formatMonetary(value, { currencyId, digits: [16, 0] });
        }
        if (column.kind === "count") {
            return formatInteger(value);
        }
        return value ? formatDate(deserializeDate(value)) : "–";
    }

    async open(tile, row, position) {
        const action = await this.orm.call(MODEL, "get_action", [tile.name, row.id, position]);
        return this.action.doAction(action);
    }
}

registry.category("actions").add("scola_account.books", ScolaBooks);

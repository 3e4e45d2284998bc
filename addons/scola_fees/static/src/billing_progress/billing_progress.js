import { Component, onWillUnmount, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 2000; // milliseconds between two looks at a running job

/** Progress bar of a billing run that keeps itself up to date while the run goes on. */
export class BillingProgress extends Component {
    static template = "scola_fees.BillingProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.timer = null;
        useEffect(
            (state) => {
                if (state === "running" && !this.timer) {
                    this.timer = setInterval(() => this.refresh(), INTERVAL);
                } else if (state !== "running") {
                    this.stop();
                }
            },
            () => [this.data.state]
        );
        onWillUnmount(() => this.stop());
    }

    get data() {
        return this.props.record.data;
    }

    get percent() {
        return Math.floor(this.data.progress);
    }

    get total() {
        return this.data.posted_count + this.data.ready_count;
    }

    async refresh() {
        if (!this.props.record.dirty) {
            await this.props.record.load();
        }
    }

    stop() {
        clearInterval(this.timer);
        this.timer = null;
    }
}

registry.category("view_widgets").add("scola_billing_progress", {
    component: BillingProgress,
    fieldDependencies: [
        { name: "progress", type: "float" },
        { name: "state", type: "selection" },
        { name: "posted_count", type: "integer" },
        { name: "ready_count", type: "integer" },
    ],
});

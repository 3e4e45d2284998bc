#!/usr/bin/env bash
# Brings the database to what the image holds: installs add-ons that are missing, and
# upgrades those whose version has risen. Does nothing when there is nothing to do.
# ADDONS names what the institution uses, comma-separated; dependencies follow.
set -euo pipefail

odoo --init "$ADDONS" --load-language id_ID --no-http --stop-after-init
odoo module upgrade --config "$ODOO_RC" --outdated all
# Odoo creates its administrator with the password "admin".
odoo shell --no-http <"${SCOLA:-/opt/scola}/admin_password.py"
odoo shell --no-http <"${SCOLA:-/opt/scola}/outside_services.py"
odoo shell --no-http <"${SCOLA:-/opt/scola}/mark_production.py"

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Replace the administrator's well-known first password; input of ``odoo shell``.

A password that somebody has chosen since is left alone.
"""

import os
from pathlib import Path

env = globals()["env"]  # put there by the shell
admin = env.ref("base.user_admin")
env.cr.execute("SELECT password FROM res_users WHERE id = %s", [admin.id])
(stored,) = env.cr.fetchone()
if stored and admin._crypt_context().verify("admin", stored):
    secrets = Path(os.environ.get("SECRETS", "/run/secrets"))
    admin.password = (secrets / "odoo_admin_password").read_text("utf-8").strip()
    env.cr.commit()

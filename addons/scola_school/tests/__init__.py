# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import test_academic_year
from . import test_access
from . import test_dapodik
from . import test_family
from . import test_identity
from . import test_import
from . import test_phone
from . import test_placement
from . import test_portal
from . import test_promotion
from . import test_student
from . import test_student_state
from . import test_views

# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import res_company
from . import res_partner
from . import scola_academic_year
from . import scola_semester
from . import scola_level
from . import scola_grade
from . import scola_study_programme
from . import scola_classroom
from . import scola_student_import_mixin
from . import scola_student_number_mixin
from . import scola_student
from . import scola_placement
from . import scola_guardianship

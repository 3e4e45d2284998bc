from . import test_hooks
from . import test_inbox
from . import test_parse
from . import test_payload
from . import test_provider
from . import test_report
from . import test_routes

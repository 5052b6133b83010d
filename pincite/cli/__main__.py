"""`python -m qa.cli` is `pincite`."""

import sys

from qa.cli.main import main

sys.exit(main())

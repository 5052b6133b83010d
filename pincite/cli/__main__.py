"""`python -m pincite.cli` is `pincite`."""

import sys

from pincite.cli.main import main

sys.exit(main())

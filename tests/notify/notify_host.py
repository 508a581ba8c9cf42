"""A process that is the notify part, until it is killed: CONFIG_DIR DATA_DIR SETTINGS_AS_JSON."""

import json
import sys
from pathlib import Path

from connectors.notify import part
from wirewatch.part import PartContext
from wirewatch.settings import Settings

if __name__ == "__main__":
    part.run(PartContext(Settings(**json.loads(sys.argv[3])), Path(sys.argv[1]), Path(sys.argv[2])))

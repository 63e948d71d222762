"""A process that serves a house as ``kith serve`` does, at a fixed instant, with a provider on this machine that no setting
may name: ``python served_house.py WORDS`` (JSON: port, issuer, at). Everything else comes from the environment.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime

import uvicorn
from providers.openid_peer import pinned

from app.main import create_app
from app.settings import read_settings
from app.web.patience import server_settings
from app.wiring import open_house


def main() -> None:
    """Serve until told to end, and log everything."""
    words = json.loads(sys.argv[1])
    at = datetime.fromisoformat(words["at"])
    house = open_house(read_settings(), clock=lambda: at, providers=[pinned(words["issuer"])])
    config = server_settings(create_app(house), host="127.0.0.1", port=words["port"])
    config.log_level = "debug"
    config.configure_logging()  # the access log stays off, as in the product: addresses hold codes, and what people type
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, force=True)
    logging.getLogger("numba").setLevel(logging.WARNING)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()

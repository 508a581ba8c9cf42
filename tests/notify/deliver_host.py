"""A process that delivers what an outbox holds, until it is killed: FOLDER URL SECRET."""

import asyncio
import sys
from pathlib import Path

from connectors.notify.delivery.dispatcher import Dispatcher
from connectors.notify.receivers.http import HttpReceiver
from connectors.notify.receivers.webhook import Webhook, WebhookConfig
from tests.notify.support import open_outbox
from wirewatch.part import utc_now


async def main(folder: Path, url: str, secret: str) -> None:
    config = WebhookConfig(url=url, secret_file="-", allow_private=True)
    receiver = HttpReceiver("r1", Webhook("r1", config, secrets=lambda: (secret,)), timeout=5)
    await Dispatcher((receiver,), open_outbox(folder), now=utc_now).run()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))

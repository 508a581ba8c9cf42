"""The part `replay`: its folder, its Kafka client, and a player between them."""

from pathlib import Path

from connectors.kafka.part_writer import open_part_writer
from connectors.seeds.player import Player
from wirewatch.errors import ConfigError
from wirewatch.part import PartContext
from wirewatch.resources import default_seeds_dir
from wirewatch.settings import resolve_path


def run(context: PartContext) -> None:
    """Run the part `replay` (see Part)."""
    Player(context, seeds_folder(context), lambda: open_part_writer(context, "replay")).run()


def seeds_folder(context: PartContext) -> Path:
    """Return the folder to replay. Raises ConfigError when there is none."""
    configured = context.settings.replay.seeds
    if configured is None:
        return default_seeds_dir()
    folder = resolve_path(configured, config_dir=context.config_dir, data_dir=context.data_dir)
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder of seed articles; set replay.seeds or --seeds")
    return folder

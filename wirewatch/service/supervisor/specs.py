"""Which processes `up` runs: one `wirewatch PART` each."""

import sys
from dataclasses import dataclass
from pathlib import Path

from wirewatch.service.place import Place
from wirewatch.service.supervisor.processes import PartSpec
from wirewatch.settings import Settings

_COMMANDS = {"receiver": "receive"}
MAY_FINISH = frozenset({"replay"})


@dataclass(frozen=True)
class ReplayChoice:
    """What the command line says about replay, over what the config says; None: as configured."""

    seeds: Path | None = None
    speed: str | None = None
    loop: bool = False

    def apply(self, settings: Settings) -> Settings:
        """Return `settings` with these choices; any of them switches replay on."""
        chosen: dict[str, object] = {}
        if self.seeds is not None:
            chosen["seeds"] = str(self.seeds.resolve())
        if self.speed is not None:
            chosen["speed"] = self.speed if self.speed == "max" else float(self.speed)
        if self.loop:
            chosen["loop"] = True
        if not chosen:
            return settings
        replay = settings.replay.model_copy(update={**chosen, "enabled": True})
        return settings.model_copy(update={"replay": replay})

    def arguments(self) -> tuple[str, ...]:
        """Return these choices as arguments of `wirewatch replay`."""
        seeds = ("--seeds", str(self.seeds.resolve())) if self.seeds else ()
        speed = ("--speed", self.speed) if self.speed else ()
        return (*seeds, *speed, *(("--loop",) if self.loop else ()))


def part_specs(place: Place, choice: ReplayChoice) -> list[PartSpec]:
    """Return the parts of `place`'s settings, in the order they start."""
    where = ("--config", str(place.config_dir), "--data", str(place.data_dir))
    return [
        PartSpec(
            name=name,
            command=(
                sys.executable,
                "-m",
                "wirewatch",
                _COMMANDS.get(name, name),
                *where,
                *(choice.arguments() if name == "replay" else ()),
            ),
            may_finish=name in MAY_FINISH,
        )
        for name in choice.apply(place.settings).parts()
    ]

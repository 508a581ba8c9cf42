"""A folder of seed files that may change while it is replayed: each file is read once, when it is whole."""

from dataclasses import dataclass, field
from pathlib import Path

from connectors.seeds.folder import RejectedFile, Seed, read_seed, seed_files
from connectors.seeds.parse import SeedRejectedError
from connectors.watched import Stamp, stamps


@dataclass
class WatchedFolder:
    """The seeds of `folder` as of the last `refresh`, in order of name."""

    folder: Path
    seeds: list[Seed] = field(default_factory=list)
    _read: dict[Path, tuple[Stamp, Seed | None]] = field(default_factory=dict)
    _seen: dict[Path, Stamp] | None = None

    def refresh(self) -> list[RejectedFile]:
        """Look again; return the files found to be no seed since the last look.

        A file that came or changed since the first look is read once it stood still between two looks, so
        that none is taken half written. Raises OSError when the folder cannot be listed.
        """
        now = stamps(seed_files(self.folder))
        settled = now if self._seen is None else self._seen
        rejected = []
        for path, stamp in now.items():
            known = self._read.get(path)
            if (known and known[0] == stamp) or settled.get(path) != stamp:
                continue
            try:
                self._read[path] = (stamp, read_seed(path))
            except SeedRejectedError as error:
                self._read[path] = (stamp, None)
                rejected.append(RejectedFile(path, error.reason, str(error)))
        self._read = {path: self._read[path] for path in now if path in self._read}
        self._seen = now
        self.seeds = [seed for _, seed in self._read.values() if seed]
        return rejected

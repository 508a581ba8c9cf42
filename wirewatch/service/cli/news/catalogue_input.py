"""What `catalogue add` was asked for, as an actor."""

import re
from collections.abc import Sequence
from typing import get_args

import msgspec

from wirewatch.service.cli.common import UsageError
from wirewatch.tagging.catalogue.actors import Actor, ActorType, Alias, AliasKind, Role
from wirewatch.tagging.text.fold import unaccented

_ROLE = "must be 'TITLE, BODY, FROM[, TO]', FROM and TO as 2024-03-31"
_PREFIXES = {"organisation": "org", "armed_group": "group"}


def new_actor(
    name: str,
    kind: str,
    actor_id: str | None,
    parents: Sequence[str],
    aliases: Sequence[str],
    roles: Sequence[str],
    needs: Sequence[str] = (),
    *,
    members: Sequence[str] = (),
) -> Actor:
    """Return the actor. Raises UsageError naming what cannot be read.

    Its name is an alias, but of a group: that is met by its `members`, and may be called by common words.
    `needs`: of its aliases, but for surnames and titles, which more must speak for anyway.
    """
    name = " ".join(name.split())
    slug = re.sub(r"[^a-z0-9]+", "-", unaccented(name).lower()).strip("-")
    if kind not in get_args(ActorType):
        raise UsageError(f"--type {kind}: must be one of {', '.join(get_args(ActorType))}")
    if not slug and actor_id is None:
        raise UsageError(f"{name!r} has no letter to make an id of; give --id")
    fields = {
        "id": actor_id or f"{_PREFIXES.get(kind, kind)}:{slug}",
        "name": name,
        "type": kind,
        "parents": list(parents),
        "members": list(members),
        "aliases": [
            _needing(alias, needs) for alias in (*([] if members else [name]), *map(_alias, aliases))
        ],
        "roles": list(map(_role, roles)),
    }
    return msgspec.convert(fields, Actor)


def _alias(written: str) -> str | Alias:
    written = " ".join(written.split())  # one space between words, as the tagger looks for them
    kind, colon, text = written.partition(":")
    if not colon or not re.fullmatch("[a-z_]+", kind):
        return written
    if kind not in get_args(AliasKind):
        kinds = ", ".join(get_args(AliasKind))
        raise UsageError(f"--alias {written!r}: no kind {kind!r} of alias; there are {kinds}")
    return text.strip() if kind == "name" else msgspec.convert({"text": text.strip(), "kind": kind}, Alias)


def _needing(alias: str | Alias, needs: Sequence[str]) -> str | Alias:
    alias = Alias(alias) if isinstance(alias, str) and needs else alias
    if isinstance(alias, str) or alias.kind in ("surname", "title"):
        return alias
    return msgspec.structs.replace(alias, needs=tuple(needs))


def _role(written: str) -> Role:
    parts = [part.strip() for part in written.rsplit(",", 3)]
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", parts[-2] if len(parts) > 1 else ""):
        parts = [part.strip() for part in written.rsplit(",", 2)]
    if len(parts) < 3:
        raise UsageError(f"--role {written!r}: {_ROLE}")
    try:
        return msgspec.convert(dict(zip(("title", "of", "from", "to"), parts, strict=False)), Role)
    except msgspec.ValidationError as error:
        raise UsageError(f"--role {written!r}: {_ROLE}") from error

"""What `wirewatch dead-letters` prints."""

from connectors.kafka.dead_letters import DeadLetter, why_not
from wirewatch.text import count, printable_line

SHOWN_CHARS = 4000


def letter_fields(letter: DeadLetter, *, whole: bool = False) -> dict[str, object]:
    """Return a letter as JSON fields; its key and value only when `whole`."""
    fields: dict[str, object] = {
        "id": f"{letter.partition}:{letter.offset}",
        "written": letter.written.isoformat(),
        "topic": letter.topic,
        "partition": letter.origin[0],
        "offset": letter.origin[1],
        "stage": letter.stage,
        "reason": letter.reason,
        "error": letter.error,
        "replays": letter.replays,
        "replayed": letter.replayed,
        "parked": letter.parked,
        "bytes": len(letter.value or b""),
    }
    if whole:
        fields["key"] = None if letter.key is None else letter.key.decode("utf-8", "replace")
        fields["value"] = None if letter.value is None else letter.value.decode("utf-8", "replace")
    return fields


def letter_line(letter: DeadLetter) -> str:
    """Return a letter as one line."""
    place = f"{letter.topic} {letter.origin[0]}:{letter.origin[1]}"
    mark = " (replayed)" if letter.replayed else " (parked)" if letter.parked else ""
    return printable_line(
        f"{letter.partition}:{letter.offset}  {letter.written:%Y-%m-%d %H:%M}  "
        f"{letter.reason} in {letter.stage}  {place}{mark}  {letter.error}"
    )


def letter_page(letter: DeadLetter) -> str:
    """Return a letter in full, its value up to 4,000 characters."""
    text = (letter.value or b"").decode("utf-8", "replace")
    cut = f"… ({len(text):,} characters)" if len(text) > SHOWN_CHARS else ""
    note = why_not(letter)
    lines = [letter_line(letter), f"came back: {count(letter.replays, 'time')}"]
    if note:
        lines.append(f"not to be replayed: {note}")
    return "\n".join(
        [*lines, "", *(printable_line(line) for line in (text[:SHOWN_CHARS] + cut).splitlines())]
    )

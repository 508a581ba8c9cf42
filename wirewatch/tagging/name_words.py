"""Word lists for names told by their capitals alone: titles, joining words, what no name begins with."""


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


TITLES = _set("""
    President Minister Premier Chancellor Secretary General Ambassador Senator Governor Mayor King Queen
    Prince Princess Pope Sheikh Ayatollah Colonel Major Captain Lieutenant Sergeant Admiral Judge Justice
    Chairman Chairwoman Director Commissioner Spokesman Spokeswoman Professor Mr Mrs Ms Dr Sir Lady Lord Sen
    Rep Gov Gen Col Lt Capt Prof Rev
    """)
"""What stands before them in a sequence describes the person named after them."""
DESCRIBING = TITLES | _set(
    "Prime Foreign Defence Defense Interior Finance Government Parliament Embassy Army Ministry"
)
JOINING = _set("of for the de del della da dos du la van von der den ter bin bint ibn al el y e")
"""Small words inside names: they join what has capitals on both sides."""
NO_NAME = _set("""
    a an the this that these those it he she they we you i his her its their our my in on at by to of for from
    with and but or if as when while where who what why how not no so yet after before since until under over
    there here then now both all some many most more one two three yes however meanwhile still also even only
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december
    """)
"""Words that no name begins with or goes through, whatever their capital: sentence openers, days, months."""

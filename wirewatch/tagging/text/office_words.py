"""Word lists for offices: what around one says that its holder is meant, or is not."""

from wirewatch.tagging.text.word_set import word_set

ANY = word_set("a an another any each every no one some")
"""Words before an office that is nobody's then: `no US president`."""
NO_LONGER = word_set(
    """
    former ex late then then- ex- next future incoming would-be acting onetime deputy assistant youngest
    oldest battalion brigade field local provincial regional previous past erstwhile retired dismissed sacked
    deposed ousted overthrown toppled captured convicted disgraced exiled fugitive imprisoned jailed
    assassinated murdered slain wartime first second third fourth fifth last two-time three-time
    self-declared self-proclaimed self-styled fake fictional imaginary mock
    """
)
"""Words before an office that someone else holds, held or is said to hold."""
OF_A_HOLDER = word_set(
    """
    ailing authoritarian beleaguered centre-left centre-right centrist conservative current defiant embattled
    far-right hard-right hardline incumbent lame-duck left-wing leftist liberal long-serving nationalist
    outgoing populist pro-European pro-Russian pro-Western right-wing scandal-hit sitting unpopular veteran
    """
)
"""Words between a state and an office that say how its holder is: `Britain's embattled prime minister`."""

NOT_YET = word_set(
    "elect designate hopeful hopefuls candidate candidates contender nominee race election elections"
)
"""Words after an office that nobody holds by them."""
OTHER_CHIEFS = word_set(
    """
    of adviser advisor diplomat economist envoy executive financial inspector investigator investment judge
    justice legal mediator medical minister negotiator operating prosecutor rabbi scientist spokesman
    spokesperson spokeswoman technology whip
    """
)
"""Words after `chief`, who then is under the one at the top: `the UN chief negotiator`, `chief of staff`."""

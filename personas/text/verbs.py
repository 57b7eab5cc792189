"""Verbs that descriptions of people begin with ("Keeps a notebook ..."), so that a sentence can be made of them."""

from __future__ import annotations

import re

# fmt: off
STEMS = """
accept accuse add admire admit adopt advise agree allow analyze answer apologize appear applaud apply appreciate argue
arrange arrive ask assume attend avoid bake balance bargain bat beam become begin believe belong bike blame blink
blush boast bounce bow bring brew browse brush build buy call camp care carry catch celebrate challenge change chat
check chew choose chop chuckle claim clap clean clear clench click climb clip close coach collect comb come commute
compare complain complete compose concentrate consider consult contribute cook correct count cover crack craft crave
create critique crochet crouch cross crunch cry cultivate cut dance debate decide decline decorate dedicate defend delay
delight demand depend describe deserve design despise devote dislike dispute distrust document donate doodle doubt
draw dream dress drink drive drop drum earn eat edit embrace emphasize encourage end engage enjoy entertain exercise
exaggerate expect experiment explain explore express face fall favor fear feed feel fidget fight file fill find finish
fish fix fiddle flip fly focus fold follow forage forget forgive frown gather garden gesture get giggle give glance go
grill greet grin grind grow grumble guard guess hang hate haggle handle head hear help hide hike hold hope host hug
hum hunt identify ignore imagine imitate improvise insist inspect interrupt invent invite iron jog joke journal judge
juggle jump keep kick kneel knit knock know label laugh lead lean learn leave lend let lie lift like line listen live
load lock long look lose love lower maintain make manage mark mean measure meditate meet memorize mend mention mind
mispronounce miss mix move mumble mutter name nap need negotiate nod note notice nurse obey object observe offer open
oppose order organize own paint park participate pause pay perform pet photograph pick place plan plant play plug point
polish ponder post pour practice praise pray prefer prepare preserve press pretend prioritize promise protect prove
pull punctuate push put question quilt quit quote race raise ramble reach read rearrange recite recall
reckon record recycle refer reflect refuse rehearse reject rejoice relax rely remain remember remind rent repair repeat
replace reply require reread resent resist respect respond rest restore return revise rewatch ride rise rotate rub run
sail save savor say scan scribble scrapbook search see seek seem sell send serve set sew shake share ship shop shout
show shrug shuffle sigh sign sing sit sketch skip sleep slouch smell smile smoke snap snort solve sort speak spend
spin splurge squint stack stand stare start stay steal stick stop straighten stretch stroke stroll struggle study
stutter surf suffer support suspect swear sweat swim swing switch take talk tap taste teach tear tell tend thank think
thrive thumb tidy tie tilt time tinker tip toss touch tour track trade train translate travel treasure treat trim
trust try tuck tug turn tutor twirl twist type understand unwind upcycle use value view visit volunteer vote wait wake
walk want warn wash watch water wave wear weave weigh welcome whisper whistle win wind wink wipe wish withdraw wonder
work worry worship wrap write yawn yearn yell
""".split()
# fmt: on

MODALS = set("can cannot can't could couldn't will won't would wouldn't must doesn't hasn't isn't has is was".split())
# They may come before the verb: "Never opens mail".
ADVERBS = set(
    """
    absentmindedly actively also always carefully cheerfully compulsively consistently constantly deeply easily firmly
    frequently generally habitually hardly just loudly mostly naturally nervously never obsessively occasionally often
    only openly politely proudly quickly quietly rarely regularly secretly seldom simply slowly softly sometimes still
    strongly subconsciously tactfully truly typically unconsciously usually
    """.split()
)
# Nouns as well: the word that follows tells.
AMBIGUOUS = {
    f"{stem}s"
    for stem in """
    answer bike book call camp clip club collect comment dance debate doubt dream drink drive fear guard hike hope joke
    label laugh like list load love name need note order park plan plant play post question record ride run sketch smile
    stack talk trade train travel value view visit walk work
    """.split()
}


def third_person(stem: str) -> str:
    """Return "keeps", "watches", "carries" for "keep", "watch", "carry"."""
    if re.search(r"(s|sh|ch|x|z|o)$", stem):
        return f"{stem}es"
    return f"{stem[:-1]}ies" if re.search(r"[^aeiou]y$", stem) else f"{stem}s"


PLURALS = {third_person(stem): stem for stem in STEMS} | {"has": "have", "is": "are", "does": "do", "goes": "go"}
THIRD_PERSON = {*PLURALS, "was"}

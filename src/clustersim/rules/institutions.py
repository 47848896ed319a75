"""Support institutions that decide by their own trust: slower than firms, and only after the ice is broken.

Asked for a share s of an activity they grant s if their trust is ``willing`` or more, min(s, token) while it is under
that, nothing under ``refusal``.  A success to which they gave moves T += visible·(1 − T), a meeting that fails
T −= meeting_loss·T.  Where they do not decide, they pay what the plan says.  Source of the story: Clara, Russo and
Gulati 2000, Box 5.
"""

from __future__ import annotations

from clustersim.compile import rule
from clustersim.randomness import ENCOUNTER, uniform


@rule
def grants(institutions, wanted, p):
    """The share of an activity that institutions pay, of the share they are asked for."""
    trust = institutions.trust[0]
    if p.decides == 0 or trust >= p.willing:
        return wanted
    return min(wanted, p.token) if trust >= p.refusal else 0.0


@rule
def bill(wanted, granted, p):
    """What institutions leave to others: (share that falls to participants, share that falls to the programme)."""
    missing = wanted - granted
    return (missing, 0.0) if p.rest == 0 else (0.0, missing)


@rule
def judge_success(institutions, happened, wanted, granted, seen, p):
    """Institutions hear of an activity; where they decide, far less of one to which they would not contribute.

    ``seen`` is how much they are moved by any success where they do not decide.
    """
    trust = institutions.trust
    institutions.asked[0] += wanted
    if p.decides == 0 or granted <= 0.0:
        if p.decides == 1:
            seen = p.afar
        trust[0] += seen * (1.0 - trust[0]) if happened == 1 else -(0.5 * seen) * trust[0]
    else:
        trust[0] += p.visible * (1.0 - trust[0]) if happened == 1 else -p.failure * trust[0]
    if happened == 1:
        institutions.granted[0] += granted


@rule
def meet_institutions(institutions, kind, skill, key, t, p):
    """Firms and institutions meet: it fails with chance 1 − T, of which an able chair takes away ``chair``."""
    if kind <= 0.0:
        return
    fails = 1.0 - institutions.trust[0]
    if institutions.chaired[0] > 0.0:
        fails *= 1.0 - p.chair * skill
    institutions.met[0] += 1
    if uniform(key, t, ENCOUNTER, 0, 0, 0) < fails:
        institutions.failed[0] += 1
        institutions.trust[0] -= p.meeting_loss * institutions.trust[0]
    else:
        institutions.trust[0] += p.meeting_gain * (1.0 - institutions.trust[0])

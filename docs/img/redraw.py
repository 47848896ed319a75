"""Redraw the first picture of the README from what `clustersim compare jaipur` runs: python docs/img/redraw.py"""

from pathlib import Path

import clustersim as cs
from clustersim.report.figures import outcome

jaipur = cs.load_scenario("jaipur")
both = cs.compare({"programme": jaipur, "none": jaipur.without_programme()}, replications=50, seed=0)
drawn = outcome(both, "joint_action", "share of the firms of month 0")
Path(__file__).with_name("jaipur-joint-action.svg").write_text(drawn, encoding="utf-8", newline="\n")

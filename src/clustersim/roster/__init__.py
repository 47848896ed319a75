"""A survey of a real cluster in place of drawn firms and ties.

``[cluster] roster = "firms.csv"`` lists the firms, one a row, and ``ties = "ties.csv"`` (or a GraphML file) who knows
whom.  The number of firms is that of the roster, whatever ``cluster.firms`` says.  What the survey does not say is
drawn as everywhere else, by the rules that :data:`COLUMNS` states, and every gap is listed (:class:`Filled`).  Ids
connect the two files and go no further: in results firms are numbers.
"""

from clustersim.roster.columns import COLUMNS, TIE_COLUMNS, Column
from clustersim.roster.making import from_graph, import_survey
from clustersim.roster.reading import Filled, Survey, read_survey
from clustersim.roster.seating import count_workers, described, seat

__all__ = [
    "COLUMNS",
    "TIE_COLUMNS",
    "Column",
    "Filled",
    "Survey",
    "count_workers",
    "described",
    "from_graph",
    "import_survey",
    "read_survey",
    "seat",
]

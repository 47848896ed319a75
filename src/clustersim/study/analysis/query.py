"""SQL over the runs of a study: a database in memory that can read its files of runs, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clustersim.errors import InputError, Problem
from clustersim.study.analysis.asked import text

if TYPE_CHECKING:
    import pandas as pd

    from clustersim.study.store.folder import Store

CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,  # nothing is fetched from anywhere
    "autoload_known_extensions": False,
    "python_enable_replacements": False,  # a mistyped table must not be a variable of this program
}
READING = ("SELECT", "EXPLAIN", "MULTI")
"""kinds of statement that only read (a PIVOT is a MULTI)"""


def answered(store: Store, points: pd.DataFrame, query: str) -> pd.DataFrame:
    """The rows of one query to the views ``runs`` and ``points``; InputError if it is wrong or does more than read."""
    import duckdb

    query = text(query, "sql")
    with duckdb.connect(":memory:", config=CLOSED) as database:
        _prepare(database, store, points)
        try:
            statements = database.extract_statements(query)
            if len(statements) != 1 or statements[0].type.name not in READING:
                raise InputError(Problem("one query that reads is allowed (select, with, pivot, describe)", key="sql"))
            return _frame(database.execute(statements[0]))
        except duckdb.Error as error:
            raise InputError(Problem(str(error).partition("\n\nLINE")[0].replace("\n", " "), key="sql")) from None


def _prepare(database: Any, store: Store, points: pd.DataFrame) -> None:
    """The two views, and then no way to other files."""
    files = [str(path) for path in store.part_files()]
    database.register("plan_runs", store.table(["position", "run_id", "point"]))
    database.register("points", points.rename_axis("point").reset_index())
    planned = {"position", "point"}
    columns = ", ".join(f"{'plan_runs' if name in planned else 'saved'}.{_quoted(name)}" for name in store.columns)
    if files:
        listed = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
        database.execute(f"set allowed_paths = [{listed}]")
        # a run that was tried again is there twice: the one that succeeded counts
        saved = (f"select * from read_parquet([{listed}], union_by_name = true) "
                 "qualify row_number() over (partition by run_id order by status = 'ok' desc) = 1")  # fmt: skip
    else:
        database.register("saved_runs", store.table())
        saved = "select * from saved_runs"
    database.execute("set enable_external_access = false")
    database.execute(f"create view runs as select {columns} from plan_runs join ({saved}) saved using (run_id) "
                     "order by position")  # fmt: skip
    database.execute("set lock_configuration = true")


def _frame(answer: Any) -> pd.DataFrame:
    import pandas as pd

    frame = answer.df()
    assert isinstance(frame, pd.DataFrame)
    return frame


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

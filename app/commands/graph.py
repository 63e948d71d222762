"""``kith graph``: the network as a file for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.console import StoreOption, refuse_in_the_way, step, written_whole

app = typer.Typer(help="The network of supporters and voters.", no_args_is_help=True)


@app.callback()
def graph() -> None:
    """The network of supporters and voters."""


@app.command("export")
def export_command(
    out: Annotated[Path, typer.Argument(help="The GraphML file to write; one that is there is never replaced.")],
    store: StoreOption = "",
) -> None:
    """Write supporters and the voters they know as GraphML: ids, places and probabilities, no name and no number.

    Example: kith graph export network.graphml
    """
    import networkx as nx  # these load slowly; a mistyped option should not

    from app.settings import read_settings
    from app.wiring import open_house

    refuse_in_the_way(out)
    network: nx.Graph[str] = nx.Graph()
    for edge in open_house(read_settings(store=store)).graph.edges():
        network.add_node(edge.supporter_id, kind="supporter")
        network.add_node(str(edge.voter), kind="voter", precinct=edge.precinct, city=edge.city)
        network.add_edge(
            edge.supporter_id, str(edge.voter), match_probability=edge.match_probability,
            tie_strength=-1.0 if edge.tie_strength is None else edge.tie_strength, status=str(edge.status),
        )  # fmt: skip
    with written_whole(out) as aside:
        nx.write_graphml(network, aside)
    step(f"{network.number_of_nodes():,} people and {network.number_of_edges():,} ties in {out}.")

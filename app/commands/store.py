"""``kith store``: look at a store, and move a campaign from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.console import show, step
from graph.errors import StoreError

if TYPE_CHECKING:
    from app.wiring import Stores

app = typer.Typer(help="Where people and ties are kept.", no_args_is_help=True)

_ADDRESS = "sqlite:FOLDER or neo4j://USER@HOST:PORT"
CampaignOption = Annotated[str, typer.Option(metavar="ID", help="Whose data. Without it: KITH_CAMPAIGN.")]
JsonOption = Annotated[bool, typer.Option("--json", metavar="", help="Print the counts as JSON.")]


@app.callback()
def store() -> None:
    """Where people and ties are kept."""


@app.command("check")
def check_command(
    url: Annotated[str, typer.Argument(metavar="STORE", help=_ADDRESS)],
    campaign: CampaignOption = "",
    as_json: JsonOption = False,
) -> None:
    """Count what a store holds of a campaign and say what is wrong with it; exit 1 when something is.

    Example: kith store check neo4j://kith@127.0.0.1:7687
    """
    from dataclasses import asdict  # here, so that a question for help is answered at once

    from app.moving import count
    from graph.model import CampaignId

    stores, campaign_id = _opened(url, campaign)
    graph = stores.graph.for_campaign(CampaignId(campaign_id))
    counted = count(graph, stores.records.for_campaign(CampaignId(campaign_id)))
    show(asdict(counted), as_json=as_json, title=f"{campaign_id} in {stores.name}")
    problems = graph.check()
    if problems:
        raise StoreError("; ".join(problems), thing=stores.name, next_step="Put a backup in its place, or ask us.")


@app.command("copy")
def copy_command(
    source: Annotated[str, typer.Argument(metavar="FROM", help=_ADDRESS)],
    target: Annotated[str, typer.Argument(metavar="TO", help=_ADDRESS)],
    campaign: CampaignOption = "",
    as_json: JsonOption = False,
) -> None:
    """Copy a campaign and the install's records; run again after a fault, it goes on where it was. Counts are compared.

    Stop kith serve and kith worker first. The voter file and the keys stay in the data folder and serve both stores.

    Example: kith store copy sqlite:.kith neo4j://kith@127.0.0.1:7687
    """
    from dataclasses import asdict  # here, so that a question for help is answered at once

    from app.at_work import refuse_at_work
    from app.moving import copy_graph, copy_records, count, refuse_difference
    from app.wiring import utc_now
    from graph.model import CampaignId

    (old, campaign_id), (new, _) = _opened(source, campaign), _opened(target, campaign)
    wanted = CampaignId(campaign_id)
    graphs = old.graph.for_campaign(wanted), new.graph.for_campaign(wanted)
    records = old.records.for_campaign(wanted), new.records.for_campaign(wanted)
    for space in records:
        refuse_at_work(space, now=utc_now())
    copy_graph(*graphs, say=step)
    copy_records(*records, say=step)
    copy_records(old.records.install(), new.records.install(), say=step)
    before, after = count(graphs[0], records[0]), count(graphs[1], records[1])
    refuse_difference(before, after)
    show(asdict(after), as_json=as_json, title=f"{campaign_id} in {new.name}, the same as in {old.name}")


@app.command("erase")
def erase_command(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Its id, the same as KITH_CAMPAIGN.")],
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Do it. Without it: say what would go.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove a campaign with all that it has: grants, keys, people, records, voter files. It cannot be undone.

    Stop kith serve and kith worker first. Who asked to be left out stays left out, and other campaigns stay as they are; a
    backup of this one that is put back is empty again before anything is served.

    Example: kith store erase rivera-2026 --yes
    """
    from dataclasses import asdict  # as above

    from app.moving import count
    from app.settings import read_settings
    from app.wiring import open_house, remove_campaign
    from graph.errors import UsageError

    settings = read_settings()
    if campaign != settings.campaign:
        raise UsageError(
            "This is not the campaign of the settings.", next_step=f"KITH_CAMPAIGN is {settings.campaign}."
        )
    if not yes:
        house = open_house(settings)
        show(asdict(count(house.graph, house.records)), as_json=as_json, title=f"{campaign}, nothing was removed")
        for store in (house.graph, house.records, house.install):
            store.close()
        step("Add --yes to remove it.")
        return
    show(asdict(remove_campaign(settings)), as_json=as_json, title=f"{campaign} is removed")


def _opened(url: str, campaign: str) -> tuple[Stores, str]:
    from app.settings import read_settings  # the stores load slowly; a mistyped option should not
    from app.wiring import open_stores

    settings = read_settings(store=url)
    return open_stores(settings), campaign or settings.campaign

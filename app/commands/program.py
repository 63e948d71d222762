"""All commands as one program. What a command needs is loaded when it runs, so that a question for help is answered at once."""

from __future__ import annotations

from functools import cache
from typing import Annotated

import typer
import typer.main
from typer.core import TyperGroup

from app.commands import (
    audit,
    calls,
    contacts,
    demo,
    doctor,
    effect,
    graph,
    keys,
    layouts,
    lists,
    match,
    matching,
    provider,
    rank,
    run,
    serve,
    store,
    user,
    voters,
)

program = typer.Typer(
    name="kith",
    help="A relational organizing engine: the few friends whom a word from you is most likely to bring to the polls.",
    epilog="Start with: kith demo. When something fails in a way that you do not understand, KITH_DEBUG=1 shows where.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
program.command("run")(run.run_command)
program.command("demo")(demo.demo_command)
program.command("serve")(serve.serve_command)
program.command("warm")(serve.warm_command)
program.command("health")(serve.health_command)
program.command("worker")(serve.worker_command)
program.command("doctor")(doctor.doctor_command)
program.command("version")(serve.version_command)
voters.app.command("layout")(layouts.layout_command)
match.app.command("find")(matching.find_command)
match.app.command("agree")(matching.agree_command)
match.app.command("disagree")(matching.disagree_command)
program.add_typer(voters.app, name="voters")
program.add_typer(contacts.app, name="contacts")
program.add_typer(match.app, name="match")
program.add_typer(rank.app, name="rank")
program.add_typer(calls.app, name="calls")
program.add_typer(effect.app, name="effect")
program.add_typer(lists.app, name="lists")
program.add_typer(graph.app, name="graph")
program.add_typer(store.app, name="store")
program.add_typer(user.app, name="user")
program.add_typer(audit.app, name="audit")
program.add_typer(keys.app, name="keys")
program.add_typer(provider.app, name="provider")


def _version(is_asked: bool) -> None:
    if is_asked:
        serve.version_command()
        raise typer.Exit


@program.callback()
def kith(
    version: Annotated[
        bool, typer.Option("--version", metavar="", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that belong to no command."""


@cache
def group() -> TyperGroup:
    """All of it put together, which takes as long as many a command: a process that answers more than once does it once."""
    return typer.main.get_group(program)

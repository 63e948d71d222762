"""``kith``: one command for each use case. Progress goes to stderr, results to stdout; exit 0 done, 1 failed, 2 wrong use."""

from __future__ import annotations

import sys

import typer

from app.commands import contacts, demo, graph, lists, run, serve, voters
from graph.errors import KithError, UsageError

app = typer.Typer(
    name="kith",
    help="A relational organizing engine: the few friends whom a word from you is most likely to bring to the polls.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run_command)
app.command("demo")(demo.demo_command)
app.command("serve")(serve.serve_command)
app.command("worker")(serve.worker_command)
app.command("doctor")(serve.doctor_command)
app.command("version")(serve.version_command)
app.add_typer(voters.app, name="voters")
app.add_typer(contacts.app, name="contacts")
app.add_typer(lists.app, name="lists")
app.add_typer(graph.app, name="graph")


def main() -> None:
    """Run the command line; every expected failure is one sentence on stderr."""
    try:
        app(standalone_mode=True)
    except KithError as error:
        print(f"kith: {error}", file=sys.stderr)  # noqa: T201 (a command line prints)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        print("kith: stopped; nothing was left half-written.", file=sys.stderr)  # noqa: T201 (a command line prints)
        sys.exit(1)


if __name__ == "__main__":
    main()

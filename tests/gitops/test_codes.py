"""What decides an exit code: the provider's codes, the engines' words, and nothing that a value or message says."""

from __future__ import annotations

import pytest

from gitops.codes import ALREADY_TOLD, CREDENTIALS, code_of, is_guard
from gitops.events import Problem, read_events
from gitops.exits import Exit
from gitops.report import Report
from providers import errors
from providers.errors import AlreadyToldError, AuthenticationError, NotEmptyError, TwilioError, api_error
from tests.gitops.event_log import error, summary

URN = (
    "urn:pulumi:dev::conversation-services::twilio:conversations:ConversationEnvironment$"
    "pulumi-python:dynamic/twilio:ConversationService::support"
)
CLASSES = [
    cls
    for cls in vars(errors).values()
    if isinstance(cls, type) and issubclass(cls, TwilioError) and cls.reference
]
REFUSED = "HTTP 401, Twilio 20003: Authenticate (request RQ1)\nhint: check the credentials"


def exit_of(*messages: str) -> Exit:
    """Return the exit code of a preview in which an engine printed these errors."""
    record = read_events([*(error(each, "a") for each in messages), summary("failed")])
    return Report(kind="preview", stack="dev", api="twilio", commit="", record=record).exit


@pytest.mark.parametrize("before", ["", "Preview failed: "], ids=["both", "read in a preview, CLI"])
@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_an_error_of_the_provider_is_read_as_both_engines_print_it(cls: type[TwilioError], before: str):
    """Pipelines know nothing of the provider's classes: this holds the two together."""
    message = f"{before}providers.errors.{cls.__name__}: [{cls.reference}] cannot do it: why\nhint: do that"
    guard = issubclass(cls, NotEmptyError)

    (problem,) = read_events([error(message, "a"), summary("failed")]).problems

    assert (cls.reference, guard) == (problem.code, problem.guard)
    assert f"[{cls.reference}] cannot do it: why\nhint: do that" == problem.message
    assert exit_of(message) is (Exit.GUARD if guard else Exit.FAILED)


def test_codes_that_stand_for_the_whole_run_are_the_providers():
    """They are written twice, since neither side imports the other."""
    assert (AuthenticationError.reference, AlreadyToldError.reference) == (CREDENTIALS, ALREADY_TOLD)


@pytest.mark.parametrize(
    ("message", "code", "guard"),
    [
        pytest.param("[TC3001] cannot delete it: it holds users", "TC3001", True, id="provider's guard"),
        pytest.param("[TC2007] cannot create it: HTTP 400", "TC2007", False, id="provider's failure"),
        pytest.param(
            "pulumi-python:dynamic/twilio:Role resource 'a/b' has a problem: [TC4001] permissions must hold one",
            "TC4001",
            False,
            id="failed check, CLI",
        ),
        pytest.param(
            "[TC4001] permissions must hold one\n[TC4001] type must be given",
            "TC4001",
            False,
            id="failed checks, embedded",
        ),
        pytest.param(
            f'unable to replace resource "{URN}"\nas it is currently marked for protection. To unprotect the resource, '
            "remove the `protect` flag",
            "",
            True,
            id="protect, CLI, replaced",
        ),
        pytest.param(
            f'resource "{URN}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove',
            "",
            True,
            id="protect, CLI, deleted",
        ),
        pytest.param(
            f'unable to replace resource "{URN}" as part of replacing "{URN}" as it is currently marked for protection',
            "",
            True,
            id="protect, CLI, dependent",
        ),
        pytest.param(
            "resource support is protected and cannot be replaced\nhint: take",
            "",
            True,
            id="protect, embedded",
        ),
        pytest.param(
            "resource support is protected and cannot be deleted", "", True, id="protect, embedded, deleted"
        ),
        pytest.param(
            "resource a depends on b, which is to be deleted and created again, but is protected",
            "",
            True,
            id="protect, embedded, dependent",
        ),
        # What a value or somebody's message says.
        pytest.param("[TC2007] cannot create it: HTTP 400: [TC3001] no", "TC2007", False, id="code within"),
        pytest.param("[TC2007] cannot create it: no\n[TC3001] cannot", "TC2007", False, id="on another line"),
        pytest.param("[TC2007] cannot create it: is protected", "TC2007", False, id="words of the engine"),
        pytest.param(
            "[TC2007] cannot create it: it holds conversations (at least 1)",
            "TC2007",
            False,
            id="words of the guard",
        ),
        pytest.param("stacks/a.yaml: x: [TC3001] must be text", "", False, id="a stack file's"),
        pytest.param("the account is protected", "", False, id="other words"),
        pytest.param(
            "pulumi-python:dynamic/twilio:Role resource 'a/ has a problem: [TC3001] b' has a problem: no",
            "",
            False,
            id="a role's name",
        ),
        pytest.param("[TC30011] cannot", "", False, id="no code"),
        pytest.param("[TC3001]", "", False, id="nothing behind it"),
    ],
)
def test_only_what_a_message_begins_with_decides(message: str, code: str, guard: bool):
    """Texts quote names and others' messages; none of them may make a pipeline end otherwise."""
    assert (code, guard) == (code_of(message), is_guard(message))


def test_deletion_that_protect_refuses_in_a_preview_is_a_guard():
    """The Pulumi CLI says first that the preview failed."""
    message = f'Preview failed: resource "{URN}" cannot be deleted\nbecause it is protected. To unprotect the'

    assert exit_of(message) is Exit.GUARD


@pytest.mark.parametrize(
    "quoted", ["[TC3001] cannot delete it", "\n[TC3001] cannot", "x\nerror: providers.errors.X: [TC3001] y"]
)
def test_a_message_of_the_api_that_quotes_a_guard_is_a_failure(quoted: str):
    """Whoever answers in Twilio's place must not turn a failure into a refusal that a person would wave through."""
    forged = api_error("create it", status=400, code=50000, message=quoted, request_id=None)

    assert exit_of(f"providers.errors.ApiError: {forged}") is Exit.FAILED


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param(
            [f"[TC1002] cannot list services: {REFUSED}"],
            [("", "TC1002")],
            id="one",
        ),
        pytest.param(
            [
                "[TC1004] cannot fetch a",
                f"[TC1002] cannot fetch b: {REFUSED}",
                "[TC1004] cannot fetch c",
                "broken",
            ],
            [("", "TC1002"), ("a", "")],
            id="one in full, whenever it comes",
        ),
        pytest.param(
            [f"[TC1002] cannot fetch {each}: {REFUSED}" for each in "ab"],
            [("", "TC1002")],
            id="two processes",
        ),
        pytest.param(
            ["[TC1001] cannot configure it: no token", "[TC1004] cannot configure it"],
            [("a", "TC1001")],
            id="of settings",
        ),
        pytest.param(
            ["[TC1004] cannot fetch a", "[TC1004] cannot fetch b"], [("a", "TC1004")], id="none in full"
        ),
    ],
)
def test_what_keeps_the_whole_run_from_its_work_is_one_problem(
    messages: list[str], expected: list[tuple[str, str]]
):
    """Of each resource it would bury the rest of the report."""
    record = read_events([*(error(each, "a") for each in messages), summary("failed")])

    assert expected == [(each.resource, each.code) for each in record.problems]


def test_reports_without_codes_are_read_as_they_were_written():
    """A report that was reviewed before codes came says in which list what protects stands."""
    problems = (Problem("a", "x", guard=True), Problem("b", "it holds conversations (at least 1)"))
    record = read_events([summary("failed")])
    written = Report(kind="preview", stack="dev", api="twilio", commit="", record=record).to_json()
    old = written.replace('"guards": []', '"guards": [{"resource": "a", "message": "x"}]').replace(
        '"errors": []', '"errors": [{"resource": "b", "message": "it holds conversations (at least 1)"}]'
    )

    read = Report.from_json(old, "dev.json")

    assert (problems, Exit.GUARD) == (read.record.problems, read.exit)

"""`python -m bot check`: what it prints, and the exit code a pipeline reads."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from organisations import Problem, Severity


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A fresh clone: no .env and no variable of ours."""
    for name in ("WASL_MASTER_KEYS", "WASL_SECRET", "WASL_ORGANISATIONS", "WASL_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments])


def test_the_shipped_data_is_clean_and_a_fresh_clone_only_warned() -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert "error:" not in result.output
    assert "warning: WASL_MASTER_KEYS is empty" in result.output
    assert "Judged 5 associations, the catalogues and the settings: 0 to mend." in result.output


def test_production_names_samples_unapproved_profiles_and_unset_secrets() -> None:
    result = run("qalb", "--production")
    assert result.exit_code == 1
    assert "error: qalb: the association has not approved this profile (approved = false)." in result.output
    assert "error: qalb: question hospital is a sample." in result.output
    assert "error: WASL_SECRET must be" in result.output
    assert "warning: qalb: no Telegram or Twilio account is set; only web chat will be open." in result.output
    assert "error: kafl:" not in result.output


def test_settings_that_were_written_must_be_right(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WASL_SECRET=short\n", "utf-8")
    result = run("labas")
    assert result.exit_code == 1
    assert "error: WASL_SECRET must be" in result.output
    assert "short" not in result.output


def test_a_misspelt_setting_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASL_SECRETT", "x")
    result = run("labas")
    assert result.exit_code == 1
    assert "error: WASL_SECRETT is no setting; did you mean WASL_SECRET?" in result.output


def test_what_the_judge_finds_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locales.judge", tuple)
    found = [Problem(Severity.ERROR, "labas: mend this."), Problem(Severity.WARNING, "labas: look at this.")]
    monkeypatch.setattr("organisations.judge", lambda profile, others: found)
    result = run("labas")
    assert result.exit_code == 1
    assert "error: labas: mend this.\nwarning: labas: look at this.\n" in result.output
    assert "1 to mend." in result.output


def test_an_unknown_association_is_bad_use() -> None:
    result = run("nobody")
    assert result.exit_code == 2
    assert "There is no association «nobody»; there are ishraqa, kafl, labas, qalb, qurainah." in result.output


def test_drawings() -> None:
    assert run("--draw", "modes").output.startswith("stateDiagram-v2\n")
    drawn = run("kafl", "--draw", "support", "--language", "en")
    assert drawn.output.startswith("%% kafl\nflowchart TD\n")
    assert "Full name" in drawn.output
    for bad in (run("kafl", "--draw", "marriage"), run("kafl", "--draw", "support", "--language", "fr")):
        assert bad.exit_code == 2
        assert "«kafl» can draw support, complaint, suggestion, volunteering, rights, modes in ar, en." in bad.output

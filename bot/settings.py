"""All settings as one class; `bot.reading` reads them, `bot.judgement` judges them, `bot.settings_page` shows them."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "WASL_"
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


def _setting(default: Any, purpose: str, form: str) -> Any:
    return Field(default=default, description=purpose, json_schema_extra={"form": form})


def _vendor(purpose: str, form: str) -> Any:
    return _setting(None, purpose, form)


class OrganisationSettings(BaseModel):
    """The accounts of one association: `WASL_ORG__<NAME>__<SETTING>`. What is unset is switched off."""

    telegram_token: SecretStr | None = _vendor("Telegram bot of beneficiaries.", "a token from BotFather")
    telegram_webhook_secret: SecretStr | None = _vendor(
        "Set: Telegram posts to our webhook with this secret; a comma list while changing it: the first is told, all "
        "are believed. Unset: long polling.",
        "16 to 256 letters, digits, _ and -, or a comma list of such",
    )
    desk_telegram_token: SecretStr | None = _vendor("Telegram bot of the staff desk.", "another token from BotFather")
    desk_telegram_chat: int | None = _vendor("Telegram group of the staff desk.", "the number of a group, below zero")
    twilio_account_sid: str | None = _vendor("Twilio account.", "AC and 32 hexadecimal digits")
    twilio_auth_token: SecretStr | None = _vendor(
        "Twilio's auth token; a comma list while changing it, the new one first: the first sends, all verify.",
        "a comma list of 32 hexadecimal digits each",
    )
    twilio_whatsapp_from: str | None = _vendor("WhatsApp sender.", "a number such as +966500000000")
    twilio_sms_from: str | None = _vendor("SMS sender.", "a number such as +966500000000 or a sender name")
    twilio_messaging_service_sid: str | None = _vendor("Twilio messaging service.", "MG and 32 hexadecimal digits")


class Settings(BaseSettings):
    """The whole house. Names are `WASL_<FIELD>`, but `PORT`, as platforms give it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    port: int = Field(
        default=8000,
        ge=1,
        le=65535,
        validation_alias="PORT",
        description="Port to serve on.",
        json_schema_extra={"form": "a whole number from 1 to 65535"},
    )
    host: str = _setting("127.0.0.1", "Address to listen on.", "an address; 0.0.0.0 for all, behind a reverse proxy")
    public_url: str | None = _setting(
        None,
        "Address that people and vendors reach us at; unset: http://localhost and the port.",
        "https:// and a host, without path; http only for this machine and private networks",
    )
    trusted_proxies: Names = _setting(
        (), "Reverse proxies whose X-Forwarded-For is believed.", "a comma list of addresses or networks"
    )
    data_dir: Path = _setting(Path("data"), "Folder of the database and files.", "a folder that we may write to")
    files_dir: Path | None = _setting(
        None,
        "Folder of the sealed papers; unset: files in the data folder. All processes of a house need the same one.",
        "a folder that we may write to",
    )
    reception_waiting: int = Field(
        default=2000,
        ge=64,
        le=100_000,
        description="Messages that may wait for their turn; whoever comes when it is full is asked to come again.",
        json_schema_extra={"form": "a whole number from 64 to 100000"},
    )
    database_url: SecretStr | None = _setting(
        None,
        "Database; unset: SQLite in the data folder.",
        "sqlite:///path/of/file.db or postgresql://user:password@host/name",
    )
    database_listen_url: SecretStr | None = _setting(
        None,
        "PostgreSQL past its pooler, for wake-ups between processes; unset: the address above.",
        "postgresql://..., or unset",
    )
    master_keys: SecretStr = _setting(
        SecretStr(""),
        "Wraps every person's key: the first wraps, all unwrap. Losing it loses everything; keep a copy elsewhere.",
        "id:base64,... of 32 bytes each",
    )
    erasure_ledger: Path = _setting(
        Path("erasure.ledger"),
        "File that lists destroyed keys. Keep it beside the master keys, outside the data folder and its backups.",
        "a file in a folder that we may write to",
    )
    secret: SecretStr = _setting(SecretStr(""), "Signs sessions and links.", "32 random characters or more")
    organisations: Names = _setting(
        (), "Associations that are on; unset: all that have a profile.", "a comma list of folders in organisations/"
    )
    telegram_api_url: str = _setting(
        "https://api.telegram.org", "Telegram's address, or that of an emulator.", "an http or https address"
    )
    twilio_api_url: str | None = _setting(
        None, "Stands in for every host of Twilio; unset: Twilio's own.", "an http or https address"
    )
    log_format: Literal["auto", "console", "json"] = _setting(
        "auto", "Form of the log; auto: for people on a terminal, else JSON.", "auto, console or json"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _setting(
        "INFO", "What is logged at least.", "DEBUG, INFO, WARNING or ERROR"
    )
    org: dict[str, OrganisationSettings] = Field(default_factory=dict)

    @classmethod
    def of(cls, env_file: Path | None) -> Self:
        """The settings of the environment, and after it of a file; ValidationError where one is not of its form."""
        return cls(_env_file=env_file, _env_file_encoding="utf-8")

    @property
    def origin(self) -> str:
        """The public address without a slash at its end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def files(self) -> Path:
        """Where the sealed papers lie."""
        return self.files_dir or self.data_dir / "files"

    @property
    def database(self) -> str:
        """The database's address for SQLAlchemy's async engine."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{(self.data_dir / 'wasl.db').as_posix()}"
        return _driven(self.database_url.get_secret_value())

    @property
    def database_listen(self) -> str | None:
        """The address at which to listen, where it is another one."""
        return None if self.database_listen_url is None else _driven(self.database_listen_url.get_secret_value())

    def organisation(self, name: str) -> OrganisationSettings:
        """The accounts of one association, all unset where nothing was given."""
        return self.org.get(name, OrganisationSettings())

    def secrets(self) -> tuple[str, ...]:
        """Every secret value, each part of a list on its own, for the log's redaction."""
        models: tuple[BaseModel, ...] = (self, *self.org.values())
        held = [value for model in models for _, value in model if isinstance(value, SecretStr)]
        whole = [value.get_secret_value() for value in held]
        return tuple({part for text in whole for part in (text, *text.split(",")) if part})


def _driven(url: str) -> str:
    for scheme, driven in DRIVERS.items():
        if url.startswith(f"{scheme}://"):
            return url.replace(scheme, driven, 1)
    return url


def environment_name(field: str, organisation: str | None = None) -> str:
    """The name of a field in the environment."""
    if organisation is not None:
        return f"{PREFIX}ORG__{organisation}__{field}".upper()
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{field}".upper()


def form_of(model: type[BaseModel], field: str) -> str:
    """The form that a setting must have, as the end of «must be ...»."""
    extra = model.model_fields[field].json_schema_extra
    return str(extra["form"]) if isinstance(extra, dict) and "form" in extra else "of another form"

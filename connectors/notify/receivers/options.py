"""Settings that kinds of receivers share."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from connectors.notify.receivers.http import check_url
from connectors.notify.receivers.words import check_template

TemplateText = Annotated[str, AfterValidator(lambda text: check_template(text) or text)]


class Options(BaseModel):
    """Settings of one kind: nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WordsOptions(Options):
    """Kinds that people read."""

    title: TemplateText | None = None
    """A Jinja2 template; the built-in one when unset."""
    body: TemplateText | None = None


class ChatOptions(WordsOptions):
    """Chats whose webhook URL is itself the password."""

    url: str | None = None
    url_file: str | None = None
    """A file that holds the URL; relative to the config folder, `{data}` is the data folder."""
    allow_private: bool = False

    @model_validator(mode="after")
    def _one_url(self) -> "ChatOptions":
        if (self.url is None) == (self.url_file is None):
            raise ValueError("needs url or url_file, one of the two")
        if self.url is not None:
            check_url(self.url, allow_private=self.allow_private)
        return self

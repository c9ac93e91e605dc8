"""Checks the words of an AWS command against the AWS CLI's own tables of commands, and against the models of the services."""

import difflib
import os
from functools import cache

# The CLI must find neither the reader's configuration nor a region on the network.
os.environ.update(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)

import jmespath
from awscli.argprocess import ParamError, ParamShorthandParser, unpack_cli_arg
from awscli.botocore.validate import ParamValidator
from awscli.clidriver import create_clidriver

import version2
from shell import UNKNOWN, Word

_driver = create_clidriver()


def problems_of(words: tuple[Word, ...]) -> list[str]:
    """A sentence for each thing in the words after `aws` that the AWS CLI would refuse."""
    return _Checker(list(words)).check()


@cache
def _services() -> dict:
    return _driver._get_command_table()


def _table_below(command) -> dict:
    """The commands below a service, or below a command that has some, such as `wait`."""
    if hasattr(command, "_get_command_table"):
        return command._get_command_table()
    return getattr(command, "subcommand_table", {})


def _unknown(kind: str, name: str, valid) -> str:
    near = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.6)
    return f"Unknown {kind} '{name}'." + (f" Did you mean '{near[0]}'?" if near else "")


class _Checker:
    def __init__(self, words: list[Word]):
        self.words = words
        self.problems: list[str] = []
        self.name = "aws"
        self.given: dict[str, list[Word]] = {}
        self.positional: list[Word] = []
        self.has_splice = False

    def check(self) -> list[str]:
        options = dict(_driver._get_argument_table())
        # What stands before the service concerns every command.
        self._take_options(options, until_word=True)
        if "version" in self.given:
            return self.problems
        command, table = None, _services()
        while table and self.words:
            word = self.words[0]
            if not word.is_literal:
                return [f"'{self.name}' is followed by a name that only the shell knows. Write it out, so that it can be checked."]
            if word.text.startswith("--"):
                break
            if (key := self._version2_key(word.text)) is not None:
                return self._check_version2(key)
            if word.text not in table:
                kind = "AWS service" if command is None else f"operation of '{self.name}'"
                return [_unknown(kind, word.text, table)]
            command = table[word.text]
            self.name += f" {word.text}"
            self.words.pop(0)
            table = _table_below(command)
        if command is None or (table and not getattr(command, "arg_table", None)):
            return [f"'{self.name}' lacks {'a service' if command is None else 'an operation'}."]
        arguments = command.arg_table
        self._take_options({**options, **arguments})
        self._check_positional(arguments)
        self._check_required(arguments)
        operation = getattr(command, "_operation_model", None)
        for name, values in self.given.items():
            if values:
                self._check_values(name, values, arguments.get(name, options.get(name)), operation)
        return self.problems

    # Options

    def _take_options(self, table: dict, until_word: bool = False) -> None:
        while self.words:
            word = self.words[0]
            if not word.text.startswith("--"):
                if until_word:
                    return
                self.words.pop(0)
                if word.is_splice:
                    self.has_splice = True
                else:
                    self.positional.append(word)
                continue
            self.words.pop(0)
            name, equals, value = word.text[2:].partition("=")
            if name in version2.GLOBAL_OPTIONS:
                if version2.GLOBAL_OPTIONS[name] != 0 and not equals:
                    self._take_values(1)
                continue
            if name not in table:
                self.problems.append(_unknown(f"option of '{self.name}'", f"--{name}", [f"--{key}" for key in table]))
                self._take_values("*")
                continue
            count = _values_taken(table[name])
            values = [Word(value)] if equals else self._take_values(count)
            if count != 0 and not values and count != "*":
                self.problems.append(f"Option --{name} of '{self.name}' takes a value, and has none.")
            self.given[name] = values

    def _take_values(self, count) -> list[Word]:
        most = 1000 if isinstance(count, str) else count
        values = []
        while self.words and len(values) < most and not self.words[0].text.startswith("--"):
            values.append(self.words.pop(0))
        return values

    def _check_positional(self, arguments: dict) -> None:
        takes = [argument for argument in arguments.values() if getattr(argument, "positional_arg", False)]
        if takes and not self.positional and not self.has_splice and any(_is_needed(argument) for argument in takes):
            self.problems.append(f"'{self.name}' lacks {takes[0].name.upper()}.")
        if not takes:
            for word in self.positional:
                shown = word.text if word.is_literal else "$…"
                self.problems.append(f"'{self.name}' takes no argument '{shown}' without an option before it.")

    def _check_required(self, arguments: dict) -> None:
        if self.has_splice or "cli-input-json" in self.given or "generate-cli-skeleton" in self.given:
            return
        missing = [
            f"--{name}"
            for name, argument in arguments.items()
            if argument.required and not getattr(argument, "positional_arg", False) and name not in self.given
        ]
        if missing:
            self.problems.append(f"'{self.name}' lacks {', '.join(missing)}, without which it does not run.")

    # Values

    def _check_values(self, name: str, values: list[Word], argument, operation) -> None:
        if name == "query":
            self._check_query(values)
        elif choices := getattr(argument, "choices", None):
            self._check_choice(name, values, choices)
        elif operation is not None and _values_taken(argument) != 0 and getattr(argument, "argument_model", None):
            self._check_shape(name, values, argument)

    def _check_choice(self, name: str, values: list[Word], choices) -> None:
        for word in values:
            if word.is_literal and word.text not in choices:
                self.problems.append(f"{_unknown(f'value of --{name}', word.text, choices)} Valid: {', '.join(choices)}.")

    def _check_query(self, values: list[Word]) -> None:
        for word in values:
            try:
                jmespath.compile(word.text)
            except jmespath.exceptions.JMESPathError as error:
                self.problems.append(f"--query '{word.text}' is no JMESPath expression: {str(error).splitlines()[0]}")

    def _check_shape(self, name: str, values: list[Word], argument) -> None:
        if any(_comes_from_elsewhere(word) for word in values):
            return
        takes_list = _values_taken(argument) == "*"
        given = [word.text for word in values] if takes_list else values[0].text
        model = argument.argument_model
        try:
            parsed = ParamShorthandParser()(argument, given, ".".join(["process-cli-arg", *self.name.split()[1:3]]))
            value = unpack_cli_arg(argument, given) if parsed is None else parsed
        except (ParamError, ValueError) as error:
            # A value that the shell makes may have any form.
            if all(word.is_literal for word in values) or isinstance(error, ParamError):
                self.problems.append(f"--{name} of '{self.name}': {' '.join(str(error).split())}")
            return
        report = ParamValidator().validate(value, model)
        if report.has_errors():
            self.problems.append(f"--{name} of '{self.name}': {' '.join(report.generate_report().split())}")
        else:
            self.problems += [f"{problem} (--{name} of '{self.name}')" for problem in _wrong_names(value, model)]

    # What version 2 alone has

    def _version2_key(self, word: str):
        key = (*self.name.split()[1:], word)
        return key if key in version2.COMMANDS else None

    def _check_version2(self, key) -> list[str]:
        self.name += f" {key[-1]}"
        self.words.pop(0)
        known = version2.COMMANDS[key]
        options = {**{name: 1 for name in _driver._get_argument_table()}, **known["options"]}
        positional = 0
        while self.words:
            word = self.words.pop(0)
            if not word.text.startswith("--"):
                positional += 1
                continue
            name, equals, value = word.text[2:].partition("=")
            if name not in options:
                self.problems.append(_unknown(f"option of '{self.name}'", word.text, [f"--{key}" for key in options]))
                continue
            count = options[name]
            values = [Word(value)] if equals else self._take_values("+" if count == "+" else 0 if count == 0 else 1)
            if isinstance(count, list):
                self._check_choice(name, values, count)
            self.given[name] = values
        if positional != known["positional"]:
            self.problems.append(f"'{self.name}' takes {known['positional']} argument(s) without an option, not {positional}.")
        missing = [f"--{name}" for name in known["required"] if name not in self.given]
        if missing:
            self.problems.append(f"'{self.name}' lacks {', '.join(missing)}, without which it does not run.")
        return self.problems


def _values_taken(argument):
    """0, 1, or "*" for any number."""
    if argument.cli_type_name == "boolean" or getattr(argument, "_action", None) in ("store_true", "store_false", "version"):
        return 0
    is_list = argument.cli_type_name == "list" or getattr(argument, "nargs", None) in ("+", "*")
    return "*" if is_list else 1


def _is_needed(argument) -> bool:
    return getattr(argument, "nargs", None) not in ("*", "?") and getattr(argument, "_default", None) is None


def _comes_from_elsewhere(word: Word) -> bool:
    return word.text == UNKNOWN or word.is_splice or word.text.startswith(("file://", "fileb://"))


def _wrong_names(value, shape) -> list[str]:
    """A sentence for each literal that is none of the names that the model lists."""
    match shape.type_name:
        case "string":
            names = getattr(shape, "enum", [])
            if not names or value in names or UNKNOWN in str(value):
                return []
            return [f"{_unknown(shape.name, value, names)} Valid: {', '.join(names)}."]
        case "structure":
            return [problem for key, item in value.items() for problem in _wrong_names(item, shape.members[key])]
        case "list":
            return [problem for item in value for problem in _wrong_names(item, shape.member)]
        case "map":
            return [problem for item in value.values() for problem in _wrong_names(item, shape.value)]
        case _:
            return []

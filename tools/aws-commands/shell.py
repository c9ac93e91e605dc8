"""Finds the AWS commands in a shell text, wherever the shell would run one."""

import re
from dataclasses import dataclass

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

# Stands for what only the shell knows. Digits, because they pass for a number as well as for a text, and many, because a
# text may have a least length.
UNKNOWN = "9" * 40

# Programs that run the command that their own arguments give.
RUNNERS = {"command", "env", "exec", "nohup", "sudo", "time", "timeout", "watch", "xargs"}
SHELLS = {"bash", "sh"}

# What looks like an AWS command, found without reading the shell's grammar: none of them may be overlooked.
LOOKS_LIKE_AWS = re.compile(r"(?:^|[\s;|&(`'\"])aws\s+(?=[a-z0-9-]+(?:\s|$))", re.MULTILINE)

_parser = Parser(Language(tree_sitter_bash.language()))


@dataclass(frozen=True)
class Word:
    """A word of a command. `text` holds UNKNOWN for what the shell puts in when it runs."""

    text: str
    # True for an expansion that may become no word, or several.
    is_splice: bool = False

    @property
    def is_literal(self) -> bool:
        return UNKNOWN not in self.text


@dataclass(frozen=True)
class AwsCommand:
    """The words after `aws`, and the line of the text that the command begins on, counted from 1."""

    line: int
    words: tuple[Word, ...]


def aws_commands(text: str, first_line: int = 1) -> list[AwsCommand]:
    """The AWS commands of a shell text, from top to bottom."""
    found: list[AwsCommand] = []
    for node in _nodes(_parser.parse(text.encode()).root_node):
        if node.type == "command":
            words = _words_of(node)
            line = first_line + node.start_point.row
            found += _commands_in(words, line)
    return found


def overlooked_lines(text: str, found: list[AwsCommand], first_line: int = 1) -> list[int]:
    """Lines that seem to hold an AWS command that was not found. Comments hold none."""
    seen = {command.line for command in found}
    lines = [first_line + text.count("\n", 0, match.end()) for match in LOOKS_LIKE_AWS.finditer(_without_comments(text))]
    return [line for line in lines if line not in seen]


def _without_comments(text: str) -> str:
    source = bytearray(text.encode())
    for node in _nodes(_parser.parse(bytes(source)).root_node):
        if node.type == "comment":
            source[node.start_byte : node.end_byte] = b" " * (node.end_byte - node.start_byte)
    return source.decode()


def _nodes(node: Node):
    yield node
    for child in node.children:
        yield from _nodes(child)


def _words_of(command: Node) -> list[tuple[Word, int]]:
    """The words of a command, its name first, each with its row. Assignments before the name and redirections are none."""
    words = []
    for child in command.children:
        if child.type == "command_name":
            words.append((_word(child.children[0]), child.start_point.row))
        elif child.type == "variable_assignment" or child.type.endswith("redirect"):
            continue
        elif words:
            words.append((_word(child), child.start_point.row))
    return words


def _commands_in(words: list[tuple[Word, int]], line: int) -> list[AwsCommand]:
    texts = [word.text for word, _ in words]
    if not texts:
        return []
    if texts[0] == "aws":
        return [AwsCommand(line, tuple(word for word, _ in words[1:]))]
    if texts[0] in RUNNERS and "aws" in texts:
        start = texts.index("aws") + 1
        # `command -v aws` asks whether it is there.
        return [] if texts[1] in ("-v", "-V") else [AwsCommand(line, tuple(word for word, _ in words[start:]))]
    found = []
    for index in range(len(words) - 2):
        if texts[index] in SHELLS and texts[index + 1] == "-c":
            script, row = words[index + 2]
            found += aws_commands(script.text, line + row - words[0][1])
    return found


def _word(node: Node) -> Word:
    return Word(_text(node), is_splice=node.type in ("simple_expansion", "expansion", "command_substitution") or "[@]" in node.text.decode())


def _text(node: Node) -> str:
    source = node.text.decode()
    match node.type:
        case "word" | "number" | "variable_name":
            return re.sub(r"\\(\n)?(.?)", lambda match: match[2], source)
        case "raw_string":
            return source[1:-1]
        case "string":
            # Between its parts, the tree leaves out white space.
            return _joined(node, node.start_byte + 1, node.end_byte - 1, node.children[1:-1])
        case "concatenation":
            return _joined(node, node.start_byte, node.end_byte, node.children)
        case "string_content":
            return _unescaped(source)
        case _:
            return UNKNOWN


def _joined(node: Node, start: int, end: int, parts: list[Node]) -> str:
    source = node.text
    text, position = "", start
    for part in parts:
        text += source[position - node.start_byte : part.start_byte - node.start_byte].decode() + _text(part)
        position = part.end_byte
    return text + source[position - node.start_byte : end - node.start_byte].decode()


def _unescaped(text: str) -> str:
    return re.sub(r'\\(["$`\\\n])', lambda match: "" if match[1] == "\n" else match[1], text)

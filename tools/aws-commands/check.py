"""Checks every AWS command of the textbook. Reads `[{"file", "line", "text"}, …]` as JSON, where `line` is that of the text's
first line in the file, and prints a sentence for each command that the AWS CLI would refuse."""

import json
import sys

from cli import problems_of
from shell import aws_commands, overlooked_lines


def problems_in(file: str, line: int, text: str) -> tuple[int, list[str]]:
    """How many AWS commands a shell text has, and what is wrong with them, each beginning with `file:line:`."""
    commands = aws_commands(text, line)
    problems = [f"{file}:{command.line}: {problem}" for command in commands for problem in problems_of(command.words)]
    problems += [
        f"{file}:{overlooked}: This seems to be an AWS command, but the shell's grammar does not show it. Write it more plainly."
        for overlooked in overlooked_lines(text, commands, line)
    ]
    return len(commands), problems


def main() -> int:
    results = [problems_in(**script) for script in json.load(sys.stdin)]
    count, problems = sum(found for found, _ in results), [problem for _, those in results for problem in those]
    for problem in dict.fromkeys(problems):
        print(problem, file=sys.stderr)
    if count == 0:
        print("No AWS command was found, which cannot be: the textbook has some.", file=sys.stderr)
        return 1
    if not problems:
        print(f"{count} AWS commands name services, operations and options that exist.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

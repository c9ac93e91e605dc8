"""Commands that version 2 of the AWS CLI has and version 1, whose models are used here, has not.

Reviewed by hand against the AWS CLI version 2 command reference (read November 2026). Short on purpose: a guide that needs
another one adds it here, after reading its page.
"""

# https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html
# Each option with the number of values that it takes: 0, 1, or "+" for one and more.
COMMANDS = {
    ("logs", "tail"): {
        "positional": 1,
        "required": [],
        "options": {
            "since": 1,
            "follow": 0,
            "format": ["detailed", "short", "json"],
            "filter-pattern": 1,
            "log-stream-names": "+",
            "log-stream-name-prefix": 1,
        },
    },
}

# Options that version 2 takes with every command, beside those of version 1.
GLOBAL_OPTIONS = {"no-cli-pager": 0, "cli-binary-format": ["base64", "raw-in-base64-out"]}

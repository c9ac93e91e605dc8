import unittest

from shell import UNKNOWN, aws_commands, overlooked_lines


def found(text: str) -> list[tuple[int, str]]:
    return [(command.line, " ".join(word.text for word in command.words)) for command in aws_commands(text)]


class Found(unittest.TestCase):
    def test_alone_in_pipes_lists_and_conditions(self):
        self.assertEqual(found("aws sts get-caller-identity"), [(1, "sts get-caller-identity")])
        self.assertEqual(found("true && aws a b | aws c d; ! aws e f || aws g h &"), [(1, "a b"), (1, "c d"), (1, "e f"), (1, "g h")])
        self.assertEqual(found("until aws a b >/dev/null 2>&1; do\n  aws c d\ndone"), [(1, "a b"), (2, "c d")])
        self.assertEqual(found("f() { aws a b; }\nif aws c d; then f; fi"), [(1, "a b"), (2, "c d")])

    def test_in_substitutions_at_any_depth(self):
        text = 'X=$(aws a b "$(aws c d --x `aws e f`)")\necho "${Y:-$(aws g h)}" [ "$(aws i j)" = False ]'
        self.assertEqual([words.split()[0] for _, words in found(text)], ["a", "c", "e", "g", "i"])

    def test_in_what_another_shell_is_given(self):
        text = "npx labs node $CP1 -- bash -c '. /etc/x\naws s3 ls \"s3://$B/\"' - x"
        self.assertEqual(found(text), [(2, f"s3 ls s3://{UNKNOWN}/")])
        self.assertEqual(found('sudo sh -c "aws a b $X"'), [(1, f"a b {UNKNOWN}")])

    def test_behind_a_program_that_runs_it(self):
        self.assertEqual(found("A=b timeout 5 aws a b; xargs aws c d --x"), [(1, "a b"), (1, "c d --x")])

    def test_across_continued_lines(self):
        self.assertEqual(found("\naws a b \\\n  --x y \\\n  --z\naws c d"), [(2, "a b --x y --z"), (5, "c d")])

    def test_with_lines_counted_from_where_the_text_begins(self):
        self.assertEqual([command.line for command in aws_commands("true\naws a b", 40)], [41])


class Words(unittest.TestCase):
    def words(self, text: str) -> list[str]:
        [command] = aws_commands(text)
        return [word.text for word in command.words]

    def test_are_unquoted(self):
        self.assertEqual(self.words("""aws a 'b "c"' "d 'e' \\"f\\"" g\\ h i"j"'k'"""), ["a", 'b "c"', "d 'e' \"f\"", "g h", "ijk"])

    def test_keep_the_spaces_between_expansions(self):
        self.assertEqual(self.words('aws a "$X and  $Y"'), ["a", f"{UNKNOWN} and  {UNKNOWN}"])

    def test_mark_what_only_the_shell_knows(self):
        [command] = aws_commands('aws a "$X" pre-$Y "$(date)" $Z "${all[@]}" literal')
        self.assertEqual([word.is_literal for word in command.words], [True, False, False, False, False, False, True])
        self.assertEqual([word.is_splice for word in command.words], [False, False, False, False, True, True, False])

    def test_leave_out_redirections(self):
        self.assertEqual(self.words("aws a b >/dev/null 2>&1 <<'X'\naws c d\nX"), ["a", "b"])
        self.assertEqual(self.words('aws a b <<<"$X" c'), ["a", "b", "c"])


class NotFound(unittest.TestCase):
    def test_what_is_no_command(self):
        for text in ["# aws a b", "echo aws", "command -v aws", "kubectl get ns aws", "cat <<X\nno command\nX", "awsx a b"]:
            self.assertEqual((found(text), overlooked_lines(text, [])), ([], []), text)

    def test_is_reported_where_it_looks_like_one(self):
        text = "true\nssh host 'aws a b'\naws c d"
        self.assertEqual(overlooked_lines(text, aws_commands(text, 10), 10), [11])


if __name__ == "__main__":
    unittest.main()

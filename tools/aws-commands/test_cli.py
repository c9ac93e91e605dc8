import unittest

from check import problems_in


class Check(unittest.TestCase):
    maxDiff = None

    def says(self, text: str, *sentences: str) -> None:
        """What is said of the command `aws TEXT` that stands in line 7 of a guide."""
        _, problems = problems_in("guide.ja.md", 7, f"aws {text}")
        self.assertEqual(problems, [f"guide.ja.md:7: {sentence}" for sentence in sentences])

    def accepts(self, *texts: str) -> None:
        for text in texts:
            with self.subTest(text):
                self.says(text)


class Names(Check):
    def test_a_wrong_service(self):
        self.says("ekss list-clusters", "Unknown AWS service 'ekss'. Did you mean 'eks'?")
        self.says("zzzzzz list-clusters", "Unknown AWS service 'zzzzzz'.")

    def test_a_wrong_operation(self):
        self.says("eks describe-clutser --name x", "Unknown operation of 'aws eks' 'describe-clutser'. Did you mean 'describe-cluster'?")
        self.says("eks describeCluster --name x", "Unknown operation of 'aws eks' 'describeCluster'. Did you mean 'describe-cluster'?")
        self.says("s3 list x", "Unknown operation of 'aws s3' 'list'. Did you mean 'ls'?")

    def test_a_wrong_option(self):
        self.says(
            "eks describe-cluster --nam x",
            "Unknown option of 'aws eks describe-cluster' '--nam'. Did you mean '--name'?",
            "'aws eks describe-cluster' lacks --name, without which it does not run.",
        )
        # The CLI takes no beginnings of options.
        self.says(
            "ec2 stop-instances --instance-id i-1 --instance-ids i-1",
            "Unknown option of 'aws ec2 stop-instances' '--instance-id'. Did you mean '--instance-ids'?",
        )
        # The name in the API differs from that in the CLI.
        self.says(
            "eks update-cluster-version --name x --version 1.36",
            "'aws eks update-cluster-version' takes no argument '1.36' without an option before it.",
            "'aws eks update-cluster-version' lacks --kubernetes-version, without which it does not run.",
        )

    def test_what_is_missing(self):
        self.says("eks describe-cluster", "'aws eks describe-cluster' lacks --name, without which it does not run.")
        self.says("eks", "'aws eks' lacks an operation.")
        self.says("--region us-east-1", "'aws' lacks a service.")
        self.says("eks describe-cluster --name", "Option --name of 'aws eks describe-cluster' takes a value, and has none.")

    def test_what_is_too_much(self):
        self.says(
            "eks describe-cluster --name x y", "'aws eks describe-cluster' takes no argument 'y' without an option before it."
        )
        self.says(
            "ec2 describe-instances --dry-run yes",
            "'aws ec2 describe-instances' takes no argument 'yes' without an option before it.",
        )

    def test_a_name_that_only_the_shell_knows(self):
        self.says("eks $OPERATION", "'aws eks' is followed by a name that only the shell knows. Write it out, so that it can be checked.")

    def test_a_right_one(self):
        self.accepts(
            "--region us-east-1 eks describe-cluster --name $NAME --output text",
            "eks describe-cluster --name=$NAME",
            "ec2 modify-instance-attribute --instance-id $I --no-source-dest-check",
            "ec2 wait instance-stopped --instance-ids $I $J",
            "ecs register-task-definition --cli-input-json file:///dev/stdin",
            'ec2 create-route "${route[@]}"',
            "sts get-caller-identity --no-cli-pager",
            "--version",
        )


class Values(Check):
    def test_a_name_that_the_model_does_not_list(self):
        self.says(
            "ssm put-parameter --name x --value y --type SecretString",
            "Unknown ParameterType 'SecretString'. Did you mean 'SecureString'? Valid: String, StringList, SecureString. (--type of 'aws ssm put-parameter')",
        )
        self.says(
            "sts get-caller-identity --output yml",
            "Unknown value of --output 'yml'. Valid: json, text, table.",
        )

    def test_a_key_that_a_structure_does_not_have(self):
        _, [problem] = problems_in("g", 1, "aws ec2 describe-instances --filters Nmae=x,Values=$Y")
        self.assertRegex(problem, "--filters of 'aws ec2 describe-instances': .*Nmae.*Name, Values")
        _, [problem] = problems_in("g", 1, """aws ecs run-task --task-definition x --placement-constraints '[{"typ":"memberOf"}]'""")
        self.assertRegex(problem, "--placement-constraints of 'aws ecs run-task': .*typ")

    def test_a_number_that_is_none(self):
        _, [problem] = problems_in("g", 1, "aws ecs update-service --service x --desired-count two")
        self.assertRegex(problem, "--desired-count of 'aws ecs update-service': .*two")

    def test_a_query_that_is_none(self):
        self.assertEqual(len(problems_in("g", 1, "aws sts get-caller-identity --query 'a[.b'")[1]), 1)

    def test_what_only_the_shell_knows_is_accepted(self):
        self.accepts(
            "ssm put-parameter --name x --value y --type $TYPE",
            "ecs update-service --service x --desired-count $COUNT",
            'ec2 describe-instances --filters "Name=private-dns-name,Values=$1"',
            'ssm send-command --document-name AWS-RunShellScript --parameters "commands=[\\"$2\\"]"',
            "ecs run-task --task-definition x --network-configuration \"$NETWORK\"",
        )


class Customized(Check):
    def test_right_ones(self):
        self.accepts(
            "eks update-kubeconfig --name x --role-arn $ROLE",
            "eks get-token --cluster-name x",
            's3 cp --only-show-errors "$from/$file" "$to/$file"',
            "s3 ls",
            "ssm start-session --target $I --document-name x --parameters '{\"portNumber\":[\"1\"]}'",
            "logs tail /aws/eks/x/pods --since 10m --format short",
        )

    def test_wrong_ones(self):
        self.says(
            "eks update-kubeconfig --nmae x",
            "Unknown option of 'aws eks update-kubeconfig' '--nmae'. Did you mean '--name'?",
            "'aws eks update-kubeconfig' lacks --name, without which it does not run.",
        )
        self.says("s3 cp", "'aws s3 cp' lacks PATHS.")
        self.says("logs tail x --sicne 10m", "Unknown option of 'aws logs tail' '--sicne'. Did you mean '--since'?", "'aws logs tail' takes 1 argument(s) without an option, not 2.")
        self.says("logs tail", "'aws logs tail' takes 1 argument(s) without an option, not 0.")
        self.says("logs tail x --format long", "Unknown value of --format 'long'. Valid: detailed, short, json.")


class Places(unittest.TestCase):
    def test_each_command_is_named_by_its_own_line(self):
        text = "true\nX=$(aws eks list-clusters)\naws ekss x \\\n  --y\nbash -c 'true\naws s33 ls'"
        self.assertEqual(
            problems_in("labs/x/guide.ja.md", 100, text),
            (
                3,
                [
                    "labs/x/guide.ja.md:102: Unknown AWS service 'ekss'. Did you mean 'eks'?",
                    "labs/x/guide.ja.md:105: Unknown AWS service 's33'. Did you mean 's3'?",
                ],
            ),
        )

    def test_one_that_is_overlooked_is_said(self):
        self.assertEqual(
            problems_in("guide.ja.md", 3, "ssh host 'aws ekss x'"),
            (
                0,
                [
                    "guide.ja.md:3: This seems to be an AWS command, but the shell's grammar does not show it. Write it more plainly."
                ],
            ),
        )


if __name__ == "__main__":
    unittest.main()

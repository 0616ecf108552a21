"""Says what is wrong with calls of the AWS CLI, without making them.

Standard input: a JSON array of calls, each an array of words (`["ecs", "list-clusters"]`). Standard output: a line for each
call that the CLI does not take, whose parameters the service does not know, or whose --query is none. What only version 2
of the CLI has (`logs tail`) is left out.
"""

import contextlib
import io
import json
import os
import sys

import jmespath
from awscli import clidriver
from botocore.validate import ParamValidator

os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-1")
ONLY_IN_2 = {("logs", "tail"), ("configure", "set"), ("ssm", "start-session")}
wrong = []


def invoke(self, service, operation, parameters, _globals):
    """In place of the call: compares its parameters with the service's model."""
    model = self._session.get_service_model(service).operation_model(operation)
    given = {key: value for key, value in parameters.items() if key != "PaginationConfig"}
    report = ParamValidator().validate(given, model.input_shape)
    if report.has_errors():
        wrong.append(report.generate_report())
    return 0


clidriver.CLIOperationCaller.invoke = invoke

for call in json.load(sys.stdin):
    if tuple(call[:2]) in ONLY_IN_2 or call[1:2] == ["wait"]:
        continue
    wrong.clear()
    said = io.StringIO()
    try:
        if "--query" in call:
            jmespath.compile(call[call.index("--query") + 1])
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            if clidriver.create_clidriver().main(call) != 0:
                wrong.append(said.getvalue().strip().splitlines()[-1])
    except SystemExit:
        wrong.append(said.getvalue().strip().splitlines()[-1])
    except jmespath.exceptions.JMESPathError as error:
        wrong.append(str(error).splitlines()[0])
    if wrong:
        print(" ".join(call), "->", "; ".join(wrong))

"""The pytest plugin in a project of its own."""

WORKFLOW = '{"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f", "End": true}}}'
MOCKS = """{"StateMachines": {"orders": {"TestCases": {"Good": {"S": "G"}, "Bad": {"S": "B"}}}},
 "MockedResponses": {"G": {"0": {"Return": 1}}, "B": {"0": {"Throw": {"Error": "E", "Cause": "c"}}}}}"""


def project(pytester, tests, ini="asl_machines = orders.asl.json"):
    pytester.makefile(".asl.json", orders=WORKFLOW.replace(":1:", ":123456789012:"))
    pytester.makefile(".json", mocks=MOCKS)
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.makepyfile(tests)
    return pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "--strict-markers")


def test_settings_of_the_ini_file(pytester):
    ran = project(
        pytester,
        """
        import pytest

        def test_case(asl_server, asl_case):
            assert asl_server.run(case=asl_case.name).status == ("SUCCEEDED" if asl_case.name == "Good" else "FAILED")

        @pytest.fixture
        def asl_tasks():
            return {"f": lambda event: 7}

        def test_functions(asl_server):
            assert asl_server.run().output == 7
        """,
        "asl_machines = orders.asl.json\nasl_mocks = mocks.json",
    )
    ran.assert_outcomes(passed=3)


def test_marks_override_them(pytester):
    ran = project(
        pytester,
        """
        import pytest

        pytestmark = pytest.mark.asl(mocks="mocks.json")
        W = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 86400, "End": True}}}

        @pytest.mark.asl({"wait": W})
        def test_data_and_virtual_time(asl_server):
            assert list(asl_server.machines) == ["wait"]
            assert asl_server.run().seconds >= 86400

        @pytest.mark.asl(tasks={"f": lambda event: 8})
        def test_functions(asl_server):
            assert asl_server.run().output == 8
            assert asl_server.run(case="Good").output == 1
        """,
    )
    ran.assert_outcomes(passed=2)


def test_a_failed_execution_is_told(pytester):
    ran = project(
        pytester,
        """
        def fail(event):
            raise ValueError("seven")

        import pytest

        @pytest.mark.asl(tasks={"f": fail})
        def test_it(asl_server):
            assert asl_server.run().output == 1
        """,
    )
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["*ValueError: seven", "*ExecutionFailed: FAILED: ValueError: *seven*"])


def test_cases_without_mocks(pytester):
    ran = project(pytester, "def test_it(asl_case): pass")
    ran.stdout.fnmatch_lines(["*asl_case needs mocks*"])

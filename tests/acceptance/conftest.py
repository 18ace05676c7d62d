def pytest_addoption(parser):
    parser.addoption("--golden", action="store_true", help="rewrite what the acceptance tests expect")

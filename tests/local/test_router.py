from azext_ml.local.router import Router


def find(router, path, method="GET"):
    return router.find(path).get(method)


def test_literals_win_over_parameters_and_parameters_over_the_rest():
    router = Router()
    for pattern in ("/a/{x}", "/a/b", "/a/{*rest}", "/a/{y}/c/{z}", "/{*all}"):
        router.add("GET", pattern, pattern)
    assert find(router, "/a/b") == ("/a/b", {})
    assert find(router, "/A/B/") == ("/a/b", {})
    assert find(router, "//a//Other") == ("/a/{x}", {"x": "Other"})
    assert find(router, "/a/Q/C/R") == ("/a/{y}/c/{z}", {"y": "Q", "z": "R"})
    assert find(router, "/a/b/c/d") == ("/a/{y}/c/{z}", {"y": "b", "z": "d"})       # goes back from the literal b
    assert find(router, "/a/Q/D") == ("/a/{*rest}", {"rest": "Q/D"})
    assert find(router, "/elsewhere/At/All") == ("/{*all}", {"all": "elsewhere/At/All"})


def test_methods_and_what_is_not_there():
    router = Router()
    router.add("GET", "/a/{x}", "get")
    router.add("PUT", "/a/{name}", "put")
    assert router.find("/a/1") == {"GET": ("get", {"x": "1"}), "PUT": ("put", {"name": "1"})}
    assert router.find("/a") == router.find("/") == router.find("/b/1") == router.find("/a/1/2") == {}

import pytest

from azext_ml.core.errors import ServiceError, UsageError
from azext_ml.rest.origins import Origins, origin

ARM, ML = "https://management.azure.com/.default", "https://ml.azure.com/.default"


@pytest.fixture
def azure():
    return Origins("https://management.azure.com/", ARM, domains={"api.azureml.ms": ML})


@pytest.mark.parametrize("url, scope", [
    ("https://management.azure.com/subscriptions/s", ARM),
    ("https://MANAGEMENT.azure.com:443/x", ARM),
    ("https://eastus.api.azureml.ms/history", ML),
    ("https://eastus.api.azureml.ms/history?sig=abc", None),        # it carries its own permission
    ("https://management.azure.com/x?a=1&sig=abc", None),
    ("https://management.azure.com:8443/x", None),
    ("http://eastus.api.azureml.ms/history", None),
    ("https://eastus.api.azureml.ms:8443/", None),
    ("https://evilapi.azureml.ms/", None),
    ("https://api.azureml.ms.evil.com/", None),
    ("https://account.blob.core.windows.net/log?sig=abc", None),
])
def test_a_token_is_bound_to_its_origin(azure, url, scope):
    assert azure.scope(url) == scope


@pytest.mark.parametrize("url", [
    "https://evil.com\\@management.azure.com/",           # urllib and urllib3 disagree on which host this is
    "https://management.azure.com\\@evil.com/",
    "https://user@management.azure.com/", "https://user:secret@management.azure.com/",
    "https://management.azure.com /", "https://management.azure.com\n/", "https://management.azure.com:x/",
    "file:///etc/passwd", "ftp://management.azure.com/", "//management.azure.com/", "management.azure.com", "",
])
def test_addresses_on_which_parsers_disagree_are_refused(azure, url):
    with pytest.raises(ServiceError) as caught:
        azure.check(url)
    assert caught.value.code == "ForeignLink"
    with pytest.raises(ServiceError):
        azure.scope(url)


def test_a_foreign_address_is_refused_without_its_secret(azure):
    with pytest.raises(ServiceError) as caught:
        azure.check("https://evil.com/next?sig=topsecret#fragment")
    assert caught.value.code == "ForeignLink"
    assert "evil.com/next" in caught.value.message
    assert "topsecret" not in caught.value.message


def test_trust_adds_an_origin(azure):
    azure.trust("https://ep.eastus.inference.ml.azure.com/score", ML)
    assert azure.scope("https://ep.eastus.inference.ml.azure.com/other") == ML


@pytest.mark.parametrize("url", ["http://localhost:8765", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:80/x"])
def test_plain_http_goes_to_loopback(url):
    Origins(url).check_open(url)


@pytest.mark.parametrize("url", ["http://management.azure.com", "http://10.0.0.1", "http://localhost.evil.com", "http://127.0.0.1.evil.com"])
def test_plain_http_goes_nowhere_else(url):
    with pytest.raises(UsageError) as caught:
        Origins(url)
    assert caught.value.code == "PlainHttp"
    with pytest.raises(ServiceError):
        Origins("https://management.azure.com").check_open(url)


def test_an_endpoint_in_this_process_is_no_host():
    assert Origins("http://azml.local:80", in_process=True).scope("http://azml.local/x") is None


def test_from_this_process_nothing_outside_is_reached():
    with pytest.raises(ServiceError) as caught:
        Origins("http://azml.local:80", in_process=True).check_open("https://account.blob.core.windows.net/log?sig=abc")
    assert caught.value.code == "ForeignLink"


def test_the_default_port_is_no_difference():
    assert origin("HTTPS://Example.com") == origin("https://example.com:443/a?b") == ("https", "example.com", 443)

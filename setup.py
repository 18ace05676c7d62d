"""All of it stands in pyproject.toml; az's tools for extensions look for this file."""

from setuptools import setup

setup()

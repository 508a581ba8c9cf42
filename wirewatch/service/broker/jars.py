"""The broker's jars."""

from typing import Final

from wirewatch.service.jars import JarSet
from wirewatch.service.java import BROKER

KAFKA: Final = JarSet(name="kafka", pom="broker/pom.xml", size="44 MB", proof="kafka_*.jar", need=BROKER)

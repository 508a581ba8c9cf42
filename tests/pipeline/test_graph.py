"""The graph as engines see it. Checkpoints are keyed by these labels: changing one is a migration."""

import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.access import KafkaAccess
from pipelines.engines.embedded import EmbeddedRunner
from pipelines.engines.embedded.fit import slots_of
from pipelines.engines.embedded.graph import PAR_DO, build_graph, par_do_payload
from pipelines.engines.pipeline import new_pipeline
from pipelines.monitor import monitor
from pipelines.source.reads import ReadPolicy
from pipelines.source.splittable import read_splittable
from wirewatch.resources import default_config_dir
from wirewatch.settings import Settings

LABELS = [
    "dead letters",
    "decode",
    "match",
    "partitions",
    "read",
    "stories",
    "tag",
    "topic",
    "write alerts",
    "write dead letters",
    "write tagged",
]


@pytest.fixture(scope="module")
def proto():
    pipeline = new_pipeline(options=PipelineOptions([], streaming=True))
    here = default_config_dir()
    access = KafkaAccess(Settings(), here, here)
    monitor(read_splittable(pipeline, access, ReadPolicy(max_records=400)), access, here)
    return pipeline.to_runner_api()


@pytest.fixture(scope="module")
def graph(proto):
    return build_graph(*EmbeddedRunner().create_stages(proto))


def test_the_labels(proto):
    (root,) = proto.root_transform_ids
    steps = proto.components.transforms[root].subtransforms
    assert sorted(proto.components.transforms[step].unique_name for step in steps) == LABELS


def test_no_two_transforms_share_a_name(proto):
    names = [transform.unique_name for transform in proto.components.transforms.values()]
    assert len(names) == len(set(names))


def test_everything_up_to_the_stories_is_one_stage_and_the_alerts_one_of_their_own(graph):
    stages = [{name.partition("/")[0] for name in stage.label.split(", ")} for stage in graph.stages]
    assert {"read", "decode", "tag", "match", "stories", "write tagged"} in stages
    assert {"write alerts"} in stages
    assert [stage.stable for stage in graph.stages if stage.stable] == ["write alerts"]


def test_only_what_the_design_allows_is_used(proto):
    par_dos = [
        par_do_payload(transform)
        for transform in proto.components.transforms.values()
        if transform.spec.urn == PAR_DO
    ]
    assert not any(
        payload.side_inputs or payload.timer_family_specs or payload.requests_finalization
        for payload in par_dos
    )


def test_nothing_stored_names_a_class_of_ours(graph):
    """Or moving it to another module would make every checkpoint unreadable."""
    kept = {slot: stored.fingerprint for slot, stored in slots_of(graph).items()}
    assert not {slot: text for slot, text in kept.items() if "pipelines." in text}
    # Beam's pickle holds restrictions, which are its own OffsetRange, and a watermark; no element of ours.
    assert (
        "kv:v1(length_prefix:v1(tuple:v1(string_utf8:v1, string_utf8:v1, string_utf8:v1, varint:v1))"
        in (kept["read/Process", "source"])
    )
    assert kept["write alerts", "held"] == "windowed_value:v1(bytes:v1, global_window:v1)"


def test_state_is_keyed_by_text_and_not_by_a_pickle(graph):
    states = {
        slot: stored.fingerprint for slot, stored in slots_of(graph).items() if slot[1].startswith("state:")
    }
    assert len(states) == 66  # 64 cells, the generation, the incident
    assert {transform for transform, _ in states} == {"stories/ParDo(DecideStories)"}
    assert set(states.values()) == {
        "bag_spec(string_utf8:v1 -> bytes:v1)",
        "bag_spec(string_utf8:v1 -> varint:v1)",
    }

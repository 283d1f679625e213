package dev.tollgate.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class AsyncApiTest {

    private final JsonNode api = new YAMLMapper().readTree(Golden.resource("/asyncapi.v1.yaml"));

    @Test
    void describesEveryPublishedTopicAsItIsCreated() {
        var described =
                api.get("channels").valueStream().map(AsyncApiTest::topic).collect(Collectors.toSet());
        var created = Topics.ALL.stream()
                .filter(topic -> !topic.name().equals(Topics.USAGE_HOURLY_STALE))
                .map(AsyncApiTest::topic)
                .collect(Collectors.toSet());
        assertThat(described).isEqualTo(created);
    }

    @Test
    void saysWhatReadersMayRelyOn() {
        assertThat(api.at("/info/x-compatibility").asString()).contains("optional fields are added, nothing else");
        assertThat(api.get("channels").valueStream()).hasSize(5).allSatisfy(channel -> {
            assertThat(channel.path("x-order").asString()).isNotEmpty();
            assertThat(channel.path("x-repeats").asString()).isNotEmpty();
            assertThat(channel.get("messages").valueStream()).hasSize(1).allSatisfy(reference -> {
                JsonNode message = api.at(reference.get("$ref").asString().substring(1));
                assertThat(message.at("/bindings/kafka/key/description").asString())
                        .isNotEmpty();
                assertThat(message.has("payload")).isTrue();
            });
        });
    }

    @Test
    void refersToSchemasThatExist() {
        assertThat(api.get("components").get("messages").findValuesAsString("$ref"))
                .hasSize(5)
                .allSatisfy(path -> assertThat(Golden.resource("/" + path)).isNotEmpty());
    }

    private static String topic(JsonNode channel) {
        JsonNode kafka = channel.get("bindings").get("kafka");
        JsonNode settings = kafka.get("topicConfiguration");
        String policy = settings.get("cleanup.policy")
                .valueStream()
                .map(JsonNode::asString)
                .collect(Collectors.joining(","));
        return String.join(
                " ",
                channel.get("address").asString(),
                kafka.get("partitions").asString(),
                policy,
                settings.get("retention.ms").asString(),
                settings.get("max.message.bytes").asString());
    }

    private static String topic(TopicSpec topic) {
        return String.join(
                " ",
                topic.name(),
                Integer.toString(topic.partitions()),
                topic.configs().get("cleanup.policy"),
                topic.configs().get("retention.ms"),
                topic.configs().get("max.message.bytes"));
    }
}

package dev.tollgate.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Within v1 a schema may gain optional fields and better words, nothing else. The golden copies are what other teams
/// have built on; they are never edited.
class SchemaCompatibilityTest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @ParameterizedTest
    @ValueSource(
            strings = {"request-event", "hourly-bucket", "stale-hour", "quota-violation", "billing-event", "dead-letter"
            })
    void gainsOptionalFieldsOnly(String name) {
        String file = "/schemas/" + name + ".v1.schema.json";
        JsonNode golden = MAPPER.readTree(Golden.resource("/golden" + file));
        JsonNode current = MAPPER.readTree(Golden.resource(file));

        assertThat(texts(current.get("required"))).isEqualTo(texts(golden.get("required")));
        golden.get("properties")
                .propertyStream()
                .forEach(property -> assertThat(rule(current.get("properties").path(property.getKey())))
                        .as(property.getKey())
                        .isEqualTo(rule(property.getValue())));
        assertThat(frame(current)).isEqualTo(frame(golden));
    }

    private static Set<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).collect(Collectors.toSet());
    }

    private static JsonNode rule(JsonNode property) {
        return property instanceof ObjectNode fields ? fields.deepCopy().without("description") : property;
    }

    /// What is said of the object as a whole.
    private static JsonNode frame(JsonNode schema) {
        return ((ObjectNode) schema.deepCopy()).without(Set.of("description", "properties", "required"));
    }
}

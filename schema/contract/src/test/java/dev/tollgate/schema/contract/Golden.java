package dev.tollgate.schema.contract;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the golden files and the published JSON Schemas. The files were written independently of this code
/// and are never edited: other teams rely on them.
final class Golden {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private Golden() {}

    static String text(String path) {
        return resource("/golden/" + path);
    }

    /// The bytes of a message: the file without its line end.
    static byte[] message(String path) {
        return text(path).stripTrailing().getBytes(StandardCharsets.UTF_8);
    }

    static List<JsonNode> lines(String path) {
        return text(path).lines().map(MAPPER::readTree).toList();
    }

    /// The rows of a file of comma separated values, without the header.
    static List<List<String>> rows(String path) {
        return text(path)
                .lines()
                .skip(1)
                .map(line -> List.of(line.split(",", -1)))
                .toList();
    }

    /// What the published schema says against the message.
    static List<Error> schemaErrors(String schema, byte[] json) {
        return SCHEMAS.getSchema(resource("/schemas/" + schema + ".v1.schema.json"))
                .validate(new String(json, StandardCharsets.UTF_8), InputFormat.JSON);
    }

    static String resource(String path) {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream(path), path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

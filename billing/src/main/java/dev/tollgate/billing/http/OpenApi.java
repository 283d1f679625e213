package dev.tollgate.billing.http;

import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Serves the description of this service's HTTP interface, OpenAPI 3.1.
@RestController
public final class OpenApi {

    private static final String RESOURCE = "/openapi/billing.yaml";

    private final byte[] document;

    public OpenApi() {
        try (InputStream resource = OpenApi.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("the resource " + RESOURCE + " is missing");
            }
            document = resource.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the resource " + RESOURCE + " cannot be read", e);
        }
    }

    @GetMapping("/openapi.yaml")
    ResponseEntity<byte[]> document() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_YAML).body(document.clone());
    }
}

package dev.tollgate.schema.access.web;

import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Serves the description of this service's HTTP interface, OpenAPI 3.1.
@RestController
public final class OpenApi {

    private final byte[] document;

    /// @param name of the description on the class path, for instance `/openapi/billing.yaml`
    public OpenApi(String name) {
        try (InputStream resource = OpenApi.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("the resource " + name + " is missing");
            }
            document = resource.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the resource " + name + " cannot be read", e);
        }
    }

    @GetMapping("/openapi.yaml")
    ResponseEntity<byte[]> document() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_YAML).body(document.clone());
    }
}

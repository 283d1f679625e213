package dev.tollgate.gateway;

import dev.tollgate.gateway.proxy.RouteTable;
import java.io.IOException;
import java.util.List;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/// Reads the routes file: YAML, or JSON, which is YAML too, with the one member `routes`, whose entries have the names
/// that `tollgate.gateway.routes` has.
final class RoutesFileParser {

    private static final String MEMBER = "routes";

    private RoutesFileParser() {}

    /// @throws IllegalArgumentException saying what is wrong
    static RouteTable parse(byte[] content) {
        List<PropertySource<?>> documents = documents(content);
        if (documents.size() != 1 || !(documents.getFirst() instanceof EnumerablePropertySource<?> document)) {
            throw new IllegalArgumentException("the file must be one document with the member " + MEMBER);
        }
        for (String property : document.getPropertyNames()) {
            if (property.equals(MEMBER)) {
                throw new IllegalArgumentException("the file has no " + MEMBER);
            }
            if (!property.startsWith(MEMBER + "[")) {
                throw new IllegalArgumentException("the file has the unknown member " + property);
            }
        }
        MutablePropertySources sources = new MutablePropertySources();
        sources.addFirst(document);
        try {
            List<RouteSetting> entries = new Binder(ConfigurationPropertySources.from(sources))
                    .bind(
                            MEMBER,
                            Bindable.listOf(RouteSetting.class),
                            new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
                    .orElseThrow(() -> new IllegalArgumentException("the file has no " + MEMBER));
            return RouteSetting.table(MEMBER, entries);
        } catch (BindException wrong) {
            Throwable cause = wrong.getCause();
            throw new IllegalArgumentException(
                    wrong.getMessage() + (cause == null ? "" : ": " + cause.getMessage()), wrong);
        }
    }

    private static List<PropertySource<?>> documents(byte[] content) {
        try {
            return new YamlPropertySourceLoader().load("routes-file", new ByteArrayResource(content));
        } catch (IOException | RuntimeException noYaml) {
            throw new IllegalArgumentException("the file is not YAML: " + noYaml.getMessage(), noYaml);
        }
    }
}

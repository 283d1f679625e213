package dev.tollgate.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.schema.contract.EventType;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// No spelling of a path gets past the route that an upstream would read in it.
class RoutePathTest {

    private static final RouteTable ROUTES =
            new RouteTable(List.of(route("all", "/"), route("costly", "/api/reports")));

    private static Route route(String name, String prefix) {
        return new Route(name, prefix, URI.create("http://127.0.0.1:1"), 1, EventType.API_REQUEST, "", "");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/reports,costly",
        "/api/%72eports,costly",
        "/%61pi%2Freports/1,costly",
        "/%2Fapi//reports,costly",
        "/api;a=b/reports;c,costly",
        "/api%3bx/reports,costly",
        "/api/report,all",
        "/api/reports%,all",
        "/api/reports%zz,all",
        "/,all"
    })
    void findsTheRouteInEverySpelling(String path, String route) {
        assertThat(ROUTES.find(path)).map(Route::name).contains(route);
    }

    @Test
    void aPrefixStandsInTheFormThatIsLookedFor() {
        assertThatThrownBy(() -> route("odd", "/a%62")).hasMessageContaining("/a%62");
    }
}

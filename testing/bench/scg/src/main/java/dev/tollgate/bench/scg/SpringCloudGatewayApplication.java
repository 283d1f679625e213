package dev.tollgate.bench.scg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/// Spring Cloud Gateway as its guide sets it up: one route (`application.yml`), the `RequestRateLimiter` per tenant,
/// the tenant found by the API key in a map. A request without a known key is refused.
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class SpringCloudGatewayApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(SpringCloudGatewayApplication.class, arguments);
    }

    /// @param keys a file of lines `key tenant`
    @Bean
    KeyResolver tenantOfKey(@Value("${bench.keys}") Path keys) throws IOException {
        Map<String, String> tenants = new HashMap<>();
        for (String line : Files.readAllLines(keys)) {
            int space = line.indexOf(' ');
            tenants.put(line.substring(0, space), line.substring(space + 1));
        }
        Map<String, String> tenantsByKey = Map.copyOf(tenants);
        return exchange -> {
            String key = exchange.getRequest().getHeaders().getFirst("X-Api-Key");
            return Mono.justOrEmpty(key == null ? null : tenantsByKey.get(key));
        };
    }
}

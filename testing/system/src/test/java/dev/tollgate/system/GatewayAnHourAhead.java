package dev.tollgate.system;

import dev.tollgate.gateway.GatewayApplication;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/// The real gateway on a machine whose wall clock is an hour ahead.
@Configuration(proxyBeanMethods = false)
class GatewayAnHourAhead {

    static final Duration AHEAD = Duration.ofHours(1);

    /// In the log when the gateway has read the wrong clock.
    static final String ASKED = "the wall clock that is an hour ahead was read";

    @Bean
    @Primary
    InstantSource wallClockAhead() {
        return () -> {
            System.out.println(ASKED);
            return InstantSource.system().instant().plus(AHEAD);
        };
    }

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(GatewayApplication.class, GatewayAnHourAhead.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.run(arguments);
    }
}

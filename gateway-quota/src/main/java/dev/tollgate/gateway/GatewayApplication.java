package dev.tollgate.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/// The gateway's process: settings come from the environment and configuration files, everything else from
/// `GatewayConfiguration`. Traffic and management are served by Vert.x, not by Spring.
@SpringBootConfiguration
@EnableConfigurationProperties(GatewayProperties.class)
@Import(GatewayConfiguration.class)
public class GatewayApplication {

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.run(arguments);
    }
}

package dev.tollgate.console;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.console.access.http.OperatorAuthentication;
import dev.tollgate.console.usage.UsageReport;
import dev.tollgate.console.usage.http.UsagePages;
import dev.tollgate.console.usage.postgres.PostgresUsageReport;
import dev.tollgate.schema.access.key.postgres.PostgresOperatorKeys;
import dev.tollgate.schema.database.SchemaGuard;
import java.sql.SQLException;
import java.time.Clock;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

/// The console's map: pages read usage from PostgreSQL as role `tollgate_console`; staff come in by operator key.
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableConfigurationProperties(ConsoleProperties.class)
public class ConsoleConfiguration {

    @Bean
    InstantSource clock() {
        return Clock.systemUTC();
    }

    @Bean
    DataSource database(ConsoleProperties properties) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setPoolName("console");
        config.setJdbcUrl(properties.database().url());
        config.setUsername(properties.database().user());
        config.setPassword(properties.database().password());
        config.setMaximumPoolSize(properties.database().poolSizeMax());
        config.setReadOnly(true);
        DataSource database = new HikariDataSource(config);
        SchemaGuard.requireCurrent(database);
        return database;
    }

    @Bean
    UsageReport usageReport(DataSource database) {
        return new PostgresUsageReport(JdbcClient.create(database));
    }

    @Bean
    UsagePages usagePages(UsageReport report, InstantSource clock) {
        return new UsagePages(report, clock);
    }

    @Bean
    SecurityFilterChain access(HttpSecurity http, DataSource database) throws Exception {
        return http.authorizeHttpRequests(rules -> rules.requestMatchers("/actuator/**", "/console.css", "/error")
                        .permitAll()
                        .anyRequest()
                        .hasAnyRole("OPERATOR", "FINANCE", "AUDITOR"))
                .authenticationManager(
                        new ProviderManager(new OperatorAuthentication(new PostgresOperatorKeys(database))))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .httpBasic(Customizer.withDefaults())
                .build();
    }
}

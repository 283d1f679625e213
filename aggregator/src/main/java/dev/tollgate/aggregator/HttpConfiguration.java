package dev.tollgate.aggregator;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.aggregator.reconcile.http.ReconciliationController;
import dev.tollgate.aggregator.reconcile.postgres.PostgresFindings;
import dev.tollgate.schema.access.key.postgres.PostgresOperatorKeys;
import dev.tollgate.schema.access.web.OpenApi;
import dev.tollgate.schema.access.web.OperatorAccess;
import dev.tollgate.schema.access.web.Problems;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The map of what is served over HTTP whatever the settings.
@Configuration(proxyBeanMethods = false)
class HttpConfiguration {

    @Bean
    OperatorAccess operatorAccess(HikariDataSource dataSource) {
        return new OperatorAccess(new PostgresOperatorKeys(dataSource));
    }

    @Bean
    ReconciliationController reconciliationController(
            OperatorAccess access, HikariDataSource dataSource, AggregatorProperties properties) {
        return new ReconciliationController(
                access, new PostgresFindings(dataSource, properties.reconcile().mendWithin()), InstantSource.system());
    }

    @Bean
    Problems problems() {
        return new Problems();
    }

    @Bean
    OpenApi openApi() {
        return new OpenApi("/openapi/aggregator.yaml");
    }
}

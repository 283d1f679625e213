package dev.tollgate.aggregator;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.aggregator.query.http.Caller;
import dev.tollgate.aggregator.query.http.UsageController;
import dev.tollgate.aggregator.query.postgres.ArchivedMonths;
import dev.tollgate.aggregator.query.postgres.PostgresLiveUsage;
import dev.tollgate.aggregator.query.postgres.PostgresUsage;
import dev.tollgate.aggregator.query.postgres.TenantReads;
import dev.tollgate.schema.access.key.postgres.PostgresTenantKeys;
import dev.tollgate.schema.access.tenant.TenantContextSigner;
import dev.tollgate.schema.access.web.OperatorAccess;
import dev.tollgate.schema.access.web.TenantAccess;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The map of usage queries. Keys are looked up as the aggregator; usage is read as the tenant, on a pool of its own.
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tollgate.aggregator.query.tenant-context-key")
class QueryConfiguration {

    private static final long CONNECTION_WAIT_MS_MAX = 5_000;

    /// Apart from the service's own pool, which nobody must mistake it for.
    @Bean(defaultCandidate = false)
    @Qualifier("tenant")
    HikariDataSource tenantDataSource(AggregatorProperties aggregator) {
        QueryProperties query = aggregator.query();
        AggregatorProperties.Database database = new AggregatorProperties.Database(
                aggregator.database().url(),
                query.user(),
                query.password(),
                aggregator.database().poolSizeMax());
        HikariConfig config = new HikariConfig();
        config.setDataSource(Databases.unpooled(database, "tollgate-usage"));
        config.setMaximumPoolSize(query.poolSizeMax());
        config.setMinimumIdle(0);
        config.setConnectionTimeout(CONNECTION_WAIT_MS_MAX);
        config.setInitializationFailTimeout(-1);
        config.setPoolName("usage");
        return new HikariDataSource(config);
    }

    @Bean
    TenantReads tenantReads(@Qualifier("tenant") HikariDataSource tenantDataSource, AggregatorProperties aggregator) {
        QueryProperties query = aggregator.query();
        return new TenantReads(
                tenantDataSource,
                TenantContextSigner.fromHex(query.tenantContextKey()),
                InstantSource.system(),
                query.statementTimeout());
    }

    @Bean
    UsageController usageController(HikariDataSource dataSource, OperatorAccess staff, TenantReads tenantReads) {
        Caller caller = new Caller(new TenantAccess(new PostgresTenantKeys(dataSource)), staff);
        PostgresUsage usage = new PostgresUsage(tenantReads, new ArchivedMonths(dataSource));
        return new UsageController(caller, usage, new PostgresLiveUsage(tenantReads));
    }
}

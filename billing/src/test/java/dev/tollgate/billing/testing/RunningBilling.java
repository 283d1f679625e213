package dev.tollgate.billing.testing;

import dev.tollgate.billing.BillingApplication;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.database.ProvisionTopics;
import dev.tollgate.testing.kafka.KafkaServer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/// The service as it runs, with a database and a broker, started once per JVM and ended with it.
///
/// @param finance a key with the role FINANCE; the others likewise
public record RunningBilling(
        BillingDatabase database, BillingClient client, String finance, String auditor, String operator) {

    private static final short ONE_COPY = 1;

    private static @Nullable RunningBilling shared;

    public static synchronized RunningBilling shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    private static RunningBilling start() {
        String brokers = KafkaServer.shared().bootstrapServers();
        ProvisionTopics.provision(brokers, Map.of(), ONE_COPY);
        BillingDatabase database = BillingDatabase.create();
        ConfigurableApplicationContext service = SpringApplication.run(
                BillingApplication.class,
                "--server.port=0",
                "--tollgate.billing.database.url=" + database.url(),
                "--tollgate.billing.database.user=tollgate_billing",
                "--tollgate.billing.kafka.bootstrap-servers=" + brokers);
        int port = service.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        return new RunningBilling(
                database,
                new BillingClient(port),
                database.operatorKey("fin", Role.FINANCE),
                database.operatorKey("aud", Role.AUDITOR),
                database.operatorKey("ops", Role.OPERATOR));
    }
}
